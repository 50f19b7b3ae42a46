import { expect, test } from '@jest/globals';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { CfnRoute, HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { OktaGroupAuthorizer } from '../../lib/okta-group-authorizer.ts';
import { accessMap, accessTemplate, newStack, only, quietApp, resources } from './synthesis.ts';

const cached = (cache: unknown = 'auto', more: Record<string, unknown> = {}) =>
  accessMap({ api: { name: 'shop', upstream: { url: 'https://shop.example.com' }, cache }, ...more });
/** `/users/{id}` may be called without `/users/{id}/secrets`, and the other way round. */
const CONFLICT = {
  routes: ['GET /users/{id}', 'GET /users/{id}/secrets'],
  public: [],
  groups: { one: { allow: ['GET /users/{id}'] }, other: { allow: ['GET /users/{id}/secrets'] } },
};

test.each([
  ['off', accessMap(), 0, ['$request.header.Authorization']],
  ['per token', cached(), 60, ['$request.header.Authorization']],
  ['per token, with a TTL of its own', cached({ ttl: '5m' }), 300, ['$request.header.Authorization']],
  ['per token and route', cached('auto', CONFLICT), 60, ['$request.header.Authorization', '$context.routeKey', '$context.httpMethod']],
])('a cache that is %s gives the authorizer its TTL and identity sources', (_, map, ttl, sources) => {
  expect(only(accessTemplate(map), 'AWS::ApiGatewayV2::Authorizer').Properties).toMatchObject({
    AuthorizerResultTtlInSeconds: ttl,
    IdentitySource: sources,
  });
});

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
  const [policy] = (role?.Properties['Policies'] ?? []) as { PolicyDocument: { Statement: { Action: unknown; Resource: unknown }[] } }[];
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
  expect(Annotations.fromStack(stack).findError('*', Match.stringLikeRegexp('while answers are cached per token'))).toHaveLength(1);
});
