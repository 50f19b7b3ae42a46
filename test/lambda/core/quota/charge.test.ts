import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { entitlementsOf } from '../../../../lambda/core/decision/entitlements.ts';
import { billFor } from '../../../../lambda/core/quota/bill.ts';
import { chargeFor, quotaState } from '../../../../lambda/core/quota/charge.ts';
import { secondsUntil } from '../../../../lambda/core/quota/quota-state.ts';
import { windowAt } from '../../../../lambda/core/quota/window.ts';
import type { Principal } from '../../../../lambda/core/token/principal.ts';
import { model, rowOf } from '../../../support/model.ts';

const sharedFor = (...of: Parameters<typeof billFor>) => billFor(...of).shared;
const routes = ['GET /orders', 'GET /reports'];
const minute = (limit: number) => ({ id: 'minute', per: 'minute' as const, limit });
// From the most generous on, as the compiler writes them.
const access = model({
  routes,
  quotas: [
    {
      name: 'gold',
      by: 'group',
      windows: [minute(600), { id: 'month', per: 'month', limit: 100_000 }],
    },
    { name: 'standard', by: 'user', windows: [minute(60)] },
    { name: 'clients', by: 'client', windows: [minute(10)] },
    {
      name: 'reports',
      by: 'user',
      windows: [{ ...minute(5), id: 'minute_r', routes: rowOf(routes, ['GET /reports']) }],
    },
  ],
  groups: {
    readers: { allow: ['GET /orders'], quota: 'standard' },
    writers: { allow: ['GET /orders', 'GET /reports'], quota: 'standard' },
    partners: { allow: ['GET /orders'], quota: 'gold' },
    apps: { allow: ['GET /orders'], quota: 'clients' },
    reporters: { allow: ['GET /orders', 'GET /reports'], quota: 'reports' },
    staff: { allow: ['GET /orders'] },
  },
  machines: {
    '0oa1batch': { groups: ['partners', 'readers'] },
    '0oa1own': { allow: ['GET /orders'], quota: 'gold' },
  },
});
const user = (...groups: string[]): Principal => ({
  kind: 'user',
  uid: '00u1',
  cid: '0oa1web',
  groups,
  scopes: [],
});
const machine = (cid: string): Principal => ({ kind: 'machine', cid, scopes: [] });

describe('who pays', () => {
  test.each([
    ['a user by its uid', user('readers'), 'GET /orders', ['standard#user:00u1']],
    [
      'two groups with one quota share one counter',
      user('readers', 'writers'),
      'GET /orders',
      ['standard#user:00u1'],
    ],
    [
      'the most generous quota first, each group of its own',
      user('readers', 'partners'),
      'GET /orders',
      ['gold#group:partners', 'standard#user:00u1'],
    ],
    [
      'a group that does not open the route pays nothing',
      user('readers', 'writers'),
      'GET /reports',
      ['standard#user:00u1'],
    ],
    ['by client', user('apps'), 'GET /orders', ['clients#client:0oa1web']],
    [
      'a machine by user pays as its client',
      machine('0oa1batch'),
      'GET /orders',
      ['gold#group:partners', 'standard#client:0oa1batch'],
    ],
    [
      'a machine with rules of its own pays as its client',
      machine('0oa1own'),
      'GET /orders',
      ['gold#client:0oa1own'],
    ],
  ])('%s', (_, who, route, keys) => {
    const payments = sharedFor(access, entitlementsOf(access, who), route);
    expect(
      payments === 'free'
        ? []
        : payments.map((payment) => chargeFor(access, payment, route, 0).key),
    ).toEqual(keys);
  });

  test('names that differ in half a surrogate pair alone pay apart, and no name can write another one’s escape', () => {
    const keys = ['\ud800', '\ud801', '\\ud800', '\ufffd', '\ud83d\ude00'].map((uid) => {
      const payments = sharedFor(
        access,
        entitlementsOf(access, { ...user('readers'), uid } as Principal),
        'GET /orders',
      );
      const [payment] = payments === 'free' ? [] : payments;
      return Buffer.from(
        payment ? chargeFor(access, payment, 'GET /orders', 0).key : '',
        'utf8',
      ).toString('hex');
    });
    expect(new Set(keys).size).toBe(keys.length);
  });

  test('no name can forge the key of another payer or quota', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', minLength: 1 }),
        fc.string({ unit: 'binary', minLength: 1 }),
        (one, other) => {
          const keyOf = (uid: string) => {
            const payments = sharedFor(
              access,
              entitlementsOf(access, { ...user('readers'), uid } as Principal),
              'GET /orders',
            );
            const [payment] = payments === 'free' ? [] : payments;
            return Buffer.from(
              payment ? chargeFor(access, payment, 'GET /orders', 0).key : '',
              'utf8',
            ).toString('hex');
          };
          expect(keyOf(one) === keyOf(other)).toBe(one === other);
        },
      ),
    );
  });

  test.each([
    ['a group without a quota makes the call free', user('readers', 'staff'), 'GET /orders'],
    [
      'a quota whose windows do not count the route makes it free',
      user('reporters'),
      'GET /orders',
    ],
  ])('%s', (_, who, route) => {
    expect(sharedFor(access, entitlementsOf(access, who), route)).toBe('free');
  });
});

