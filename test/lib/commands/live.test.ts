import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import type { RecordedSettings } from '../../../lambda/core/contract/attachment-record.ts';
import {
  ApiNotFoundError,
  type LiveApi,
  type LiveRoute,
} from '../../../lambda/gateway/live-api.ts';
import { AccessMap } from '../../../lib/access-map/index.ts';
import { runCoverage } from '../../../lib/commands/coverage.ts';
import { runInit } from '../../../lib/commands/init.ts';
import { runInject } from '../../../lib/commands/inject.ts';
import type { FoundStack, LiveAws } from '../../../lib/commands/live/open-api.ts';
import { type Captured, capture, project } from './project.ts';

const route = (
  key: string,
  type: string,
  more: Partial<LiveRoute['authorization']> = {},
): LiveRoute => ({
  key,
  locator: key,
  authorization: { type, scopes: [], ...more },
  apiKeyRequired: false,
  preflight: false,
});

const API: LiveApi = {
  kind: 'http',
  id: 'a1b2c3d4e5',
  name: 'Orders of Acme!',
  routes: [
    route('GET /health', 'NONE'),
    route('GET /invoices', 'JWT', { authorizerId: 'acme', scopes: ['invoices'] }),
    route('GET /orders', 'CUSTOM', { authorizerId: 'ours' }),
    route('POST /orders', 'NONE'),
  ],
  authorizers: [
    {
      id: 'acme',
      name: 'acme',
      type: 'JWT',
      jwt: { issuer: 'https://acme.okta.com/oauth2/aus1abc', audiences: ['api://orders'] },
    },
    {
      id: 'ours',
      name: 'okta-groups-11111111',
      type: 'REQUEST',
      invokes: 'arn:aws:lambda:us-east-1:111122223333:function:orders-authorizer',
      identitySources: ['$request.header.Authorization'],
      ttlSeconds: 0,
    },
  ],
  stages: [{ name: '$default', autoDeploy: true, canary: false, current: true }],
  pendingEdits: [],
};

const ARN = 'arn:aws:lambda:us-east-1:111122223333:function:orders-authorizer';
const OUTPUT = 'OktaGroupAuthorizerAccessMap0123ABCD';
const stackWith = (value: object): FoundStack => ({
  name: 'access-orders',
  arn: 'arn:aws:cloudformation:us-east-1:111122223333:stack/access-orders/1',
  outputs: { [OUTPUT]: JSON.stringify({ map: 'orders', authorizer: ARN, records: [], ...value }) },
});
const STACK = stackWith({});

const aws = (api: LiveApi | Error = API, more: Partial<LiveAws> = {}): LiveAws => ({
  findStack: async (name) => (name === 'access-orders' ? STACK : undefined),
  findStacksOf: async () => [],
  readRecord: async () => ({ unpublished: false, routes: {} }),
  read: async () => {
    if (api instanceof Error) throw api;
    return api;
  },
  findApi: async (stack) =>
    stack === 'access-orders' ? { kind: 'http', id: 'a1b2c3d4e5' } : undefined,
  readTemplate: async () => undefined,
  ...more,
});

const MAP = `api: { name: orders, attachTo: { httpApiId: a1b2c3d4e5 } }
okta: { issuer: https://acme.okta.com/oauth2/aus1abc, audience: api://orders, clients: [0oa1web] }
routes: [GET /health, GET /invoices, GET /orders, POST /orders]
public: [GET /health]
groups: { staff: { allow: [GET /orders] } }
`;

describe('init', () => {
  test('leaves a route without authorizer out of `public` that a back end may read as a guarded one', async () => {
    const io = capture(project({}));
    const routes = [
      route('GET /health', 'NONE'),
      route('GET /items/{id}', 'NONE'),
      route('GET /items/export', 'JWT', { authorizerId: 'acme' }),
      route('ANY /{proxy+}', 'NONE'),
    ];
    await runInit({ httpApi: 'a1b2c3d4e5', output: 'access.yaml' }, io, aws({ ...API, routes }));
    const text = readFileSync(join(io.cwd, 'access.yaml'), 'utf8');
    expect(parse(text)).toMatchObject({ public: ['GET /health'] });
    expect(text).toContain('Not public, since a back end may read a path of GET /items/{id}');
    const { problems } = AccessMap.checkText(text, 'access.yaml');
    expect(problems.map(({ code }) => code)).not.toContain('PUBLIC_BESIDE_CLOSED');
  });
});

/** What `--json` names as wrong, whatever its sentences say. */
const problemCodes = (io: Captured): readonly string[] =>
  (io.json() as { readonly problems: readonly { readonly code: string }[] }).problems.map(
    ({ code }) => code,
  );

