/**
 * One quota window shared by many environments, in simulated time, on the authorizer's own code:
 * keeper, lease book and DynamoDB adapter around a store of one item. Every environment is fresh,
 * which is the worst case for leases: none knows its rate yet.
 */
import { dynamoQuotaStore } from '../../lambda/adapters/dynamo-quota-store.ts';
import { quotaLimiter } from '../../lambda/authorizer/quota-limiter.ts';
import { entitlementsOf } from '../../lambda/core/decision/entitlements.ts';
import { counting, fakeDynamo } from '../../test/support/fake-dynamo.ts';
import { model } from '../../test/support/model.ts';
import { seededRandom } from '../../test/support/seeded-random.ts';

export interface Sketch {
  readonly accuracy: 'exact' | 'leased';
  readonly limit: number;
  /** Requests as a part of the limit. */
  readonly demand: number;
  readonly environments: number;
  readonly seed: number;
  /** 80 % of the requests come in the first seconds. */
  readonly burstSeconds?: number;
  /** `uniform`: any environment; `first_idle`: the first that is not at work, 10 ms a request. */
  readonly routing?: 'uniform' | 'first_idle';
}

export interface Result {
  readonly requests: number;
  readonly admitted: number;
  readonly writes: number;
  readonly writesPerRequest: number;
  readonly overshoot: number;
  /** Admitted, of what could have been. */
  readonly served: number;
  /** Most writes of one environment whose answer was `exceeded`. */
  readonly writesAfterExhaustion: number;
}

const WINDOW_SECONDS = 60;
const START_MS = Date.parse('2026-11-22T10:15:00Z');
const route = 'GET /orders';

export async function simulate(sketch: Sketch): Promise<Result> {
  const { limit, demand, environments } = sketch;
  const random = seededRandom(sketch.seed);
  const requests = Math.round(limit * demand);
  const times = Array.from({ length: requests }, () => arrival(random, sketch.burstSeconds)).sort(
    (a, b) => a - b,
  );
  const clock = { ms: START_MS, now: () => clock.ms };
  const fleet = makeFleet(sketch, clock);
  const choose = chooser(sketch, random);
  let admitted = 0;
  const refusedWrites = new Map<number, number>();
  for (const seconds of times) {
    clock.ms = START_MS + seconds * 1_000;
    const environment = choose(seconds);
    const before = fleet.writes();
    const kind = await fleet.call(environment);
    if (kind === 'admitted') admitted++;
    else
      refusedWrites.set(
        environment,
        (refusedWrites.get(environment) ?? 0) + fleet.writes() - before,
      );
  }
  return {
    requests,
    admitted,
    writes: fleet.writes(),
    writesPerRequest: fleet.writes() / requests,
    overshoot: Math.max(0, admitted - limit),
    served: admitted / Math.min(requests, limit),
    writesAfterExhaustion: Math.max(
      0,
      ...Array.from({ length: environments }, (_, n) => refusedWrites.get(n) ?? 0),
    ),
  };
}

function makeFleet(
  { accuracy, limit, environments }: Sketch,
  clock: { readonly now: () => number },
) {
  const access = model({
    routes: [route],
    quotas: [
      {
        name: 'standard',
        by: 'group',
        accuracy,
        windows: [{ id: 'minute', per: 'minute', limit }],
      },
    ],
    groups: { readers: { allow: [route], quota: 'standard' } },
  });
  const entitlements = entitlementsOf(access, {
    kind: 'user',
    uid: '00u1',
    cid: '0oa1web',
    groups: ['readers'],
    scopes: [],
  });
  // Every request of the adapter is a write, failed conditions included.
  const { connect, requests } = counting(fakeDynamo());
  const store = dynamoQuotaStore('quota', connect);
  const limiters = Array.from({ length: environments }, () => quotaLimiter(access, store, clock));
  return {
    writes: requests,
    call: async (environment: number): Promise<string> =>
      (await limiters[environment]?.(entitlements, route))?.kind ?? 'none',
  };
}

function arrival(random: () => number, burstSeconds: number | undefined): number {
  return burstSeconds !== undefined && random() < 0.8
    ? random() * burstSeconds
    : random() * WINDOW_SECONDS;
}

function chooser(
  { environments, routing }: Sketch,
  random: () => number,
): (seconds: number) => number {
  const any = (): number => Math.floor(random() * environments);
  if (routing !== 'first_idle') return any;
  const busyUntil = Array.from({ length: environments }, () => 0);
  return (seconds) => {
    const idle = busyUntil.findIndex((until) => until <= seconds);
    const chosen = idle < 0 ? any() : idle;
    busyUntil[chosen] = seconds + 0.01;
    return chosen;
  };
}
