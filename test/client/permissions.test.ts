import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { createPermissions, type PermissionsOptions } from '../../client/src/index.ts';
import { ANSWER, deferred, type Endpoint, endpoint, json } from './support.ts';

const NOW = 1_000_000_000;
const tokenOf = (uid: string, time = 1, exp?: number): string =>
  `e30.${Buffer.from(JSON.stringify({ uid, time, exp })).toString('base64url')}.c2ln`;

function client(at: Endpoint, options: Partial<PermissionsOptions> = {}) {
  return createPermissions({
    url: 'https://api.example.com/permissions',
    getToken: () => tokenOf('00u1'),
    fetch: at.fetch,
    now: () => NOW,
    ...options,
  });
}

describe('what is known', () => {
  test('is nothing at first: loading, and every answer is no', () => {
    const permissions = client(endpoint());
    expect(permissions.state()).toEqual({ status: 'loading' });
    expect([
      permissions.can('GET /orders'),
      permissions.canPath('GET', '/orders'),
      permissions.quota(),
    ]).toEqual([false, false, undefined]);
  });

  test('is what the endpoint has answered', async () => {
    const permissions = client(endpoint());
    expect(await permissions.refresh()).toEqual({ status: 'ready', answer: ANSWER });
    expect(
      ['GET /orders', 'POST /orders', 'orders:read', 'orders:write', 'GET', ''].map((what) =>
        permissions.can(what),
      ),
    ).toEqual([true, false, true, false, false, false]);
    expect([
      permissions.canPath('GET', '/orders/42'),
      permissions.canPath('DELETE', '/orders/42'),
    ]).toEqual([true, false]);
  });

  test('a closed route takes its path from an open one, as at the gateway', async () => {
    const permissions = client(endpoint());
    await permissions.refresh();
    expect([
      permissions.canPath('GET', '/orders/export'),
      permissions.can('GET /orders/export'),
    ]).toEqual([false, false]);
  });

  test('a path that reads as another open route is not offered where a quota may count both', async () => {
    const routes = ['GET /orders/{id}', 'GET /orders/export'];
    const can = async (quotas: typeof ANSWER.quotas) => {
      const at = endpoint();
      at.answers = () => json({ ...ANSWER, routes, closed: [], quotas });
      const permissions = client(at);
      await permissions.refresh();
      return ['/orders/Export', '/orders/42'].map((path) => permissions.canPath('GET', path));
    };
    expect([await can(ANSWER.quotas), await can([])]).toEqual([
      [false, true],
      [true, true],
    ]);
  });

  test.each([
    ['stays known over a failure until the token ends', 100, 99, 'ready'],
    ['is nothing any more when the token has ended and no other is to be had', 100, 101, 'error'],
    ['stays known by a clock that is ahead of the gateway’s', -100, 101, 'ready'],
  ])('%s', async (_what, lifetime, later, status) => {
    let seconds = NOW / 1_000;
    const tokens = [
      async () => tokenOf('00u1', 1, NOW / 1_000 + lifetime),
      () => Promise.reject(new Error('the sign-in server does not answer')),
    ];
    const permissions = client(endpoint(), {
      getToken: () => (tokens.shift() ?? (() => undefined))(),
      now: () => seconds * 1_000,
    });
    await permissions.refresh();
    seconds += later;
    expect((await permissions.refresh()).status).toBe(status);
    expect(permissions.can('GET /orders')).toBe(status === 'ready');
  });

  test('is nothing any more once the endpoint refuses the caller, whom it would tell whatever is open', async () => {
    const at = endpoint();
    const permissions = client(at);
    await permissions.refresh();
    at.answers = () => json({ message: 'Forbidden' }, 403);
    expect(await permissions.refresh()).toEqual({
      status: 'error',
      error: expect.anything(),
      refused: true,
    });
    expect([
      permissions.can('GET /orders'),
      permissions.canPath('GET', '/orders'),
      permissions.quota(),
    ]).toEqual([false, false, undefined]);
  });

  test.each([
    ['a page of a proxy', () => new Response('<html>')],
    ['another service’s JSON', () => json({ routes: 'all' })],
    ['a word of being good for no time', () => json({ ...ANSWER, goodForSeconds: 0.001 })],
    ['quotas of another form', () => json({ ...ANSWER, quotas: [{ name: 'q' }] })],
    ['nothing', () => json(null)],
    ['500', () => json({ message: 'Internal Server Error' }, 500)],
    ['a broken connection', () => Promise.reject(new TypeError('fetch failed'))],
  ])('is an error after %s, and every answer is no', async (_what, answers) => {
    const permissions = client(endpoint(answers));
    expect(await permissions.refresh()).toEqual({ status: 'error', error: expect.anything() });
    expect(permissions.can('GET /orders')).toBe(false);
  });

  test('is a refusal after a 403 of the endpoint, and every answer is no', async () => {
    const permissions = client(endpoint(() => json({ message: 'Forbidden' }, 403)));
    expect(await permissions.refresh()).toMatchObject({ status: 'error', refused: true });
    expect(permissions.check('GET /orders')).toEqual({ allowed: false, reason: 'forbidden' });
  });

  test('stays known when a refresh fails, with the error beside it', async () => {
    const at = endpoint();
    const permissions = client(at);
    await permissions.refresh();
    at.answers = () => json({}, 503);
    expect(await permissions.refresh()).toEqual({
      status: 'ready',
      answer: ANSWER,
      error: expect.anything(),
    });
    expect(permissions.can('GET /orders')).toBe(true);
  });

  test.each([
    ['no token', null, 0],
    ['a token that is no longer valid', tokenOf('00u1'), 1],
  ])('is nothing after %s: signed out', async (_what, token, asked) => {
    const at = endpoint(() => json({ message: 'Unauthorized' }, 401));
    const permissions = client(at, { getToken: () => token });
    expect(await permissions.refresh()).toEqual({ status: 'signed-out' });
    expect(at.tokens).toHaveLength(asked);
  });
});

