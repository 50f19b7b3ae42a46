import { expect, test } from '@jest/globals';
import { type App, CfnResource, type Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import {
  ApiDefinition,
  AuthorizationType,
  CfnMethod,
  Deployment,
  HttpIntegration,
  type IRestApi,
  LambdaRestApi,
  MockIntegration,
  RestApi,
  SpecRestApi,
} from 'aws-cdk-lib/aws-apigateway';
import { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { OktaGroupAuthorizer } from '../../../lib/authorizer/okta-group-authorizer.ts';
import { accessMap, newStack, only, quietApp, resources } from '../../support/synthesis.ts';

const map = (overrides: Record<string, unknown> = {}) =>
  accessMap({
    api: {
      name: 'shop',
      kind: 'rest',
      upstream: { url: 'https://shop.example.com' },
      cache: 'off',
    },
    ...overrides,
  });
const integration = (): HttpIntegration => new HttpIntegration('https://shop.example.com');

/**
 * A stack with a REST API and an authorizer for `GET /items`, `POST /items` and, public,
 * `GET /health`.
 */
function shop(stack = newStack('Test', quietApp()), of = map()) {
  const restApi = new RestApi(stack, 'Api', { cloudWatchRole: false });
  return { stack, restApi, authorizer: new OktaGroupAuthorizer(stack, 'Authorizer', { map: of }) };
}

function addMethods(restApi: RestApi, ...routes: readonly string[]): void {
  for (const route of routes) {
    const [method = '', path = ''] = route.split(' ');
    restApi.root.resourceForPath(path).addMethod(method, integration());
  }
}

const authorization = (stack: Stack): readonly unknown[] =>
  resources(Template.fromStack(stack), 'AWS::ApiGateway::Method').map(
    ({ Properties }) => `${Properties['HttpMethod']} ${Properties['AuthorizationType'] ?? 'NONE'}`,
  );
const found = (stack: Stack, of: 'findError' | 'findWarning'): readonly unknown[] =>
  Annotations.fromStack(stack)
    [of]('*', Match.anyValue())
    .map(({ entry }) => entry.data);

test('protect covers methods that exist and methods that are added later, and leaves public ones open', () => {
  const { stack, restApi, authorizer } = shop();
  addMethods(restApi, 'GET /items');
  authorizer.protect(restApi);
  authorizer.protect(restApi);
  addMethods(restApi, 'POST /items', 'GET /health');
  expect(authorization(stack)).toEqual(['GET CUSTOM', 'POST CUSTOM', 'GET NONE']);
  const template = Template.fromStack(stack);
  const { id, Properties } = only(template, 'AWS::ApiGateway::Authorizer');
  expect(Properties).toMatchObject({
    Type: 'REQUEST',
    IdentitySource: 'method.request.header.Authorization',
    AuthorizerResultTtlInSeconds: 0,
  });
  expect(
    resources(template, 'AWS::ApiGateway::Method').map(
      (method) => method.Properties['AuthorizerId'],
    ),
  ).toEqual([{ Ref: id }, { Ref: id }, undefined]);
  expect(
    JSON.stringify(only(template, 'AWS::Lambda::Permission').Properties['SourceArn']),
  ).toContain(`"/authorizers/",{"Ref":"${id}"}`);
  expect([found(stack, 'findError'), found(stack, 'findWarning')]).toEqual([[], []]);
});

test('protect covers methods written as CfnMethod and as untyped resources, also where their path is not known', () => {
  const { stack, restApi, authorizer } = shop();
  authorizer.protect(restApi);
  addMethods(restApi, 'GET /health');
  const items = restApi.root.addResource('items');
  new CfnMethod(stack, 'Get', {
    restApiId: restApi.restApiId,
    resourceId: items.resourceId,
    httpMethod: 'GET',
  });
  const properties = {
    RestApiId: { Ref: stack.getLogicalId(restApi.node.defaultChild as CfnResource) },
    ResourceId: 'abc',
    HttpMethod: 'POST',
  };
  new CfnResource(stack, 'Post', { type: 'AWS::ApiGateway::Method', properties });
  expect(authorization(stack)).toEqual(['GET NONE', 'GET CUSTOM', 'POST CUSTOM']);
});

test('preflights of the CDK stay open, and an OPTIONS method that reaches a back end does not', () => {
  const { stack, restApi, authorizer } = shop();
  const items = restApi.root.addResource('items');
  items.addCorsPreflight({ allowOrigins: ['https://a.example.com'] });
  restApi.root.addResource('other').addMethod('OPTIONS', integration());
  authorizer.protect(restApi);
  expect(authorization(stack)).toEqual(['OPTIONS NONE', 'OPTIONS CUSTOM']);
});

test('a mock that is not a preflight is covered', () => {
  const { stack, restApi, authorizer } = shop();
  restApi.root.addResource('items').addMethod('GET', new MockIntegration());
  authorizer.protect(restApi);
  expect(authorization(stack)).toEqual(['GET CUSTOM']);
});

test('a foreign authorizer is an error and stays', () => {
  const { stack, restApi, authorizer } = shop();
  restApi.root
    .addResource('items')
    .addMethod('GET', integration(), { authorizationType: AuthorizationType.IAM });
  authorizer.protect(restApi);
  expect(authorization(stack)).toEqual(['GET AWS_IAM']);
  expect(found(stack, 'findError')).toEqual([
    expect.stringMatching(/^method `GET \/items` has an authorizer of its own \(AWS_IAM\)/),
  ]);
});

test('methods that the map does not have and routes that the API lacks are warnings', () => {
  const { stack, restApi, authorizer } = shop();
  addMethods(restApi, 'GET /items', 'GET /health', 'GET /extra/{id}');
  authorizer.protect(restApi);
  expect(found(stack, 'findWarning')).toEqual([
    expect.stringMatching(/^route `POST \/items` of .* is not a method of the API/),
    expect.stringMatching(/^method `GET \/extra\/\{id\}` is not in the routes of .*ROUTE_UNMAPPED/),
  ]);
});

test('the proxy of a LambdaRestApi is covered', () => {
  const stack = newStack('Test', quietApp());
  const handler = LambdaFunction.fromFunctionName(stack, 'Shop', 'shop');
  const restApi = new LambdaRestApi(stack, 'Api', { handler, cloudWatchRole: false });
  new OktaGroupAuthorizer(stack, 'Authorizer', {
    map: map({ routes: ['ANY /', 'ANY /{proxy+}'], public: [], groups: {} }),
  }).protect(restApi);
  expect(authorization(stack)).toEqual(['ANY CUSTOM', 'ANY CUSTOM']);
  expect(found(stack, 'findWarning')).toEqual([]);
});

test('protection, a new map and a method written by hand are deployed again, after what they need', () => {
  const deploymentOf = (build: (parts: ReturnType<typeof shop>) => void, of = map()) => {
    const parts = shop(newStack('Test', quietApp()), of);
    addMethods(parts.restApi, 'GET /items');
    build(parts);
    return only(Template.fromStack(parts.stack), 'AWS::ApiGateway::Deployment') as {
      id: string;
      DependsOn?: readonly string[];
    };
  };
  const byHand = ({ stack, restApi, authorizer }: ReturnType<typeof shop>) => {
    authorizer.protect(restApi);
    new CfnMethod(stack, 'ByHand', {
      restApiId: restApi.restApiId,
      resourceId: restApi.root.resourceId,
      httpMethod: 'GET',
    });
  };
  const deployments = [
    deploymentOf(() => undefined),
    deploymentOf(({ authorizer, restApi }) => authorizer.protect(restApi)),
    deploymentOf(({ authorizer, restApi }) => authorizer.protect(restApi), map({ groups: {} })),
    deploymentOf(byHand),
  ];
  expect(new Set(deployments.map(({ id }) => id)).size).toBe(4);
  expect(deployments.at(-1)?.DependsOn).toContain('ByHand');
});

test('a deployment that its owner makes is made again as well', () => {
  const idOf = (protect: boolean): string => {
    const stack = newStack('Test', quietApp());
    const restApi = new RestApi(stack, 'Api', { deploy: false, cloudWatchRole: false });
    addMethods(restApi, 'GET /items');
    new Deployment(stack, 'Own', { api: restApi as IRestApi });
    if (protect) new OktaGroupAuthorizer(stack, 'Authorizer', { map: map() }).protect(restApi);
    return only(Template.fromStack(stack), 'AWS::ApiGateway::Deployment').id;
  };
  expect(idOf(true)).not.toBe(idOf(false));
});

type Body = Readonly<Record<string, Readonly<Record<string, object>>>>;

const proxy = {
  'x-amazon-apigateway-integration': {
    type: 'http_proxy',
    httpMethod: 'GET',
    uri: 'https://shop.example.com',
  },
};
const preflight = { 'x-amazon-apigateway-integration': { type: 'MOCK' } };

function secured(body: Record<string, unknown>): {
  readonly stack: Stack;
  readonly body: () => Body;
} {
  const stack = newStack('Test', quietApp());
  const restApi = new SpecRestApi(stack, 'Api', {
    apiDefinition: ApiDefinition.fromInline(body),
    cloudWatchRole: false,
  });
  new OktaGroupAuthorizer(stack, 'Authorizer', { map: map() }).protect(restApi);
  return {
    stack,
    body: () =>
      only(Template.fromStack(stack), 'AWS::ApiGateway::RestApi').Properties['Body'] as Body,
  };
}

test.each([
  {
    version: { openapi: '3.0.1' },
    schemesOf: (body: Body): unknown => body['components']?.['securitySchemes'],
  },
  { version: { swagger: '2.0' }, schemesOf: (body: Body): unknown => body['securityDefinitions'] },
])('the methods of a body ($version) get the authorizer', ({ version, schemesOf }) => {
  const { stack, body } = secured({
    ...version,
    paths: {
      '/items': {
        get: proxy,
        post: { ...proxy, security: [] },
        options: preflight,
        parameters: [],
      },
      '/health': { get: proxy, post: preflight, options: proxy },
      '/{proxy+}': { 'x-amazon-apigateway-any-method': proxy },
    },
  });
  const [name] = Object.keys(schemesOf(body()) ?? {});
  const security = [{ [String(name)]: [] }];
  expect(body()['paths']).toEqual({
    '/items': {
      get: { ...proxy, security },
      post: { ...proxy, security },
      options: preflight,
      parameters: [],
    },
    '/health': { get: proxy, post: { ...preflight, security }, options: { ...proxy, security } },
    '/{proxy+}': { 'x-amazon-apigateway-any-method': { ...proxy, security } },
  });
  expect(resources(Template.fromStack(stack), 'AWS::ApiGateway::Authorizer')).toEqual([]);
  expect(found(stack, 'findError')).toEqual([
    expect.stringContaining('found that `OPTIONS /health`, `ANY /{proxy+}` would refuse them'),
  ]);
  expect(found(stack, 'findWarning')).toEqual(
    ['POST /health', 'OPTIONS /health', 'ANY /{proxy+}'].map((key) =>
      expect.stringContaining(`method \`${key}\` is not in the routes`),
    ),
  );
});

test.each([
  ['of its own', { paths: { '/items': { get: { ...proxy, security: [{ theirs: [] }] } } } }],
  ['of the whole body', { security: [{ theirs: [] }], paths: { '/items': { get: proxy } } }],
  [
    'of IAM',
    { paths: { '/items': { get: { ...proxy, 'x-amazon-apigateway-auth': { type: 'AWS_IAM' } } } } },
  ],
])('a method of a body with an authorizer %s is an error and stays', (_, body) => {
  const { stack, body: written } = secured({ openapi: '3.0.1', ...body });
  expect(written()).toMatchObject(body);
  expect(found(stack, 'findError')).toEqual([
    expect.stringMatching(/^method `GET \/items` has an authorizer of its own/),
  ]);
});

test('a method beside a body is an error, since an import of the body removes it', () => {
  const stack = newStack('Test', quietApp());
  const restApi = new SpecRestApi(stack, 'Api', {
    apiDefinition: ApiDefinition.fromInline({
      openapi: '3.0.1',
      paths: { '/items': { get: proxy } },
    }),
    cloudWatchRole: false,
  });
  new OktaGroupAuthorizer(stack, 'Authorizer', { map: map() }).protect(restApi);
  new CfnMethod(stack, 'Get', {
    restApiId: restApi.restApiId,
    resourceId: 'abc',
    httpMethod: 'GET',
  });
  expect(found(stack, 'findError')).toEqual([
    expect.stringMatching(/is a resource beside the API's body/),
  ]);
});

test('a body in S3 is refused, because its methods cannot be seen', () => {
  const { stack, authorizer } = shop();
  const apiDefinition = ApiDefinition.fromBucket(
    Bucket.fromBucketName(stack, 'Bucket', 'bucket'),
    'body.yaml',
  );
  const restApi = new SpecRestApi(stack, 'Spec', { apiDefinition, cloudWatchRole: false });
  expect(() => authorizer.protect(restApi)).toThrow('expected an inline body, found a body in S3');
});

test('on an imported API it covers the methods of this app and says when they are live', () => {
  const stack = newStack('Test', quietApp());
  const authorizer = new OktaGroupAuthorizer(stack, 'Authorizer', { map: map() });
  const imported = RestApi.fromRestApiAttributes(stack, 'Imported', {
    restApiId: 'abc123',
    rootResourceId: 'root1',
  });
  authorizer.protect(imported);
  imported.root.addMethod('GET', integration());
  new CfnMethod(stack, 'Post', { restApiId: 'abc123', resourceId: 'r2', httpMethod: 'POST' });
  expect(authorization(stack)).toEqual(['GET CUSTOM', 'POST CUSTOM']);
  expect(found(stack, 'findWarning')).toContainEqual(
    expect.stringMatching(/is imported: .* live after the API's next deployment only/),
  );
});

test('protect leaves the methods of other APIs alone', () => {
  const { stack, restApi, authorizer } = shop();
  addMethods(restApi, 'GET /items');
  authorizer.protect(restApi);
  addMethods(new RestApi(stack, 'Other', { cloudWatchRole: false }), 'POST /items');
  expect(authorization(stack)).toEqual(['GET CUSTOM', 'POST NONE']);
});

test('an authorizer in a stack of its own protects an API of another stack without a cycle', () => {
  const app: App = quietApp();
  const stack = newStack('Shop', app);
  const restApi = new RestApi(stack, 'Api', { cloudWatchRole: false });
  addMethods(restApi, 'GET /items');
  new OktaGroupAuthorizer(newStack('Security', app), 'Authorizer', { map: map() }).protect(restApi);
  expect(authorization(stack)).toEqual(['GET CUSTOM']);
});

test('an API of another kind than the map’s is refused with a sentence', () => {
  const { stack, restApi, authorizer } = shop();
  const forHttp = new OktaGroupAuthorizer(stack, 'ForHttp', { map: accessMap() });
  expect(() => forHttp.protect(restApi)).toThrow(
    "expected an API of the map's kind (`api.kind: http` in cdk.json#/context/accessMap), found a REST API",
  );
  expect(() => authorizer.protect(new HttpApi(stack, 'Http'))).toThrow(
    '(`api.kind: rest` in cdk.json#/context/accessMap), found an HTTP API',
  );
});
