import { describe, expect, test } from '@jest/globals';
import { createAuthorizer } from '../../../../lambda/authorizer/authorize.ts';
import { cachedPolicies } from '../../../../lambda/authorizer/policies.ts';
import { type Refusal, refuse } from '../../../../lambda/core/contract/codes.ts';
import { parseModel } from '../../../../lambda/core/model/load-model.ts';
import { AccessMap } from '../../../../lib/access-map/index.ts';
import { plainlySent } from '../../../support/sent-path.ts';
import { base, mapOf, messagesOf } from '../support.ts';

const withCache = (cache: unknown) => ({ api: { ...base.api, cache } });

describe('the cache of a map', () => {
  test.each([
    ['auto, with groups', {}, 'token', 60],
    ['off', withCache('off'), 'off', 0],
    ['routes below a greedy one', { routes: ['ANY /{proxy+}', 'GET /orders'] }, 'off', 0],
    ['a ttl of its own', withCache({ ttl: '10m' }), 'token', 600],
    [
      'routes that collide',
      {
        routes: ['GET /u/{id}', 'GET /u/{id}/s'],
        groups: { a: { allow: ['GET /u/{id}/s'] }, b: { allow: ['GET /u/{id}'] } },
      },
      'tokenAndRoute',
      60,
    ],
    [
      'routes that collide, with a ttl of its own',
      {
        ...withCache({ ttl: '10m' }),
        routes: ['GET /u/{id}', 'GET /u/{id}/s'],
        groups: { a: { allow: ['GET /u/{id}/s'] }, b: { allow: ['GET /u/{id}'] } },
      },
      'tokenAndRoute',
      600,
    ],
  ])('with %s is %s', (_, changes, mode, ttlSeconds) => {
    const { cache } = mapOf({ groups: { a: { allow: ['GET /orders'] } }, ...changes } as never);
    expect(cache).toMatchObject({ mode, ttlSeconds });
    expect(cache.reasons.length).toBeGreaterThan(0);
  });

  test('names the routes that no policy of a token can tell apart', () => {
    const routes = ['GET /users/{id}', 'GET /users/{id}/secrets'];
    const { cache } = mapOf({
      routes,
      groups: { auditors: { allow: ['GET /users/{id}/secrets'] } },
    });
    expect(cache.conflicts).toEqual([
      { open: 'GET /users/{id}/secrets', closed: 'GET /users/{id}' },
    ]);
    expect(cache.reasons).toEqual([
      'a request of `GET /users/{id}/secrets` can be spelled as one of `GET /users/{id}`, and some caller may call only the first',
    ]);
  });

  test('knows that colliding routes do no harm while nobody may call the one without the other', () => {
    const routes = ['GET /users/{id}', 'GET /users/{id}/secrets'];
    const { cache } = mapOf({
      routes,
      groups: { auditors: { allow: routes }, staff: { allow: ['GET /users/{id}'] } },
    });
    expect(cache.mode).toBe('token');
  });

  test('keeps apart what a conflict of groups refuses, and what every user may call', () => {
    const routes = ['GET /users/{id}', 'GET /users/{id}/secrets'];
    const groups = { makers: { allow: routes }, checkers: { allow: routes } };
    const apart = { groups: ['makers', 'checkers'], routes: ['GET /users/{id}'] };
    expect(mapOf({ routes, groups }).cache.mode).toBe('token');
    expect(mapOf({ routes, groups, conflicts: [apart] } as never).cache.conflicts).toEqual([
      { open: 'GET /users/{id}/secrets', closed: 'GET /users/{id}' },
    ]);
    const everyone = { allow: ['GET /users/{id}/secrets'] };
    expect(mapOf({ routes, groups, everyone } as never).cache.mode).toBe('tokenAndRoute');
  });

  const quotas = { standard: { limit: 60, per: 'minute', by: 'user' } };
  test('that is asked for beside a quota is an error that says why', () => {
    const groups = { a: { allow: ['GET /orders'], quota: 'standard' } };
    expect(messagesOf({ ...withCache({ ttl: '60s' }), quotas, groups })).toEqual([
      '/api/cache/ttl: `ttl` caches answers, and this map needs a decision at every request: quotas.standard counts every request; expected `auto` or `off`',
    ]);
  });

  test.each([
    ['attachTo', { attachTo: { httpApiId: 'a1b2c3d4e5' } }],
    ['authorizerOnly', { authorizerOnly: true }],
  ])('is off where the API is somebody else’s: %s', (key, api) => {
    const { cache } = mapOf({ api: { name: 'shop', ...api } });
    expect([cache.mode, cache.ttlSeconds, cache.file]).toEqual(['off', 0, undefined]);
    expect(cache.reasons).toEqual([
      `api.${key}: the owner's API may have routes that the map does not have`,
    ]);
  });

  test.each(['0s', '61m', '2h'])('of %s is out of range', (ttl) => {
    expect(messagesOf(withCache({ ttl }))).toEqual([
      `/api/cache/ttl: expected a duration from \`1s\` to \`1h\`, found \`${ttl}\``,
    ]);
  });

  test('forty groups with a service of eight routes each lock nobody out: one policy would be too large, so each route gets its own', () => {
    const services = Array.from({ length: 40 }, (_, n) => `/service-${n}`);
    const routesOf = (service: string) => [
      `GET ${service}`,
      `POST ${service}`,
      `GET ${service}/{id}`,
      `PUT ${service}/{id}`,
      `DELETE ${service}/{id}`,
      `GET ${service}/{id}/items`,
      `POST ${service}/{id}/items`,
      `DELETE ${service}/{id}/items/{item}`,
    ];
    const map = AccessMap.fromObject({
      ...base,
      routes: services.flatMap(routesOf),
      groups: Object.fromEntries(
        services.map((service) => [
          `team${service.replace('/', '-')}`,
          { allow: routesOf(service) },
        ]),
      ),
    });
    expect(map.cache.mode).toBe('tokenAndRoute');
    expect(map.cache.responseBoundBytes).toBeLessThanOrEqual(8_000);
    expect(map.cache.reasons.join()).toMatch(/could need \d+ bytes, expected at most 8000/);
  });

  const TOKEN = { groups: { a: { allow: ['GET /orders'] } } };
  const SIGNED_IN = { ...TOKEN, signedIn: ['GET /orders/{id}'] };
  const CONFLICT = {
    routes: ['GET /u/{id}', 'GET /u/{id}/s'],
    groups: { a: { allow: ['GET /u/{id}/s'] }, b: { allow: ['GET /u/{id}'] } },
  };
  test.each([
    ['token', TOKEN, 'of a route that the caller may not call', ['a'], 'POST /orders', '-'],
    ['token', TOKEN, 'of a caller without groups', [], 'POST /orders', 'GROUPS_MISSING'],
    [
      'token',
      SIGNED_IN,
      'of a caller without groups, who may call a route for all',
      [],
      'POST /orders',
      '-',
    ],
    ['token', TOKEN, 'of a route that the map does not have', ['a'], 'PUT /orders', '-'],
    ['token', TOKEN, 'of a route that the caller may call', ['a'], 'GET /orders', '-'],
    [
      'tokenAndRoute',
      CONFLICT,
      'of a route that the caller may not call',
      ['a'],
      'GET /u/{id}',
      'GROUP_NOT_ALLOWED',
    ],
    ['tokenAndRoute', CONFLICT, 'of a caller without groups', [], 'GET /u/{id}', 'GROUPS_MISSING'],
  ] as const)(
    'an answer kept per %s (%j) %s says the code only if it holds for all that it will be given to',
    async (...row) => {
      const [mode, sections, , groups, route, code] = row;
      const map = mapOf(sections as never);
      expect(map.cache.mode).toBe(mode);
      const model = parseModel(map.model);
      const authorize = createAuthorizer({
        model,
        ...(model.cache && { policyFor: cachedPolicies(model) }),
        clock: { now: () => 0 },
        verifier: {
          verify: async () => ({ kind: 'user', uid: 'u', cid: 'c', groups, scopes: [] }),
        },
        quota: async () => ({ kind: 'free' }),
      });
      const [method, path] = route.split(' ');
      const request = {
        requestId: 'r',
        apiId: 'a',
        stage: 's',
        arn: `arn:aws:execute-api:us-east-1:1:a/s/${method}${path}`,
        route,
        sent: plainlySent(route),
      };
      const ask = (pathRefusal: Refusal | undefined) =>
        authorize({ ...request, pathRefusal, authorization: ['Bearer t'] });
      const { context } = await ask(undefined);
      expect(context).toMatchObject({
        code,
        quotaLimit: '-',
        quotaRemaining: '-',
        quotaReset: '-',
        quotaExceeded: 'false',
      });
      const odd = await ask(refuse('PATH_REFUSED', 'ambiguous_parameter'));
      if (odd.decision.effect === 'deny' && odd.decision.code === 'PATH_REFUSED')
        expect(odd.context['code']).toBe('-');
    },
  );

  const BESIDE = {
    routes: ['GET /orders/{id}', 'GET /orders/export', 'HEAD /orders/{id}'],
    groups: { g: { allow: ['GET /orders/{id}'] }, h: { allow: ['ANY /**'] } },
  };
  const WHY =
    'a back end may read a value of `GET /orders/{id}` as `GET /orders/export`, and some caller may call only the first';

  test('nothing is kept where a value of a parameter may read as a closed route', () => {
    const { cache } = mapOf(BESIDE);
    expect([cache.mode, cache.reasons]).toEqual(['off', [WHY]]);
    const both = { g: { allow: ['GET /orders/{id}', 'GET /orders/export'] } };
    expect(mapOf({ ...BESIDE, groups: both }).cache.mode).toBe('token');
    const isPublic = { ...BESIDE, public: ['GET /orders/export'], groups: { g: BESIDE.groups.g } };
    expect(mapOf(isPublic).cache.mode).toBe('token');
    const head = { g: { allow: ['HEAD /orders/{id}'] } };
    expect(mapOf({ ...BESIDE, groups: head }).cache.reasons).toEqual([
      WHY.replace('GET /orders/{id}', 'HEAD /orders/{id}'),
    ]);
    const signed = {
      ...BESIDE,
      signedIn: ['GET /orders/{id}'],
      groups: { h: { allow: ['GET /orders/export'] } },
    };
    expect(mapOf(signed).cache.mode).toBe('off');
  });

  test('answers are kept where the back end reads paths exactly', () => {
    const exact = {
      ...BESIDE,
      routes: ['GET /orders/export', { route: 'GET /orders/{id}', paths: 'exact' }],
    };
    expect(mapOf(exact as never).cache.mode).toBe('token');
    const whole = { ...BESIDE, api: { ...base.api, paths: 'exact' } };
    expect(mapOf(whole as never).cache.mode).toBe('token');
    const usual = {
      ...whole,
      routes: ['GET /orders/export', { route: 'GET /orders/{id}', paths: 'usual' }],
    };
    expect(mapOf(usual as never).cache.mode).toBe('off');
  });

  test('a `ttl` for such a map is an error that names the pairs', () => {
    const messages = messagesOf({ ...BESIDE, ...withCache({ ttl: '60s' }) }).join('\n');
    expect(messages).toContain(WHY);
    expect(messages).toContain('`paths: exact` of the first route of each pair');
    expect(messages).toContain('or `api.paths: exact`');
  });

  const FUNCTION = 'arn:aws:lambda:eu-west-1:111122223333:function:orders';
  const METHODS = {
    routes: ['POST /orders', 'DELETE /orders'],
    groups: { g: { allow: ['POST /orders'] }, h: { allow: ['ANY /orders'] } },
  };
  test.each<[string, object, 'off' | 'token']>([
    ['a function behind a REST API', { kind: 'rest', upstream: { lambda: FUNCTION } }, 'off'],
    [
      'a function behind a REST API that reads exactly',
      { kind: 'rest', upstream: { lambda: FUNCTION }, paths: 'exact' },
      'token',
    ],
    ['a server behind a REST API', { kind: 'rest' }, 'off'],
    ['a server behind an HTTP API', {}, 'off'],
    ['a server behind an HTTP API that reads exactly', { paths: 'exact' }, 'token'],
    ['a function behind an HTTP API', { upstream: { lambda: FUNCTION } }, 'off'],
  ])('where a header or the query may name another method, with %s', (_name, api, mode) => {
    const { cache } = mapOf({ ...METHODS, api: { ...base.api, ...api } } as never);
    expect(cache.mode).toBe(mode);
    const why = cache.reasons.filter((reason) => reason.includes('X-HTTP-Method-Override'));
    expect(why).toEqual(
      mode === 'off'
        ? [
            'the query `_method`, or a header such as X-HTTP-Method-Override, makes `DELETE /orders` of `POST /orders`, and some caller may call only the second',
          ]
        : [],
    );
  });

  test('a `ttl` for such a map is an error that names the pair', () => {
    const messages = messagesOf({ ...METHODS, ...withCache({ ttl: '60s' }) }).join('\n');
    expect(messages).toContain('makes `DELETE /orders` of `POST /orders`');
  });

  test.each([
    ['POST /orders/login', 'DELETE /orders/{id}'],
    ['HEAD /orders/latest', 'GET /orders/{id}'],
  ])('what %s runs of %s is no less closed for another template', (open, closed) => {
    const groups = { g: { allow: [open] }, h: { allow: [open, closed] } };
    const { cache } = mapOf({ routes: [open, closed], groups } as never);
    expect(cache.mode).toBe('off');
    expect(cache.reasons.join()).toContain(`\`${closed}\``);
  });

  test('where an app’s own API may hand such headers on, nothing is kept', () => {
    const { cache } = mapOf({ ...METHODS, api: { name: 'orders' } } as never);
    expect(cache.mode).toBe('off');
  });

  test('whoever is blocked is reported as such whatever is kept', async () => {
    const map = mapOf({ ...TOKEN, blocked: { users: ['u'] } } as never);
    const model = parseModel(map.model);
    const authorize = createAuthorizer({
      model,
      policyFor: cachedPolicies(model),
      clock: { now: () => 0 },
      verifier: {
        verify: async () => ({ kind: 'user', uid: 'u', cid: 'c', groups: ['a'], scopes: [] }),
      },
      quota: async () => ({ kind: 'free' }),
    });
    const arn = 'arn:aws:execute-api:us-east-1:1:a/s/GET/orders';
    const request = {
      requestId: 'r',
      apiId: 'a',
      stage: 's',
      arn,
      route: 'GET /orders',
      sent: plainlySent('GET /orders'),
      pathRefusal: undefined,
    };
    expect((await authorize({ ...request, authorization: ['Bearer t'] })).context['code']).toBe(
      'BLOCKED',
    );
  });
});
