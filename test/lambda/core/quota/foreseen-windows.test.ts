/** Where the first write of a window is foreseen, and what that costs where it is wrong. */
import { describe, expect, test } from '@jest/globals';
import { quietCallers } from '../../../../bench/quota/quiet-callers.ts';
import type { Charge } from '../../../../lambda/core/quota/charge.ts';
import { firstPlan, type Seen } from '../../../../lambda/core/quota/charge-plan.ts';
import { sampled } from '../../../support/tier.ts';

const START = 1_795_000_020;
const window = (id: string, per: 'minute' | 'month') => ({
  ...{ id, per, limit: 9, start: START, joins: false },
});
const charge: Charge = {
  ...{ key: 'standard#user:00u1', units: 1, keepUntil: START + 60 },
  windows: [window('month', 'month'), window('minute', 'minute')],
};
const seen = (start: number, alone: boolean): Seen => ({ start, used: 1, alone });

test.each([
  ['nothing is known of a payer', {}, undefined, 'older'],
  ['nothing is known of a payer that others share', { shared: true }, undefined, undefined],
  ['the payer came here alone', {}, seen(START - 60, true), START - 60],
  ['a shared payer came here alone', { shared: true }, seen(START - 60, true), START - 60],
  ['the payer came to others too', {}, seen(START - 60, false), undefined],
  ['the window has begun', {}, seen(START, true), undefined],
  ['another clock is ahead', {}, seen(START + 60, true), undefined],
  ['several units are asked for', { units: 2 }, undefined, undefined],
] as const)('where %s', (_, more, known, replaces) => {
  const { windows } = firstPlan({ ...charge, ...more }, known);
  const kind = replaces === undefined ? 'add' : 'roll';
  expect(windows.map((planned) => [planned.window.id, planned.kind, planned.replaces])).toEqual([
    ['month', 'add', undefined],
    ['minute', kind, replaces],
  ]);
});

describe('writes a call of one user, over two hours', () => {
  const cells = [1, 2, 5, 60].flatMap((callsAMinute) =>
    [1, 5, 20].map((environments) => ({ callsAMinute, environments })),
  );

  test.each(sampled(cells, 5))(
    '$callsAMinute calls a minute on $environments environments are 5 % more at most',
    async (cell) => {
      for (const scattered of [false, true]) {
        const { aCall, unforeseen } = await quietCallers({ ...cell, scattered, seed: 7_919 });
        expect(aCall).toBeLessThanOrEqual(unforeseen * 1.05);
        if (cell.environments === 1) expect(aCall).toBeLessThanOrEqual(1.05);
      }
    },
  );
});
