/** Whole calls of a warm function, from the event's text to the answer's, in processor time. */
import { ordersMap, QUOTA } from '../scene/assets.ts';
import { startWarm, type WarmFunction } from '../scene/functions.ts';
import { compare } from '../side-by-side.ts';
import type { Bench, Row } from './row.ts';

const GROUPS = [5, 100] as const;

interface Case {
  readonly name: string;
  readonly quota?: string;
  readonly stdout?: 'null' | 'pipe';
  /** For 5 and for 100 groups in the token. */
  readonly goals: readonly [number, number];
  readonly bounds: readonly [number, number];
  readonly before?: readonly [string, string];
}

interface Against {
  readonly yardstick: 'exact' | 'leased';
  readonly says: string;
  readonly cases: readonly Case[];
}

const AGAINST: readonly Against[] = [
  {
    yardstick: 'exact',
    says: 'a hand-written authorizer that sends one signed request',
    cases: [
      {
        name: 'exact quota, warm call',
        quota: QUOTA.exact,
        goals: [1.25, 1.25],
        bounds: [1.25, 1.25],
        before: ['2.5-3.0', '2.5-3.0'],
      },
    ],
  },
  {
    yardstick: 'leased',
    says: 'the least: a known token, and one request in ten',
    cases: [
      {
        name: 'leased quota, warm call',
        quota: QUOTA.leased,
        goals: [1.1, 1.3],
        bounds: [1.1, 1.3],
        before: ['1.4', '1.8-2.3'],
      },
      {
        name: 'no quota, output included',
        stdout: 'null',
        goals: [0.8, 1.1],
        bounds: [0.8, 1.1],
        before: ['0.9-1.24', '1.30-1.36'],
      },
      {
        name: 'the same, into a pipe that is read',
        stdout: 'pipe',
        goals: [0.8, 1.1],
        bounds: [1.1, 1.2],
      },
    ],
  },
];

export async function warmRows({ scene, assets, rounds }: Bench): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const { yardstick, says, cases } of AGAINST) {
    const base = assets.yardstick(yardstick, 'cjs');
    const files = cases.map(({ quota }) => assets.authorizer(ordersMap(scene.issuer, quota)));
    for (const [at, groups] of GROUPS.entries()) {
      const variables = scene.variables(groups);
      const own = cases.map(({ name, stdout }, n) =>
        startWarm({ name, file: files[n] ?? '', variables, ...(stdout && { stdout }) }),
      );
      const sides = await Promise.all([
        startWarm({ name: yardstick, file: base, variables }),
        ...own,
      ]);
      const ratios = await compare(sides, rounds).finally(() => stopAll(sides));
      for (const [n, { name, goals, bounds, before }] of cases.entries()) {
        const { value = Number.NaN, noise = 0 } = ratios[n] ?? {};
        rows.push({
          name: `${name}, ${groups} groups`,
          comparedWith: says,
          goal: goals[at] ?? Number.NaN,
          bound: bounds[at] ?? Number.NaN,
          ...(before && { before: before[at] ?? '' }),
          value,
          noise,
        });
      }
    }
  }
  return rows;
}

/** Our clients of DynamoDB alone, over plain http. */
export async function clientRows({ scene, assets, rounds }: Bench): Promise<readonly Row[]> {
  const variables = { ...scene.variables(1), AWS_ENDPOINT_URL_DYNAMODB: scene.plainStore };
  const file = (client: 'light' | 'sdk') => assets.yardstick('our-client', 'esm', client);
  const sides = await Promise.all([
    startWarm({ name: 'http', file: assets.yardstick('plain-http', 'cjs'), variables }),
    startWarm({ name: 'light', file: file('light'), variables }),
    startWarm({ name: 'sdk', file: file('sdk'), variables }),
  ]);
  const [light, sdk] = await compare(sides, rounds).finally(() => stopAll(sides));
  const row = {
    comparedWith: '`node:http` alone, unsigned',
    goal: 1.6,
    noise: 0,
    value: Number.NaN,
  };
  return [
    {
      ...{ ...row, name: 'light client of DynamoDB, one request', before: '10.5' },
      ...{ bound: 2.15, ...figures(light) },
    },
    { ...row, name: '`storeClient: sdk`, one request', bound: 4.5, ...figures(sdk) },
  ];
}

const figures = (ratio: Pick<Row, 'value' | 'noise'> | undefined) =>
  ratio && { value: ratio.value, noise: ratio.noise };

function stopAll(sides: readonly WarmFunction[]): void {
  for (const side of sides) side.stop();
}
