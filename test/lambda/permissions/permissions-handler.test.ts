import { describe, expect, test } from '@jest/globals';
import { rowFromHex } from '../../../lambda/core/model/bits.ts';
import { createHandler } from '../../../lambda/permissions/permissions-handler.ts';
import type { QuotaReader } from '../../../lambda/ports.ts';
import { type ModelSketch, model, rowOf } from '../../support/model.ts';

const SECOND = Date.parse('2026-11-22T10:15:30Z') / 1_000;
const ROUTES = [
  'GET /orders',
  'POST /orders',
  'GET /orders/{id}',
  'GET /orders/export',
  'GET /permissions',
];
const SKETCH: ModelSketch = {
  routes: ROUTES,
  signedIn: ['GET /permissions'],
  permissions: {
    'orders:read': ['GET /orders', 'GET /orders/{id}'],
    'orders:write': ['POST /orders'],
  },
  groups: {
    readers: { allow: ['GET /orders', 'GET /orders/{id}'] },
    writers: { allow: ['POST /orders'] },
  },
};

const empty: QuotaReader = { read: async () => () => undefined };

function handlerOf(
  sketch: Partial<ModelSketch> = {},
  quotas = empty,
  exposeGroups = false,
  endpoint: object = {},
) {
  const records: unknown[] = [];
  const parts = {
    model: {
      ...model({ ...SKETCH, ...sketch }),
      permissionsEndpoint: { route: 'GET /permissions', exposeGroups, ...endpoint },
    },
    quotas,
    clock: { now: () => SECOND * 1_000 },
    audit: { record: (record: unknown) => void records.push(record) },
  };
  return { handler: createHandler(parts), records };
}

const CONTEXT = { uid: '00u1', cid: '0oa1web', groups: '["readers"]', scope: '-' };

function event(
  changes: {
    readonly context?: object;
    readonly method?: string;
    readonly headers?: Readonly<Record<string, unknown>>;
  } = {},
) {
  const { context = CONTEXT, method = 'GET', headers = {} } = changes;
  return {
    version: '2.0',
    headers,
    requestContext: { http: { method }, authorizer: { lambda: context } },
  };
}

const tokenWith = (claims: unknown): string =>
  `Bearer e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2ln`;
const routesOf = ({ body }: { readonly body: string }): readonly string[] =>
  JSON.parse(body).routes;

describe('the caller', () => {
  test('is the one that the authorizer found, on an HTTP API and on a REST API', async () => {
    const { handler } = handlerOf();
    const http = await handler(event());
    const rest = await handler({
      httpMethod: 'GET',
      headers: null,
      requestContext: { authorizer: CONTEXT },
    });
    expect(routesOf(http)).toEqual(['GET /orders', 'GET /orders/{id}', 'GET /permissions']);
    expect(rest).toEqual(http);
  });

  test.each([
    ['no context', { requestContext: { http: { method: 'GET' } } }],
    ['nothing', undefined],
    ['text', 'event'],
    ['a context without uid', event({ context: { cid: '0oa1web', groups: '[]' } })],
    ['a context without groups', event({ context: { uid: '00u1', cid: '0oa1web' } })],
    ['groups that are no list', event({ context: { ...CONTEXT, groups: '{"readers":1}' } })],
    ['groups that are not JSON', event({ context: { ...CONTEXT, groups: 'readers' } })],
    ['groups that are not names', event({ context: { ...CONTEXT, groups: '[1]' } })],
  ])('%s is answered with 500 and tells nothing', async (_what, malformed) => {
    const { handler, records } = handlerOf();
    expect(await handler(malformed)).toEqual({
      statusCode: 500,
      headers: {
        'content-type': 'application/json',
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-store',
      },
      body: '{"message":"Internal Server Error"}',
    });
    expect(records).toEqual([
      {
        record: 'fault',
        v: 1,
        time: expect.any(String),
        error: 'UnauthorizedEvent',
        mapVersion: '0123456789abcdef',
      },
    ]);
  });

  test.each(['POST', 'HEAD', ''])('gets nothing by %s', async (method) => {
    expect((await handlerOf().handler(event({ method }))).statusCode).toBe(405);
  });

  test('is told of closed routes only where they take paths from open ones', async () => {
    expect(JSON.parse((await handlerOf().handler(event())).body).closed).toEqual([
      'GET /orders/export',
    ]);
  });

  test('is told its groups if the map exposes them', async () => {
    const { body } = await handlerOf({}, empty, true).handler(event());
    expect(JSON.parse(body).groups).toEqual(['readers']);
  });
});

