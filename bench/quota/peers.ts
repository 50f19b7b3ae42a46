/**
 * The same work by our quota store and by rate-limiter-flexible, in one run against one server:
 * calls and time of a consume.
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { DynamoDB } from '@aws-sdk/client-dynamodb';
import type { ConnectDynamo } from '../../lambda/adapters/dynamo/requests.ts';
import { dynamoQuotaStore } from '../../lambda/adapters/dynamo-quota-store.ts';
import { quotaLimiter } from '../../lambda/authorizer/quota-limiter.ts';
import { entitlementsOf } from '../../lambda/core/decision/entitlements.ts';
import { windowAt } from '../../lambda/core/quota/window.ts';
import type { QuotaStore } from '../../lambda/ports.ts';
import { connectTo } from '../../test/support/dynamo-clients.ts';
import { counting } from '../../test/support/fake-dynamo.ts';
import { model } from '../../test/support/model.ts';

/**
 * As much of rate-limiter-flexible as is used here; the package is beside the project, in
 * bench/tools.
 */
interface Peer {
  consume(key: string): Promise<unknown>;
}
interface PeerPackage {
  readonly RateLimiterDynamo: new (
    options: Readonly<Record<string, unknown>>,
    ready: (error?: Error) => void,
  ) => Peer;
}

export interface PeerTable {
  readonly quotaTable: string;
  readonly peerTable: string;
  readonly endpoint: string;
}

interface Limiter {
  readonly name: string;
  /** A consume of one unit of this key, with this limit a minute; true: admitted. */
  readonly consumer: (limit: number) => Promise<(key: string) => Promise<boolean>>;
}

const region = 'us-east-1';
const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };

export async function printPeers(
  server: PeerTable,
  rounds: number,
  print: (line: string) => void,
): Promise<void> {
  let peerCalls = 0;
  const own = counting(connectTo(server.endpoint));
  const calls = () => peerCalls + own.requests();
  const aggregated = new DynamoDB({
    endpoint: server.endpoint,
    region,
    credentials,
    maxAttempts: 1,
  });
  aggregated.middlewareStack.add(
    (next) => (args) => {
      peerCalls++;
      return next(args);
    },
    { step: 'finalizeRequest', name: 'countCalls' },
  );
  const limiters = [ours(own.connect, server), peer(aggregated, server)];
  print(
    '| limiter | calls a consume | p50 ms | p99 ms | admitted of 400 at once, limit 100 | calls for those | calls a refused consume, then |',
  );
  print('| --- | ---: | ---: | ---: | ---: | ---: | ---: |');
  const steady = await steadyTimes(limiters, rounds, calls);
  for (const [at, { name, consumer }] of limiters.entries()) {
    const consume = await consumer(100);
    const key = `burst-${at}-${Date.now()}`;
    const before = calls();
    const admitted = (await Promise.all(Array.from({ length: 400 }, () => consume(key)))).filter(
      Boolean,
    ).length;
    const burst = calls() - before;
    for (let n = 0; n < 20; n++) await consume(key);
    const { perConsume, p50, p99 } = steady[at] ?? { perConsume: 0, p50: 0, p99: 0 };
    const numbers = [
      perConsume.toFixed(2),
      p50.toFixed(2),
      p99.toFixed(2),
      admitted,
      burst,
      ((calls() - before - burst) / 20).toFixed(2),
    ];
    print(`| ${[name, ...numbers].join(' | ')} |`);
  }
  aggregated.destroy();
}

/** Turns in alternation, so that whatever else the machine does falls on all of them. */
async function steadyTimes(limiters: readonly Limiter[], rounds: number, calls: () => number) {
  const runs = await Promise.all(
    limiters.map(async ({ consumer }) => ({
      consume: await consumer(1_000_000_000),
      times: [] as number[],
      calls: 0,
    })),
  );
  for (const [at, { consume }] of runs.entries())
    for (let n = 0; n < 50; n++) await consume(`steady-${at}`);
  for (let round = 0; round < rounds; round++) {
    for (const [at, run] of runs.entries()) {
      const before = calls();
      for (let n = 0; n < 20; n++) {
        const startedAt = performance.now();
        await run.consume(`steady-${at}`);
        run.times.push(performance.now() - startedAt);
      }
      run.calls += calls() - before;
    }
  }
  return runs.map(({ times, calls: made }) => {
    const sorted = times.toSorted((a, b) => a - b);
    const at = (part: number): number => sorted[Math.floor((sorted.length - 1) * part)] ?? 0;
    return { perConsume: made / times.length, p50: at(0.5), p99: at(0.99) };
  });
}

/** What a call of the authorizer does: keeper and store, by user. */
function ours(connect: ConnectDynamo, { quotaTable }: PeerTable): Limiter {
  const store: QuotaStore = dynamoQuotaStore(quotaTable, connect, { budgetMs: 10_000 });
  // One moment, so that no run crosses the end of a minute.
  const now = windowAt('minute', Math.floor(Date.now() / 1_000)).start * 1_000;
  const consumer: Limiter['consumer'] = async (limit) => {
    const route = 'GET /orders';
    const access = model({
      routes: [route],
      quotas: [{ name: 'standard', by: 'user', windows: [{ id: 'minute', per: 'minute', limit }] }],
      groups: { readers: { allow: [route], quota: 'standard' } },
    });
    const keep = quotaLimiter(access, store, { now: () => now });
    return async (uid) => {
      const entitlements = entitlementsOf(access, {
        kind: 'user',
        uid,
        cid: '0oa1web',
        groups: ['readers'],
        scopes: [],
      });
      return (await keep(entitlements, route)).kind === 'admitted';
    };
  };
  return { name: 'okta-group-authorizer, exact', consumer };
}

function peer(storeClient: DynamoDB, { peerTable }: PeerTable): Limiter {
  const load = createRequire(join(import.meta.dirname, '../tools/package.json'));
  const { RateLimiterDynamo } = load('rate-limiter-flexible') as PeerPackage;
  const { version } = load('rate-limiter-flexible/package.json') as { readonly version: string };
  const consumer: Limiter['consumer'] = async (points) => {
    const options = {
      storeClient,
      tableName: peerTable,
      tableCreated: true,
      ttlSet: true,
      points,
      duration: 600,
      keyPrefix: '',
    };
    const limiter = await new Promise<Peer>((done, fail) => {
      const made: Peer = new RateLimiterDynamo(options, (error) =>
        error ? fail(error) : setImmediate(() => done(made)),
      );
    });
    return (key) =>
      limiter.consume(key).then(
        () => true,
        (refused: unknown) => {
          if (refused instanceof Error) throw refused;
          return false;
        },
      );
  };
  return { name: `rate-limiter-flexible ${version}, RateLimiterDynamo`, consumer };
}
