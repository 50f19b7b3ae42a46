/**
 * Rules of the file that make a map, or a warning, rather than an error; the errors are in broken/.
 */
import { describe, expect, test } from '@jest/globals';
import { hasBit, type Row, rowFromHex } from '../../../../lambda/core/model/bits.ts';
import { AccessMap } from '../../../../lib/access-map/index.ts';
import { base, fromYaml, mapOf, messagesOf } from '../support.ts';

const keysOf = (map: AccessMap, row: Row | undefined): readonly string[] =>
  map.model.routes.filter((_, index) => row && hasBit(row, index)).map(({ key }) => key);

const granted = (routes: readonly string[], allow: string): readonly string[] => {
  const map = mapOf({ routes, groups: { g: { allow: [allow] } } });
  return keysOf(map, map.rules[0]?.routes);
};

test.each([
  { routes: ['GET /a', 'HEAD /a'], allow: 'GET /a', keys: ['GET /a'] },
  { routes: ['GET /a', 'OPTIONS /a', 'POST /a'], allow: 'ANY /a', keys: ['GET /a', 'POST /a'] },
  { routes: ['GET /a', 'OPTIONS /a'], allow: 'OPTIONS /a', keys: ['OPTIONS /a'] },
  {
    routes: ['ANY /a', 'GET /a'],
    allow: 'ANY /a',
    keys: ['HEAD /a', 'POST /a', 'PUT /a', 'PATCH /a', 'DELETE /a', 'GET /a'],
  },
  { routes: ['GET /', 'GET /a', 'GET /a/b'], allow: 'GET /*', keys: ['GET /a'] },
  {
    routes: ['GET /', 'GET /a', 'GET /a/b'],
    allow: 'GET /**',
    keys: ['GET /', 'GET /a', 'GET /a/b'],
  },
  { routes: ['GET /', 'GET /a', 'GET /a/b'], allow: 'GET /a/**', keys: ['GET /a', 'GET /a/b'] },
  { routes: ['GET /', 'GET /a'], allow: 'GET /', keys: ['GET /'] },
  { routes: ['GET /a/{id}', 'GET /a/{id}/b'], allow: 'GET /a/*', keys: ['GET /a/{id}'] },
  { routes: ['GET /a/{id}/b', 'GET /a/c/b'], allow: 'GET /a/{id}/b', keys: ['GET /a/{id}/b'] },
  { routes: ['GET /f/{path+}', 'GET /g'], allow: 'GET /f/**', keys: ['GET /f/{path+}'] },
  { routes: ['GET /f/{path+}', 'GET /g'], allow: 'GET /f/{path+}', keys: ['GET /f/{path+}'] },
  { routes: ['$default'], allow: 'POST $default', keys: undefined },
  {
    routes: ['$default'],
    allow: '$default',
    keys: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'].map((method) => `${method} $default`),
  },
  { routes: ['$default'], allow: 'PUT /**', keys: ['PUT $default'] },
])('$allow over $routes is $keys', ({ routes, allow, keys }) => {
  if (keys) expect(granted(routes, allow)).toEqual(keys);
  else expect(() => granted(routes, allow)).toThrow();
});

test.each([
  { allow: ['ANY /a'], deny: ['GET /a'], closed: ['HEAD /a', 'GET /a'] },
  { allow: ['ANY /a', 'HEAD /a'], deny: ['GET /a'], closed: ['GET /a'] },
  { allow: ['HEAD /**', 'POST /a'], deny: ['GET /**'], closed: ['GET /a', 'GET /b'] },
  { allow: ['ANY /a'], deny: ['POST /a'], closed: ['POST /a'] },
  { allow: ['ANY /**'], deny: ['GET /b'], closed: ['GET /b'] },
  { allow: ['ANY /a'], deny: ['p'], closed: ['HEAD /a', 'GET /a'] },
])('$deny with $allow closes $closed: HEAD runs the handler of GET', (lists) => {
  const { closed, ...group } = lists;
  const map = mapOf({
    routes: ['GET /a', 'ANY /a', 'GET /b'],
    permissions: { p: ['GET /a'] },
    groups: { g: group, other: { allow: ['ANY /**', 'p'] } },
  });
  const denies = map.rules.filter(({ effect }) => effect === 'deny');
  expect(denies.flatMap(({ routes }) => keysOf(map, routes)).toSorted()).toEqual(closed.toSorted());
  const row = rowFromHex(map.model.groups[0]?.deny ?? '', 1);
  expect(keysOf(map, row).toSorted()).toEqual(closed.toSorted());
});

