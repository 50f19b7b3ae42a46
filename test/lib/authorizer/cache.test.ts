import { expect, test } from '@jest/globals';
import type { Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { ApiDefinition, HttpIntegration, RestApi, SpecRestApi } from 'aws-cdk-lib/aws-apigateway';
import { CfnRoute, HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import type { AccessMap } from '../../../lib/access-map/index.ts';
import { OktaGroupAuthorizer } from '../../../lib/authorizer/okta-group-authorizer.ts';
import { AccessStack } from '../../../lib/stack/access-stack.ts';
import {
  accessMap,
  accessTemplate,
  newApp,
  newStack,
  only,
  quietApp,
  resources,
} from '../../support/synthesis.ts';

const cached = (cache: unknown = 'auto', more: Record<string, unknown> = {}) =>
  accessMap({
    api: { name: 'shop', upstream: { url: 'https://shop.example.com' }, cache },
    ...more,
  });
/** `/users/{id}` may be called without `/users/{id}/secrets`, and the other way round. */
const CONFLICT = {
  routes: ['GET /users/{id}', 'GET /users/{id}/secrets'],
  public: [],
  groups: { one: { allow: ['GET /users/{id}'] }, other: { allow: ['GET /users/{id}/secrets'] } },
};

test.each([
  ['off', accessMap(), 0, ['$request.header.Authorization']],
  ['per token', cached(), 60, ['$request.header.Authorization']],
  [
    'per token, with a TTL of its own',
    cached({ ttl: '5m' }),
    300,
    ['$request.header.Authorization'],
  ],
  [
    'per token and route',
    cached('auto', CONFLICT),
    60,
    ['$request.header.Authorization', '$context.routeKey', '$context.httpMethod'],
  ],
])(
  'a cache that is %s gives the authorizer its TTL and identity sources',
  (_, map, ttl, sources) => {
    expect(only(accessTemplate(map), 'AWS::ApiGatewayV2::Authorizer').Properties).toMatchObject({
      AuthorizerResultTtlInSeconds: ttl,
      IdentitySource: sources,
    });
  },
);

test('without a cache there is nothing to flush', () => {
  expect(resources(accessTemplate(accessMap()), 'Custom::FlushAuthorizerCache')).toEqual([]);
});

test('a cache is flushed when the map changes, after the new code is live', () => {
  const template = accessTemplate(cached());
  const flush = only(template, 'Custom::FlushAuthorizerCache');
  expect(flush.Properties['MapVersion']).toBe(cached().version);
  const authorizer = resources(template, 'AWS::Lambda::Function').find(({ Properties }) =>
    /Decides by Okta/.test(String(Properties['Description'])),
  );
  expect((flush as { DependsOn?: readonly string[] }).DependsOn).toContain(authorizer?.id);
});

test('the function that flushes may list the stages of this API, empty their caches of answers, and nothing else', () => {
  const role = resources(accessTemplate(cached()), 'AWS::IAM::Role').find(({ Properties }) =>
    JSON.stringify(Properties).includes('apigateway:'),
  );
  const [policy] = (role?.Properties['Policies'] ?? []) as {
    PolicyDocument: { Statement: { Action: unknown; Resource: unknown }[] };
  }[];
  const [, list, flush] = policy?.PolicyDocument.Statement ?? [];
  expect([list?.Action, flush?.Action]).toEqual(['apigateway:GET', 'apigateway:DELETE']);
  expect(JSON.stringify(list?.Resource)).toMatch(/::\/apis\/.*\/stages"/);
  expect(JSON.stringify(flush?.Resource)).toMatch(/\/stages\/\*\/cache\/authorizers"/);
});

test('a route that the map does not have is an error while one policy holds for all routes of a token', () => {
  const stack = newStack('Test', quietApp());
  const httpApi = new HttpApi(stack, 'Api');
  const authorizer = new OktaGroupAuthorizer(stack, 'Authorizer', { map: cached() });
  new CfnRoute(httpApi, 'extra', { apiId: httpApi.apiId, routeKey: 'GET /items/extra' });
  authorizer.protect(httpApi);
  Template.fromStack(stack);
  expect(
    Annotations.fromStack(stack).findError('*', Match.stringLikeRegexp('while answers are cached')),
  ).toHaveLength(1);
});

const rest = (cache: unknown = 'auto', more: Record<string, unknown> = {}) =>
  accessMap({
    api: { name: 'shop', kind: 'rest', upstream: { url: 'https://shop.example.com' }, cache },
    ...more,
  });
const TOKEN = 'method.request.header.Authorization';

const restCaches = [
  ['off', rest('off'), 0, TOKEN],
  ['per token', rest(), 60, TOKEN],
  ['per token, with a TTL of its own', rest({ ttl: '5m' }), 300, TOKEN],
  [
    'per token and route',
    rest('auto', CONFLICT),
    60,
    `${TOKEN},context.httpMethod,context.resourcePath`,
  ],
] as const;

test.each(restCaches)(
  'a cache that is %s gives the document of a REST API its TTL and identity sources',
  (_, map, ttl, sources) => {
    const body = only(accessTemplate(map), 'AWS::ApiGateway::RestApi').Properties['Body'] as {
      readonly components: {
        readonly securitySchemes: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
      };
    };
    const [scheme] = Object.values(body.components.securitySchemes);
    expect(scheme?.['x-amazon-apigateway-authorizer']).toMatchObject({
      authorizerResultTtlInSeconds: ttl,
      identitySource: sources,
    });
  },
);

/** A REST API of methods, as an app has it, behind `map`. */
function methods(
  map = rest(),
  routes: readonly string[] = ['GET /items', 'POST /items', 'GET /health'],
): Stack {
  const stack = newStack('Test', quietApp());
  const restApi = new RestApi(stack, 'Api', { cloudWatchRole: false });
  new OktaGroupAuthorizer(stack, 'Authorizer', { map }).protect(restApi);
  for (const route of routes) {
    const [method = '', path = ''] = route.split(' ');
    restApi.root
      .resourceForPath(path)
      .addMethod(method, new HttpIntegration('https://shop.example.com'));
  }
  return stack;
}

test.each(restCaches)(
  'a cache that is %s gives the authorizer of protected methods its TTL and identity sources',
  (_, map, ttl, sources) => {
    expect(
      only(Template.fromStack(methods(map)), 'AWS::ApiGateway::Authorizer').Properties,
    ).toMatchObject({
      AuthorizerResultTtlInSeconds: ttl,
      IdentitySource: sources,
    });
  },
);

test('another TTL makes a new deployment, without which it would never be live', () => {
  const deployment = (map: AccessMap): string =>
    only(Template.fromStack(methods(map)), 'AWS::ApiGateway::Deployment').id;
  const map = rest();
  expect(deployment({ ...map, cache: { ...map.cache, ttlSeconds: 300 } } as AccessMap)).not.toBe(
    deployment(map),
  );
});

test('the cache of a REST API is flushed when the map changes, after the new code and the stage are live', () => {
  expect(resources(accessTemplate(rest('off')), 'Custom::FlushAuthorizerCache')).toEqual([]);
  const template = accessTemplate(rest());
  const flush = only(template, 'Custom::FlushAuthorizerCache');
  expect(flush.Properties).toMatchObject({
    Kind: 'rest',
    ApiId: { Ref: only(template, 'AWS::ApiGateway::RestApi').id },
    MapVersion: rest().version,
  });
  const code = resources(template, 'AWS::Lambda::Function').find(({ Properties }) =>
    /Decides by Okta/.test(String(Properties['Description'])),
  );
  const awaited = [code?.id, only(template, 'AWS::ApiGateway::Stage').id];
  expect((flush as { DependsOn?: readonly string[] }).DependsOn).toEqual(
    expect.arrayContaining(awaited),
  );
  const roles = JSON.stringify(resources(template, 'AWS::IAM::Role'));
  expect(roles).toMatch(/\/restapis\/.*\/stages"/);
  expect(roles).toMatch(/\/stages\/\*\/cache\/authorizers"/);
});

test.each(['http', 'rest'])(
  'the flush of an API of kind %s waits for the alias of warm environments as well',
  (kind) => {
    const map = kind === 'http' ? cached() : rest();
    const template = Template.fromStack(
      new AccessStack(newApp(), 'Access', { map, provisionedConcurrentExecutions: 1 }),
    );
    const flush = only(template, 'Custom::FlushAuthorizerCache') as {
      DependsOn?: readonly string[];
    };
    expect(flush.DependsOn).toContain(only(template, 'AWS::Lambda::Alias').id);
  },
);

test.each([
  ['per token', rest(), 1],
  ['off', rest('off'), 0],
])(
  'a method that the map does not have, beside a cache that is %s, is an error %i times',
  (_, map, count) => {
    const stack = methods(map, ['GET /items', 'POST /items', 'GET /health', 'GET /items/extra']);
    Template.fromStack(stack);
    expect(
      Annotations.fromStack(stack).findError(
        '*',
        Match.stringLikeRegexp('while answers are cached'),
      ),
    ).toHaveLength(count);
  },
);

test('so is a method of a body', () => {
  const stack = newStack('Test', quietApp());
  const method = {
    'x-amazon-apigateway-integration': {
      type: 'http_proxy',
      httpMethod: 'ANY',
      uri: 'https://shop.example.com',
    },
  };
  const body = {
    openapi: '3.0.1',
    paths: { '/items': { get: method, 'x-amazon-apigateway-any-method': method } },
  };
  const restApi = new SpecRestApi(stack, 'Api', {
    apiDefinition: ApiDefinition.fromInline(body),
    cloudWatchRole: false,
  });
  new OktaGroupAuthorizer(stack, 'Authorizer', { map: rest() }).protect(restApi);
  Template.fromStack(stack);
  const [error, ...others] = Annotations.fromStack(stack).findError(
    '*',
    Match.stringLikeRegexp('while answers are cached'),
  );
  expect(others).toEqual([]);
  expect(error?.entry.data).toMatch(/^method `ANY \/items`/);
});

test('an API that exists is not attached to with a map whose answers are cached', () => {
  const stack = newStack('Test', quietApp());
  const httpApi = HttpApi.fromHttpApiAttributes(stack, 'Api', { httpApiId: 'a1b2c3' });
  const attach = (map: AccessMap, id: string) => () =>
    new OktaGroupAuthorizer(stack, id, { map }).attach(httpApi, { onUnmapped: 'deny' });
  expect(attach(cached(), 'One')).toThrow(
    'expected a map with `api.cache: off`, found one whose answers are cached',
  );
  expect(attach(accessMap(), 'Other')).not.toThrow();
});

test('a REST API that exists caches nothing', () => {
  const stack = newStack('Test', quietApp());
  const restApi = RestApi.fromRestApiId(stack, 'Api', 'a1b2c3');
  const map = accessMap({
    api: {
      name: 'shop',
      kind: 'rest',
      upstream: { url: 'https://shop.example.com' },
      cache: 'off',
    },
  });
  new OktaGroupAuthorizer(stack, 'Authorizer', { map }).attach(restApi, { stage: 'live' });
  const template = Template.fromStack(stack);
  expect(only(template, 'AWS::ApiGateway::Authorizer').Properties).toMatchObject({
    AuthorizerResultTtlInSeconds: 0,
    IdentitySource: TOKEN,
  });
  expect(resources(template, 'Custom::FlushAuthorizerCache')).toEqual([]);
});
