/**
 * `npm run bench:soak`: 200,000 calls at 50 connections through the local gateway, which may grow
 * by 30 MB at most. CALLS: fewer. Exits 1 beyond that.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import http from 'node:http';
import { join } from 'node:path';

const CALLS = Number(process.env['CALLS'] ?? 200_000);
const CONNECTIONS = 50;
const MOST_MB = 30;

interface Told {
  readonly url?: string;
  readonly token?: string;
  readonly rss?: number;
  readonly heap?: number;
}

const child = fork(join(import.meta.dirname, 'scene/local-gateway.ts'), {
  execArgv: ['--expose-gc', '--import', 'tsx'],
});
const { url = '', token = '' } = await told(child);
const agent = new http.Agent({ keepAlive: true, maxSockets: CONNECTIONS });

await callMany(CALLS / 20);
const before = await memory();
const startedAt = performance.now();
for (let tenth = 1; tenth <= 10; tenth++) {
  await callMany(CALLS / 10);
  const { rss, heap } = await memory();
  console.log(`${(tenth * CALLS) / 10} calls: ${rss} MB, of which ${heap} MB are the heap`);
}
const seconds = (performance.now() - startedAt) / 1_000;
const grown = (await memory()).rss - before.rss;
console.log(
  `${before.rss} MB before; grown by ${grown} MB over ${CALLS} calls, ${Math.round(CALLS / seconds)} a second`,
);
child.kill();
process.exit(grown > MOST_MB ? 1 : 0);

async function callMany(count: number): Promise<void> {
  let left = count;
  const one = async (): Promise<void> => {
    while (left-- > 0) await call();
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, one));
}

function call(): Promise<void> {
  return new Promise((resolve, reject) => {
    http
      .get(url, { agent, headers: { authorization: `Bearer ${token}` } }, (answer) => {
        answer.resume();
        answer.on('end', () =>
          answer.statusCode === 200 ? resolve() : reject(new Error(`status ${answer.statusCode}`)),
        );
      })
      .on('error', reject);
  });
}

async function memory(): Promise<{ readonly rss: number; readonly heap: number }> {
  child.send('memory');
  const { rss = 0, heap = 0 } = await told(child);
  return { rss, heap };
}

async function told(from: ChildProcess): Promise<Told> {
  const [message] = (await once(from, 'message')) as [Told];
  return message;
}