test('a star does not stand for a greedy parameter', () => {
  expect(
    messagesOf({ routes: ['GET /f/{path+}'], groups: { g: { allow: ['GET /f/*'] } } }),
  ).toEqual([
    '/groups/g/allow/0: expected a pattern that matches a route of `routes`, found `GET /f/*`, did you mean `GET /f/{path+}`?',
  ]);
});

test('ANY in the inventory is one cell for each method without a route of its own', () => {
  const { model, gatewayRoutes } = mapOf({ routes: ['ANY /a', 'GET /a'] });
  expect(model.routes).toEqual([
    ...['HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'].map((method) => ({
      key: `${method} /a`,
      gateway: 'ANY /a',
    })),
    { key: 'GET /a' },
  ]);
  expect(gatewayRoutes.map(({ key, method, template }) => [key, method, template])).toEqual([
    ['ANY /a', 'ANY', '/a'],
    ['GET /a', 'GET', '/a'],
  ]);
});

test('a preflight route may stand beside a greedy or default route', () => {
  expect(
    mapOf({ routes: ['ANY /{proxy+}', 'OPTIONS /{proxy+}'], public: ['OPTIONS /{proxy+}'] }).model
      .public,
  ).toBe('00000040');
  expect(mapOf({ routes: ['$default', 'OPTIONS /{proxy+}'] }).gatewayRoutes[0]).toEqual({
    key: '$default',
    method: undefined,
    template: '$default',
    public: false,
  });
});

test('a greedy route of one method leaves other methods free', () => {
  expect(
    mapOf({ routes: ['GET /files/{path+}', 'POST /files/upload', 'GET /files'] }).gatewayRoutes,
  ).toHaveLength(3);
});

test('a public ANY route opens all of its cells', () => {
  const map = mapOf({ routes: ['ANY /open', 'GET /closed'], public: ['ANY /open'] });
  expect(keysOf(map, map.rules[0]?.routes)).toHaveLength(7);
});

test('a map without groups compiles, and denies', () => {
  expect(mapOf().model.groups).toEqual([]);
  expect(fromYaml({ ...base, groups: { readers: null, others: {} } })?.model.groups).toEqual([
    { name: 'readers', allow: '00000000', deny: '00000000' },
    { name: 'others', allow: '00000000', deny: '00000000' },
  ]);
});

test.each([
  [
    'a public route that is granted',
    { public: ['GET /health'], groups: { g: { allow: ['GET /*'] } } },
    '/groups/g/allow/0: warning: `GET /*` grants `GET /health`, which everyone may call as `public`',
  ],
  [
    'an unused quota',
    { quotas: { a: { limit: 1, per: 'day', by: 'user' } } },
    '/quotas/a: warning: `a` is not used: no group and no machine names this quota',
  ],
  [
    'an unused permission',
    { permissions: { p: ['GET /orders'] } },
    '/permissions/p: warning: `p` is not used: no group and no machine names this permission',
  ],
  [
    'a group with the prefix',
    { okta: { ...base.okta, groupPrefix: 'api-' }, groups: { 'api-g': {} } },
    '/groups/api-g: warning: `api-g` begins with `okta.groupPrefix`, which is stripped from the names in tokens, did you mean `g`?',
  ],
  [
    'a granted route that no scope reaches',
    { scopes: 'intersect', groups: { g: { allow: ['GET /orders'] } } },
    '/scopes: warning: with `intersect` everyone is refused on granted routes that no permission contains: `GET /orders`',
  ],
])('%s is a warning', (_, changes, message) => {
  expect(messagesOf(changes)).toEqual([message]);
  expect(AccessMap.checkObject({ ...base, ...changes }).map?.warnings).toMatchObject([
    { severity: 'warning' },
  ]);
});

test('quotas are sorted from the most generous on', () => {
  const quota = (limit: number, per: 'minute' | 'hour' | 'day' | 'month') =>
    ({ limit, per, by: 'user' }) as const;
  const quotas = {
    monthly: quota(43_200, 'month'), // 1/60 a second
    hourly: quota(60, 'hour'), // 1/60 a second, smaller limit
    small: quota(1, 'day'),
    b: quota(100, 'minute'),
    a: quota(100, 'minute'),
    tight: {
      by: 'user',
      windows: [
        { limit: 1_000, per: 'minute' },
        { limit: 1, per: 'month' },
      ],
    },
  } as const;
  expect(mapOf({ quotas }).model.quotas.map(({ name }) => name)).toEqual([
    'a',
    'b',
    'monthly',
    'hourly',
    'small',
    'tight',
  ]);
});