describe('who pays where the map has several okta blocks', () => {
  const payers = (principal: Principal, by: 'user' | 'client' | 'group') => {
    const several = model({
      routes,
      okta: { name: 'main' },
      moreOkta: [
        { name: 'partner', issuers: ['https://p.okta.com/oauth2/aus2'], groups: ['staff'] },
      ],
      quotas: [{ name: 'standard', by, windows: [minute(5)] }],
      groups: { staff: { allow: ['GET /orders'], quota: 'standard' } },
    });
    const payments = sharedFor(several, entitlementsOf(several, principal), 'GET /orders');
    return payments === 'free' ? 'free' : payments.map(({ payer }) => payer);
  };
  const staff = (block: string): Principal => ({
    kind: 'user',
    uid: '00u1',
    cid: '0oa1',
    groups: ['staff'],
    scopes: [],
    block,
  });

  test.each([
    ['user', ['user:main/00u1'], ['user:partner/00u1']],
    ['client', ['client:main/0oa1'], ['client:partner/0oa1']],
    // The group is the map's own, so one limit holds for all who are in it.
    ['group', ['group:staff'], ['group:staff']],
  ] as const)('by %s: %j and %j', (by, main, partner) => {
    expect(payers(staff('main'), by)).toEqual(main);
    expect(payers(staff('partner'), by)).toEqual(partner);
  });
});

describe('windows', () => {
  test.each([
    ['minute', '2026-11-22T10:15:59Z', '2026-11-22T10:15:00Z', '2026-11-22T10:16:00Z'],
    ['hour', '2026-11-22T10:00:00Z', '2026-11-22T10:00:00Z', '2026-11-22T11:00:00Z'],
    ['day', '2024-02-29T23:59:59Z', '2024-02-29T00:00:00Z', '2024-03-01T00:00:00Z'],
    ['month', '2024-02-29T23:59:59Z', '2024-02-01T00:00:00Z', '2024-03-01T00:00:00Z'],
    ['month', '2026-12-31T23:59:59Z', '2026-12-01T00:00:00Z', '2027-01-01T00:00:00Z'],
  ] as const)('the %s of %s', (per, at, start, end) => {
    const second = (iso: string) => Date.parse(iso) / 1_000;
    expect(windowAt(per, second(at))).toEqual({ start: second(start), end: second(end) });
  });

  const PERIODS = [
    ['minute', 60],
    ['hour', 3_600],
    ['day', 86_400],
    ['month', 31 * 86_400],
  ] as const;

  test('a window holds the second it was asked for, and its neighbour starts where it ends', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...PERIODS),
        fc.integer({ min: 0, max: 4_102_444_800 }),
        ([per, longest], second) => {
          const { start, end } = windowAt(per, second);
          expect(start <= second && second < end).toBe(true);
          expect(windowAt(per, end).start).toBe(end);
          expect(end - start).toBeLessThanOrEqual(longest);
        },
      ),
    );
  });
});

