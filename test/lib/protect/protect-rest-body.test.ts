/**
 * Whatever tokens, overrides and aspects write the body of a protected REST API: no method of it is
 * open without a word.
 */
import { expect, test } from '@jest/globals';
import { type App, Aspects, CfnResource, Fn, Lazy, type Stack, Token } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import {
  ApiDefinition,
  type CfnRestApi,
  HttpIntegration,
  RestApi,
  SpecRestApi,
} from 'aws-cdk-lib/aws-apigateway';
import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { OktaGroupAuthorizer } from '../../../lib/authorizer/okta-group-authorizer.ts';
import { newStack, only, quietApp, restMap, said } from '../../support/synthesis.ts';

type Body = Readonly<Record<string, unknown>>;
interface Operation {
  readonly security?: unknown;
}
const proxy = {
  'x-amazon-apigateway-integration': {
    type: 'http_proxy',
    httpMethod: 'GET',
    uri: 'https://shop.example.com',
  },
};
const document = (paths: unknown, more: Body = {}): Body => ({ openapi: '3.0.1', paths, ...more });

function specApi(
  body: unknown,
  change: (api: CfnRestApi, stack: Stack) => void = () => undefined,
  stack = newStack('Test', quietApp()),
) {
  const restApi = new SpecRestApi(stack, 'Api', {
    apiDefinition: ApiDefinition.fromInline(body),
    cloudWatchRole: false,
  });
  new OktaGroupAuthorizer(stack, 'Authorizer', { map: restMap() }).protect(restApi);
  change(restApi.node.defaultChild as CfnRestApi, stack);
  return stack;
}
const bodyOf = (stack: Stack) =>
  only(Template.fromStack(stack), 'AWS::ApiGateway::RestApi').Properties['Body'] as Body & {
    readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  };
const OURS = [expect.objectContaining({})];

const include = {
  'Fn::Transform': { Name: 'AWS::Include', Parameters: { Location: 's3://bucket/paths.yaml' } },
};
const either = { 'Fn::If': ['Wide', { get: proxy }, { post: proxy }] };
const DEPLOY_TIME = 'is known at deploy time only';

test.each([
  ['the body', include, 'the body', 'Fn::Transform'],
  [
    'the body beside paths',
    { ...document({ '/items': { get: proxy } }), ...include },
    'the body',
    'Fn::Transform',
  ],
  ['the body, as a token', Token.asAny(include), 'the body', 'Fn::Transform'],
  ['all paths', document(include), '`paths` of the body', 'Fn::Transform'],
  [
    'all paths, as a token',
    document(Fn.conditionIf('Wide', { '/items': { get: proxy } }, {})),
    '`paths` of the body',
    'Fn::If',
  ],
  [
    'more paths',
    document({ '/items': { get: proxy }, ...include }),
    '`paths` of the body',
    'Fn::Transform',
  ],
  ['a path', document({ '/items': either }), 'path `/items` of the body', 'Fn::If'],
  [
    'a method',
    document({ '/items': { get: { Ref: 'Operation' } } }),
    'method `GET /items` of the body',
    'Ref',
  ],
  [
    'a method, as a token',
    document({ '/items': { get: Fn.conditionIf('Wide', proxy, {}) } }),
    'method `GET /items` of the body',
    'Fn::If',
  ],
  [
    'its schemes',
    document({}, { components: { securitySchemes: include } }),
    '`components.securitySchemes` of the body',
    'Fn::Transform',
  ],
  ['its security', document({}, { security: either }), '`security` of the body', 'Fn::If'],
])(
  '%s that CloudFormation or another file writes is refused with a sentence',
  (_, body, where, key) => {
    const stack = specApi(body);
    expect(said(stack, 'findError')).toContain(
      `${where} ${DEPLOY_TIME} (\`${key}\`), so that its methods cannot be seen; write them into the body`,
    );
  },
);

test.each([
  ['to nothing', '#/components/x-none', 'found `$ref` to `#/components/x-none`'],
  ['to a file', './paths.yaml', 'found `$ref` to `./paths.yaml`, which is another file'],
])('a path by a reference %s is refused with a sentence', (_, $ref, says) => {
  const stack = specApi(document({ '/items': { $ref } }));
  expect(said(stack, 'findError').join()).toContain(says);
});

test('a path and a method by references within the body are written out and covered', () => {
  const items = { get: proxy, post: { $ref: '#/components/x-post' } };
  const components = { pathItems: { items }, 'x-post': proxy };
  const body = document({ '/items': { $ref: '#/components/pathItems/items' } }, { components });
  const stack = specApi(body);
  const covered = { ...proxy, security: OURS };
  expect(bodyOf(stack).paths).toEqual({ '/items': { get: covered, post: covered } });
  expect(said(stack, 'findError')).toEqual([]);
});

test.each([
  ['prepends', { basepath: 'prepend' }, true],
  ['ignores, as the map does', { basepath: 'ignore' }, false],
  ['says nothing of', {}, false],
])('an import that %s the base path: refused %s', (_, parameters, isRefused) => {
  const body = document({ '/items': { get: proxy } }, { servers: [{ url: '/v1' }] });
  const stack = specApi(body, (api) => {
    api.parameters = parameters;
  });
  const errors = said(stack, 'findError').join();
  if (isRefused) expect(errors).toContain('imports its body with `basepath` "prepend"');
  else expect(errors).toBe('');
});