describe('another token', () => {
  test('of the same user leaves what is known until the new answer is there', async () => {
    const at = endpoint();
    let time = 1;
    const permissions = client(at, { getToken: () => tokenOf('00u1', time++) });
    await permissions.refresh();
    const answer = deferred<Response>();
    at.answers = () => answer.promise;
    const refreshed = permissions.refresh();
    expect(permissions.can('GET /orders')).toBe(true);
    answer.resolve(json({ ...ANSWER, routes: [], mapVersion: 'another' }));
    expect((await refreshed).answer?.mapVersion).toBe('another');
    expect(permissions.can('GET /orders')).toBe(false);
  });

  test.each([
    ['of another user', [tokenOf('00u1'), tokenOf('00u2')]],
    ['that cannot be read', ['opaque-1', 'opaque-2']],
  ])('%s makes everything unknown at once', async (_what, tokens) => {
    const at = endpoint();
    const left = [...tokens];
    const permissions = client(at, { getToken: () => left.shift() });
    await permissions.refresh();
    const answer = deferred<Response>();
    at.answers = () => answer.promise;
    const refreshed = permissions.refresh();
    await Promise.resolve();
    expect([permissions.state().status, permissions.can('GET /orders')]).toEqual([
      'loading',
      false,
    ]);
    answer.resolve(json(ANSWER));
    await refreshed;
    expect(at.tokens).toEqual(tokens);
  });

  test('overtakes the answer for the one before', async () => {
    const first = deferred<Response>();
    const at = endpoint(() => first.promise);
    const permissions = client(at);
    const early = permissions.refresh();
    await Promise.resolve();
    at.answers = () => json({ ...ANSWER, mapVersion: 'late' });
    await permissions.refresh();
    first.resolve(json({ ...ANSWER, mapVersion: 'early' }));
    expect((await early).answer?.mapVersion).toBe('late');
  });

  test('is waited for by who has asked before', async () => {
    const [first, late] = [deferred<Response>(), deferred<Response>()];
    const at = endpoint(() => first.promise);
    const permissions = client(at);
    const early = permissions.refresh();
    await new Promise(setImmediate);
    at.answers = () => late.promise;
    const second = permissions.refresh();
    first.resolve(json({ ...ANSWER, mapVersion: 'early' }));
    await new Promise(setImmediate);
    late.resolve(json({ ...ANSWER, mapVersion: 'late' }));
    expect([await early, await second].map(({ answer }) => answer?.mapVersion)).toEqual([
      'late',
      'late',
    ]);
  });
});

