/**
 * How often the client asks: storms of refusals, hanging endpoints, hidden pages, ended windows.
 */
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { createPermissions, type PermissionsOptions } from '../../client/src/index.ts';
import { ANSWER, deferred, endpoint, json } from './support.ts';

const jwt = (uid: string, id = 1): string =>
  `e30.${Buffer.from(JSON.stringify({ uid, id })).toString('base64url')}.c2ln`;

beforeEach(() => void jest.useFakeTimers());
afterEach(() => {
  jest.restoreAllMocks();
  jest.useRealTimers();
});
const settle = () => jest.advanceTimersByTimeAsync(0);

function scene(answers = () => json(ANSWER) as Response | Promise<Response>, options = {}) {
  const at = endpoint(answers);
  const all: PermissionsOptions = {
    url: '/permissions',
    getToken: () => jwt('00u1'),
    fetch: at.fetch,
    ...options,
  };
  return { at, permissions: createPermissions(all) };
}

const bare = () => json({ message: 'Forbidden' }, 403);
const soon = () => Math.floor(Date.now() / 1_000) + 60;
const spent = () => {
  const windows = [{ per: 'minute', limit: 60, remaining: 0, resetsAt: soon() }];
  return { ...ANSWER, quotas: [{ name: 'q', windows }] };
};

describe('50 refusals at once', () => {
  test.each([
    ['of a closed route', () => bare(), 'POST /orders', ANSWER, 'forbidden'],
    ['over a used up quota', () => bare(), 'GET /orders', undefined, 'quota'],
    ['with a code', () => json({ code: 'GROUP_DENIED' }, 403), 'GET /orders', ANSWER, 'forbidden'],
    ['of an ended token', () => json({}, 401), 'GET /orders', ANSWER, 'signed-out'],
  ])('%s ask once', async (_what, response, route, answer, kind) => {
    const { at, permissions } = scene(() => json(answer ?? spent()));
    const refusals = Array.from({ length: 50 }, () => permissions.refusal(response(), route));
    expect(new Set((await Promise.all(refusals)).map((refusal) => refusal?.kind))).toEqual(
      new Set([kind]),
    );
    expect(at.tokens).toHaveLength(1);
  });

  test('that come in one after the other within a second ask once', async () => {
    const { at, permissions } = scene();
    for (let call = 0; call < 50; call += 1) {
      await permissions.refusal(bare(), 'POST /orders');
      await jest.advanceTimersByTimeAsync(19);
    }
    expect(at.tokens).toHaveLength(1);
  });

  test('that nothing explains, a back end’s own, ask no more than twice a second', async () => {
    const { at, permissions } = scene();
    for (let call = 0; call < 50; call += 1) {
      expect(await permissions.refusal(bare(), 'GET /orders')).toEqual({ kind: 'forbidden' });
      await jest.advanceTimersByTimeAsync(19);
    }
    expect(at.tokens.length).toBeLessThanOrEqual(2);
    await jest.advanceTimersByTimeAsync(1_000);
    at.answers = () => json(spent());
    expect(await permissions.refusal(bare(), 'GET /orders')).toMatchObject({ kind: 'quota' });
  });

  test('that what is known does not explain ask once more', async () => {
    const { at, permissions } = scene();
    await permissions.refresh();
    at.answers = () => json({ ...ANSWER, routes: [] });
    const refusals = Array.from({ length: 50 }, () => permissions.refusal(bare(), 'GET /orders'));
    await Promise.all(refusals);
    expect(at.tokens).toHaveLength(2);
  });
});