describe('what the caller reads', () => {
  const paymentOfPartners = () => {
    const payments = sharedFor(access, entitlementsOf(access, user('partners')), 'GET /orders');
    const [payment] = payments === 'free' ? [] : payments;
    if (!payment) throw new Error('partners pay');
    return payment;
  };
  test('the tightest window, and the item is kept to the end of the longest one', () => {
    const payment = paymentOfPartners();
    const second = Date.parse('2026-11-22T10:15:30Z') / 1_000;
    const charge = chargeFor(access, payment, 'GET /orders', second);
    const [minuteWindow, monthWindow] = charge.windows;
    const counts = [
      { id: 'minute', start: minuteWindow?.start ?? 0, used: 599, instances: 0 },
      { id: 'month', start: monthWindow?.start ?? 0, used: 99_999, instances: 0 },
    ];
    // Both have one left: the month binds longer.
    expect(quotaState(payment, charge, counts)).toMatchObject({
      limit: 100_000,
      remaining: 1,
      endsAt: Date.parse('2026-12-01T00:00:00Z') / 1_000,
    });
    expect(charge.keepUntil).toBe(Date.parse('2026-12-01T00:00:00Z') / 1_000);
  });

  test.each([
    [300, 95_000, { per: 'minute', remaining: 300, usedPercent: 95 }],
    [300, 30_000, { per: 'minute', remaining: 300 }],
    [599, 99_999, { per: 'month', remaining: 1 }],
  ] as const)(
    'with the use of the fullest window where that is another: %d of the minute, %d of the month',
    (minuteUsed, monthUsed, expected) => {
      const payment = paymentOfPartners();
      const charge = chargeFor(
        access,
        payment,
        'GET /orders',
        Date.parse('2026-11-22T10:15:30Z') / 1_000,
      );
      const [used, starts] = [[minuteUsed, monthUsed], charge.windows.map(({ start }) => start)];
      const counts = ['minute', 'month'].map((id, n) => ({
        id,
        start: starts[n] ?? 0,
        used: used[n] ?? 0,
        instances: 0,
      }));
      const state = quotaState(payment, charge, counts);
      expect(state).toMatchObject(expected);
      expect('usedPercent' in state).toBe('usedPercent' in expected);
    },
  );

  test('and it is kept to that end by a call too that the longest window does not count', () => {
    const monthly = {
      id: 'month_r',
      per: 'month' as const,
      limit: 9,
      routes: rowOf(routes, ['GET /reports']),
    };
    const [quota] = model({
      routes,
      quotas: [{ name: 'mixed', windows: [minute(5), monthly] }],
    }).quotas.values();
    if (!quota) throw new Error('the model has a quota');
    const charge = chargeFor(
      access,
      { quota, payer: 'user:00u1' },
      'GET /orders',
      Date.parse('2026-11-22T10:15:30Z') / 1_000,
    );
    expect(charge.windows.map(({ id }) => id)).toEqual(['minute']);
    expect(charge.keepUntil).toBe(Date.parse('2026-12-01T00:00:00Z') / 1_000);
  });

  test.each([
    [60_000, 60, 1],
    [59_999, 60, 1],
    [58_001, 60, 2],
    [0, 60, 60],
  ])('at %i ms a window that ends at second %i has %i seconds left', (now, endsAt, seconds) => {
    expect(secondsUntil(endsAt, now)).toBe(seconds);
  });
});