describe('listeners', () => {
  beforeEach(() => {
    jest.useFakeTimers();
    jest.spyOn(Math, 'random').mockReturnValue(0.5);
  });
  afterEach(() => {
    jest.restoreAllMocks();
    jest.useRealTimers();
  });
  const nextAsk = async (at: Endpoint, afterSeconds: number) => {
    await jest.advanceTimersByTimeAsync(afterSeconds * 1_000 - 1);
    const before = at.tokens.length;
    await jest.advanceTimersByTimeAsync(1);
    return [before, at.tokens.length];
  };

  test('the first one makes it ask, the others share the answer, and nobody asks once all are gone', async () => {
    const at = endpoint();
    const permissions = client(at, { refreshSeconds: 300 });
    let notifications = 0;
    const ends = [
      permissions.subscribe(() => void notifications++),
      permissions.subscribe(() => void notifications++),
    ];
    await jest.advanceTimersByTimeAsync(0);
    expect([at.tokens.length, notifications]).toEqual([1, 2]);
    for (const end of ends) end();
    await jest.advanceTimersByTimeAsync(3_600_000);
    expect(at.tokens).toHaveLength(1);
  });

  test('the state is one object until something changes', async () => {
    const permissions = client(endpoint());
    permissions.subscribe(() => undefined);
    await jest.advanceTimersByTimeAsync(0);
    expect(permissions.state()).toBe(permissions.state());
  });

  test('an answer that has not changed tells nobody, one that has tells all', async () => {
    const at = endpoint(() => json({ ...ANSWER, quotas: [] }));
    const permissions = client(at, { refreshSeconds: 60 });
    let notifications = 0;
    permissions.subscribe(() => void notifications++);
    await jest.advanceTimersByTimeAsync(0);
    const before = permissions.state();
    await jest.advanceTimersByTimeAsync(60_000);
    expect([at.tokens.length, notifications, permissions.state() === before]).toEqual([2, 1, true]);
    at.answers = () => json({ ...ANSWER, mapVersion: 'another', quotas: [] });
    await jest.advanceTimersByTimeAsync(60_000);
    expect([notifications, permissions.state().answer?.mapVersion]).toEqual([2, 'another']);
  });

  test('those that come and go do not put the next question off', async () => {
    const at = endpoint(() => json({ ...ANSWER, quotas: [] }));
    const permissions = client(at, { refreshSeconds: 60, now: Date.now });
    permissions.subscribe(() => undefined);
    for (let seconds = 0; seconds < 60; seconds += 20) {
      await jest.advanceTimersByTimeAsync(20_000);
      permissions.subscribe(() => undefined)();
    }
    expect(at.tokens).toHaveLength(2);
  });

  test('the first one after a while finds nothing stale', async () => {
    const at = endpoint(() => json({ ...ANSWER, quotas: [] }));
    const permissions = client(at, { refreshSeconds: 60, now: Date.now });
    const visit = async () => {
      const end = permissions.subscribe(() => undefined);
      await jest.advanceTimersByTimeAsync(0);
      end();
    };
    await visit();
    await jest.advanceTimersByTimeAsync(30_000);
    await visit();
    expect(at.tokens).toHaveLength(1);
    await jest.advanceTimersByTimeAsync(30_000);
    await visit();
    expect(at.tokens).toHaveLength(2);
  });

  test('it asks when the token ends, and by then its owner has another or none', async () => {
    const at = endpoint(() => json({ ...ANSWER, quotas: [] }));
    const end = Date.now() / 1_000 + 90;
    const tokens: (string | null)[] = [tokenOf('00u1', 1, end), tokenOf('00u1', 2, end + 90), null];
    const permissions = client(at, { now: Date.now, getToken: () => tokens.shift() });
    permissions.subscribe(() => undefined);
    await jest.advanceTimersByTimeAsync(0);
    expect(await nextAsk(at, 91)).toEqual([1, 2]);
    await jest.advanceTimersByTimeAsync(90_000);
    expect(permissions.state().status).toBe('signed-out');
  });

  test('a window that has ended, by a clock that is wrong, is not asked for again and again', async () => {
    const at = endpoint();
    client(at, { now: () => NOW + 90_000 }).subscribe(() => undefined);
    await jest.advanceTimersByTimeAsync(299_000);
    expect(at.tokens).toHaveLength(1);
  });

  test('a token that has ended, by a clock that is wrong, is not asked with again and again', async () => {
    const at = endpoint(() => json({ ...ANSWER, quotas: [] }));
    client(at, { now: Date.now, getToken: () => tokenOf('00u1', 1, 1_000) }).subscribe(
      () => undefined,
    );
    await jest.advanceTimersByTimeAsync(299_000);
    expect(at.tokens).toHaveLength(1);
  });

  test.each([0, Number.NaN, 1e10])(
    'with `refreshSeconds` %d it asks once',
    async (refreshSeconds) => {
      const at = endpoint(() => json({ ...ANSWER, quotas: [] }));
      client(at, { refreshSeconds, now: Date.now }).subscribe(() => undefined);
      await jest.advanceTimersByTimeAsync(3_600_000);
      expect(at.tokens).toHaveLength(1);
    },
  );

  test('while there are some it asks every `refreshSeconds`', async () => {
    const at = endpoint(() => json({ ...ANSWER, quotas: [] }));
    client(at, { refreshSeconds: 120 }).subscribe(() => undefined);
    await jest.advanceTimersByTimeAsync(0);
    expect(await nextAsk(at, 120)).toEqual([1, 2]);
  });

  test('it asks when a window ends that has been drawn on', async () => {
    const at = endpoint();
    client(at).subscribe(() => undefined);
    await jest.advanceTimersByTimeAsync(0);
    expect(await nextAsk(at, 65.5)).toEqual([1, 2]);
  });

  test('after a failure it asks again soon, and then less and less often', async () => {
    const at = endpoint(() => json({}, 500));
    client(at, { refreshSeconds: 12 }).subscribe(() => undefined);
    await jest.advanceTimersByTimeAsync(0);
    expect(await nextAsk(at, 5)).toEqual([1, 2]);
    expect(await nextAsk(at, 10)).toEqual([2, 3]);
    expect(await nextAsk(at, 12)).toEqual([3, 4]);
    expect(await nextAsk(at, 12)).toEqual([4, 5]);
  });
});

