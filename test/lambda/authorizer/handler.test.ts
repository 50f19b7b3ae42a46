import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { memoryQuotaStore } from '../../../lambda/adapters/memory-quota-store.ts';
import { createAuthorizer } from '../../../lambda/authorizer/authorize.ts';
import { createHandler } from '../../../lambda/authorizer/handler.ts';
import { quotaLimiter } from '../../../lambda/authorizer/quota-limiter.ts';
import { type Refusal, refuse } from '../../../lambda/core/contract/codes.ts';
import type { Principal } from '../../../lambda/core/token/principal.ts';
import { type QuotaStore, QuotaStoreError } from '../../../lambda/ports.ts';
import { httpApiEvent } from '../../support/http-api-event.ts';
import { type ModelSketch, model } from '../../support/model.ts';

const NOW = Date.parse('2026-11-22T10:15:30Z');
const reader: Principal = {
  kind: 'user',
  uid: '00u1',
  cid: '0oa1web',
  groups: ['readers', 'strangers', 'ünïcode'],
  scopes: [],
};
const nobody: Principal = { kind: 'user', uid: '00u2', cid: '0oa1web', groups: [], scopes: [] };
const intruder: Principal = {
  kind: 'user',
  uid: '00u9',
  cid: '0oa1web',
  groups: ['readers'],
  scopes: [],
  tokenId: 'AT.9',
};
const batch: Principal = { kind: 'machine', cid: '0oa1batch', scopes: [] };
/** Tokens of this test: what the verifier says of each. */
const tokens: Readonly<Record<string, Principal | Refusal>> = {
  reader,
  nobody,
  batch,
  intruder,
  expired: refuse('TOKEN_EXPIRED', 'exp_passed'),
  unpublished: refuse('KEY_UNKNOWN', 'kid_not_published'),
  early: refuse('TOKEN_NOT_YET_VALID', 'nbf_ahead'),
  ahead: refuse('TOKEN_CLAIMS', 'issued_in_the_future'),
  keyless: refuse('KEYS_UNAVAILABLE', 'fetch_failed'),
};

const sketch: ModelSketch = {
  routes: [
    'GET /orders',
    'POST /orders',
    'GET /orders/{id}',
    'GET /me',
    'GET /$default',
    'GET /files/{proxy+}',
  ],
  signedIn: ['GET /me'],
  permissions: { 'orders:read': ['GET /orders', 'GET /orders/{id}'] },
  quotas: [{ name: 'standard', windows: [{ id: 'minute', per: 'minute', limit: 2 }] }],
  groups: {
    readers: {
      allow: ['GET /orders', 'GET /orders/{id}', 'GET /files/{proxy+}'],
      quota: 'standard',
    },
    ünïcode: {},
  },
  machines: { '0oa1batch': { allow: ['POST /orders'] } },
  blocked: { users: ['00u9'] },
};

const failing: QuotaStore = { charge: () => Promise.reject(new QuotaStoreError('timeout')) };

function scene(
  options: {
    store?: QuotaStore;
    onStoreFailure?: 'deny' | 'allow';
    unauthorized?: 'throw' | 'deny';
  } = {},
) {
  const { store = memoryQuotaStore(), onStoreFailure = 'deny', unauthorized = 'throw' } = options;
  const quotas = (sketch.quotas ?? []).map((quota) => ({ ...quota, onStoreFailure }));
  const access = model({ ...sketch, quotas });
  const records: Record<string, unknown>[] = [];
  const clock = { now: () => NOW };
  const verifier = {
    verify: async (token: string) => tokens[token] ?? refuse('TOKEN_MALFORMED', 'not_a_jwt'),
  };
  const authorize = createAuthorizer({
    model: access,
    clock,
    verifier,
    quota: quotaLimiter(access, store, clock),
  });
  const audit = { record: (record: object) => void records.push({ ...record }) };
  return {
    records,
    handler: createHandler({ authorize, unauthorized, mapVersion: access.version, clock, audit }),
  };
}

const event = httpApiEvent;

