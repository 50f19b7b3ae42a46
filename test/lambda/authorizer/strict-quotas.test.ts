/** Strict quotas: each is charged, once, beside the quota that pays by turn. */
import { describe, expect, test } from '@jest/globals';
import { memoryQuotaStore } from '../../../lambda/adapters/memory-quota-store.ts';
import { quotaLimiter } from '../../../lambda/authorizer/quota-limiter.ts';
import { entitlementsOf } from '../../../lambda/core/decision/entitlements.ts';
import type { ModelFile } from '../../../lambda/core/model/model-file.ts';
import type { QuotaStore } from '../../../lambda/ports.ts';
import { model, rowOf } from '../../support/model.ts';

const routes = ['GET /a', 'POST /a', 'GET /b'];
const day = (limit: number) => ({ id: 'day', per: 'day' as const, limit });
const QUOTAS: readonly (Partial<ModelFile['quotas'][number]> &
  Pick<ModelFile['quotas'][number], 'name' | 'windows'>)[] = [
  { name: 'wide-open', windows: [day(9)] },
  { name: 'shared', windows: [day(5)] },
  { name: 'daily', strict: true, windows: [day(3)] },
  { name: 'soft', strict: true, onExceeded: 'pass', windows: [day(2)] },
  { name: 'some', strict: true, windows: [{ ...day(1), routes: rowOf(routes, ['POST /a']) }] },
];
const access = model({
  routes,
  quotas: QUOTAS,
  groups: {
    staff: { allow: routes, quota: 'shared' },
    more: { allow: routes, quota: 'wide-open' },
    free: { allow: routes },
    limited: { allow: routes, quota: 'daily' },
    marked: { allow: routes, quota: 'soft' },
    part: { allow: routes, quota: 'some' },
  },
});
const every = model({
  routes,
  quotas: QUOTAS,
  everyone: { allow: ['GET /b'], quota: 'daily' },
  groups: { staff: { allow: ['GET /a'], quota: 'shared' }, free: { allow: ['GET /a'] } },
});
const user = (of: typeof access, ...groups: string[]) =>
  entitlementsOf(of, { kind: 'user', uid: '00u1', cid: '0oa1', groups, scopes: [] });

function scene(of = access) {
  const store = memoryQuotaStore();
  const writes: string[] = [];
  const counted: QuotaStore = {
    charge: (charge) => {
      writes.push(charge.key);
      return store.charge(charge);
    },
  };
  const pay = quotaLimiter(of, counted, { now: () => Date.parse('2026-11-22T10:15:30Z') });
  return { writes, pay };
}

describe('the limiter', () => {
  test('refuses when the strict quota is full, with its state, and takes nothing more', async () => {
    const { pay, writes } = scene();
    const who = user(access, 'free', 'limited', 'staff');
    const kinds = [];
    for (let call = 0; call < 5; call++) kinds.push(await pay(who, 'GET /a'));
    expect(kinds.map(({ kind }) => kind)).toEqual([
      'admitted',
      'admitted',
      'admitted',
      'exceeded',
      'exceeded',
    ]);
    expect(kinds[4]).toMatchObject({
      onExceeded: 'refuse',
      state: { quota: 'daily', remaining: 0 },
    });
    // The fourth found it full at the store or in memory; what is known is not written again.
    expect(writes.filter((key) => key.startsWith('daily')).length).toBeLessThanOrEqual(4);
  });

  test('looks at what is known to be full before it takes a unit of another strict quota', async () => {
    const { pay, writes } = scene();
    const both = user(access, 'limited', 'part');
    await pay(both, 'POST /a');
    await pay(both, 'POST /a');
    const before = writes.length;
    expect((await pay(both, 'POST /a')).kind).toBe('exceeded');
    expect(writes.length).toBe(before);
  });

  test('marks a call over a strict quota that says `onExceeded: pass`, and still charges the others', async () => {
    const { pay, writes } = scene();
    const who = user(access, 'marked', 'staff');
    const outcomes = [];
    for (let call = 0; call < 6; call++) outcomes.push(await pay(who, 'GET /a'));
    expect(outcomes[2]).toMatchObject({
      kind: 'exceeded',
      onExceeded: 'pass',
      state: { quota: 'soft' },
    });
    expect(writes.filter((key) => key.startsWith('shared'))).toHaveLength(5);
    expect(outcomes[5]).toMatchObject({
      kind: 'exceeded',
      onExceeded: 'refuse',
      state: { quota: 'shared' },
    });
  });

  test('tells the tighter of two quotas that both have room', async () => {
    const { pay } = scene();
    expect(await pay(user(access, 'limited', 'staff'), 'GET /a')).toMatchObject({
      state: { quota: 'daily', remaining: 2 },
    });
  });

  test('charges what every user has for each call that a group opens', async () => {
    const { pay } = scene(every);
    const outcomes = [];
    for (let call = 0; call < 4; call++)
      outcomes.push((await pay(user(every, 'free'), 'GET /a')).kind);
    expect(outcomes).toEqual(['admitted', 'admitted', 'admitted', 'exceeded']);
  });
});