describe('a page that comes back', () => {
  const page = Object.assign(new EventTarget(), { visibilityState: 'visible' });
  const network = new EventTarget();
  const surroundings = {
    document: page,
    addEventListener: network.addEventListener.bind(network),
    removeEventListener: network.removeEventListener.bind(network),
  };
  beforeEach(() => void Object.assign(globalThis, surroundings));
  afterEach(() => {
    for (const name of Object.keys(surroundings)) Reflect.deleteProperty(globalThis, name);
  });

  async function visited(refreshSeconds?: number) {
    const at = endpoint();
    const clock = { now: NOW };
    const permissions = client(at, {
      now: () => clock.now,
      ...(refreshSeconds !== undefined && { refreshSeconds }),
    });
    const end = permissions.subscribe(() => undefined);
    await new Promise((done) => setImmediate(done));
    const comesBack = async (
      seconds: number,
      visibility = 'visible',
      event = 'visibilitychange',
    ) => {
      clock.now = NOW + seconds * 1_000;
      page.visibilityState = visibility;
      (event === 'online' ? network : page).dispatchEvent(new Event(event));
      await new Promise((done) => setImmediate(done));
      return at.tokens.length;
    };
    return { comesBack, end };
  }

  test.each(['visibilitychange', 'online'])(
    'asks again on %s, unless its answer is fresh',
    async (event) => {
      const { comesBack, end } = await visited();
      expect([
        await comesBack(14, 'visible', event),
        await comesBack(15, 'visible', event),
      ]).toEqual([1, 2]);
      end();
    },
  );

  test('asks nothing while it is hidden, and nothing once nobody listens', async () => {
    const { comesBack, end } = await visited();
    expect(await comesBack(20, 'hidden')).toBe(1);
    end();
    expect([await comesBack(40), await comesBack(60, 'visible', 'online')]).toEqual([1, 1]);
  });

  test('asks nothing by itself with `refreshSeconds: 0`', async () => {
    const { comesBack, end } = await visited(0);
    expect(await comesBack(20)).toBe(1);
    end();
  });
});