describe('an allowed call', () => {
  test('gets an Allow of its own request and the whole context', async () => {
    const { handler } = scene();
    expect(
      await handler(
        event('GET', '/orders/1', {
          routeKey: 'GET /orders/{id}',
          token: 'reader',
          parameters: { id: '1' },
        }),
      ),
    ).toEqual({
      principalId: '00u1',
      policyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Action: 'execute-api:Invoke',
            Effect: 'Allow',
            Resource: [
              'arn:aws:execute-api:us-east-1:123456789012:abcdef123/$default/GET/orders/1',
            ],
          },
        ],
      },
      context: {
        principalId: '00u1',
        uid: '00u1',
        cid: '0oa1web',
        groups: '["readers","\\u00fcn\\u00efcode"]',
        scope: 'orders:read',
        mapVersion: '0123456789abcdef',
        code: '-',
        quotaLimit: '2',
        quotaRemaining: '1',
        quotaReset: '30',
        quotaExceeded: 'false',
      },
    });
  });

  test('of a signed-in route needs no group and costs nothing', async () => {
    const { handler } = scene();
    const answer = await handler(event('GET', '/me', { token: 'nobody' }));
    expect(answer.context).toMatchObject({
      uid: '00u2',
      groups: '[]',
      scope: '-',
      quotaLimit: '-',
      quotaReset: '-',
    });
  });

  test('of a machine is principal of its client', async () => {
    const { handler } = scene();
    const answer = await handler(event('POST', '/orders', { token: 'batch' }));
    expect(answer).toMatchObject({
      principalId: '0oa1batch',
      context: { uid: '-', cid: '0oa1batch', groups: '[]' },
    });
  });

  test('below a greedy parameter may carry slashes', async () => {
    const { handler } = scene();
    const answer = await handler(
      event('GET', '/files/a/b/', {
        routeKey: 'GET /files/{proxy+}',
        token: 'reader',
        parameters: { proxy: 'a/b/' },
      }),
    );
    expect(answer.policyDocument.Statement[0]?.Effect).toBe('Allow');
  });

  test('answers the ANY route of the gateway by its method', async () => {
    const { handler } = scene();
    const answer = await handler(
      event('GET', '/orders', { routeKey: 'ANY /orders', token: 'reader' }),
    );
    expect(answer.policyDocument.Statement[0]?.Effect).toBe('Allow');
  });
});

describe('the group in the record', () => {
  const order = (id: string) =>
    event('GET', `/orders/${encodeURIComponent(id)}`, {
      ...{ routeKey: 'GET /orders/{id}', token: 'reader' },
      parameters: { id },
    });

  test('is the one by which this call was evaluated, whatever the call before on the route was', async () => {
    const { handler, records } = scene();
    for (const id of ['1', 'a/b', '2', '3', 'a/b', '4']) await handler(order(id));
    expect(records.map(({ effect, code, group }) => [effect, code, group])).toEqual([
      ['allow', undefined, 'readers'],
      ['deny', 'PATH_REFUSED', undefined],
      ['allow', undefined, 'readers'],
      ['deny', 'QUOTA_EXCEEDED', undefined],
      ['deny', 'PATH_REFUSED', undefined],
      ['deny', 'QUOTA_EXCEEDED', undefined],
    ]);
  });
});

