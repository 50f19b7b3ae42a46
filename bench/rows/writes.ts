/** Writes to DynamoDB a call, in simulated time on the authorizer's own code. */
import { quietCallers } from '../quota/quiet-callers.ts';
import { median } from '../side-by-side.ts';
import type { Row } from './row.ts';

const SEEDS = [1, 2, 3, 4, 5].map((seed) => seed * 7_919);

/** Lone callers, and of all cells of calls and environments the one that foreseeing costs most. */
export async function writeRows(): Promise<readonly Row[]> {
  const [lone = Number.NaN] = (await cellOf(1, 1)).map(({ aCall }) => aCall);
  let worst = 0;
  for (const callsAMinute of [1, 2, 5, 60]) {
    for (const environments of [1, 5, 20]) {
      const cell = await cellOf(callsAMinute, environments);
      worst = Math.max(worst, median(cell.map(({ aCall, unforeseen }) => aCall / unforeseen)));
    }
  }
  return [
    {
      ...{ name: 'writes a call, exact, a user of one call a minute', comparedWith: 'writes' },
      ...{ goal: 1.05, bound: 1.05, before: '2.00', value: lone, noise: 0 },
    },
    {
      name: 'the same, 1 to 60 calls a minute on 1 to 20 environments: the worst',
      comparedWith: 'two writes for the first call of a window',
      ...{ goal: 1.05, bound: 1.05, value: worst, noise: 0 },
    },
  ];
}

const cellOf = (callsAMinute: number, environments: number) =>
  Promise.all(SEEDS.map((seed) => quietCallers({ callsAMinute, environments, seed })));