describe('coverage', () => {
  test('tells what the API as a whole has against the authorizer, exit 1, unless the map accepts it', async () => {
    const guarded = { ...API, routes: API.routes.filter(({ key }) => key === 'GET /orders') };
    const any = guarded.routes.map((route) => ({
      ...route,
      key: 'ANY /orders',
      apiKeyRequired: true,
    }));
    const live: LiveApi = { ...guarded, routes: any, hasCors: true, keySource: 'AUTHORIZER' };
    const map = MAP.replace(/^routes.*$/m, "routes: ['ANY /orders']")
      .replace(/^public.*\n/m, '')
      .replace('[GET /orders]', "['ANY /orders']");
    const run = async (text: string, api: LiveApi) => {
      const io = capture(project({ 'access.yaml': text }));
      const code = await runCoverage({ json: true }, io, aws(api));
      return { code, codes: problemCodes(io) };
    };
    // The preflights that it lacks, and where it takes its keys from.
    expect(await run(map, live)).toEqual({ code: 1, codes: ['API_SETTING', 'API_SETTING'] });
    const header = { ...live, keySource: 'HEADER' };
    const accepted = map.replace(
      'attachTo: { httpApiId: a1b2c3d4e5 }',
      'attachTo: { httpApiId: a1b2c3d4e5 }, accept: { findings: [preflight] }',
    );
    expect(await run(accepted, header)).toMatchObject({ code: 0 });
    expect((await run(accepted, live)).code).toBe(1);
  });

  test('names live routes whose paths mix with those that the map guards, exit 1', async () => {
    const map = `api: { name: orders, attachTo: { httpApiId: a1b2c3d4e5, onUnmapped: leave } }
okta: { issuer: https://acme.okta.com/oauth2/aus1abc, audience: api://orders, clients: [0oa1web] }
routes: ['GET /orders/{id}']
groups: { staff: { allow: ['GET /orders/{id}'] } }
`;
    const routes = [
      route('GET /orders/{id}', 'CUSTOM', { authorizerId: 'ours' }),
      route('GET /orders/export', 'AWS_IAM'),
    ];
    const run = async (text: string, more: readonly LiveRoute[] = []) => {
      const io = capture(project({ 'access.yaml': text }));
      const code = await runCoverage(
        { json: true },
        io,
        aws({ ...API, routes: [...routes, ...more] }),
      );
      return { code, codes: problemCodes(io) };
    };
    expect(await run(map)).toEqual({ code: 1, codes: ['API_SETTING'] });
    const exact = map.replace(
      "routes: ['GET /orders/{id}']",
      "routes: [{ route: 'GET /orders/{id}', paths: exact }]",
    );
    expect((await run(exact)).code).toBe(0);
    const wild = await run(exact, [route('$default', 'NONE')]);
    expect([wild.code, wild.codes]).toEqual([1, expect.arrayContaining(['API_SETTING'])]);
  });

  test('tells what stands before each route, and exits 1 for one that anybody can call', async () => {
    const io = capture(project({ 'access.yaml': MAP }));
    expect(await runCoverage({}, io, aws())).toBe(1);
    expect(io.stdout()).toBe(
      [
        'HTTP API a1b2c3d4e5 (Orders of Acme!)',
        `our authorizer: ${ARN} (stack access-orders)`,
        '  GET /health    public by the map',
        '  GET /invoices  another authorizer: JWT acme',
        '  GET /orders    our authorizer',
        '  POST /orders   no authorizer',
        '1 route foreign: add it to `attachTo.replace`, or agree with the owner and list it under `api.accept.foreign`; deploy',
        '1 route unprotected: `npx cdk deploy -c attachAgain=$(date +%s)`',
        '',
      ].join('\n'),
    );
  });

  test('exits 0 when every route has our authorizer, an accepted one, or is public by the map', async () => {
    const accepted = MAP.replace(
      'a1b2c3d4e5 } }',
      'a1b2c3d4e5 }, accept: { foreign: [GET /invoices, POST /orders] } }',
    );
    const io = capture(project({ 'access.yaml': accepted }));
    const covered = {
      ...API,
      routes: API.routes.map((one) =>
        one.key === 'POST /orders' ? route(one.key, 'AWS_IAM') : one,
      ),
    };
    expect(await runCoverage({ json: true }, io, aws(covered))).toBe(0);
    expect(io.json()).toMatchObject({
      ok: true,
      missing: [],
      routes: expect.arrayContaining([
        {
          route: 'POST /orders',
          state: 'accepted',
          detail: 'accepted by `api.accept.foreign`: AWS_IAM',
          acceptedBy: 'api.accept.foreign',
        },
      ]),
    });
  });

  test('judges by what the stack was deployed with, which code may have said', async () => {
    const inCode = MAP.replace(', attachTo: { httpApiId: a1b2c3d4e5 }', ', cache: off').replace(
      'routes: [GET /health, GET /invoices, GET /orders, POST /orders]',
      'routes: [GET /health, GET /orders]',
    );
    const table = { api: API.id, table: 'records' };
    const attached = (settings: Partial<RecordedSettings> | undefined) => {
      const none = { replace: [], onUnmapped: 'fail', otherStages: 'fail', accept: [] } as const;
      return aws(API, {
        findStack: async () => stackWith({ records: [table] }),
        readRecord: async () => ({
          unpublished: false,
          routes: {},
          ...(settings && { settings: { ...none, ...settings } }),
        }),
      });
    };
    const ends = (settings: Partial<RecordedSettings> | undefined) =>
      runCoverage(
        { httpApi: API.id },
        capture(project({ 'access.yaml': inCode })),
        attached(settings),
      );
    expect(await ends({ onUnmapped: 'leave' })).toBe(0);
    for (const settings of [{ onUnmapped: 'deny' as const }, {}, undefined])
      expect(await ends(settings)).toBe(1);
  });

  test('tells a stage that serves an older deployment, and a route that is not there', async () => {
    const io = capture(project({ 'access.yaml': MAP }));
    const stages = [
      {
        name: 'prod',
        autoDeploy: false,
        canary: false,
        current: false,
        served: new Map([['GET /orders', 'NONE']]),
      },
    ];
    expect(
      await runCoverage(
        { json: true },
        io,
        aws({ ...API, kind: 'rest', stages, routes: API.routes.slice(0, 3) }),
      ),
    ).toBe(1);
    expect(io.json()).toMatchObject({
      ok: false,
      missing: ['POST /orders'],
      routes: expect.arrayContaining([
        expect.objectContaining({
          route: 'GET /orders',
          state: 'stale',
          detail: 'stale: stage prod serves it with no authorizer',
          stage: 'prod',
        }),
      ]),
    });
  });

  test('says in one line that the API is not there', async () => {
    const io = capture(project({ 'access.yaml': MAP }));
    expect(
      await runCoverage({}, io, aws(new ApiNotFoundError('expected an HTTP API, found none'))),
    ).toBe(1);
    expect(io.stderr()).toBe('expected an HTTP API, found none\n');
  });
});