describe('a refused call', () => {
  test.each([
    ['GROUP_NOT_ALLOWED', event('POST', '/orders', { token: 'reader' })],
    ['GROUPS_MISSING', event('GET', '/orders', { token: 'nobody' })],
    ['BLOCKED', event('GET', '/orders', { token: 'intruder' })],
    ['BLOCKED', event('GET', '/me', { token: 'intruder' })],
    ['BLOCKED', event('GET', '/unknown', { routeKey: '$default', token: 'intruder' })],
    [
      'BLOCKED',
      event('GET', '/orders/..', {
        routeKey: 'GET /orders/{id}',
        token: 'intruder',
        parameters: { id: '..' },
      }),
    ],
    ['ROUTE_UNMAPPED', event('PUT', '/orders', { routeKey: 'ANY /orders', token: 'reader' })],
    ['ROUTE_UNMAPPED', event('GET', '/anything', { routeKey: '$default', token: 'reader' })],
    [
      'PATH_REFUSED',
      event('GET', '/orders/a%2Fb', {
        routeKey: 'GET /orders/{id}',
        token: 'reader',
        parameters: { id: 'a/b' },
      }),
    ],
    [
      'PATH_REFUSED',
      event('GET', '/orders/..', {
        routeKey: 'GET /orders/{id}',
        token: 'reader',
        parameters: { id: '..' },
      }),
    ],
    [
      'PATH_REFUSED',
      event('GET', '/orders/', { routeKey: 'GET /orders/{id}', token: 'reader', parameters: {} }),
    ],
    [
      'PATH_REFUSED',
      event('GET', '/files/a/%2e%2e/b', {
        routeKey: 'GET /files/{proxy+}',
        token: 'reader',
        parameters: { proxy: 'a/%2e%2e/b' },
      }),
    ],
  ])('%s gets an explicit Deny with its code', async (code, input) => {
    const { handler } = scene();
    const { policyDocument, context } = await handler(input);
    expect(policyDocument.Statement).toMatchObject([
      { Effect: 'Deny', Resource: [input.routeArn.replace('*', '?')] },
    ]);
    expect(context).toMatchObject({ code });
    expect(Object.values(context)).not.toContain('');
  });

  test('over quota is reported when the window ends', async () => {
    const { handler } = scene();
    const call = () => handler(event('GET', '/orders', { token: 'reader' }));
    expect((await call()).context['quotaRemaining']).toBe('1');
    expect((await call()).context['quotaRemaining']).toBe('0');
    const third = await call();
    expect(third.policyDocument.Statement[0]?.Effect).toBe('Deny');
    expect(third.context).toMatchObject({
      code: 'QUOTA_EXCEEDED',
      quotaExceeded: 'true',
      quotaRemaining: '0',
      quotaReset: '30',
    });
  });

  test.each([
    ['no token', event('GET', '/orders')],
    ['an expired token', event('GET', '/orders', { token: 'expired' })],
    [
      'two tokens',
      { ...event('GET', '/orders'), headers: { Authorization: 'Bearer reader,Bearer reader' } },
    ],
    ['another scheme', { ...event('GET', '/orders'), headers: { authorization: 'Basic reader' } }],
  ])('%s is answered with exactly Unauthorized', async (_, input) => {
    await expect(scene().handler(input)).rejects.toThrow(/^Unauthorized$/);
  });

  // The gateway may keep a returned Deny for the TTL; the key or the time may come before its end.
  test.each(['unpublished', 'early', 'ahead'])(
    'for a reason that passes is thrown whatever the map says: %s',
    async (token) => {
      const { handler } = scene({ unauthorized: 'deny' });
      await expect(handler(event('GET', '/orders', { token }))).rejects.toThrow(/^Unauthorized$/);
    },
  );

  test('an invalid token gets a Deny where the map says so', async () => {
    const { handler } = scene({ unauthorized: 'deny' });
    expect(await handler(event('GET', '/orders', { token: 'expired' }))).toMatchObject({
      principalId: '-',
      policyDocument: { Statement: [{ Effect: 'Deny' }] },
      context: { code: 'TOKEN_EXPIRED', uid: '-' },
    });
  });
});

describe('a broken dependency', () => {
  test.each([
    ['keys that cannot be had', scene(), event('GET', '/orders', { token: 'keyless' })],
    [
      'a failing quota store',
      scene({ store: failing }),
      event('GET', '/orders', { token: 'reader' }),
    ],
  ])('%s is the one fixed failure', async (_, { handler }, input) => {
    await expect(handler(input)).rejects.toThrow(/^AuthorizerFailure$/);
  });

  test('lets calls pass where the quota says so, and the record tells', async () => {
    const { handler, records } = scene({ store: failing, onStoreFailure: 'allow' });
    const answer = await handler(event('GET', '/orders', { token: 'reader' }));
    expect(answer.policyDocument.Statement[0]?.Effect).toBe('Allow');
    expect(records).toMatchObject([
      { effect: 'allow', quota: { name: 'standard', storeFailed: true } },
    ]);
  });
});