describe('a changed version of the map', () => {
  const answer = (version = 'next') => json({}, 200, { 'x-access-map-version': version });

  test('is asked for once by 20 answers, whatever comes back', async () => {
    const { at, permissions } = scene();
    await permissions.refresh();
    for (let call = 0; call < 20; call += 1) await permissions.refusal(answer());
    await settle();
    await permissions.refusal(answer());
    await settle();
    expect(at.tokens).toHaveLength(2);
  });

  test('is asked for once while two are served, whichever the endpoint has', async () => {
    const { at, permissions } = scene();
    const versions = ['one', 'two'];
    at.answers = () => json({ ...ANSWER, mapVersion: versions[at.tokens.length % 2] });
    await permissions.refresh();
    for (let call = 0; call < 40; call += 1) {
      await permissions.refusal(answer(versions[call % 2]));
      await settle();
    }
    expect(at.tokens.length).toBeLessThanOrEqual(3);
  });

  test('that comes while a question is under way is asked for after that', async () => {
    const { at, permissions } = scene();
    await permissions.refresh();
    const early = deferred<Response>();
    at.answers = () => early.promise;
    void permissions.refusal(bare(), 'POST /orders').catch(() => undefined);
    await jest.advanceTimersByTimeAsync(2_000);
    void permissions.refusal(bare(), 'POST /orders');
    await settle();
    void permissions.refusal(answer());
    at.answers = () => json({ ...ANSWER, mapVersion: 'next' });
    early.resolve(json(ANSWER));
    await settle();
    expect(permissions.state().answer?.mapVersion).toBe('next');
  });
});

describe('after the end of a window', () => {
  test('30 clients ask over more than 5 s, and none of them before it', async () => {
    const end = soon();
    const times: number[] = [];
    for (let client = 0; client < 30; client += 1) {
      const windows = [{ per: 'minute', limit: 60, remaining: 0, resetsAt: end }];
      const { permissions } = scene(() => {
        times.push(Date.now() / 1_000);
        return json({ ...ANSWER, quotas: [{ name: 'q', windows }] });
      });
      permissions.subscribe(() => undefined);
    }
    await settle();
    times.length = 0;
    await jest.advanceTimersByTimeAsync(75_000);
    expect(times).toHaveLength(30);
    expect(Math.min(...times)).toBeGreaterThan(end);
    expect(Math.max(...times) - Math.min(...times)).toBeGreaterThan(5);
  });

  test('the quota is full at once, and the listeners are called', async () => {
    // No client asks before 60.1 s, wherever in a second it has begun.
    jest.spyOn(Math, 'random').mockReturnValue(0.5);
    const { permissions } = scene(() => json(spent()));
    let told = 0;
    permissions.subscribe(() => void told++);
    await settle();
    expect([permissions.quota()?.remaining, permissions.check('GET /orders').reason]).toEqual([
      0,
      'quota',
    ]);
    const before = told;
    await jest.advanceTimersByTimeAsync(60_100);
    expect([
      permissions.quota()?.remaining,
      permissions.check('GET /orders'),
      told > before,
    ]).toEqual([60, { allowed: true }, true]);
  });
});

describe('an endpoint that fails', () => {
  test('and says Retry-After is left alone that long', async () => {
    const { at, permissions } = scene(() => json({}, 503, { 'retry-after': '120' }));
    permissions.subscribe(() => undefined);
    await jest.advanceTimersByTimeAsync(119_000);
    expect(at.tokens).toHaveLength(1);
    await jest.advanceTimersByTimeAsync(2_000);
    expect(at.tokens).toHaveLength(2);
  });

  test('and says it as a date is left alone until then, by the clock that the client was given', async () => {
    const now = () => Date.now() + 86_400_000;
    const until = new Date(now() + 120_000).toUTCString();
    const { at, permissions } = scene(() => json({}, 503, { 'retry-after': until }), { now });
    permissions.subscribe(() => undefined);
    await jest.advanceTimersByTimeAsync(118_000);
    expect(at.tokens).toHaveLength(1);
    await jest.advanceTimersByTimeAsync(4_000);
    expect(at.tokens).toHaveLength(2);
  });

  test('is not asked again by refusals before its time, and by `refresh` at once', async () => {
    const { at, permissions } = scene(() => json({}, 503, { 'retry-after': '120' }));
    permissions.subscribe(() => undefined);
    await settle();
    for (const response of [
      bare(),
      json({}, 401),
      json({}, 200, { 'x-access-map-version': 'b' }),
    ]) {
      await jest.advanceTimersByTimeAsync(20_000);
      await permissions.refusal(response, 'GET /orders');
    }
    expect(at.tokens).toHaveLength(1);
    await permissions.refresh();
    expect(at.tokens).toHaveLength(2);
  });

  test('by hanging has failed after 10 s, and the client goes on', async () => {
    const { at, permissions } = scene(() => new Promise(() => undefined));
    permissions.subscribe(() => undefined);
    await jest.advanceTimersByTimeAsync(9_999);
    expect(permissions.state().status).toBe('loading');
    await jest.advanceTimersByTimeAsync(1);
    expect(permissions.check('GET /orders')).toEqual({ allowed: false, reason: 'error' });
    at.answers = () => json(ANSWER);
    await jest.advanceTimersByTimeAsync(10_000);
    expect(permissions.state().status).toBe('ready');
  });

  test('and a sign-in that hangs has failed as well', async () => {
    const { at, permissions } = scene(undefined, { getToken: () => new Promise(() => undefined) });
    const refreshed = permissions.refresh();
    await jest.advanceTimersByTimeAsync(10_000);
    expect([(await refreshed).status, at.tokens.length]).toEqual(['error', 0]);
  });
});