describe('a quota window', () => {
  const day = { limit: 1, per: 'day' } as const;
  const idsOf = (routes: readonly string[], more: Parameters<typeof mapOf>[0] = {}) =>
    mapOf({
      quotas: { q: { by: 'user', windows: [day, { ...day, routes }] } },
      ...more,
    }).model.quotas[0]?.windows.map(({ id }) => id);

  test('is named by its period, and by its patterns as written, whatever their order', () => {
    expect(idsOf(['GET /orders', 'POST /orders'])).toEqual(['day', 'day_aa8388a9']);
    expect(idsOf(['POST /orders', 'GET /orders'])).toEqual(idsOf(['GET /orders', 'POST /orders']));
    expect(idsOf(['GET /orders'])).not.toEqual(idsOf(['POST /orders']));
  });

  test('keeps its name, and so its counter, when the API gets a route that its patterns match', () => {
    const routes = ['GET /orders', 'POST /orders', 'GET /health'];
    const permissions = (...patterns: readonly string[]) => ({
      permissions: { ordering: patterns },
    });
    const ids = idsOf(['ANY /orders', 'ordering'], { routes, ...permissions('GET /health') });
    expect(ids).toEqual(
      idsOf(['ANY /orders', 'ordering'], {
        routes: [...routes, 'PUT /orders'],
        ...permissions('GET /health'),
      }),
    );
    expect(ids).toEqual(
      idsOf(['ANY /orders', 'ordering'], { routes, ...permissions('GET /health', 'GET /orders') }),
    );
  });

  test.each([
    ['written alike', ['GET /orders'], ['GET /orders']],
    ['written in another way', ['GET /orders', 'POST /orders'], ['ANY /orders']],
  ])('with the period and the routes of another one is an error: %s', (_, one, other) => {
    const windows = [one, other].map((routes) => ({ ...day, routes }));
    expect(() => mapOf({ quotas: { q: { by: 'user', windows } } })).toThrow(
      'two windows per day over the same routes',
    );
  });
});

test.each(['http://127.0.0.1:4001/oauth2/default', 'http://[::1]:4001/oauth2/default'])(
  '%s is an issuer for local runs only',
  (issuer) => {
    const map = { ...base, okta: { ...base.okta, issuer } };
    expect(() => AccessMap.fromObject(map)).toThrow('plain http is for local runs');
    expect(AccessMap.fromObject(map, { loopbackIssuer: true }).model.okta[0]?.issuers).toEqual([
      issuer,
    ]);
  },
);

test.each([
  'http://localhost:4001/oauth2/default',
  'http://127.0.0.1.example.com/oauth2/default',
  'http://acme.okta.com/oauth2/default',
])('%s is never an issuer', (issuer) => {
  expect(() =>
    AccessMap.fromObject({ ...base, okta: { ...base.okta, issuer } }, { loopbackIssuer: true }),
  ).toThrow('expected an https URL');
});

test('one authorization server may have several hosts and several groups claims', () => {
  const issuer = [
    'https://acme.okta.com/oauth2/default',
    'https://login.example.com/oauth2/default',
  ];
  const [okta] = mapOf({
    okta: {
      ...base.okta,
      issuer,
      clients: 'any',
      groupsClaim: ['groups', 'roles'],
      maxClockSkew: '2m',
    },
  }).model.okta;
  expect(okta).toMatchObject({
    issuers: issuer,
    clients: 'any',
    groupsClaims: ['groups', 'roles'],
    maxClockSkewSeconds: 120,
  });
});

test('a machine has groups, or rules of its own', () => {
  const { model } = mapOf({
    groups: { g: { allow: ['GET /orders'] } },
    quotas: { q: { limit: 1, per: 'day', by: 'client' } },
    machines: {
      m1: { groups: ['g'] },
      m2: { allow: ['GET /*'], deny: ['GET /health'], quota: 'q' },
    },
  });
  expect(model.machines).toEqual([
    { cid: 'm1', groups: ['g'], allow: '00000000', deny: '00000000' },
    { cid: 'm2', groups: [], allow: '00000009', deny: '00000008', quota: 'q' },
  ]);
});

test('keys that later versions act on are accepted with their default value', () => {
  const api = { ...base.api, kind: 'http', authorizerOnly: false, cache: 'auto' } as const;
  const quotas = {
    q: { limit: 1, per: 'day', by: 'user', accuracy: 'exact', onExceeded: 'refuse' },
  } as const;
  const routes = [{ route: 'GET /orders', sensitive: false, mode: 'enforce' }] as const;
  expect(
    mapOf({
      api,
      quotas,
      routes,
      mode: 'enforce',
      groups: { g: { allow: ['GET /orders'], quota: 'q' } },
    }).warnings,
  ).toEqual([]);
});