describe('a malformed event', () => {
  const good = event('GET', '/orders', { token: 'reader' });
  test.each([
    ['nothing', undefined],
    ['text', 'event'],
    ['a list', []],
    ['another version', { ...good, version: '1.0' }],
    ['no route key', { ...good, routeKey: undefined }],
    ['no context', { ...good, requestContext: null }],
    ['no method', { ...good, requestContext: { ...good.requestContext, http: {} } }],
    [
      'an ARN of another service',
      { ...good, routeArn: good.routeArn.replace('execute-api', 'lambda') },
    ],
    ['an ARN for another method', { ...good, routeArn: good.routeArn.replace('/GET/', '/POST/') }],
    [
      'an ARN of another API',
      { ...good, routeArn: good.routeArn.replace('abcdef123', 'zyxwvu987') },
    ],
    ['a route for another method', { ...good, routeKey: 'DELETE /orders' }],
    ['parameters that are missing', { ...good, routeKey: 'GET /orders/{id}' }],
  ])('(%s) is refused with the one fixed failure and named in the record', async (_, input) => {
    const { handler, records } = scene();
    await expect(handler(input)).rejects.toThrow(/^AuthorizerFailure$/);
    expect(records).toMatchObject([{ effect: 'deny', code: 'EVENT_MALFORMED' }]);
  });

  test('of any shape throws nothing else and allows nothing', async () => {
    const { handler } = scene();
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.anything(),
          fc.record({
            version: fc.constant('2.0'),
            type: fc.constant('REQUEST'),
            routeKey: fc.anything(),
          }),
        ),
        async (input) => {
          await expect(handler(input)).rejects.toThrow(/^AuthorizerFailure$/);
        },
      ),
    );
  });
});

describe('the record of a decision', () => {
  test('holds the decision and who asked, and nothing of the token', async () => {
    const { handler, records } = scene();
    await handler(event('POST', '/orders', { token: 'reader' }));
    expect(records).toMatchObject([
      {
        effect: 'deny',
        code: 'GROUP_NOT_ALLOWED',
        reason: 'no_group_allows',
        route: 'POST /orders',
        requestId: 'request-1',
        principal: { kind: 'user', id: '00u1', cid: '0oa1web' },
        groups: ['readers', 'ünïcode'],
        unmappedGroups: 1,
        durationMs: 0,
        weight: 1,
      },
    ]);
  });
});

describe('a path that the caller writes', () => {
  test.each([
    ['a star', '/orders/*', 'GET/orders/?'],
    ['a policy variable', '/orders/${aws:userid}', 'GET/orders/?{aws:userid}'],
    ['colons', '/orders/a:b:c', 'GET/orders/a:b:c'],
  ])('with %s gives a resource that matches itself alone', async (_, path, resource) => {
    const { handler } = scene();
    const answer = await handler(
      event('GET', path, {
        routeKey: 'GET /orders/{id}',
        token: 'reader',
        parameters: { id: path.slice(8) },
      }),
    );
    expect(answer.policyDocument.Statement[0]?.Resource).toEqual([
      `arn:aws:execute-api:us-east-1:123456789012:abcdef123/$default/${resource}`,
    ]);
  });

  test('that is long gives a resource within the limit of 512 characters', async () => {
    const { handler } = scene();
    const path = `/orders/${'a'.repeat(600)}`;
    const answer = await handler(
      event('GET', path, {
        routeKey: 'GET /orders/{id}',
        token: 'reader',
        parameters: { id: 'a'.repeat(600) },
      }),
    );
    expect(answer.policyDocument.Statement[0]?.Effect).toBe('Allow');
    expect(answer.policyDocument.Statement[0]?.Resource[0]).toMatch(/^.{511}\*$/);
  });
});
