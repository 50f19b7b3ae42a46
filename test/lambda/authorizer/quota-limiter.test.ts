import { describe, expect, test } from '@jest/globals';
import { memoryQuotaStore } from '../../../lambda/adapters/memory-quota-store.ts';
import { quotaLimiter } from '../../../lambda/authorizer/quota-limiter.ts';
import { entitlementsOf } from '../../../lambda/core/decision/entitlements.ts';
import type { Principal } from '../../../lambda/core/token/principal.ts';
import { type QuotaStore, QuotaStoreError } from '../../../lambda/ports.ts';
import { model, rowOf } from '../../support/model.ts';

const routes = ['GET /orders', 'POST /orders'];
const minute = (limit: number) => ({ id: 'minute', per: 'minute' as const, limit });
const access = model({
  routes,
  quotas: [
    { name: 'gold', by: 'group', windows: [minute(3)] },
    { name: 'standard', onStoreFailure: 'allow', windows: [minute(2)] },
    { name: 'passing', onExceeded: 'pass', windows: [minute(1)] },
    {
      name: 'writes',
      windows: [
        minute(5),
        { id: 'minute_w', per: 'minute', limit: 1, routes: rowOf(routes, ['POST /orders']) },
      ],
    },
  ],
  groups: {
    readers: { allow: ['GET /orders'], quota: 'standard' },
    partners: { allow: ['GET /orders'], quota: 'gold' },
    writers: { allow: routes, quota: 'writes' },
    testers: { allow: ['GET /orders'], quota: 'passing' },
  },
});
const entitlements = (...groups: string[]) =>
  entitlementsOf(access, {
    kind: 'user',
    uid: '00u1',
    cid: '0oa1web',
    groups,
    scopes: [],
  } satisfies Principal);

function scene(store: QuotaStore = memoryQuotaStore()) {
  const state = { now: Date.parse('2026-11-22T10:15:30Z'), writes: 0 };
  const counted: QuotaStore = {
    charge: (charge) => {
      state.writes++;
      return store.charge(charge);
    },
  };
  const keep = quotaLimiter(access, counted, { now: () => state.now });
  return {
    state,
    keep,
    kinds: async (count: number, who: ReturnType<typeof entitlements>, route = 'GET /orders') => {
      const kinds: string[] = [];
      for (let n = 0; n < count; n++) kinds.push((await keep(who, route)).kind);
      return kinds.filter((kind) => kind === 'admitted').length;
    },
  };
}

describe('the quota of a call', () => {
  test('is charged once per admitted call, and a spent one is not asked again before its window ends', async () => {
    const { state, kinds } = scene();
    expect(await kinds(10, entitlements('readers'))).toBe(2);
    expect(state.writes).toBe(2);
    state.now += 30_000;
    expect(await kinds(1, entitlements('readers'))).toBe(1);
  });

  test('falls to the next generous one when the first is spent', async () => {
    const { kinds } = scene();
    expect(await kinds(10, entitlements('readers', 'partners'))).toBe(5);
  });

  test('that is spent for one route leaves the others their room', async () => {
    const { kinds } = scene();
    expect(await kinds(3, entitlements('writers'), 'POST /orders')).toBe(1);
    expect(await kinds(10, entitlements('writers'), 'GET /orders')).toBe(4);
  });

  test('tells the window that ends soonest among the spent ones', async () => {
    const { keep, kinds } = scene();
    await kinds(10, entitlements('readers', 'partners'));
    expect(await keep(entitlements('readers', 'partners'), 'GET /orders')).toMatchObject({
      kind: 'exceeded',
      state: { remaining: 0, endsAt: Date.parse('2026-11-22T10:16:00Z') / 1_000 },
    });
  });

  test.each([
    [['testers'], 'pass'],
    [['readers'], 'refuse'],
    [['testers', 'readers'], 'refuse'],
  ] as const)(
    'lets a call pass over quota only if each quota of the caller says so: %j %s',
    async (groups, onExceeded) => {
      const { keep, kinds } = scene();
      await kinds(5, entitlements(...groups));
      expect(await keep(entitlements(...groups), 'GET /orders')).toMatchObject({
        kind: 'exceeded',
        onExceeded,
      });
    },
  );

  test('that another environment spent costs one write to learn, and no more', async () => {
    const store = memoryQuotaStore();
    await scene(store).kinds(2, entitlements('readers'));
    const { state, kinds } = scene(store);
    expect(await kinds(5, entitlements('readers'))).toBe(0);
    expect(state.writes).toBe(1);
  });

  test('remembers the later window as spent when another clock is ahead', async () => {
    const store = memoryQuotaStore();
    const ahead = scene(store);
    ahead.state.now += 120_000;
    await ahead.kinds(2, entitlements('readers'));
    const { state, keep, kinds } = scene(store);
    expect(await keep(entitlements('readers'), 'GET /orders')).toMatchObject({
      kind: 'exceeded',
      state: { endsAt: Date.parse('2026-11-22T10:18:00Z') / 1_000 },
    });
    state.now += 120_000;
    expect(await kinds(1, entitlements('readers'))).toBe(0);
    expect(state.writes).toBe(1);
    state.now += 30_000;
    expect(await kinds(1, entitlements('readers'))).toBe(1);
  });

  test('whose store fails is counted, with the kind of fault', async () => {
    const counted: unknown[] = [];
    const metrics = { put: (...event: readonly unknown[]) => void counted.push(event) };
    const failing: QuotaStore = { charge: () => Promise.reject(new QuotaStoreError('throttled')) };
    await quotaLimiter(
      access,
      failing,
      { now: () => 0 },
      metrics,
    )(entitlements('readers'), 'GET /orders');
    expect(counted).toEqual([
      [
        { QuotaStoreFailures: 1 },
        { quota: 'standard', fault: 'throttled', onStoreFailure: 'allow' },
      ],
    ]);
  });

  test('whose store fails first decides by its own rule', async () => {
    const failing: QuotaStore = { charge: () => Promise.reject(new QuotaStoreError('timeout')) };
    const { keep } = scene(failing);
    expect(await keep(entitlements('readers'), 'GET /orders')).toEqual({
      kind: 'store_failed',
      onStoreFailure: 'allow',
      quota: 'standard',
    });
    expect(await keep(entitlements('readers', 'partners'), 'GET /orders')).toEqual({
      kind: 'store_failed',
      onStoreFailure: 'deny',
      quota: 'gold',
    });
  });

  test('lets no call through for an error that is not of the store', async () => {
    const broken: QuotaStore = { charge: () => Promise.reject(new TypeError('a mistake of ours')) };
    await expect(scene(broken).keep(entitlements('readers'), 'GET /orders')).rejects.toThrow(
      'a mistake of ours',
    );
  });
});