describe('routes in shadow mode', () => {
  const shadowed = async (routes: readonly string[], groups = '["readers"]', prior = false) => {
    const plain = model(SKETCH);
    const row = rowFromHex(rowOf(ROUTES, routes), plain.signedIn.length);
    const parts = {
      quotas: empty,
      clock: { now: () => SECOND * 1_000 },
      audit: { record: () => undefined },
    };
    const handler = createHandler({
      model: { ...plain, shadow: { whole: false, routes: row, prior } },
      ...parts,
    });
    return JSON.parse((await handler(event({ context: { ...CONTEXT, groups } }))).body);
  };

  test('are open, since the gateway lets every valid token pass, and so are permissions that they complete', async () => {
    expect(await shadowed(['POST /orders'])).toMatchObject({
      routes: ['GET /orders', 'POST /orders', 'GET /orders/{id}', 'GET /permissions'],
      permissions: ['orders:read', 'orders:write'],
    });
  });

  test.each([
    [false, 'anyToken'],
    [true, 'prior'],
  ])('are reported with what the rules say of them (attached: %s)', async (prior, gateway) => {
    expect((await shadowed(['POST /orders'], '["readers"]', prior)).shadow).toEqual([
      { route: 'POST /orders', rule: 'closed', mode: 'shadow', gateway },
    ]);
  });

  test('complete no permission that has a closed route beside them', async () => {
    expect(await shadowed(['GET /orders'], '["unmapped"]')).toMatchObject({
      routes: ['GET /orders', 'GET /permissions'],
      permissions: [],
    });
  });

  test('open nothing else', async () => {
    expect(await shadowed(['GET /orders/export'])).toMatchObject({
      routes: ['GET /orders', 'GET /orders/{id}', 'GET /orders/export', 'GET /permissions'],
      closed: [],
      permissions: ['orders:read'],
    });
  });
});

describe('with `scopes: intersect`', () => {
  const groups = { readers: { allow: ['GET /orders'] } };
  const asked = (claims: unknown) => event({ headers: { Authorization: tokenWith(claims) } });
  const { handler } = handlerOf({ scopes: 'intersect', groups });

  test('a permission of which the caller has a part opens that part', async () => {
    const answer = await handler(asked({ uid: '00u1', cid: '0oa1web', scp: ['orders:read'] }));
    expect(JSON.parse(answer.body)).toMatchObject({
      routes: ['GET /orders', 'GET /permissions'],
      permissions: [],
    });
  });

  test.each([
    ['names none', { uid: '00u1', cid: '0oa1web' }],
    ['names another', { uid: '00u1', cid: '0oa1web', scp: ['orders:write'] }],
    ['is of another user', { uid: '00u2', cid: '0oa1web', scp: ['orders:read'] }],
    ['is of another client', { uid: '00u1', cid: '0oa1batch', scp: ['orders:read'] }],
    ['has scopes that are no list', { uid: '00u1', cid: '0oa1web', scp: 'orders:read' }],
    ['is no object', 7],
  ])('a token that %s opens nothing', async (_what, claims) => {
    expect(routesOf(await handler(asked(claims)))).toEqual(['GET /permissions']);
  });
});

describe('quotas', () => {
  const quotas: ModelSketch['quotas'] = [
    { name: 'many', by: 'group', windows: [{ id: 'day', per: 'day', limit: 100 }] },
    { name: 'few', by: 'user', windows: [{ id: 'minute', per: 'minute', limit: 2 }] },
  ];
  const groups = {
    readers: { allow: ['GET /orders', 'GET /orders/{id}'], quota: 'few' },
    writers: { allow: ['POST /orders'], quota: 'many' },
  };
  const both = event({ context: { ...CONTEXT, groups: '["readers","writers"]' } });
  const minute = SECOND - 30;
  const read =
    (stored: { readonly start: number; readonly used: number } | undefined) =>
    async (quotas: readonly string[], key: string) => {
      (quotas as string[]).push(key);
      return () => stored;
    };
  const askWith = async (stored: { readonly start: number; readonly used: number } | undefined) => {
    const keys: string[] = [];
    const { handler } = handlerOf({ quotas, groups }, { read: (key) => read(stored)(keys, key) });
    return { keys, quotas: JSON.parse((await handler(both)).body).quotas };
  };

  test('are those that the caller’s calls are charged to, in the order in which they are tried', async () => {
    const { keys, quotas } = await askWith(undefined);
    expect(keys).toEqual(['many#group:writers', 'few#user:00u1']);
    expect(quotas.map(({ name }: { readonly name: string }) => name)).toEqual(['many', 'few']);
  });

  test.each([
    ['of this window', { start: minute, used: 1 }, 1, minute + 60],
    ['that is full', { start: minute, used: 2 }, 0, minute + 60],
    ['that another clock let run over', { start: minute, used: 3 }, 0, minute + 60],
    ['of an earlier window', { start: minute - 60, used: 2 }, 2, minute + 60],
    ['of a window that an earlier clock began', { start: minute + 60, used: 1 }, 1, minute + 120],
  ])('a counter %s leaves what it leaves', async (_what, stored, remaining, resetsAt) => {
    const { quotas } = await askWith(stored);
    expect(quotas[1]).toEqual({
      name: 'few',
      windows: [{ per: 'minute', limit: 2, remaining, resetsAt }],
    });
  });

  test('that cannot be read leave the permissions as they are and name the limit alone', async () => {
    const failing: QuotaReader = { read: () => Promise.reject(new Error('no answer')) };
    const { statusCode, body } = await handlerOf({ quotas, groups }, failing).handler(both);
    expect(statusCode).toBe(200);
    expect(JSON.parse(body).routes).toContain('POST /orders');
    expect(JSON.parse(body).quotas[1]).toEqual({
      name: 'few',
      windows: [{ per: 'minute', limit: 2, resetsAt: minute + 60 }],
    });
  });

  test('that count some routes only say which', async () => {
    const routes = '00000001';
    const { handler } = handlerOf({
      groups: { readers: { allow: ['GET /orders'], quota: 'few' } },
      quotas: [{ name: 'few', windows: [{ id: 'minute-x', per: 'minute', limit: 2, routes }] }],
    });
    expect(JSON.parse((await handler(event())).body).quotas[0].windows[0].routes).toEqual([
      'GET /orders',
    ]);
  });
});

