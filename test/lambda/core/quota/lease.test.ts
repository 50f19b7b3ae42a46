import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  type CallRate,
  callsPerSecond,
  countCall,
  knownInstances,
  leaseEnd,
  leaseUnits,
  remainingUnits,
} from '../../../../lambda/core/quota/lease.ts';

const at = (iso: string): number => Date.parse(iso) / 1_000;

describe('a lease', () => {
  test.each([
    {
      remaining: 1_000,
      instances: 1,
      callsPerSecond: 0,
      units: 1,
      why: 'nothing is known of the rate yet',
    },
    {
      remaining: 1_000,
      instances: 1,
      callsPerSecond: 20,
      units: 20,
      why: 'what it used in one second',
    },
    { remaining: 1_000, instances: 1, callsPerSecond: 2.2, units: 3, why: 'rounded up' },
    {
      remaining: 1_000,
      instances: 10,
      callsPerSecond: 50,
      units: 25,
      why: 'a quarter of its even share',
    },
    {
      remaining: 100_000,
      instances: 1,
      callsPerSecond: 5_000,
      units: 100,
      why: 'the most of one lease',
    },
    { remaining: 3, instances: 1, callsPerSecond: 50, units: 1, why: 'at least one' },
    {
      remaining: 0,
      instances: 0,
      callsPerSecond: 0,
      units: 1,
      why: 'at least one, whatever is known',
    },
  ])(
    'is $units unit(s) with $remaining left, $instances instance(s), $callsPerSecond calls a second: $why',
    ({ units, why: _why, ...facts }) => {
      expect(leaseUnits(facts)).toBe(units);
    },
  );

  test('is a whole number from 1 to 100', () => {
    fc.assert(
      fc.property(
        fc.nat(1e9),
        fc.nat(10_000),
        fc.double({ min: 0, max: 1e6, noNaN: true }),
        (remaining, instances, callsPerSecond) => {
          const units = leaseUnits({ remaining, instances, callsPerSecond });
          expect(Number.isInteger(units) && units >= 1 && units <= 100).toBe(true);
        },
      ),
    );
  });

  const windows = [
    {
      id: 'month',
      per: 'month' as const,
      limit: 1_000,
      start: at('2026-11-01T00:00:00Z'),
      joins: false,
    },
    {
      id: 'minute',
      per: 'minute' as const,
      limit: 60,
      start: at('2026-11-22T10:15:00Z'),
      joins: false,
    },
  ];
  const month = { id: 'month', start: at('2026-11-01T00:00:00Z'), used: 990, instances: 500 };

  test.each([
    [
      'the tightest window',
      [month, { id: 'minute', start: at('2026-11-22T10:15:00Z'), used: 5, instances: 3 }],
      10,
    ],
    [
      'a window of which the one before is known has its whole limit',
      [{ id: 'minute', start: at('2026-11-22T10:14:00Z'), used: 60, instances: 3 }],
      60,
    ],
    [
      'a later window counts as it stands',
      [{ id: 'minute', start: at('2026-11-22T10:16:00Z'), used: 60, instances: 3 }],
      0,
    ],
    ['nothing known', [], 60],
  ])('what remains: %s', (_name, counts, remaining) => {
    expect(remainingUnits(windows, counts)).toBe(remaining);
  });

  test('active environments are those of the shortest window', () => {
    expect(
      knownInstances(windows, [month, { id: 'minute', start: 0, used: 0, instances: 3 }]),
    ).toBe(3);
    expect(knownInstances(windows, [])).toBe(1);
  });

  test('ends with the first of its windows, as they were counted', () => {
    expect(leaseEnd(windows, [])).toBe(at('2026-11-22T10:16:00Z'));
    expect(
      leaseEnd(windows, [
        { id: 'minute', start: at('2026-11-22T10:17:00Z'), used: 1, instances: 1 },
      ]),
    ).toBe(at('2026-11-22T10:18:00Z'));
  });
});

describe('the rate of calls', () => {
  const seen = (
    calls: number,
    everyMs: number,
  ): { readonly rate: CallRate | undefined; readonly nowMs: number } => {
    let rate: CallRate | undefined;
    for (let call = 0; call < calls; call++) rate = countCall(rate, 1_000_000 + call * everyMs);
    return { rate, nowMs: 1_000_000 + calls * everyMs };
  };

  test.each([
    [0, 100, 0],
    [10, 100, 10],
    [600, 100, 10],
    [80, 375, 2.67],
    [100, 1, 200],
  ])('of %i calls every %i ms is about %f a second', (calls, everyMs, expected) => {
    const { rate, nowMs } = seen(calls, everyMs);
    expect(callsPerSecond(rate, nowMs)).toBeGreaterThanOrEqual(expected * 0.95);
    expect(callsPerSecond(rate, nowMs)).toBeLessThanOrEqual(expected * 1.1);
  });

  test('fades when no calls come', () => {
    const { rate, nowMs } = seen(100, 10);
    expect(callsPerSecond(rate, nowMs)).toBeGreaterThan(90);
    expect(callsPerSecond(rate, nowMs + 120_000)).toBeLessThan(0.1);
  });

  test('stays a number when the clock steps back', () => {
    const { rate, nowMs } = seen(10, 100);
    expect(callsPerSecond(countCall(rate, nowMs - 60_000), nowMs - 60_000)).toBeLessThanOrEqual(22);
  });
});
