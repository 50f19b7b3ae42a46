import { describe, expect, test } from '@jest/globals';
import { cellOf } from '../../../../bench/quota/simulation-tables.ts';

describe('a simulated minute', () => {
  test.each([
    [1, 0.8],
    [50, 1.5],
  ])(
    'of exact counting takes one write per admitted call and serves every unit: %i environments, demand x %f',
    async (environments, demand) => {
      const cell = await cellOf({ accuracy: 'exact', limit: 1_000, demand, environments }, 2);
      expect(cell).toMatchObject({ overshoot: 0, served: 1 });
      expect(cell.writesAfterExhaustion).toBeLessThanOrEqual(1);
      // The roll-over costs one write more, and each environment learns once that nothing is left.
      const most = 1_000 * Math.min(1, demand) + 1 + (demand > 1 ? environments : 0);
      expect(cell.writesPerRequest * 1_000 * demand).toBeLessThanOrEqual(most);
    },
  );

  // 2.67 requests a second and environment: 1,000 x 0.8 over 5, and 10,000 x 0.8 over 50.
  test.each([
    [1_000, 0.8, 5],
    [1_000, 1.5, 5],
    [10_000, 0.8, 20],
    [10_000, 0.8, 50],
  ])(
    'of leases at 2.67 calls a second or more takes at most 0.35 writes a call and serves 99 %%: limit %i, demand x %f, %i environments',
    async (limit, demand, environments) => {
      const cell = await cellOf({ accuracy: 'leased', limit, demand, environments }, 2);
      expect(cell.overshoot).toBe(0);
      expect(cell.served).toBeGreaterThanOrEqual(0.99);
      expect(cell.writesPerRequest).toBeLessThanOrEqual(0.35);
    },
  );

  test.each([
    ['many slow environments', { demand: 0.8, environments: 200 }],
    ['many slow environments, too much demand', { demand: 1.5, environments: 200 }],
    ['a burst', { demand: 1.5, environments: 50, burstSeconds: 2 }],
  ])('of leases never exceeds the limit and serves 99 %%: %s', async (_name, sketch) => {
    const cell = await cellOf({ accuracy: 'leased', limit: 1_000, ...sketch }, 2);
    expect(cell.overshoot).toBe(0);
    expect(cell.served).toBeGreaterThanOrEqual(0.99);
  });
});
