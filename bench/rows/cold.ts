/** Cold starts in processor time: a fresh process each, initialization and first call. */
import { ordersMap, QUOTA } from '../scene/assets.ts';
import { type ColdStart, coldStart, type FunctionSketch } from '../scene/functions.ts';
import { median, noiseOf } from '../side-by-side.ts';
import type { Bench, Row } from './row.ts';

const CASES = [
  { name: 'quota', goal: 1.45, bound: 1.9 },
  { name: 'no quota', goal: 1.35, bound: 1.73 },
  { name: 'quota, `storeClient: sdk`', goal: 1.45, bound: 2.6 },
] as const;

export async function coldRows({ scene, assets, rounds }: Bench): Promise<readonly Row[]> {
  const variables = scene.variables(5);
  const exact = ordersMap(scene.issuer, QUOTA.exact);
  const files = [
    assets.empty(),
    assets.yardstick('floor', 'cjs'),
    assets.authorizer(exact),
    assets.authorizer(ordersMap(scene.issuer)),
    assets.authorizer(exact, 'sdk'),
  ];
  const sketches = files.map((file): FunctionSketch => ({ name: 'a cold start', file, variables }));
  const starts = await inTurns(sketches, Math.max(5, Math.round(rounds / 3)));
  const [empty = [], floor = [], ...own] = starts;
  const sumOver = (one: readonly ColdStart[], at: number): number =>
    total(one[at]) - total(empty[at]);
  return CASES.flatMap(({ name, goal, bound }, n) => {
    const mine = own[n] ?? [];
    const ratios = mine.map((_, at) => sumOver(mine, at) / sumOver(floor, at));
    const first = mine.map(({ firstCpu }) => firstCpu);
    const [ratio, ms] = [figuresOf(ratios), figuresOf(first)];
    return [
      {
        ...{ name: `initialization and first call, ${name}`, goal, bound, ...ratio },
        comparedWith: 'a function of Node’s own modules alone',
      },
      {
        name: `first call after it, ${name}`,
        comparedWith: 'ms of processor time',
        goal: 4,
        ...ms,
      },
    ];
  });
}

const total = (start: ColdStart | undefined): number =>
  start ? start.initCpu + start.firstCpu : Number.NaN;

const figuresOf = (values: readonly number[]) => ({
  value: median(values),
  noise: noiseOf(values),
});

async function inTurns(
  sketches: readonly FunctionSketch[],
  rounds: number,
): Promise<readonly (readonly ColdStart[])[]> {
  const starts = sketches.map(() => [] as ColdStart[]);
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < sketches.length; turn++) {
      const at = (round + turn) % sketches.length;
      const sketch = sketches[at];
      if (sketch) starts[at]?.push(await coldStart(sketch));
    }
  }
  return starts;
}