describe('the quota', () => {
  const window = { per: 'minute', limit: 10, remaining: 4, resetsAt: 1_000_060 };
  const quotaOf = async (quotas: unknown, route?: string) => {
    const permissions = client(endpoint(() => json({ ...ANSWER, quotas })));
    await permissions.refresh();
    return permissions.quota(route);
  };

  test.each([
    ['a strict one that is spent, whatever else has room', 0, 5, 'strict'],
    ['a strict one that is tighter', 2, 5, 'strict'],
    ['the one that pays where it is tighter', 9, 5, 'shared'],
  ])('that binds is %s', async (_, left, shared, name) => {
    const window = (remaining: number) => [{ per: 'day', limit: 9, remaining, resetsAt: 9e9 }];
    const quotas = [
      { name: 'strict', strict: true, windows: window(left) },
      { name: 'shared', windows: window(shared) },
    ];
    expect((await quotaOf(quotas))?.name).toBe(name);
  });

  test('is none for a caller without one', async () => {
    expect(await quotaOf([])).toBeUndefined();
  });

  test('is the first with room, and of that the window with the least left', async () => {
    const day = { per: 'day', limit: 100, remaining: 3, resetsAt: 1_080_000 };
    const quotas = [
      { name: 'spent', windows: [{ ...window, remaining: 0 }] },
      { name: 'open', windows: [window, day] },
    ];
    expect(await quotaOf(quotas)).toEqual({ name: 'open', ...day });
  });

  test('is the one that has room again soonest when all are spent', async () => {
    const quotas = [
      { name: 'late', windows: [{ ...window, remaining: 0, resetsAt: 1_003_600 }] },
      { name: 'soon', windows: [{ ...window, remaining: 0 }] },
    ];
    expect((await quotaOf(quotas))?.name).toBe('soon');
  });

  test('is full again once its window has ended', async () => {
    expect(
      await quotaOf([
        { name: 'past', windows: [{ ...window, remaining: 0, resetsAt: 1_000_000 }] },
      ]),
    ).toMatchObject({ remaining: 10 });
  });

  test('of a route leaves out windows that do not count it', async () => {
    const quotas = [
      {
        name: 'q',
        windows: [
          { ...window, remaining: 0, routes: ['POST /orders'] },
          { ...window, per: 'day' },
        ],
      },
    ];
    expect([
      (await quotaOf(quotas, 'GET /orders'))?.per,
      (await quotaOf(quotas, 'POST /orders'))?.remaining,
    ]).toEqual(['day', 0]);
  });

  test('that is not known has a limit and nothing left to tell', async () => {
    expect(
      await quotaOf([{ name: 'q', windows: [{ per: 'minute', limit: 10, resetsAt: 1_000_060 }] }]),
    ).not.toHaveProperty('remaining');
  });
});

