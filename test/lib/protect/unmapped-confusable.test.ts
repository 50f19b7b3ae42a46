/** Routes of an app's API that the map does not have, beside those that it guards. */
import { describe, expect, test } from '@jest/globals';
import { Template } from 'aws-cdk-lib/assertions';
import { HttpIntegration, RestApi } from 'aws-cdk-lib/aws-apigateway';
import { CfnRoute, HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { OktaGroupAuthorizer } from '../../../lib/authorizer/okta-group-authorizer.ts';
import { accessMap, newStack, quietApp, said } from '../../support/synthesis.ts';

const KINDS = ['http', 'rest'] as const;
type Kind = (typeof KINDS)[number];

interface Scene {
  readonly kind: Kind;
  /** Routes of the API beside those of the map. */
  readonly beside: readonly string[];
  readonly paths?: string;
  /** Patterns of routes whose paths the back end reads exactly. */
  readonly exactOf?: readonly string[];
  /** Default: `GET /files/{id}` and `POST /files`. */
  readonly mapped?: readonly string[];
  /** Those of them that the API has as they are. Default: all. */
  readonly present?: readonly string[];
  readonly cache?: string;
  /** Default: the whole API is protected. */
  readonly single?: boolean;
}

function synthesized({
  kind,
  beside,
  mapped = ['GET /files/{id}', 'POST /files'],
  present = mapped,
  paths = 'usual',
  exactOf,
  cache = 'off',
  single = false,
}: Scene) {
  const stack = newStack('Test', quietApp());
  const rest = kind === 'rest' && { upstream: { url: 'https://shop.example.com' } };
  const of = exactOf !== undefined && { pathsOf: [{ routes: [...exactOf], paths: 'exact' }] };
  const map = accessMap({
    api: { name: 'shop', kind, cache, paths, ...of, ...rest },
    routes: mapped,
    groups: { staff: { allow: mapped } },
    public: [],
  });
  const authorizer = new OktaGroupAuthorizer(stack, 'Authorizer', { map });
  const keys = [...present, ...beside];
  if (kind === 'http') {
    const api = new HttpApi(stack, 'Api');
    if (!single) authorizer.protect(api);
    for (const [n, routeKey] of keys.entries()) {
      const own = single && mapped.includes(routeKey);
      const guard = own && {
        authorizationType: 'CUSTOM',
        authorizerId: authorizer.authorizerIdFor(api),
      };
      new CfnRoute(stack, `R${n}`, { apiId: api.apiId, routeKey, ...guard });
    }
  } else {
    const api = new RestApi(stack, 'Api', { cloudWatchRole: false });
    authorizer.protect(api);
    for (const key of keys) {
      const [method = '', path = ''] = key.split(' ');
      const resource = api.root.resourceForPath(path);
      resource.addMethod(method, new HttpIntegration('https://a.example.com'));
    }
  }
  const errors = said(stack, 'findError');
  const functions = Template.fromStack(stack).findResources('AWS::Lambda::Function');
  const lists = Object.values(functions).flatMap(
    ({ Properties }) => Properties.Environment?.Variables?.UNMAPPED_ROUTES ?? [],
  );
  return { errors, lists: lists.map((text: string) => JSON.parse(text)) };
}

describe.each(KINDS)('on an API of kind %s', (kind) => {
  test('the authorizer gets what a path or method of a guarded route may mean', () => {
    const beside = ['GET /files/secret', 'DELETE /files', 'GET /other/secret', 'PUT /files/secret'];
    const { errors, lists } = synthesized({ kind, beside });
    expect(errors).toEqual([]);
    expect(lists).toEqual([['DELETE /files', 'GET /files/secret']]);
  });

  test('a route of whose methods the map has some is one of them, for those that it lacks', () => {
    const some = (mapped: readonly string[]) =>
      synthesized({ kind, mapped, beside: ['ANY /files/secret'] }).lists;
    const mapped = ['GET /files/{id}', 'POST /files/secret'];
    // The API has the method of the map by the route for all methods alone.
    const { errors, lists } = synthesized({
      ...{ kind, mapped, present: ['GET /files/{id}'], beside: ['ANY /files/secret'] },
    });
    expect([errors, lists]).toEqual([[], [['ANY /files/secret']]]);
    expect(some(['GET /files/{id}', 'GET /files/secret'])).toEqual([]);
  });

  test('a template without such routes stays as it is', () => {
    expect(synthesized({ kind, beside: ['GET /other/secret'] }).lists).toEqual([]);
  });

  test.each([
    ['usual', 'GET /files/secret', true],
    ['report', 'GET /files/secret', true],
    ['exact', 'GET /files/secret', false],
    ['usual', 'GET /other/secret', false],
  ])('while answers are cached, `paths: %s` beside `%s`', (paths, beside, isError) => {
    const { errors } = synthesized({ kind, beside: [beside], paths, cache: 'auto' });
    const kept = errors.filter((text) => text.includes('no cached answer'));
    expect(kept).toEqual(
      isError ? [expect.stringContaining(`\`${beside}\` is not in `) as unknown as string] : [],
    );
  });

  test.each([
    [['GET', 'POST'], true],
    [['POST'], true],
    [['ANY'], false],
  ])(
    'while answers are cached, `paths: exact` of %s beside a route for all methods',
    (methods, isError) => {
      const { errors } = synthesized({
        kind,
        mapped: ['ANY /files/{id}'],
        exactOf: methods.map((method) => `${method} /files/{id}`),
        beside: ['DELETE /files/secret'],
        cache: 'auto',
      });
      const kept = errors.filter((text) => text.includes('no cached answer'));
      expect(kept).toHaveLength(isError ? 1 : 0);
    },
  );

  test('more than an environment variable holds is an error', () => {
    const beside = Array.from({ length: 90 }, (_, n) => `GET /files/${'long'.repeat(8)}${n}`);
    expect(synthesized({ kind, beside }).errors).toEqual([
      expect.stringContaining('90 routes of the API are not in '),
    ]);
  });
});

test('routes that their owner did not give the authorizer are closed to its callers too', () => {
  const { errors, lists } = synthesized({
    kind: 'http',
    beside: ['GET /files/secret'],
    single: true,
  });
  expect(errors).toEqual([]);
  expect(lists).toEqual([['GET /files/secret']]);
});
