/** A public route without authorizer beside a route of the app that the map does not have. */
import { describe, expect, test } from '@jest/globals';
import { ApiDefinition, HttpIntegration, RestApi, SpecRestApi } from 'aws-cdk-lib/aws-apigateway';
import { CfnRoute, HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { parametersOf } from '../../../lambda/core/path/route-template.ts';
import { OktaGroupAuthorizer } from '../../../lib/authorizer/okta-group-authorizer.ts';
import { accessMap, newStack, quietApp, said } from '../../support/synthesis.ts';

const SAYS = expect.stringContaining('`GET /files/{id}` is public in ') as unknown as string;

test.each(
  (['http', 'rest'] as const).flatMap((kind) => [
    [kind, 'usual', 'GET /files/secret', [SAYS], false] as const,
    [kind, 'report', 'GET /files/secret', [], true] as const,
    [kind, 'exact', 'GET /files/secret', [], false] as const,
    [kind, 'usual', 'GET /other/secret', [], false] as const,
    [kind, 'usual', 'POST /files/secret', [], false] as const,
  ]),
)('on %s, `paths: %s`, beside %s', (kind, paths, beside, errors, isWarned) => {
  const stack = newStack('Test', quietApp());
  const map = accessMap({
    api: {
      name: 'shop',
      kind,
      cache: 'off',
      paths,
      ...(kind === 'rest' && { upstream: { url: 'https://shop.example.com' } }),
    },
    routes: ['GET /items', 'GET /files/{id}'],
    groups: { staff: { allow: ['GET /items'] } },
    public: ['GET /files/{id}'],
  });
  const authorizer = new OktaGroupAuthorizer(stack, 'Authorizer', { map });
  const keys = ['GET /items', 'GET /files/{id}', beside];
  if (kind === 'http') {
    const api = new HttpApi(stack, 'Api');
    authorizer.protect(api);
    for (const [n, routeKey] of keys.entries())
      new CfnRoute(stack, `R${n}`, { apiId: api.apiId, routeKey });
  } else {
    const api = new RestApi(stack, 'Api', { cloudWatchRole: false });
    authorizer.protect(api);
    for (const key of keys) {
      const [method = '', path = ''] = key.split(' ');
      api.root
        .resourceForPath(path)
        .addMethod(method, new HttpIntegration('https://a.example.com'));
    }
  }
  expect(said(stack, 'findError')).toEqual(errors);
  const warnings = said(stack, 'findWarning').filter((text) => text.includes('is public in'));
  expect(warnings).toHaveLength(isWarned ? 1 : 0);
});

test.each([
  ['GET', 1],
  ['POST', 1],
  ['ANY', 0],
])(
  'a public route for all methods, of which the map reads %s exactly: %i errors',
  (exact, count) => {
    const stack = newStack('Test', quietApp());
    const map = accessMap({
      api: {
        name: 'shop',
        cache: 'off',
        upstream: { url: 'https://shop.example.com' },
        pathsOf: [{ routes: [`${exact} /files/{id}`], paths: 'exact' }],
      },
      routes: ['ANY /files/{id}'],
      groups: { staff: { allow: ['ANY /files/{id}'] } },
      public: ['ANY /files/{id}'],
    });
    const api = new HttpApi(stack, 'Api');
    new OktaGroupAuthorizer(stack, 'Authorizer', { map }).protect(api);
    for (const [n, routeKey] of ['ANY /files/{id}', 'DELETE /files/secret'].entries())
      new CfnRoute(stack, `R${n}`, { apiId: api.apiId, routeKey });
    expect(said(stack, 'findError')).toHaveLength(count);
  },
);

test.each([
  [[], 1],
  [['GET /files/*'], 0],
])(
  'a public route that somebody else decides spells nothing; where %j is accepted, %i warnings',
  (foreign, count) => {
    const stack = newStack('Test', quietApp());
    const map = accessMap({
      api: { name: 'shop', cache: 'off', accept: { foreign } },
      routes: ['GET /items', 'GET /files/{id}'],
      groups: { staff: { allow: ['GET /items'] } },
      public: ['GET /files/{id}'],
    });
    const api = new HttpApi(stack, 'Api');
    new OktaGroupAuthorizer(stack, 'Authorizer', { map }).protect(api);
    for (const [n, routeKey] of ['GET /items', 'GET /files/{id}', 'GET /files/secret'].entries()) {
      const theirs = n === 1 && { authorizationType: 'JWT', authorizerId: 'theirs' };
      new CfnRoute(stack, `R${n}`, { apiId: api.apiId, routeKey, ...theirs });
    }
    expect(said(stack, 'findError')).toEqual([]);
    const warnings = said(stack, 'findWarning').filter((text) => text.includes('is public in'));
    expect(warnings).toHaveLength(count);
  },
);

test.each([
  ['POST', 1],
  ['GET', 0],
  ['ANY', 0],
])('beside a route for all methods, of which the map has %s public: %i errors', (method, count) => {
  const stack = newStack('Test', quietApp());
  const routes = ['GET /items', 'GET /files/{id}', `${method} /files/secret`];
  const map = accessMap({
    api: { name: 'shop', cache: 'off' },
    routes,
    groups: { staff: { allow: ['GET /items'] } },
    public: routes.slice(1),
  });
  const api = new HttpApi(stack, 'Api');
  new OktaGroupAuthorizer(stack, 'Authorizer', { map }).protect(api);
  for (const [n, routeKey] of ['GET /items', 'GET /files/{id}', 'ANY /files/secret'].entries())
    new CfnRoute(stack, `R${n}`, { apiId: api.apiId, routeKey });
  expect(said(stack, 'findError')).toHaveLength(count);
});

describe('every shape of a public route that spells another', () => {
  interface Shape {
    readonly of: string;
    readonly anyone: string;
    readonly beside: string;
    readonly spells: boolean;
  }
  const SHAPES: readonly Shape[] = [
    { of: 'greedy', anyone: 'GET /{proxy+}', beside: 'GET /admin/users', spells: true },
    { of: 'greedy of all methods', anyone: 'ANY /{proxy+}', beside: 'DELETE /admin', spells: true },
    { of: 'greedy below', anyone: 'GET /files/{p+}', beside: 'GET /files/a/b', spells: true },
    { of: 'greedy elsewhere', anyone: 'GET /files/{p+}', beside: 'GET /other', spells: false },
    {
      of: 'greedy of another method',
      anyone: 'GET /{proxy+}',
      beside: 'POST /admin',
      spells: false,
    },
    {
      of: 'a parameter in the middle',
      anyone: 'GET /u/{id}/k',
      beside: 'GET /u/me/k',
      spells: true,
    },
    { of: 'HEAD', anyone: 'HEAD /files/{id}', beside: 'GET /files/secret', spells: true },
    { of: 'POST', anyone: 'POST /f/{id}', beside: 'DELETE /f/{id}', spells: true },
    { of: 'a literal POST', anyone: 'POST /f', beside: 'DELETE /f', spells: false },
    { of: 'PUT', anyone: 'PUT /files', beside: 'DELETE /files', spells: false },
    { of: 'a literal', anyone: 'GET /files/a', beside: 'GET /files/{id}', spells: false },
  ];
  const mapOf = (kind: 'http' | 'rest', anyone: string) =>
    accessMap({
      api: { name: 'shop', kind, cache: 'off', upstream: { url: 'https://shop.example.com' } },
      routes: [anyone],
      groups: { staff: { allow: [anyone] } },
      public: [anyone],
    });
  const expected = ({ anyone, spells }: Shape) =>
    spells ? [expect.stringContaining(`\`${anyone}\` is public in `) as unknown as string] : [];

  test.each([
    ...SHAPES,
    { of: 'the default route', anyone: '$default', beside: 'GET /admin', spells: true },
  ])('$of, on an HTTP API', (shape) => {
    const stack = newStack('Test', quietApp());
    const map = mapOf('http', shape.anyone);
    const api = new HttpApi(stack, 'Api');
    new OktaGroupAuthorizer(stack, 'Authorizer', { map }).protect(api);
    for (const [n, routeKey] of [shape.anyone, shape.beside].entries())
      new CfnRoute(stack, `R${n}`, { apiId: api.apiId, routeKey });
    expect(said(stack, 'findError')).toEqual(expected(shape));
  });

  test.each(SHAPES)('$of, in the body of a REST API', (shape) => {
    const stack = newStack('Test', quietApp());
    const map = mapOf('rest', shape.anyone);
    const api = new SpecRestApi(stack, 'Api', {
      apiDefinition: ApiDefinition.fromInline(bodyOf([shape.anyone, shape.beside])),
    });
    new OktaGroupAuthorizer(stack, 'Authorizer', { map }).protect(api);
    expect(said(stack, 'findError')).toEqual(expected(shape));
  });
});

function bodyOf(keys: readonly string[]): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const key of keys) {
    const [method = '', path = ''] = key.split(' ');
    const name = method === 'ANY' ? 'x-amazon-apigateway-any-method' : method.toLowerCase();
    const parameters = parametersOf(path).map((parameter) => ({
      ...{ name: parameter.name, in: 'path', required: true, schema: { type: 'string' } },
    }));
    const uri = 'https://a.example.com';
    const integration = { type: 'http_proxy', httpMethod: 'ANY', uri };
    paths[path] = {
      ...paths[path],
      [name]: { parameters, responses: {}, 'x-amazon-apigateway-integration': integration },
    };
  }
  return { openapi: '3.0.1', info: { title: 'shop', version: '1' }, paths };
}