describe('a refusal', () => {
  const exhausted = {
    ...ANSWER,
    quotas: [
      { name: 'q', windows: [{ per: 'minute', limit: 60, remaining: 0, resetsAt: 1_000_030 }] },
    ],
  };
  const bare = () => json({ message: 'Forbidden' }, 403);
  const refusalOf = async (answer: unknown, response: Response, route?: string) =>
    client(endpoint(() => json(answer))).refusal(response, route);
  const quota = (retryAfterSeconds: number) => ({
    kind: 'quota',
    retryAfterSeconds,
    retryAt: new Date(NOW + retryAfterSeconds * 1_000),
  });

  test('of each of two calls at once is told by the answer after both', async () => {
    const at = endpoint();
    const permissions = client(at);
    await permissions.refresh();
    at.answers = () => json(exhausted);
    const refusals = await Promise.all(
      [1, 2].map(() => permissions.refusal(bare(), 'GET /orders')),
    );
    expect(refusals).toEqual([quota(30), quota(30)]);
  });

  test.each([200, 204, 304, 400, 404, 409, 500, 503])('is none for %i', async (status) => {
    expect(await refusalOf(ANSWER, new Response(null, { status }))).toBeUndefined();
  });

  test.each([
    ['401: signed out', ANSWER, () => json({}, 401), undefined, { kind: 'signed-out' }],
    ['a bare 403 with room left: forbidden', ANSWER, bare, 'POST /orders', { kind: 'forbidden' }],
    [
      'a bare 403 of an open route over a spent quota: quota',
      exhausted,
      bare,
      'GET /orders',
      quota(30),
    ],
    [
      'a bare 403 of a closed route over a spent quota: forbidden',
      exhausted,
      bare,
      'POST /orders',
      { kind: 'forbidden' },
    ],
    ['a bare 403 of some route over a spent quota: quota', exhausted, bare, undefined, quota(30)],
    [
      'a 403 that is no JSON: forbidden',
      ANSWER,
      () => new Response('no', { status: 403 }),
      undefined,
      { kind: 'forbidden' },
    ],
    [
      'a code: forbidden by it',
      exhausted,
      () => json({ code: 'GROUP_DENIED' }, 403),
      'GET /orders',
      { kind: 'forbidden', code: 'GROUP_DENIED' },
    ],
    [
      'QUOTA_EXCEEDED with its reset: quota',
      ANSWER,
      () => json({ code: 'QUOTA_EXCEEDED', quotaReset: '12' }, 403),
      undefined,
      quota(12),
    ],
    [
      'a code without a value, of a kept answer: forbidden',
      exhausted,
      () => json({ code: '-' }, 403),
      'POST /orders',
      { kind: 'forbidden' },
    ],
    [
      'QUOTA_EXCEEDED without one: quota, by the answer',
      exhausted,
      () => json({ code: 'QUOTA_EXCEEDED', quotaReset: '-' }, 403),
      undefined,
      quota(30),
    ],
    [
      '429 with seconds: quota',
      ANSWER,
      () => json({}, 429, { 'retry-after': '7' }),
      undefined,
      quota(7),
    ],
    [
      '429 with a date: quota',
      ANSWER,
      () => json({}, 429, { 'retry-after': new Date(NOW + 9_000).toUTCString() }),
      undefined,
      quota(9),
    ],
    [
      '429 with nonsense: quota, at least a second',
      { ...ANSWER, quotas: [] },
      () => json({}, 429, { 'retry-after': 'soon' }),
      undefined,
      quota(1),
    ],
  ])('%s', async (_what, answer, response, route, expected) => {
    expect(await refusalOf(answer, response(), route)).toEqual(expected);
  });

  test.each([
    ['is out of order', () => json({}, 503), undefined, { kind: 'unknown' }],
    ['is out of order after it has answered', () => json({}, 503), ANSWER, { kind: 'unknown' }],
    ['refuses the caller', () => json({}, 403), ANSWER, { kind: 'forbidden' }],
    ['refuses the token', () => json({}, 401), ANSWER, { kind: 'signed-out' }],
  ])('by a bare 403 while the endpoint %s', async (_what, answers, known, expected) => {
    const at = endpoint();
    const permissions = client(at);
    if (known) await permissions.refresh();
    at.answers = answers;
    expect(await permissions.refusal(bare(), 'GET /orders')).toEqual(expected);
  });

  test('of a route that was closed is forbidden, also while the endpoint is out of order', async () => {
    const at = endpoint();
    const permissions = client(at);
    await permissions.refresh();
    at.answers = () => json({}, 503);
    await permissions.refresh();
    expect(await permissions.refusal(bare(), 'POST /orders')).toEqual({ kind: 'forbidden' });
  });

  test('leaves the response to be read', async () => {
    const response = bare();
    await refusalOf(ANSWER, response);
    expect(await response.json()).toEqual({ message: 'Forbidden' });
  });

  test('makes the permissions asked for again, since they have changed or the quota has', async () => {
    const at = endpoint();
    const permissions = client(at);
    await permissions.refresh();
    await permissions.refusal(bare(), 'GET /orders');
    expect(at.tokens).toHaveLength(2);
  });

  test('an answer of another version of the map makes them asked for again', async () => {
    const at = endpoint();
    const permissions = client(at);
    await permissions.refresh();
    await permissions.refusal(json({}, 200, { 'x-access-map-version': ANSWER.mapVersion }));
    expect(at.tokens).toHaveLength(1);
    await permissions.refusal(json({}, 200, { 'x-access-map-version': 'another' }));
    await new Promise((done) => setImmediate(done));
    expect(at.tokens).toHaveLength(2);
  });
});