test.each([
  ['a body', Lazy.any({ produce: () => document({ '/items': { get: proxy } }) })],
  ['paths', document(Lazy.any({ produce: () => ({ '/items': { get: proxy } }) }))],
  ['a path', document({ '/items': Lazy.any({ produce: () => ({ get: proxy }) }) })],
  ['a method', document({ '/items': { get: Lazy.any({ produce: () => proxy }) } })],
])('%s that the app itself produces late is covered', (_, body) => {
  const stack = specApi(body);
  expect(bodyOf(stack).paths).toEqual({ '/items': { get: { ...proxy, security: OURS } } });
  expect(said(stack, 'findError')).toEqual([]);
});

test.each([
  ['another method', 'Body.paths./items.post', proxy],
  ['another path', 'Body.paths./extra', { post: proxy }],
  ['an empty requirement', 'Body.paths./items.post', { ...proxy, security: [] }],
  [
    'an authentication of none',
    'Body.paths./items.post',
    { ...proxy, 'x-amazon-apigateway-auth': { type: 'NONE' } },
  ],
  ['a path with dots', 'Body.paths./v1\\.0/items', { post: proxy }],
])('%s that an override of the body brings is covered', (_, path, value) => {
  const given = structuredClone(value);
  const stack = specApi(document({ '/items': { get: proxy } }), (api) =>
    api.addPropertyOverride(path, value),
  );
  const methods = Object.values(bodyOf(stack).paths).flatMap((item) => Object.values(item));
  expect(methods).toEqual(Array(2).fill({ ...proxy, security: OURS }));
  expect(value).toEqual(given);
  expect(said(stack, 'findError')).toEqual([]);
});

test.each([
  [
    'of the document',
    document({ '/items': { get: proxy } }, { 'x-amazon-apigateway-auth': { type: 'NONE' } }),
  ],
  [
    'of a path',
    document({ '/items': { get: proxy, 'x-amazon-apigateway-auth': { type: 'NONE' } } }),
  ],
])('an authentication %s is refused, since nothing says what it means there', (_, body) => {
  expect(said(specApi(body), 'findError')).toEqual([
    expect.stringContaining('has `x-amazon-apigateway-auth`: expected it on methods only'),
  ]);
});

test('an override that takes the authorizer of a body away after protect’s own aspect is an error', () => {
  const stack = specApi(document({ '/items': { get: proxy } }), (api) =>
    Aspects.of(api).add({
      visit: (node) =>
        node === api && api.addPropertyOverride('Body.paths./items.get.security', []),
    }),
  );
  expect(said(stack, 'findError')).toEqual([
    expect.stringContaining('method `GET /items` has no authorizer'),
  ]);
});

test('a MOCK OPTIONS of a body that the map has is a route like another', () => {
  const mock = { 'x-amazon-apigateway-integration': { type: 'mock' } };
  const stack = newStack('Test', quietApp());
  const apiDefinition = ApiDefinition.fromInline(
    document({ '/items': { options: mock }, '/health': { options: mock } }),
  );
  const restApi = new SpecRestApi(stack, 'Api', { apiDefinition, cloudWatchRole: false });
  new OktaGroupAuthorizer(stack, 'Authorizer', {
    map: restMap({ routes: ['OPTIONS /items'], public: [], groups: {} }),
  }).protect(restApi);
  expect(bodyOf(stack).paths).toEqual({
    '/items': { options: { ...mock, security: OURS } },
    '/health': { options: mock },
  });
});

test('a body keeps what it refers to in other stacks', () => {
  const app: App = quietApp();
  const code = newStack('Code', app);
  const { functionArn } = LambdaFunction.fromFunctionName(code, 'Shop', 'shop');
  const own = new CfnResource(code, 'Own', { type: 'AWS::Lambda::Function' });
  const uri = `${functionArn}${own.getAtt('Arn')}`;
  const integration = {
    'x-amazon-apigateway-integration': { ...proxy['x-amazon-apigateway-integration'], uri },
  };
  const stack = specApi(
    document({ '/items': Lazy.any({ produce: () => ({ get: integration }) }) }),
    undefined,
    newStack('Api', app),
  );
  // The other stack's logical id alone would be one that this template does not have.
  expect(JSON.stringify(bodyOf(stack).paths)).toMatch(/"Fn::(ImportValue|GetStackOutput)"/);
});

test.each([
  [
    'BodyS3Location',
    { Bucket: 'b', Key: 'k' },
    'the API has a body in S3 (`BodyS3Location`), which cannot be seen',
  ],
  [
    'CloneFrom',
    'abc',
    'the API has methods copied from another API (`CloneFrom`), which cannot be seen',
  ],
  ['Body', document({ '/items': { get: proxy } }), 'the API got a body after `protect`'],
  [
    'Fn::Transform',
    { Name: 'AWS::Include' },
    'the properties of the API are known at deploy time only (`Fn::Transform`)',
  ],
])('an API whose methods come by the override %s is refused', (property, value, sentence) => {
  const stack = newStack('Test', quietApp());
  const restApi = new RestApi(stack, 'Api', { cloudWatchRole: false });
  restApi.root.addMethod('GET', new HttpIntegration('https://shop.example.com'));
  new OktaGroupAuthorizer(stack, 'Authorizer', { map: restMap() }).protect(restApi);
  (restApi.node.defaultChild as CfnRestApi).addPropertyOverride(property, value);
  expect(said(stack, 'findError')).toEqual([expect.stringContaining(sentence)]);
});
