/**
 * Writes a call of one user's quota a minute over two hours, in simulated time on the authorizer's
 * own code: so many calls a minute, each in any of so many environments.
 */
import { dynamoQuotaStore } from '../../lambda/adapters/dynamo-quota-store.ts';
import { quotaLimiter } from '../../lambda/authorizer/quota-limiter.ts';
import { entitlementsOf } from '../../lambda/core/decision/entitlements.ts';
import { counting, fakeDynamo } from '../../test/support/fake-dynamo.ts';
import { model } from '../../test/support/model.ts';
import { seededRandom } from '../../test/support/seeded-random.ts';

export interface QuietCallers {
  readonly callsAMinute: number;
  readonly environments: number;
  /** Calls at any moment, as many as the mean says: not one in each minute. Default: no. */
  readonly scattered?: boolean;
  readonly seed: number;
}

const MINUTES = 120;
const START_MS = Date.parse('2026-11-22T10:15:00Z');
const route = 'GET /orders';

export interface Writes {
  readonly aCall: number;
  /** The same of a store that foresees no window: two writes for the first call of each. */
  readonly unforeseen: number;
}

export async function quietCallers(sketch: QuietCallers): Promise<Writes> {
  const random = seededRandom(sketch.seed);
  const clock = { ms: START_MS, now: () => clock.ms };
  const { connect, requests } = counting(fakeDynamo());
  const fleet = Array.from({ length: sketch.environments }, () =>
    quotaLimiter(ACCESS, dynamoQuotaStore('quota', connect), clock),
  );
  const moments = momentsOf(sketch, random);
  for (const minutes of moments) {
    clock.ms = START_MS + minutes * 60_000;
    const limiter = fleet[Math.floor(random() * fleet.length)];
    const outcome = await limiter?.(CALLER, route);
    if (outcome?.kind !== 'admitted') throw new Error(`the call is not admitted: ${outcome?.kind}`);
  }
  const windows = new Set(moments.map(Math.floor)).size;
  return { aCall: requests() / moments.length, unforeseen: 1 + windows / moments.length };
}

const ACCESS = model({
  routes: [route],
  quotas: [{ name: 'user', by: 'user', windows: [{ id: 'minute', per: 'minute', limit: 1_000 }] }],
  groups: { readers: { allow: [route], quota: 'user' } },
});
const CALLER = entitlementsOf(ACCESS, {
  ...{ kind: 'user', uid: '00u1', cid: '0oa1web', scopes: [] },
  groups: ['readers'],
});

function momentsOf(
  { callsAMinute, scattered = false }: QuietCallers,
  random: () => number,
): readonly number[] {
  const calls = Array.from({ length: callsAMinute * MINUTES }, (_, n) =>
    scattered ? random() * MINUTES : Math.floor(n / callsAMinute) + random(),
  );
  return calls.toSorted((a, b) => a - b);
}