test('a sign-out aborts the question under way', async () => {
  let signal: AbortSignal | null | undefined;
  let token: string | null = jwt('00u1');
  const permissions = createPermissions({
    url: '/permissions',
    getToken: () => token,
    fetch: (_url, init) => {
      signal = init?.signal;
      return new Promise(() => undefined);
    },
  });
  const early = permissions.refresh();
  await settle();
  token = null;
  expect((await permissions.refresh()).status).toBe('signed-out');
  expect([signal?.aborted, (await early).status]).toEqual([true, 'signed-out']);
});

describe('a token that the gateway refuses', () => {
  test('is renewed once, and the client goes on with the new one', async () => {
    const { at, permissions } = scene(undefined, {
      getToken: (refused?: string) => (refused ? 'renewed' : 'old'),
    });
    at.answers = () => (at.tokens.at(-1) === 'old' ? json({}, 401) : json(ANSWER));
    expect((await permissions.refresh()).status).toBe('ready');
    expect(at.tokens).toEqual(['old', 'renewed']);
  });

  test('twice is signed out, and asked with never again until somebody says so', async () => {
    let id = 0;
    const { at, permissions } = scene(() => json({}, 401), {
      getToken: (refused?: string) => (refused || id === 0 ? 'second' : `first-${id}`),
      refreshSeconds: 60,
    });
    permissions.subscribe(() => undefined);
    await settle();
    expect([permissions.state().status, at.tokens]).toEqual(['signed-out', ['second']]);
    await jest.advanceTimersByTimeAsync(600_000);
    expect(at.tokens).toHaveLength(1);
    await permissions.refusal(json({}, 401));
    await settle();
    expect(at.tokens).toHaveLength(1);
    id = 1;
    at.answers = () => json(ANSWER);
    expect((await permissions.refresh()).status).toBe('ready');
  });
});

describe('a token that the gateway refuses and nobody can renew', () => {
  const renewals = {
    fails: () => Promise.reject(new Error('login_required')),
    hangs: () => new Promise<string>(() => undefined),
    'gives nothing': () => undefined,
    'gives the same': () => 'old',
  };

  test.each(Object.entries(renewals))(
    'since the renewal %s: signed out, no outage, and not asked with again',
    async (_what, renew) => {
      const { at, permissions } = scene(undefined, {
        getToken: (refused?: string) => (refused ? renew() : 'old'),
        refreshSeconds: 60,
      });
      permissions.subscribe(() => undefined);
      await settle();
      at.answers = () => json({}, 401);
      await jest.advanceTimersByTimeAsync(75_000);
      expect([permissions.state(), at.tokens.length]).toEqual([{ status: 'signed-out' }, 2]);
      expect(permissions.can('GET /orders')).toBe(false);
      await jest.advanceTimersByTimeAsync(600_000);
      expect([permissions.state().status, at.tokens.length]).toEqual(['signed-out', 2]);
    },
  );

  test('is an outage where the renewed token finds the endpoint out of order', async () => {
    const { at, permissions } = scene(undefined, {
      getToken: (refused?: string) => (refused ? 'renewed' : 'old'),
    });
    at.answers = () => (at.tokens.at(-1) === 'old' ? json({}, 401) : json({}, 503));
    expect((await permissions.refresh()).status).toBe('error');
  });
});

