/**
 * What revocations add to a warm call, and what an environment pays to read the list at its start.
 */
import { performance } from 'node:perf_hooks';
import type { ConnectDynamo, DynamoClient } from '../../lambda/adapters/dynamo/requests.ts';
import { dynamoRevocationList } from '../../lambda/adapters/dynamo-revocation-list.ts';
import { createAuthorizer } from '../../lambda/authorizer/authorize.ts';
import { readHttpApiEvent } from '../../lambda/authorizer/http-api-event.ts';
import { type RevocationCheck, revocations } from '../../lambda/authorizer/revocations.ts';
import { type RevocationEntry, userSubject } from '../../lambda/core/contract/revocation.ts';
import { parseModel } from '../../lambda/core/model/load-model.ts';
import { chunkIn } from '../../lambda/core/revocation/hub-items.ts';
import { revokedTokens } from '../../lambda/core/revocation/revoked-tokens.ts';
import { snapshotChunks } from '../../lambda/core/revocation/snapshot.ts';
import type { Principal } from '../../lambda/core/token/principal.ts';
import { httpApiEvent } from '../../test/support/http-api-event.ts';
import { heartbeatItem, hubTable, snapshotItems } from '../../test/support/hub-table.ts';
import { modelFile } from '../../test/support/model.ts';
import {
  compare,
  cpuMicroseconds,
  median,
  noiseOf,
  type Ratio,
  type Side,
} from '../side-by-side.ts';
import type { Bench, Row } from './row.ts';

const ORG = 'acme.okta.com';
const ENTRIES = 10_000;
/** Of a batch: some 100 microseconds, in which nearly every batch has a core for itself. */
const CALLS = 10;
/** Where a line of a snapshot's chunk has its subject. */
const SUBJECT_AT = 20;
/** Pairs of batches a round. */
const PAIRS = 400;

export async function revocationRows({ rounds }: Bench): Promise<readonly Row[]> {
  // A start is measured first: the garbage of the warm calls is no part of it.
  const { ratio, wallTimes } = await startsOf(rounds);
  const [more, moreNoise] = await warmCall(rounds);
  return [
    {
      ...{
        name: 'warm call of a map with `okta.revocation`',
        comparedWith: 'µs more than without',
      },
      ...{ goal: 1, bound: 1, value: more, noise: moreNoise },
    },
    {
      ...{
        name: 'list of 10,000 entries, read and parsed at the start',
        comparedWith: 'JSON, lines and one Map of the same answers',
      },
      ...{ goal: 3, bound: 4, value: ratio.value, noise: ratio.noise },
    },
    {
      ...{ name: 'the same, processor time', comparedWith: 'ms of CPU' },
      ...{ goal: 10, value: ratio.own / 1_000, noise: Number.NaN },
    },
    {
      ...{ name: 'the same, store aside', comparedWith: 'ms' },
      ...{ goal: 100, bound: 100, value: median(wallTimes), noise: noiseOf(wallTimes) },
    },
  ];
}