test('a thousand groups over a thousand routes compile in a moment', () => {
  const routes = Array.from({ length: 1_000 }, (_, index) => `GET /r${index}/{id}`);
  const groups = Object.fromEntries(
    Array.from({ length: 1_000 }, (_, index) => [`g${index}`, { allow: [`GET /r${index}/*`] }]),
  );
  const start = process.cpuUsage();
  expect(mapOf({ routes, groups }).rules).toHaveLength(1_000);
  expect(process.cpuUsage(start).user).toBeLessThan(5_000_000);
});

const CORS = { name: 'a', upstream: { url: 'https://a.example.com' }, cors: { origins: ['*'] } };

test('with CORS the preflights of an ANY route are public, and a route OPTIONS of its own is not', () => {
  const map = mapOf({
    api: CORS,
    routes: ['ANY /a', 'ANY /b', 'OPTIONS /b'],
    groups: { g: { allow: ['OPTIONS /b'] } },
  });
  expect(keysOf(map, rowFromHex(map.model.public, 1))).toEqual(['OPTIONS /a']);
  expect(map.warnings).toEqual([]);
});

test('without CORS the OPTIONS of an ANY route is a cell like another', () => {
  expect(mapOf({ routes: ['ANY /a'], groups: { g: { deny: ['OPTIONS /a'] } } }).model.public).toBe(
    '00000000',
  );
});

const warningsOf = (overrides: Record<string, unknown>): readonly string[] =>
  mapOf(overrides).warnings.map(({ code, place }) => `${code} ${place.path}`);
const minute = { limit: 1, per: 'minute' };

test.each([
  {
    what: 'a window over routes that nobody who pays may call',
    map: {
      quotas: { q: { by: 'user', windows: [{ ...minute, routes: ['POST /a'] }] } },
      groups: { g: { allow: ['GET /a'], quota: 'q' } },
    },
    warnings: ['QUOTA_IDLE /quotas/q'],
  },
  {
    what: 'a quota of a group that opens nothing',
    map: { quotas: { q: { by: 'user', ...minute } }, groups: { g: { quota: 'q' } } },
    warnings: ['QUOTA_IDLE /groups/g/quota'],
  },
  {
    what: 'a quota of a group whose routes are free for every token',
    map: {
      signedIn: ['GET /a'],
      quotas: { q: { by: 'user', ...minute } },
      groups: { g: { allow: ['GET /a'], quota: 'q' } },
    },
    warnings: ['QUOTA_IDLE /groups/g/quota'],
  },
  {
    what: 'an allow that its own group denies',
    map: { groups: { g: { allow: ['GET /a', 'POST /a'], deny: ['GET /a'] } } },
    warnings: ['ALLOW_CANCELLED /groups/g/allow/0'],
  },
  {
    what: 'nothing, where a quota counts some route',
    map: {
      quotas: { q: { by: 'user', windows: [{ ...minute, routes: ['GET /a'] }] } },
      groups: { g: { allow: ['ANY /a'], quota: 'q' } },
    },
    warnings: [],
  },
  {
    what: 'the server that every org has, under two hosts',
    map: {
      okta: {
        issuer: ['https://acme.okta.com/oauth2/default', 'https://login.acme.com/oauth2/default'],
        audience: 'a',
        clients: ['b'],
      },
    },
    warnings: ['ISSUERS_DEFAULT /okta/issuer/1'],
  },
  {
    what: 'a server of its own under two hosts: nothing',
    map: {
      okta: {
        issuer: ['https://acme.okta.com/oauth2/aus1', 'https://login.acme.com/oauth2/aus1'],
        audience: 'a',
        clients: ['b'],
      },
    },
    warnings: [],
  },
  {
    what: 'a plain http upstream',
    map: { api: { name: 'a', upstream: { url: 'http://a.example.com' } } },
    warnings: ['UPSTREAM_PLAIN /api/upstream/url'],
  },
  {
    what: 'plain http on this machine: nothing',
    map: { api: { name: 'a', upstream: { url: 'http://127.0.0.1:1' } } },
    warnings: [],
  },
])('$what is a warning', ({ map, warnings }) => {
  expect(warningsOf({ routes: ['GET /a', 'POST /a'], ...map })).toEqual(warnings);
});
