import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { runInject } from '../../../lib/commands/inject.ts';
import { MAP } from './live/live-aws.ts';
import { capture, project } from './project.ts';

describe('inject', () => {
  const authorizerUri =
    'arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:111122223333:function:f/invocations';
  const document = (more = '') => `openapi: 3.0.1
paths:
  /health: { get: {} }
  /invoices: { get: {} }
  /orders:
    get: {}
    post: {}${more}
`;
  const injected = (text: string, map = MAP) => {
    const folder = project({ 'access.yaml': map, 'in.yaml': text });
    const io = capture(folder);
    return { code: runInject({ document: 'in.yaml', authorizerUri }, io), io };
  };
  interface Told {
    readonly ok: boolean;
    readonly output: string | null;
    readonly problems: readonly { readonly code: string; readonly message: string }[];
    readonly routes: readonly { readonly route: string; readonly state: string }[];
    readonly missing: readonly string[];
    readonly left: readonly unknown[];
  }
  /** What `--json` says, with the codes of its problems in order. */
  const told = (text: string, map = MAP, replace: readonly string[] = []) => {
    const folder = project({ 'access.yaml': map, 'in.yaml': text });
    const io = capture(folder);
    const options = { document: 'in.yaml', authorizerUri, output: 'out.yaml', json: true, replace };
    const exit = runInject(options, io);
    const answer = io.json() as Told;
    const isWritten = existsSync(join(folder, 'out.yaml'));
    expect([answer.ok, answer.output, isWritten]).toEqual(
      exit === 0 ? [true, 'out.yaml', true] : [false, null, false],
    );
    return { exit, codes: answer.problems.map(({ code }) => code), ...answer };
  };
  const stateOf = ({ routes }: Pick<Told, 'routes'>, key: string) =>
    routes.find(({ route }) => route === key);

  test('names the authorizer on every route but public ones', () => {
    const { code, io } = injected(document());
    expect(code).toBe(0);
    const out = parse(io.stdout()) as {
      readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
      readonly components: unknown;
    };
    const ours = { security: [{ 'okta-groups': [] }] };
    expect(out.paths).toEqual({
      '/health': { get: {} },
      '/invoices': { get: ours },
      '/orders': { get: ours, post: ours },
    });
    expect(out.components).toEqual({
      securitySchemes: {
        'okta-groups': {
          type: 'apiKey',
          name: 'Authorization',
          in: 'header',
          'x-amazon-apigateway-authtype': 'custom',
          'x-amazon-apigateway-authorizer': {
            type: 'request',
            authorizerUri,
            authorizerResultTtlInSeconds: 0,
            identitySource: '$request.header.Authorization',
            authorizerPayloadFormatVersion: '2.0',
            enableSimpleResponses: false,
          },
        },
      },
    });
  });

  const broken = document('\n    put: {}\n  /carts: { get: { security: [{ other: [] }] } }')
    .replace('/invoices: { get: {} }', '/invoices: { get: { security: [{ other: [] }] } }')
    .replace('/health: { get: {} }\n', '/x: {}\n');

  test('stops at another security requirement, an unmapped operation and a missing one', () => {
    const { exit, codes, missing, ...answer } = told(broken);
    expect([exit, codes, missing]).toEqual([
      1,
      ['ROUTE_FOREIGN', 'ROUTE_UNMAPPED', 'ROUTE_UNMAPPED', 'ROUTE_FOREIGN', 'ROUTE_MISSING'],
      ['GET /health'],
    ]);
    expect(stateOf(answer, 'GET /invoices')).toMatchObject({ state: 'foreign', detail: '`other`' });
    expect(stateOf(answer, 'GET /orders')).toMatchObject({ state: 'unprotected' });
    expect(stateOf(told(document()), 'GET /orders')).toMatchObject({ state: 'ours' });
    expect(told(document(), MAP, ['GET /nowhere']).codes).toEqual(['ROUTE_MISSING']);
    expect(told(`${document()}\n  /a: { trace: {} }\n`).left).toMatchObject([
      { route: 'TRACE /a' },
    ]);
  });

  test('says so in sentences, and names what serves a rule', () => {
    const { code, io } = injected(broken);
    expect([code, io.stdout()]).toEqual([1, '']);
    expect(io.stderr().split('\n')).toEqual([
      "expected no other security on `GET /invoices`, found `other`: remove it, so that the access map decides, or name the route with `--replace 'GET /invoices'`",
      'expected every route in access.yaml, found `PUT /orders` without an entry: add it to `routes`',
      'expected every route in access.yaml, found `GET /carts` without an entry: add it to `routes`',
      "expected no other security on `GET /carts`, found `other`: remove it, so that the access map decides, or name the route with `--replace 'GET /carts'`",
      'expected `GET /health` of access.yaml in the document, found no such operation: nobody can call it: add the route, or correct `routes`',
      '',
    ]);
    const catchAll = injected(below(`'/{proxy+}': { ${ANY} }`), MAP_BELOW);
    expect(catchAll.io.stderr()).toMatch(/`GET \/orders`.*`ANY \/\{proxy\+\}`/);
    expect(injected(document()).io.stderr()).toMatch(/^3 routes .*\n$/);
  });

  const ANY = 'x-amazon-apigateway-any-method: {}';
  const below = (entry: string) => `openapi: 3.0.1\npaths:\n  ${entry}\n  /health: { get: {} }\n`;
  const MAP_BELOW = MAP.replace('routes: [', "routes: ['ANY /{proxy+}', ");

  test('takes rules below a catch-all operation of the map, and says what serves them', () => {
    const served = told(below(`'/{proxy+}': { ${ANY} }`), MAP_BELOW);
    expect([served.exit, stateOf(served, 'GET /orders')]).toEqual([
      0,
      { route: 'GET /orders', state: 'served', servedBy: 'ANY /{proxy+}' },
    ]);
    const other = told(below(`'/{proxy+}': { ${ANY} }`));
    expect([other.exit, new Set(other.codes), other.missing]).toEqual([
      1,
      new Set(['ROUTE_UNMAPPED', 'ROUTE_MISSING']),
      expect.arrayContaining(['GET /orders']),
    ]);
    const dead = told(
      below(`'/{proxy+}': { ${ANY} }\n  '/{name}': { ${ANY} }`),
      MAP_BELOW.replace('routes: [', "routes: ['ANY /{name}', "),
    );
    expect([dead.exit, dead.codes]).toEqual([1, expect.arrayContaining(['ROUTE_MISSING'])]);
    expect(dead.missing).toContain('GET /orders');
  });

  test.each([
    ['GET', 1],
    ['POST', 1],
    ['ANY', 0],
  ])(
    'of an operation for all methods beside one that is partly in the map, %s is read exactly: exit %i',
    (exact, exit) => {
      const map = MAP_BELOW.replace(
        'attachTo: { httpApiId: a1b2c3d4e5 }',
        `authorizerOnly: true, pathsOf: [{ routes: ['${exact} /{proxy+}'], paths: exact }]`,
      );
      const text = below(
        `'/{proxy+}': { ${ANY} }\n  /orders: { ${ANY} }\n  /invoices: { get: {} }`,
      );
      const { exit: found, codes } = told(text, map);
      expect([found, codes]).toEqual([exit, exit === 0 ? [] : ['API_SETTING']]);
    },
  );

  const REST_MAP = MAP.replace(
    'attachTo: { httpApiId: a1b2c3d4e5 }',
    'kind: rest, authorizerOnly: true',
  );
  const POLICY = `x-amazon-apigateway-policy: { Statement: [{ Effect: Allow, Principal: '*', Action: 'execute-api:Invoke', Resource: 'execute-api:/*', Condition: { IpAddress: { 'aws:SourceIp': 10.0.0.0/8 } } }] }\npaths:`;
  const accepting = (map: string, finding: string) =>
    map.replace('authorizerOnly: true', `authorizerOnly: true, accept: { findings: [${finding}] }`);

  test('holds the rules of attaching: policy, source of keys, quota of authorizers, preflights', () => {
    const withPolicy = document().replace('paths:', POLICY);
    expect(told(withPolicy, REST_MAP).codes).toEqual(['API_SETTING']);
    expect(injected(withPolicy, accepting(REST_MAP, 'resourcePolicy')).code).toBe(0);
    const source = keyed(document()).replace(
      'paths:',
      'x-amazon-apigateway-api-key-source: AUTHORIZER\npaths:',
    );
    expect(told(source, REST_MAP).codes).toEqual(['API_SETTING']);
    const schemes = Array.from(
      { length: 10 },
      (_, at) => `s${at}: { type: apiKey, x-amazon-apigateway-authorizer: {} }`,
    ).join(', ');
    const full = document().replace(
      'paths:',
      `components: { securitySchemes: { ${schemes} } }\npaths:`,
    );
    expect(told(full, REST_MAP).codes).toEqual(['API_SETTING']);
    const cors = below(`'/{proxy+}': { ${ANY} }`).replace(
      'paths:',
      'x-amazon-apigateway-cors: { allowOrigins: ["*"] }\npaths:',
    );
    expect(told(cors, MAP_BELOW).codes).toEqual(['API_SETTING']);
    const mock = `options: { x-amazon-apigateway-integration: { type: mock } }`;
    const rest = below(`'/{proxy+}': { ${ANY} }\n  /a: { ${mock} }`);
    const restBelow = MAP_BELOW.replace(
      'attachTo: { httpApiId: a1b2c3d4e5 }',
      'kind: rest, authorizerOnly: true',
    );
    expect(told(rest, restBelow).codes).toEqual(['API_SETTING']);
    expect(injected(rest, accepting(restBelow, 'preflight')).code).toBe(0);
    // A preflight brings no key of a usage plan: the gateway refuses it without us.
    const withKey = rest
      .replace(ANY, 'x-amazon-apigateway-any-method: { security: [{ api_key: [] }] }')
      .replace('paths:', KEY_SCHEME);
    expect(injected(withKey, restBelow).code).toBe(0);
  });

  const KEY_SCHEME =
    'components: { securitySchemes: { api_key: { type: apiKey, name: x-api-key, in: header } } }\npaths:';
  const keyed = (text: string) =>
    text
      .replace('get: {}\n    post', 'get: { security: [{ api_key: [] }] }\n    post')
      .replace('paths:', KEY_SCHEME);
  const securityOf = (text: string, map?: string): unknown => {
    const { code, io } = injected(text, map);
    if (code !== 0) return told(text, map).codes;
    return (parse(io.stdout()) as { paths: Record<string, Record<string, { security?: unknown }>> })
      .paths['/orders']?.['get']?.security;
  };

  test('a REST method that asks for a key keeps it beside the authorizer; an HTTP API has no keys', () => {
    expect(securityOf(keyed(document()), REST_MAP)).toEqual([
      { api_key: [] },
      { 'okta-groups': [] },
    ]);
    expect(securityOf(keyed(document()))).toEqual([{ 'okta-groups': [] }]);
    const authorizer = keyed(document()).replace(
      'in: header',
      'in: header, x-amazon-apigateway-authtype: custom',
    );
    expect(securityOf(authorizer, REST_MAP)).toEqual(['ROUTE_FOREIGN']);
    expect(stateOf(told(authorizer, REST_MAP), 'GET /orders')).toMatchObject({
      detail: '`api_key`',
    });
  });

  test('a preflight that a REST API answers itself needs no entry in the map; one with a back end does', () => {
    const options = (type: string) =>
      document(`\n    options: { x-amazon-apigateway-integration: { type: ${type} } }`);
    expect(securityOf(options('mock'), REST_MAP)).toEqual([{ 'okta-groups': [] }]);
    expect(securityOf(options('http_proxy'), REST_MAP)).toEqual(['ROUTE_UNMAPPED']);
  });

  test.each([
    [
      'an alias of a path',
      '/health: { get: {} }\n  /invoices: { get: {} }',
      '/health: &x { get: {} }\n  /invoices: *x',
    ],
    ['an alias of an operation', '/invoices: { get: {} }', '/invoices: { get: *x }'],
    ['a merge into a path', '/invoices: { get: {} }', '/invoices: { <<: *y }'],
    ['a merge into an operation', '/invoices: { get: {} }', '/invoices: { get: { <<: *x } }'],
    [
      'a reference to a path',
      '/invoices: { get: {} }',
      '/invoices: { $ref: "#/components/pathItems/i" }',
    ],
    ['an alias that loses its anchor', 'post: {}', 'post: { security: &s [] }\nx-more: *s'],
    ['an alias of `components`', 'paths:', 'x: &c {}\ncomponents: *c\npaths:'],
  ])('%s is written out where its text would change elsewhere too', (_, from, to) => {
    const anchors =
      'x-operation: &x { tags: [a] }\nx-path: &y { get: *x }\ncomponents: { pathItems: { i: { get: { tags: [a] } } } }\n';
    const head = to.includes('&x') || to.includes('&c') ? '' : anchors;
    const text = `${head}${document().replace(from, to)}`;
    const { code, io } = injected(text);
    expect([code, told(text).codes]).toEqual([0, []]);
    const read = (yaml: string) => parse(yaml, { merge: true }) as Record<string, object>;
    const [before, after] = [read(text), read(io.stdout())];
    const { paths: _paths, components: _components, ...rest } = before;
    expect(after).toMatchObject(rest);
    const paths = after['paths'] as Record<string, Record<string, { security?: unknown }>>;
    expect(paths['/health']?.['get']?.security).toBeUndefined();
    expect(paths['/invoices']?.['get']?.security).toEqual([{ 'okta-groups': [] }]);
    const repeated = injected(io.stdout());
    expect([repeated.code, repeated.io.stdout()]).toEqual([0, io.stdout()]);
  });

  test.each([
    [
      'an empty operation',
      document().replace('/invoices: { get: {} }', '/invoices: { get: }'),
      /^`in\.yaml`: .*`GET \/invoices`/,
    ],
    ['a document of another version', document().replace('3.0.1', '4.0.0'), /4\.0\.0/],
    ['a path that stands elsewhere', document('\n  /carts: { $ref: "#/x" }'), /`\/carts`.*`#\/x`/],
  ])('%s is refused in one sentence', (_, text, says) => {
    expect(() => injected(text)).toThrow(
      expect.objectContaining({
        code: 'DOCUMENT_UNREADABLE',
        message: expect.stringMatching(says),
      }),
    );
  });

  test.each([
    [
      'an authentication of a whole path',
      document('\n    x-amazon-apigateway-auth: { type: NONE }'),
      'API_SETTING',
    ],
    [
      'IAM on an operation',
      document().replace('post: {}', 'post: { x-amazon-apigateway-auth: { type: AWS_IAM } }'),
      'ROUTE_FOREIGN',
    ],
  ])('%s stops it', (_, text, code) => {
    const { exit, codes } = told(text);
    expect([exit, codes]).toEqual([1, [code]]);
  });

  test('an operation for any method serves the routes of the map for each method', () => {
    const text = document().replace('get: {}\n    post: {}', 'x-amazon-apigateway-any-method: {}');
    const { exit, routes } = told(text);
    const ours = routes.flatMap(({ route, state }) => (state === 'ours' ? [route] : []));
    expect([exit, ours]).toEqual([0, ['GET /invoices', 'ANY /orders']]);
  });

  test('empty `components` are filled', () => {
    expect(securityOf(document().replace('paths:', 'components:\npaths:'))).toEqual([
      { 'okta-groups': [] },
    ]);
  });
});
