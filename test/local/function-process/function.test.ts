import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, expect, test } from '@jest/globals';
import {
  createFunction,
  type FunctionOptions,
  type LocalFunction,
} from '../../../local/function-process/function.ts';
import { deepTest } from '../../support/tier.ts';

const folder = join(import.meta.dirname, '../fixtures/functions');
const started: LocalFunction[] = [];

afterEach(async () => {
  await Promise.all(started.splice(0).map((running) => running.stop()));
});

function run(
  view: Partial<FunctionOptions['view']> = {},
  more: Partial<FunctionOptions> = {},
): LocalFunction {
  const created = createFunction({
    view: {
      name: 'Fixture',
      arn: 'arn:fixture',
      folder,
      handler: 'index.handler',
      environment: {},
      timeoutMs: 5000,
      memoryMb: 256,
      ...view,
    },
    environment: {},
    preload: [],
    clock: undefined,
    onLine: () => undefined,
    ...more,
  });
  started.push(created);
  return created;
}

async function answer(
  running: LocalFunction,
  event: unknown = {},
): Promise<Record<string, unknown>> {
  const result = await running.invoke(JSON.stringify(event));
  return result.kind === 'result' ? JSON.parse(result.payload) : { ...result };
}

test('an environment serves one call after the other and keeps its state', async () => {
  const running = run();
  const first = await answer(running);
  const second = await answer(running);
  expect([first['calls'], second['calls'], first['pid'] === second['pid']]).toEqual([1, 2, true]);
});

deepTest('a call leaves nothing behind in memory', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const running = run();
  const heapAfter = async (calls: number): Promise<number> => {
    for (let call = 0; call < calls; call++) await running.invoke('{}');
    collect();
    return process.memoryUsage().heapUsed;
  };
  const before = await heapAfter(200);
  const after = await heapAfter(2_000);
  // What waited for the end of the process was 4 KB a call: 8 MB.
  expect(after - before).toBeLessThan(3_000_000);
});

test('calls at the same time get environments of their own, up to the limit', async () => {
  const running = run({}, { concurrency: 3 });
  const pids = await Promise.all(
    Array.from({ length: 9 }, async () => (await answer(running))['pid']),
  );
  expect(new Set(pids).size).toBe(3);
  expect(running.coldStarts()).toBe(3);
});

test('freshen makes the next call a cold start', async () => {
  const running = run();
  const first = await answer(running);
  await running.discardIdle();
  const second = await answer(running);
  expect(second).toMatchObject({ calls: 1 });
  expect(second['pid']).not.toBe(first['pid']);
});

test("the environment holds Lambda's variables and the function's own, and none of this process", async () => {
  process.env['LEAKED_FROM_PARENT'] = 'yes';
  const running = run(
    { environment: { TABLE: 'quotas' } },
    { environment: { AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:1' } },
  );
  const { env, name } = await answer(running);
  delete process.env['LEAKED_FROM_PARENT'];
  expect(env).toMatchObject({
    AWS_REGION: 'us-east-1',
    AWS_LAMBDA_FUNCTION_NAME: 'Fixture',
    LAMBDA_TASK_ROOT: folder,
    AWS_ACCESS_KEY_ID: 'local',
    TABLE: 'quotas',
    AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:1',
  });
  expect(env).not.toHaveProperty('LEAKED_FROM_PARENT');
  expect(env).not.toHaveProperty('NODE_OPTIONS');
  expect(name).toBe('Fixture');
});

test('a thrown error comes back with its type and message', async () => {
  expect(await answer(run(), { do: 'throw' })).toEqual({
    kind: 'error',
    errorType: 'Error',
    errorMessage: 'Unauthorized',
  });
});

test('an answer of undefined is null', async () => {
  expect(await run().invoke('{"do":"nothing"}')).toEqual({ kind: 'result', payload: 'null' });
});

test('a call over the time limit ends with its environment, and the next one gets a new one', async () => {
  const running = run({ timeoutMs: 300 });
  expect(await answer(running, { do: 'hang' })).toMatchObject({
    errorType: 'Sandbox.Timedout',
    errorMessage: 'Task timed out after 0.30 seconds',
  });
  expect(await answer(running)).toMatchObject({ calls: 1 });
});

test('an environment that exits is reported and replaced', async () => {
  const running = run();
  expect(await answer(running, { do: 'exit' })).toMatchObject({ errorType: 'Runtime.ExitError' });
  expect(await answer(running)).toMatchObject({ calls: 1 });
});

test.each([
  ['a file that does not exist', 'absent.handler', 'Runtime.ImportModuleError'],
  ['an export that does not exist', 'index.absent', 'Runtime.HandlerNotFound'],
  ['an export that is no function', 'index.notAFunction', 'Runtime.HandlerNotFound'],
])('a handler that names %s fails every call', async (_name, handler, errorType) => {
  const running = run({ handler });
  expect(await answer(running)).toMatchObject({ errorType });
  expect(await answer(running)).toMatchObject({ errorType });
});

test('what the function writes arrives line by line', async () => {
  const lines: string[] = [];
  const both = new Promise<void>((done) => {
    const running = run({}, { onLine: (line) => lines.push(line) === 2 && done() });
    void running.invoke('{"do":"log"}');
  });
  await both;
  expect(lines.toSorted()).toEqual(['another line', 'one line']);
});

test('a preload pins the clock, and each call sees the time of the caller', async () => {
  let nowMs = Date.UTC(2031, 0, 1);
  const preload = [join(import.meta.dirname, '../../support/pinned-clock.mjs')];
  const running = run({}, { preload, clock: () => nowMs });
  expect(await answer(running)).toMatchObject({ now: nowMs, year: 2031 });
  nowMs = Date.UTC(2032, 0, 1);
  expect(await answer(running)).toMatchObject({ now: nowMs, year: 2032 });
});
