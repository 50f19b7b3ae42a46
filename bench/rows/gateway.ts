/**
 * What a user compares: the time of a call through the local gateway, and dollars a million calls.
 * Prices and the model of billed time: docs/explanation/costs.md.
 */
import { parse } from 'yaml';
import type { AccessMapInput } from '../../lib/access-map/index.ts';
import { startLocalStack } from '../../local/stack.ts';
import { quietCallers } from '../quota/quiet-callers.ts';
import { ordersMap, QUOTA } from '../scene/assets.ts';
import { startWarm } from '../scene/functions.ts';
import { localToken } from '../scene/local-token.ts';
import { median, quantile } from '../side-by-side.ts';
import type { Bench } from './row.ts';

const PRICE = { request: 0.2, gbSecond: 0.0000133334, write: 0.625, logGb: 0.5 } as const;
/**
 * Memory of the function in GB, its share of a processor, and an assumed trip to DynamoDB in ms.
 */
const LAMBDA = { gb: 0.5, share: 512 / 1_769, trip: 4 } as const;
/** CloudWatch counts so many bytes more for each line. */
const LINE_BYTES = 26;

const CASES = [
  { name: 'no quota', quota: undefined, writes: 0 },
  { name: 'exact quota', quota: QUOTA.exact, writes: 1 },
  // At ten calls a second; fewer where a caller is quieter (docs/explanation/quotas.md).
  { name: 'leased quota', quota: QUOTA.leased, writes: 0.2 },
] as const;

/** @returns lines of a table. */
export async function gatewayTable(bench: Bench): Promise<readonly string[]> {
  const { aCall } = await quietCallers({ callsAMinute: 60, environments: 5, seed: 7_919 });
  const lines = [
    '| through the local gateway | cold p50 ms | cold p99 ms | warm p50 ms | warm p99 ms | record bytes | $ a million calls |',
    '| --- | ---: | ---: | ---: | ---: | ---: | ---: |',
  ];
  for (const { name, quota, writes } of CASES) {
    const { cold, warm, bytes } = await timesWith(quota, bench.rounds);
    const variables = bench.scene.variables(5);
    const file = bench.assets.authorizer(ordersMap(bench.scene.issuer, quota));
    const authorizer = await startWarm({ name, file, variables, stdout: 'pipe' });
    const cpuMs = (await authorizer.measure()) / 1_000;
    authorizer.stop();
    const figures = [...[cold, warm].flatMap((ms) => [median(ms), quantile(ms, 0.99)]), bytes];
    const dollars = dollarsOf(cpuMs, writes === 1 ? aCall : writes, bytes);
    const cells = [...figures.map((figure) => figure.toFixed(figure < 100 ? 1 : 0)), dollars];
    lines.push(`| ${[name, ...cells].join(' | ')} |`);
  }
  return lines;
}

function dollarsOf(cpuMs: number, writes: number, bytes: number): string {
  const seconds = (cpuMs / LAMBDA.share + writes * LAMBDA.trip) / 1_000;
  const lambda = PRICE.request + 1e6 * Math.max(0.001, seconds) * LAMBDA.gb * PRICE.gbSecond;
  const log = (1e6 * (bytes + LINE_BYTES) * PRICE.logGb) / 1e9;
  return (lambda + writes * PRICE.write + log).toFixed(2);
}

interface Times {
  readonly cold: readonly number[];
  readonly warm: readonly number[];
  readonly bytes: number;
}

async function timesWith(quota: string | undefined, rounds: number): Promise<Times> {
  const lengths: number[] = [];
  const map = ordersMap('https://acme.okta.com/oauth2/aus1abc', quota);
  const stack = await startLocalStack({
    map: parse(map) as AccessMapInput,
    onLine: (line) => {
      if (line.includes('"record":"decision"')) lengths.push(Buffer.byteLength(line));
    },
  });
  try {
    const url = `${stack.gateway.url}/orders/42`;
    const headers = { authorization: `Bearer ${await localToken(stack.issuer?.issuer ?? '')}` };
    const call = async (): Promise<number> => {
      const startedAt = performance.now();
      const answer = await fetch(url, { headers });
      await answer.arrayBuffer();
      if (answer.status !== 200) throw new Error(`the call is answered with ${answer.status}`);
      return performance.now() - startedAt;
    };
    const cold: number[] = [];
    for (let round = 0; round < rounds; round++) {
      await stack.discardIdle();
      cold.push(await call());
    }
    for (let n = 0; n < 100; n++) await call();
    const warm: number[] = [];
    for (let n = 0; n < rounds * 10; n++) warm.push(await call());
    return { cold, warm, bytes: median(lengths) };
  } finally {
    await stack.stop();
  }
}
