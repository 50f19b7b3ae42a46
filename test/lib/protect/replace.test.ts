/** `replace` of `protect`: whose authorizer gives way to ours, and what is said of the others. */
import { expect, test } from '@jest/globals';
import type { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import {
  ApiDefinition,
  type CfnMethod,
  HttpIntegration,
  RestApi,
  SpecRestApi,
} from 'aws-cdk-lib/aws-apigateway';
import { CfnRoute, HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { OktaGroupAuthorizer } from '../../../lib/authorizer/okta-group-authorizer.ts';
import type { ProtectOptions } from '../../../lib/protect/replacing.ts';
import {
  accessMap,
  newStack,
  only,
  quietApp,
  resources,
  restMap,
  said,
} from '../../support/synthesis.ts';

type Kind = 'http' | 'rest' | 'body';
type Foreign = 'AWS_IAM' | 'OTHER';

/** An API whose `GET /items` and public `GET /health` have another authorizer. */
function protectedApi(kind: Kind, foreign: Foreign, options: ProtectOptions): Stack {
  const stack = newStack('Test', quietApp());
  const map = kind === 'http' ? accessMap({ api: { name: 'shop', cache: 'off' } }) : restMap();
  const authorizer = new OktaGroupAuthorizer(stack, 'Authorizer', { map });
  authorizer.protect(APIS[kind](stack, foreign), options);
  return stack;
}

const APIS = {
  http: (stack: Stack, foreign: Foreign) => {
    const api = new HttpApi(stack, 'Api');
    for (const routeKey of ['GET /items', 'GET /health'])
      new CfnRoute(stack, routeKey.replace(' /', ''), {
        apiId: api.apiId,
        routeKey,
        ...(foreign === 'OTHER'
          ? { authorizationType: 'JWT', authorizerId: 'theirs', authorizationScopes: ['read'] }
          : { authorizationType: foreign }),
      });
    return api;
  },
  rest: (stack: Stack, foreign: Foreign) => {
    const api = new RestApi(stack, 'Api', { cloudWatchRole: false });
    for (const name of ['items', 'health']) {
      const method = api.root
        .addResource(name)
        .addMethod('GET', new HttpIntegration('https://a.example.com'));
      const resource = method.node.defaultChild as CfnMethod;
      resource.authorizationType = foreign === 'OTHER' ? 'COGNITO_USER_POOLS' : foreign;
      if (foreign === 'OTHER') resource.authorizationScopes = ['read'];
    }
    return api;
  },
  body: (stack: Stack, foreign: Foreign) => {
    const operation = {
      security: [{ theirs: [] }],
      ...(foreign === 'AWS_IAM' && { 'x-amazon-apigateway-auth': { type: 'AWS_IAM' } }),
      'x-amazon-apigateway-integration': {
        type: 'http_proxy',
        httpMethod: 'GET',
        uri: 'https://a.example.com',
      },
    };
    const theirs = {
      type: 'apiKey',
      name: 'Authorization',
      in: 'header',
      'x-amazon-apigateway-authtype': foreign === 'AWS_IAM' ? 'awsSigv4' : 'cognito_user_pools',
    };
    return new SpecRestApi(stack, 'Api', {
      apiDefinition: ApiDefinition.fromInline({
        openapi: '3.0.1',
        paths: { '/items': { get: operation }, '/health': { get: operation } },
        components: { securitySchemes: { theirs } },
      }),
      cloudWatchRole: false,
    });
  },
};

const TYPES = { http: 'AWS::ApiGatewayV2::Route', rest: 'AWS::ApiGateway::Method' };

/** What protects `GET /items` and `GET /health` in the template. */
function authorizers(stack: Stack, kind: Kind): readonly unknown[] {
  const template = Template.fromStack(stack);
  if (kind !== 'body')
    return resources(template, TYPES[kind])
      .filter(({ id }) => /items|health/i.test(id))
      .map(({ Properties }) => [
        Properties['AuthorizationType'],
        Properties['AuthorizationScopes'],
      ]);
  const { Body } = only(template, 'AWS::ApiGateway::RestApi').Properties;
  const { paths } = Body as { paths: Record<string, { get: Record<string, unknown> }> };
  return Object.values(paths).map(({ get }) => [
    Object.keys((get['security'] as readonly object[])[0] ?? {})[0],
    get['x-amazon-apigateway-auth'],
  ]);
}

const KINDS: readonly Kind[] = ['http', 'rest', 'body'];
const errors = (stack: Stack): readonly string[] => said(stack, 'findError');

test.each(
  KINDS.flatMap((kind) => [
    [kind, 'OTHER', 'GET /items'] as const,
    [kind, 'OTHER', 'GET /*'] as const,
    [kind, 'AWS_IAM', 'GET /items'] as const,
  ]),
)(
  'on %s another authorizer (%s) gives way to ours where `%s` is replaced, and the public route keeps its own',
  (kind, foreign, entry) => {
    const stack = protectedApi(kind, foreign, { replace: [entry] });
    const [items, health] = authorizers(stack, kind);
    expect(items).toEqual([
      kind === 'body' ? expect.stringMatching(/^okta-groups-/) : 'CUSTOM',
      undefined,
    ]);
    expect(health).not.toEqual(items);
    expect(errors(stack)).toEqual([]);
    expect(said(stack, 'findWarning')).toContainEqual(
      expect.stringMatching(/`GET \/health` is public in .* and has an authorizer of its own/),
    );
  },
);

test.each(KINDS)('on %s a pattern never replaces IAM', (kind) => {
  const stack = protectedApi(kind, 'AWS_IAM', { replace: ['GET /*'] });
  const [items, health] = authorizers(stack, kind);
  expect(items).toEqual(health);
  expect(errors(stack)).toEqual([expect.stringContaining('`GET /items` has an authorizer')]);
});

test.each(KINDS)('on %s an entry that stands for no route is an error', (kind) => {
  const stack = protectedApi(kind, 'OTHER', { replace: ['GET /items', 'GET /item'] });
  expect(errors(stack)).toContain(
    'expected a route of the API for `replace` of `protect`, found `GET /item`: correct it, or remove it',
  );
});

test.each(KINDS)('on %s an entry that is no route is refused at once', (kind) => {
  expect(() => protectedApi(kind, 'OTHER', { replace: ['items'] })).toThrow(
    /Test\/Authorizer: `replace`: expected .*, found `items`/,
  );
});

const GREEDY = {
  http: (stack: Stack) => {
    const api = new HttpApi(stack, 'Api');
    new CfnRoute(stack, 'Wide', {
      apiId: api.apiId,
      routeKey: 'ANY /{proxy+}',
      authorizationType: 'JWT',
      authorizerId: 'theirs',
    });
    return api;
  },
  rest: (stack: Stack) => {
    const api = new RestApi(stack, 'Api', { cloudWatchRole: false });
    const method = api.root
      .addResource('{proxy+}')
      .addMethod('ANY', new HttpIntegration('https://a.example.com'));
    (method.node.defaultChild as CfnMethod).authorizationType = 'COGNITO_USER_POOLS';
    return api;
  },
  body: (stack: Stack) => {
    const theirs = { type: 'oauth2', 'x-amazon-apigateway-authorizer': { type: 'token' } };
    return new SpecRestApi(stack, 'Api', {
      apiDefinition: ApiDefinition.fromInline({
        openapi: '3.0.1',
        paths: { '/{proxy+}': { [ANY_METHOD]: { security: [{ theirs: [] }] } } },
        components: { securitySchemes: { theirs } },
      }),
      cloudWatchRole: false,
    });
  },
};
const ANY_METHOD = 'x-amazon-apigateway-any-method';

test.each(KINDS)(
  'on %s a greedy route that gives way serves the routes of the map below it',
  (kind) => {
    const stack = newStack('Test', quietApp());
    const map = (kind === 'http' ? accessMap : restMap)({
      ...(kind === 'http' && { api: { name: 'shop', cache: 'off' } }),
      routes: ['GET /items', 'ANY /{proxy+}'],
      public: [],
      groups: { readers: { allow: ['GET /items', 'ANY /{proxy+}'] } },
    });
    const authorizer = new OktaGroupAuthorizer(stack, 'Authorizer', { map });
    authorizer.protect(GREEDY[kind](stack), { replace: ['ANY /{proxy+}'] });
    expect(errors(stack)).toEqual([]);
    expect(JSON.stringify(Template.fromStack(stack))).not.toMatch(/"JWT"|COGNITO|\[\{"theirs"/);
  },
);
