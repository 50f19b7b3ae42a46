import { describe, expect, test } from '@jest/globals';
import { memoryQuotaStore } from '../../../lambda/adapters/memory-quota-store.ts';
import { quotaLimiter } from '../../../lambda/authorizer/quota-limiter.ts';
import { entitlementsOf } from '../../../lambda/core/decision/entitlements.ts';
import type { QuotaStore } from '../../../lambda/ports.ts';
import { model, rowOf } from '../../support/model.ts';

const routes = ['GET /orders', 'POST /orders'];
const access = model({
  routes,
  quotas: [
    {
      name: 'partner',
      by: 'group',
      accuracy: 'leased',
      windows: [
        { id: 'minute', per: 'minute', limit: 400 },
        { id: 'minute_w', per: 'minute', limit: 100, routes: rowOf(routes, ['POST /orders']) },
      ],
    },
  ],
  groups: { partners: { allow: routes, quota: 'partner' } },
});
const partner = entitlementsOf(access, {
  kind: 'user',
  uid: '00u1',
  cid: '0oa1web',
  groups: ['partners'],
  scopes: [],
});

/** Environments around one store, which call ten times a second. */
function scene(environments: number) {
  const store = memoryQuotaStore();
  const asked: number[] = [];
  const counted: QuotaStore = {
    charge: (charge) => {
      asked.push(charge.units);
      return store.charge(charge);
    },
  };
  const clock = { ms: Date.parse('2026-11-22T10:15:00Z') };
  const limiters = Array.from({ length: environments }, () =>
    quotaLimiter(access, counted, { now: () => clock.ms }),
  );
  const call = async (environment: number, route = 'GET /orders') => {
    clock.ms += 100;
    return limiters[environment]?.(partner, route);
  };
  return { asked, clock, call };
}

describe('a leased quota', () => {
  test('begins with one unit and then takes what a second of calls needs', async () => {
    const { asked, call } = scene(1);
    for (let n = 0; n < 40; n++) await call(0);
    expect(asked[0]).toBe(1);
    expect(Math.max(...asked)).toBe(10);
    expect(asked.length).toBeLessThan(12);
  });

  test('tells the caller what remains, the units at hand included', async () => {
    const { call } = scene(1);
    for (let used = 1; used <= 30; used++)
      expect(await call(0)).toMatchObject({
        kind: 'admitted',
        state: { limit: 400, remaining: 400 - used },
      });
  });

  test('admits exactly its limit to one environment, and then asks the store no more', async () => {
    const { asked, call } = scene(1);
    const kinds: (string | undefined)[] = [];
    for (let n = 0; n < 450; n++) kinds.push((await call(0))?.kind);
    expect(kinds.filter((kind) => kind === 'admitted')).toHaveLength(400);
    expect(kinds.slice(0, 400)).not.toContain('exceeded');
    const writes = asked.length;
    await call(0);
    expect(asked).toHaveLength(writes);
  });

  test('spends no unit of a window that has ended', async () => {
    const { asked, clock, call } = scene(1);
    for (let n = 0; n < 15; n++) await call(0);
    const writes = asked.length;
    clock.ms = Date.parse('2026-11-22T10:16:00Z') - 100;
    expect(await call(0)).toMatchObject({ kind: 'admitted', state: { remaining: 399 } });
    expect(asked).toHaveLength(writes + 1);
  });

  test('spends a unit only for calls that count in the windows it was taken from', async () => {
    const { call } = scene(1);
    for (let n = 0; n < 15; n++) await call(0);
    const kinds: (string | undefined)[] = [];
    for (let n = 0; n < 150; n++) kinds.push((await call(0, 'POST /orders'))?.kind);
    expect(kinds.filter((kind) => kind === 'admitted')).toHaveLength(100);
    expect(await call(0, 'GET /orders')).toMatchObject({ kind: 'admitted' });
  });

  test('never admits more than its limit to several environments', async () => {
    const { call } = scene(7);
    let admitted = 0;
    for (let n = 0; n < 500; n++) if ((await call(n % 7))?.kind === 'admitted') admitted++;
    expect(admitted).toBeLessThanOrEqual(400);
    expect(admitted).toBeGreaterThanOrEqual(396);
  });
});
