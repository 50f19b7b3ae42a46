/** Cold starts in processor time: a fresh process each, initialization and first call. */
import { ordersMap, QUOTA } from '../scene/assets.ts';
import { type ColdStart, coldStart, type FunctionSketch } from '../scene/functions.ts';
import { median, noiseOf } from '../side-by-side.ts';
import type { Bench, Row } from './row.ts';

const CASES = [
  { name: 'quota', goal: 1.45, bound: 1.9, before: '3.1-3.35', firstBefore: '9' },
  { name: 'no quota', goal: 1.35, bound: 1.73, before: '2.6-3.0', firstBefore: '5-6' },
  { name: 'quota, `storeClient: sdk`', goal: 1.45, bound: 3.0, before: '', firstBefore: '' },
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
  return CASES.flatMap(({ name, goal, bound, before, firstBefore }, n) => {
    const mine = own[n] ?? [];
    const ratios = mine.map((_, at) => sumOver(mine, at) / sumOver(floor, at));
    const first = mine.map(({ firstCpu }) => firstCpu);
    const [ratio, ms] = [figuresOf(ratios), figuresOf(first)];
    return [
      {
        ...{ name: `initialization and first call, ${name}`, goal, bound, before, ...ratio },
        comparedWith: 'a function of Node’s own modules alone',
      },
      {
        name: `first call after it, ${name}`,
        comparedWith: 'ms of processor time',
        goal: 4,
        before: firstBefore,
        ...ms,
      },
    ];
  });
}

const ISSUER_MS = 40;

/**
 * On one processor, with an issuer that is far: the time until the first answer, in which a
 * function waits as well. Told only, since it is of the clock and not of the processor.
 */
export async function farIssuerRows({ scene, assets, rounds }: Bench): Promise<readonly Row[]> {
  const variables = scene.variables(5);
  const files = [
    assets.yardstick('floor', 'cjs'),
    assets.authorizer(ordersMap(scene.issuer, QUOTA.exact)),
    assets.authorizer(ordersMap(scene.issuer)),
  ];
  const sketches = files.map(
    (file): FunctionSketch => ({ name: 'far', file, variables, onOneProcessor: true }),
  );
  scene.issuerTakes(ISSUER_MS);
  const starts = await inTurns(sketches, Math.max(5, Math.round(rounds / 3)));
  scene.issuerTakes(0);
  const [floor = [], ...own] = starts;
  return own.flatMap((mine, n) => {
    const { name } = CASES[n] ?? CASES[0];
    const more = mine.map(({ init, first }, at) => {
      const base = floor[at];
      return init + first - (base ? base.init + base.first : Number.NaN);
    });
    const [all, first] = [figuresOf(more), figuresOf(mine.map(({ first }) => first))];
    const on = `one processor, issuer ${ISSUER_MS} ms away, ${name}`;
    const row = { comparedWith: 'ms', goal: Number.NaN };
    return [
      {
        ...{ ...row, ...all, name: `initialization and first call, ${on}` },
        comparedWith: 'ms more than a function of Node’s own modules alone',
      },
      { ...row, ...first, name: `the first call of it, ${name}` },
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