describe('init from a live API', () => {
  test('writes a map that is valid but for what a person has to fill in', async () => {
    const folder = project({});
    const io = capture(folder);
    expect(await runInit({ httpApi: 'a1b2c3d4e5', output: 'access.yaml' }, io, aws())).toBe(0);
    const { map } = AccessMap.checkText(readFileSync(join(folder, 'access.yaml')), 'access.yaml');
    expect(map?.name).toBe('orders-of-acme');
    expect(map?.api.attachTo?.apiId).toBe('a1b2c3d4e5');
    expect(map?.gatewayRoutes.filter((one) => one.public).map(({ key }) => key)).toEqual([
      'GET /health',
      'POST /orders',
    ]);
    expect(map?.model.okta[0]).toMatchObject({
      issuers: ['https://acme.okta.com/oauth2/aus1abc'],
      audience: 'api://orders',
    });
    expect(map?.model.permissions.map(({ name }) => name)).toEqual(['invoices']);
    expect(io.stderr()).toContain(
      '`GET /invoices`, `GET /orders` have an authorizer, which stays until',
    );
  });

  test('never overwrites a file', async () => {
    const io = capture(project({ 'access.yaml': MAP }));
    await expect(
      runInit({ httpApi: 'a1b2c3d4e5', output: 'access.yaml' }, io, aws()),
    ).rejects.toThrow('`access.yaml` exists already and is not overwritten: name another file');
  });
});

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
    for (const text of [
      'found `PUT /orders` without an entry',
      'no other security on `GET /invoices`, found `other`',
      'expected `GET /health` of access.yaml in the document',
    ])
      expect(io.stderr()).toContain(text);
    const catchAll = injected(below(`'/{proxy+}': { ${ANY} }`), MAP_BELOW);
    expect(catchAll.io.stderr()).toContain('`GET /orders` is served by `ANY /{proxy+}`');
    expect(injected(document()).io.stderr()).toBe('3 routes have the authorizer\n');
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
      /^`in.yaml`: expected an operation at `GET \/invoices`, found none/,
    ],
    [
      'a document of another version',
      document().replace('3.0.1', '4.0.0'),
      /an OpenAPI description, version 2 or 3, found version 4.0.0/,
    ],
    [
      'a path that stands elsewhere',
      document('\n  /carts: { $ref: "#/x" }'),
      /expected the operations of `\/carts`, found `\$ref` to `#\/x`: bundle the description/,
    ],
  ])('%s is refused in one sentence', (_, text, says) => {
    expect(() => injected(text)).toThrow(says);
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
