/**
 * Overshoot with real processes: the bundled function in 1, 8 and 20 of them, which share one
 * caller's quota and use it up at once, against a server that speaks DynamoDB's protocol.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { quotaTableAt } from '../../test/support/dynalite.ts';
import { makeAssets, ordersMap } from '../scene/assets.ts';
import { functionNode, told } from '../scene/functions.ts';
import { startScene } from '../scene/loopback.ts';

const LIMIT = 1_000;
const CALLS = 1_600;
/** Calls that a process has on the way; several share a connection and a lease. */
const AT_ONCE = 4;
const RUNS = 3;

/** @returns calls that were let in beyond the limit, of all runs together. */
export async function printProcesses(
  endpoint: string,
  print: (line: string) => void,
): Promise<number> {
  const [scene, assets] = [await startScene(), makeAssets()];
  let beyond = 0;
  print(
    '| accuracy | processes | limit | calls | admitted, each run | without an answer of the store | overshoot |',
  );
  print('| --- | ---: | ---: | ---: | --- | ---: | ---: |');
  try {
    for (const accuracy of ['exact', 'leased'] as const) {
      const quota = `{ limit: ${LIMIT}, per: month, by: user, accuracy: ${accuracy} }`;
      const file = assets.authorizer(ordersMap(scene.issuer, quota));
      for (const processes of [1, 8, 20]) {
        const runs: Shared[] = [];
        for (let run = 0; run < RUNS; run++) {
          const variables = await variablesOf(endpoint, scene.variables(5));
          runs.push(await share(processes, file, variables));
        }
        const overshoot = Math.max(0, ...runs.map(({ admitted }) => admitted - LIMIT));
        beyond += overshoot;
        const admitted = runs.map((one) => one.admitted).join(', ');
        const failed = runs.reduce((sum, one) => sum + one.failed, 0);
        const cells = [accuracy, processes, LIMIT, CALLS, admitted, failed, overshoot];
        print(`| ${cells.join(' | ')} |`);
      }
    }
  } finally {
    scene.stop();
    assets.remove();
  }
  return beyond;
}

type Variables = Readonly<Record<string, string>>;

/** A new table, so that each run begins with a full quota. */
async function variablesOf(endpoint: string, variables: Variables): Promise<Variables> {
  const { client, table } = await quotaTableAt(endpoint);
  client.destroy();
  const { KEY_TABLE: _, ...others } = variables;
  return {
    ...others,
    AWS_ENDPOINT_URL_DYNAMODB: endpoint,
    QUOTA_TABLE: table,
    QUOTA_BUDGET_MS: '9999',
  };
}

interface Shared {
  readonly admitted: number;
  /** Calls that a store too slow for its budget refused, as it has to. */
  readonly failed: number;
}

async function share(processes: number, file: string, variables: Variables): Promise<Shared> {
  const script = join(import.meta.dirname, '../scene/charging-worker.mjs');
  const children: ChildProcess[] = Array.from({ length: processes }, () =>
    fork(script, [file], {
      execPath: functionNode,
      execArgv: [],
      env: { ...variables },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    }),
  );
  try {
    await Promise.all(children.map((child) => told(child, 'a function')));
    const answers = children.map((child) => told(child, 'a function'));
    for (const child of children) child.send({ calls: CALLS / processes, atOnce: AT_ONCE });
    const counts = await Promise.all(answers);
    const sumOf = (part: 'admitted' | 'failed'): number =>
      counts.reduce((sum, one) => sum + (one[part] ?? Number.NaN), 0);
    return { admitted: sumOf('admitted'), failed: sumOf('failed') };
  } finally {
    for (const child of children) child.disconnect();
  }
}