/** The median of paired differences, in microseconds a call, and its noise. */
async function warmCall(rounds: number): Promise<readonly [number, number]> {
  const model = parseModel({
    ...modelFile({
      ...{ routes: ['GET /orders'], groups: { readers: { allow: ['GET /orders'] } } },
      okta: { revokedBy: ORG },
    }),
    revocation: [{ org: ORG, withinSeconds: 10, marginSeconds: 2 }],
  });
  const clock = { now: () => Date.now() };
  const entries = listed(Date.now());
  const { check, warmUp } = revocations(model, {
    ...{ clock, onFailure: () => undefined, wait: (_: number, work: Promise<unknown>) => work },
    listOf: () => ({ read: async () => ({ entries, cursor: Date.now() }) }),
  });
  await warmUp();
  const principal: Principal = {
    ...{ kind: 'user', uid: '00unobody', cid: '0oa1', scopes: [], issuedAt: 1 },
    groups: ['readers', ...Array.from({ length: 99 }, (_, n) => `team-${n}`)],
  };
  const calling = (given: RevocationCheck | undefined) => {
    const authorize = createAuthorizer({
      ...{ model, clock, revocations: given },
      verifier: { verify: async () => principal },
      quota: async () => ({ kind: 'free' }),
    });
    const request = readHttpApiEvent(httpApiEvent('GET', '/orders', { token: '-' }));
    return async (): Promise<number> => {
      const startedAt = performance.now();
      for (let n = 0; n < CALLS; n++) await authorize(request);
      return ((performance.now() - startedAt) * 1_000) / CALLS;
    };
  };
  const [without, together] = [calling(undefined), calling(check)];
  const differences: number[] = [];
  for (let pair = -5 * PAIRS; pair < rounds * PAIRS; pair++) {
    const [first, second] = pair % 2 === 0 ? [without, together] : [together, without];
    const difference = (await first()) - (await second());
    // The first pairs compile.
    if (pair >= 0) differences.push(pair % 2 === 0 ? -difference : difference);
  }
  return [median(differences), noiseOf(differences)];
}

const listed = (now: number): readonly RevocationEntry[] =>
  Array.from({ length: ENTRIES }, (_, n) => ({
    ...{ subject: userSubject(`00u${String(n).padStart(17, 'x')}`), issuedUpTo: now - n },
    ...{ reason: 'group_removed' as const, writtenAt: now - 120_000 - n, withMargin: true },
  }));

interface Starts {
  readonly ratio: Ratio;
  /** Milliseconds by the clock. */
  readonly wallTimes: readonly number[];
}

/** A table of the hub that has the list as a snapshot. */
function storedList(now: number): DynamoClient {
  const table = hubTable();
  const chunks = snapshotChunks(listed(now));
  const snapshot = snapshotItems(ORG, { id: 's', through: now - 60_000, chunks });
  for (const item of [heartbeatItem(ORG, now), ...snapshot]) table.put(item);
  return table.quiet();
}

/** Answers of a client as texts, which are kept by what was asked. */
const recorded =
  (client: DynamoClient, texts: Map<string, string>): ConnectDynamo =>
  () => ({
    async send(operation, input) {
      const key = JSON.stringify(input);
      const text = texts.get(key) ?? JSON.stringify(await client.send(operation, input, 1_000));
      texts.set(key, text);
      return JSON.parse(text);
    },
  });

/** A side that costs milliseconds at once. */
const spent = (name: string, call: () => unknown): Side => ({
  name,
  async measure() {
    const startedAt = cpuMicroseconds();
    await call();
    return cpuMicroseconds() - startedAt;
  },
});

/**
 * Answers come as the text that a store sends, of which the reading is a part of the price. The
 * yardstick is the least that a reader of these answers does.
 */
async function startsOf(rounds: number): Promise<Starts> {
  const now = Date.now();
  const texts = new Map<string, string>();
  const connect = recorded(storedList(now), texts);
  const wallTimes: number[] = [];
  const start = async (): Promise<number> => {
    const list = dynamoRevocationList({ table: 'hub', org: ORG }, connect, { now: () => now });
    const tokens = revokedTokens(2);
    const startedAt = performance.now();
    tokens.add((await list.read(undefined)).entries);
    wallTimes.push(performance.now() - startedAt);
    return tokens.size;
  };
  const least = (): number => {
    const chunks = [...texts.values()].map((text) => chunkIn(JSON.parse(text).Item) ?? '');
    const lines = chunks.flatMap((chunk) => chunk.split('\n'));
    return new Map(lines.map((line) => [line.slice(SUBJECT_AT), line])).size;
  };
  if ((await start()) !== ENTRIES) throw new Error(`expected ${ENTRIES} subjects`);
  if (least() < ENTRIES) throw new Error(`expected ${ENTRIES} lines`);
  const [ratio] = await compare([spent('least', least), spent('start', start)], rounds);
  if (!ratio) throw new Error('expected a ratio');
  return { ratio, wallTimes: wallTimes.slice(2) };
}
