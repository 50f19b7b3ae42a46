import { describe, expect, test } from '@jest/globals';
import type { Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { ApiDefinition, MockIntegration, RestApi, SpecRestApi } from 'aws-cdk-lib/aws-apigateway';
import { OktaGroupAuthorizer } from '../../../lib/authorizer/okta-group-authorizer.ts';
import {
  accessMap,
  accessTemplate,
  newStack,
  only,
  quietApp,
  type Resource,
  resources,
} from '../../support/synthesis.ts';

const api = {
  name: 'shop',
  kind: 'rest',
  upstream: { url: 'https://shop.example.com' },
  cache: 'off',
};
const cors = { origins: ['https://a.example.com', 'https://b.example.com'] };
const mapWith = (apiOverrides: Record<string, unknown> = {}, path = '/permissions') =>
  accessMap({
    api: { ...api, ...apiOverrides },
    routes: ['GET /items'],
    public: [],
    groups: { staff: { allow: ['GET /items'] } },
    permissionsEndpoint: { path },
  });

/** What a stage's cache must tell callers apart by. */
const KEYS = ['Authorization', 'Origin', 'If-None-Match'];
const CACHE_KEYS = KEYS.map((name) => `method.request.header.${name}`);

interface Operation {
  readonly parameters?: unknown;
  readonly security?: unknown;
  readonly responses: Readonly<Record<string, { readonly headers: unknown }>>;
  readonly 'x-amazon-apigateway-integration': { readonly type: string; readonly uri: unknown };
}
type Paths = Readonly<Record<string, Readonly<Record<string, Operation>>>>;

const pathsOf = (template: Template): Paths =>
  (only(template, 'AWS::ApiGateway::RestApi').Properties['Body'] as { readonly paths: Paths })
    .paths;

const functionOf = (template: Template): string =>
  resources(template, 'AWS::Lambda::Function').find(({ Properties }) =>
    String(Properties['Description']).includes('Tells callers'),
  )?.id ?? '';

const warningsOf = (stack: Stack): string =>
  JSON.stringify(
    Annotations.fromStack(stack)
      .findWarning('*', Match.anyValue())
      .map(({ entry }) => entry.data),
  );

describe('the permissions endpoint of a REST API that we deploy', () => {
  const template = accessTemplate(mapWith({ cors }));
  const { get, options, ...others } = pathsOf(template)['/permissions'] ?? {};

  test('is a method of the document, behind the authorizer, with a preflight of its own', () => {
    expect(others).toEqual({});
    expect(get?.security).toEqual(pathsOf(template)['/items']?.['get']?.security);
    expect(get?.security).toHaveLength(1);
    expect([options?.security, options?.['x-amazon-apigateway-integration'].type]).toEqual([
      undefined,
      'mock',
    ]);
  });

  test('has a function that this method alone may invoke', () => {
    const id = functionOf(template);
    expect(JSON.stringify(get?.['x-amazon-apigateway-integration'])).toContain(id);
    expect(get?.['x-amazon-apigateway-integration']).toMatchObject({
      type: 'aws_proxy',
      httpMethod: 'POST',
    });
    const permission = resources(template, 'AWS::Lambda::Permission').filter(({ Properties }) =>
      JSON.stringify(Properties['FunctionName']).includes(id),
    );
    expect(permission).toHaveLength(1);
    expect(JSON.stringify(permission[0]?.Properties['SourceArn'])).toContain('/*/GET/permissions"');
  });

  test('is kept by the cache of a stage for its own caller and page alone', () => {
    expect(get?.['x-amazon-apigateway-integration']).toMatchObject({
      cacheKeyParameters: CACHE_KEYS,
    });
    expect(get?.parameters).toEqual(
      KEYS.map((name) => ({ name, in: 'header', required: false, schema: { type: 'string' } })),
    );
  });

  test('has no preflight where no page may call', () => {
    expect(Object.keys(pathsOf(accessTemplate(mapWith()))['/permissions'] ?? {})).toEqual(['get']);
  });
});

test('the function knows which origins may read its answers, on a REST API alone', () => {
  expect(mapWith({ cors }).model.permissionsEndpoint).toEqual({
    route: 'GET /permissions',
    exposeGroups: false,
    origins: cors.origins,
  });
  expect(mapWith().model.permissionsEndpoint).not.toHaveProperty('origins');
  expect(mapWith({ kind: 'http', cors }).model.permissionsEndpoint).not.toHaveProperty('origins');
});

function protectedApi(map = mapWith(), preflights = false) {
  const stack = newStack('Test', quietApp());
  const restApi = new RestApi(stack, 'Api', {
    cloudWatchRole: false,
    ...(preflights && { defaultCorsPreflightOptions: { allowOrigins: ['*'] } }),
  });
  restApi.root.addResource('items').addMethod('GET', new MockIntegration());
  return { stack, restApi, authorizer: new OktaGroupAuthorizer(stack, 'Authorizer', { map }) };
}

const methodsAt = (template: Template, part: string): readonly Resource[] => {
  const [resource] = resources(template, 'AWS::ApiGateway::Resource').filter(
    ({ Properties }) => Properties['PathPart'] === part,
  );
  return resources(template, 'AWS::ApiGateway::Method').filter(
    ({ Properties }) => (Properties['ResourceId'] as { readonly Ref: string }).Ref === resource?.id,
  );
};

describe('a REST API whose methods are resources', () => {
  test('gets the method when asked, behind the authorizer, without a warning that it is unmapped', () => {
    const { stack, restApi, authorizer } = protectedApi(mapWith({ cors }, '/v1/permissions'));
    authorizer.protect(restApi);
    expect(authorizer.addPermissionsEndpoint(restApi).routeKey).toBe('GET /v1/permissions');
    const template = Template.fromStack(stack);
    const [get, preflight, ...others] = methodsAt(template, 'permissions');
    expect(others).toEqual([]);
    expect(get?.Properties).toMatchObject({
      HttpMethod: 'GET',
      AuthorizationType: 'CUSTOM',
      AuthorizerId: { Ref: only(template, 'AWS::ApiGateway::Authorizer').id },
      Integration: {
        Type: 'AWS_PROXY',
        IntegrationHttpMethod: 'POST',
        CacheKeyParameters: CACHE_KEYS,
      },
      RequestParameters: Object.fromEntries(CACHE_KEYS.map((key) => [key, false])),
    });
    expect(preflight?.Properties).toMatchObject({
      HttpMethod: 'OPTIONS',
      AuthorizationType: 'NONE',
      Integration: { Type: 'MOCK' },
    });
    expect(warningsOf(stack)).not.toContain('GET /v1/permissions');
    const { DependsOn } = Object.values(
      template.findResources('AWS::ApiGateway::Deployment'),
    )[0] as { readonly DependsOn: string[] };
    expect(DependsOn).toEqual(expect.arrayContaining([get?.id, preflight?.id]));
  });

  test('is deployed again for it', () => {
    const idWith = (asked: boolean): string => {
      const { stack, restApi, authorizer } = protectedApi();
      authorizer.protect(restApi);
      if (asked) authorizer.addPermissionsEndpoint(restApi);
      return only(Template.fromStack(stack), 'AWS::ApiGateway::Deployment').id;
    };
    expect(idWith(true)).not.toBe(idWith(false));
  });

  test('keeps the preflight that it makes by itself', () => {
    const { stack, restApi, authorizer } = protectedApi(mapWith({ cors }), true);
    authorizer.protect(restApi);
    authorizer.addPermissionsEndpoint(restApi);
    const methods = methodsAt(Template.fromStack(stack), 'permissions').map(
      ({ Properties }) => Properties['HttpMethod'],
    );
    expect(methods.toSorted()).toEqual(['GET', 'OPTIONS']);
  });

  test.each(['GET', 'ANY'])(
    'that has a method %s there is left as it is, with an error',
    (method) => {
      const { restApi, authorizer } = protectedApi();
      restApi.root.addResource('permissions').addMethod(method, new MockIntegration());
      authorizer.protect(restApi);
      expect(() => authorizer.addPermissionsEndpoint(restApi)).toThrow(
        'expected no method for `GET /permissions`, found one',
      );
    },
  );

  test('that is not protected is an error', () => {
    const { restApi, authorizer } = protectedApi();
    expect(() => authorizer.addPermissionsEndpoint(restApi)).toThrow(
      'expected `protect` before `addPermissionsEndpoint`',
    );
  });
});

describe('a REST API with a body', () => {
  const item = { get: { responses: {}, 'x-amazon-apigateway-integration': { type: 'mock' } } };
  const withBody = (version: object, paths: object) => {
    const stack = newStack('Test', quietApp());
    const restApi = new SpecRestApi(stack, 'Api', {
      apiDefinition: ApiDefinition.fromInline({ ...version, paths: { '/items': item, ...paths } }),
      cloudWatchRole: false,
    });
    const authorizer = new OktaGroupAuthorizer(stack, 'Authorizer', { map: mapWith({ cors }) });
    authorizer.protect(restApi);
    return { stack, restApi, authorizer };
  };

  test.each([
    ['OpenAPI 3', { openapi: '3.0.1' }, { schema: { type: 'string' } }],
    ['Swagger 2', { swagger: '2.0' }, { type: 'string' }],
  ])('in %s gets the method there, beside those that the path has', (_what, version, header) => {
    const { stack, restApi, authorizer } = withBody(version, {
      '/permissions': { post: item.get },
    });
    authorizer.addPermissionsEndpoint(restApi);
    const { '/permissions': found = {}, '/items': kept = {} } = pathsOf(Template.fromStack(stack));
    expect(Object.keys(found).toSorted()).toEqual(['get', 'options', 'post']);
    expect(found['get']?.security).toEqual(kept['get']?.security);
    expect(found['get']?.parameters).toContainEqual({
      name: 'Authorization',
      in: 'header',
      required: false,
      ...header,
    });
    expect(found['options']?.responses['204']?.headers).toMatchObject({
      'Access-Control-Allow-Origin': header,
    });
  });

  test('is deployed again for it', () => {
    const idWith = (asked: boolean): string => {
      const { stack, restApi, authorizer } = withBody({ openapi: '3.0.1' }, {});
      if (asked) authorizer.addPermissionsEndpoint(restApi);
      return only(Template.fromStack(stack), 'AWS::ApiGateway::Deployment').id;
    };
    expect(idWith(true)).not.toBe(idWith(false));
  });

  test.each(['get', 'x-amazon-apigateway-any-method'])(
    'that serves the path by %s is left as it is, with an error',
    (verb) => {
      const { restApi, authorizer } = withBody(
        { openapi: '3.0.1' },
        { '/permissions': { [verb]: item.get } },
      );
      expect(() => authorizer.addPermissionsEndpoint(restApi)).toThrow(
        'expected no method for `GET /permissions`, found one',
      );
    },
  );
});

test('a path that REST APIs do not take is an error of the map', () => {
  expect(() => mapWith({}, '/who+am+i')).toThrow('path parts of letters, digits');
});