describe('a page that nobody sees', () => {
  const page = Object.assign(new EventTarget(), { visibilityState: 'hidden' });
  beforeEach(() => void Object.assign(globalThis, { document: page }));
  afterEach(() => void Reflect.deleteProperty(globalThis, 'document'));
  const turn = async (to: string) => {
    page.visibilityState = to;
    page.dispatchEvent(new Event('visibilitychange'));
    await settle();
  };

  test('asks nothing, and once when it is seen', async () => {
    const { at, permissions } = scene(undefined, { refreshSeconds: 60 });
    permissions.subscribe(() => undefined);
    await settle();
    expect(at.tokens).toHaveLength(0);
    await turn('visible');
    expect(at.tokens).toHaveLength(1);
    await turn('hidden');
    await jest.advanceTimersByTimeAsync(600_000);
    expect(at.tokens).toHaveLength(1);
    await turn('visible');
    expect(at.tokens).toHaveLength(2);
    await jest.advanceTimersByTimeAsync(60_000);
    expect(at.tokens).toHaveLength(3);
  });

  test('does not ask before a Retry-After when it is seen again', async () => {
    page.visibilityState = 'visible';
    const { at, permissions } = scene(() => json({}, 503, { 'retry-after': '120' }));
    const end = permissions.subscribe(() => undefined);
    await settle();
    await jest.advanceTimersByTimeAsync(60_000);
    await turn('hidden');
    await turn('visible');
    expect(at.tokens).toHaveLength(1);
    await jest.advanceTimersByTimeAsync(61_000);
    expect(at.tokens).toHaveLength(2);
    end();
  });
});

test('the endpoint says how long its answer is good', async () => {
  const { at, permissions } = scene(() => json({ ...ANSWER, quotas: [], goodForSeconds: 40 }));
  permissions.subscribe(() => undefined);
  await jest.advanceTimersByTimeAsync(39_000);
  expect(at.tokens).toHaveLength(1);
  await jest.advanceTimersByTimeAsync(2_000);
  expect(at.tokens).toHaveLength(2);
});

describe('an allowance', () => {
  test.each([
    ['GET /orders', { allowed: true }],
    ['POST /orders', { allowed: false, reason: 'forbidden' }],
    ['orders:read', { allowed: true }],
    [{ any: ['POST /orders', 'orders:read'] }, { allowed: true }],
    [{ any: ['POST /orders', 'orders:write'] }, { allowed: false, reason: 'forbidden' }],
    [{ all: ['GET /orders', 'orders:read'] }, { allowed: true }],
    [{ all: ['GET /orders', 'orders:write'] }, { allowed: false, reason: 'forbidden' }],
  ])('of %j is %j', async (what, expected) => {
    const { permissions } = scene();
    expect(permissions.check(what)).toEqual({ allowed: false, reason: 'loading' });
    await permissions.refresh();
    expect(permissions.check(what)).toEqual(expected);
  });

  test.each([{ any: [] }, { all: [] }])('of %j is no', (what) => {
    const refused = { allowed: false, reason: 'forbidden' };
    expect(scene().permissions.check(what)).toEqual(refused);
  });

  test('over a used up quota says when there is room, unless the route is in shadow mode', async () => {
    const shadow = [{ route: 'GET /orders', rule: 'closed' }];
    const { at, permissions } = scene(() => json(spent()));
    await permissions.refresh();
    expect(permissions.check({ any: ['GET /orders', 'GET /orders/{id}'] })).toEqual({
      allowed: true,
      reason: 'quota',
      retryAt: expect.any(Number),
    });
    at.answers = () => json({ ...spent(), shadow });
    await permissions.refresh();
    expect(permissions.check('GET /orders')).toEqual({ allowed: true });
  });
});
