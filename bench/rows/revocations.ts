/**
 * What revocations add to a warm call, and what an environment pays to read the list at its start.
 */
import { performance } from 'node:perf_hooks';
import type { ConnectDynamo } from '../../lambda/adapters/dynamo/requests.ts';
import { dynamoRevocationList } from '../../lambda/adapters/dynamo-revocation-list.ts';
import { createAuthorizer } from '../../lambda/authorizer/authorize.ts';
import { readHttpApiEvent } from '../../lambda/authorizer/http-api-event.ts';
import { type RevocationCheck, revocations } from '../../lambda/authorizer/revocations.ts';
import { type RevocationEntry, userSubject } from '../../lambda/core/contract/revocation.ts';
import { parseModel } from '../../lambda/core/model/load-model.ts';
import { revokedTokens } from '../../lambda/core/revocation/revoked-tokens.ts';
import { snapshotChunks } from '../../lambda/core/revocation/snapshot.ts';
import type { Principal } from '../../lambda/core/token/principal.ts';
import { httpApiEvent } from '../../test/support/http-api-event.ts';
import { heartbeatItem, hubTable, snapshotItems } from '../../test/support/hub-table.ts';
import { modelFile } from '../../test/support/model.ts';
import { median, noiseOf } from '../side-by-side.ts';
import type { Bench, Row } from './row.ts';

const ORG = 'acme.okta.com';
const ENTRIES = 10_000;
/** Of a batch: some 100 microseconds, in which nearly every batch has a core for itself. */
const CALLS = 10;
/** Pairs of batches a round. */
const PAIRS = 400;

export async function revocationRows({ rounds }: Bench): Promise<readonly Row[]> {
  // A start is measured first: the garbage of the warm calls is no part of it.
  const [cpus, walls] = await startsOf(rounds);
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
        comparedWith: 'ms of CPU',
      },
      ...{ goal: 10, bound: 10, value: median(cpus), noise: noiseOf(cpus) },
    },
    {
      ...{ name: 'the same, store aside', comparedWith: 'ms' },
      ...{ goal: 100, bound: 100, value: median(walls), noise: noiseOf(walls) },
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

/** Answers come as the text that a store sends, of which the reading is a part of the price. */
async function startsOf(rounds: number): Promise<readonly [readonly number[], readonly number[]]> {
  const now = Date.now();
  const table = hubTable();
  const chunks = snapshotChunks(listed(now));
  const snapshot = snapshotItems(ORG, { id: 's', through: now - 60_000, chunks });
  for (const item of [heartbeatItem(ORG, now), ...snapshot]) table.put(item);
  const texts = new Map<string, string>();
  const inner = table.quiet();
  const connect: ConnectDynamo = () => ({
    async send(operation, input) {
      const key = JSON.stringify(input);
      const text = texts.get(key) ?? JSON.stringify(await inner.send(operation, input, 1_000));
      texts.set(key, text);
      return JSON.parse(text);
    },
  });
  const cpus: number[] = [];
  const walls: number[] = [];
  for (let round = 0; round < rounds + 1; round++) {
    const list = dynamoRevocationList({ table: 'hub', org: ORG }, connect, { now: () => now });
    const [cpu, startedAt] = [process.cpuUsage(), performance.now()];
    const tokens = revokedTokens(2);
    tokens.add((await list.read(undefined)).entries);
    const { user, system } = process.cpuUsage(cpu);
    if (tokens.size !== ENTRIES)
      throw new Error(`expected ${ENTRIES} subjects, found ${tokens.size}`);
    if (round === 0) continue;
    cpus.push((user + system) / 1_000);
    walls.push(performance.now() - startedAt);
  }
  return [cpus, walls];
}