test('with several okta blocks the counters are those of the block whose server issued the token', async () => {
  const sketch: ModelSketch = {
    ...SKETCH,
    quotas: [{ name: 'few', by: 'user', windows: [{ id: 'minute', per: 'minute', limit: 2 }] }],
    groups: { readers: { allow: ['GET /orders'], quota: 'few' } },
  };
  const plain = model(sketch);
  const [first] = plain.okta;
  if (!first) throw new Error('the sketch has no okta block');
  const okta = [
    { ...first, name: 'staff' },
    { ...first, name: 'guests', issuers: ['https://guests.okta.com/oauth2/aus2'] },
  ];
  const keys: string[] = [];
  const quotas: QuotaReader = {
    read: async (key) => {
      keys.push(key);
      return () => undefined;
    },
  };
  const handler = createHandler({
    model: { ...plain, okta },
    quotas,
    clock: { now: () => SECOND * 1_000 },
    audit: { record: () => undefined },
  });
  const claims = { iss: 'https://guests.okta.com/oauth2/aus2', uid: '00u1', cid: '0oa1web' };
  await handler(event({ headers: { authorization: tokenWith(claims) } }));
  expect(keys).toEqual(['few#user:guests/00u1']);
});

describe('CORS', () => {
  const APP = 'https://app.example.com';
  const allowed = async (
    origins: readonly string[] | undefined,
    changed: Parameters<typeof event>[0],
  ) => {
    const { handler } = handlerOf({}, empty, false, origins && { origins });
    return (await handler(event(changed))).headers['access-control-allow-origin'];
  };

  test.each([
    ['a listed origin, and names it', [APP, 'https://b.example.com'], APP, APP],
    ['any origin where `*` is listed', ['*'], 'https://evil.example.com', '*'],
    ['no other origin', [APP], 'https://evil.example.com', undefined],
    ['no origin that begins like a listed one', [APP], `${APP}.evil.example.com`, undefined],
    ['no `null` origin', [APP], 'null', undefined],
    ['none on an API that sees to it itself', undefined, APP, undefined],
  ])('lets in %s', async (_what, origins, origin, expected) => {
    expect(await allowed(origins, { headers: { Origin: origin } })).toBe(expected);
  });

  test.each([
    ['a refused method', { method: 'POST' }],
    ['an event without our authorizer', { context: {} }],
    ['a call of no page', { headers: {} }],
  ])('holds for %s as well', async (what, changed) => {
    expect(await allowed([APP], { headers: { origin: APP }, ...changed })).toBe(
      what === 'a call of no page' ? undefined : APP,
    );
  });

  test('no cache gives one origin the answer to another', async () => {
    expect((await handlerOf().handler(event())).headers['vary']).toBe('Authorization, Origin');
  });
});

test('beside an open `HEAD` each closed `GET` is told that may answer it, in any case', async () => {
  const routes = ['HEAD /Orders', 'GET /{id}', 'GET /orders', 'GET /users', 'GET /permissions'];
  const parts = {
    quotas: empty,
    clock: { now: () => SECOND * 1_000 },
    audit: { record: () => undefined },
  };
  const groups = { readers: { allow: ['HEAD /Orders'] } };
  const { body } = await createHandler({
    model: model({ ...SKETCH, routes, permissions: {}, groups }),
    ...parts,
  })(event());
  expect(JSON.parse(body).closed).toEqual(['GET /{id}', 'GET /orders']);
});

test('on a REST API methods that a resource lacks are reported where it takes the path of an open route', async () => {
  const routes = ['POST /orders/{id}', 'GET /orders/export', 'GET /permissions'];
  const groups = { readers: { allow: ['POST /orders/{id}', 'GET /orders/export'] } };
  const closed = async (kind: 'http' | 'rest') => {
    const parts = {
      quotas: empty,
      clock: { now: () => SECOND * 1_000 },
      audit: { record: () => undefined },
    };
    const { body } = await createHandler({
      model: { ...model({ ...SKETCH, routes, permissions: {}, groups }), kind },
      ...parts,
    })(event());
    return JSON.parse(body).closed;
  };
  expect([await closed('http'), await closed('rest')]).toEqual([[], ['POST /orders/export']]);
});
