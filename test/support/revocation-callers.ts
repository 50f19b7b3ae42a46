/**
 * Who calls while an org revokes tokens: environments that freeze and start again, and the verdict
 * on each call.
 */
import type { ConnectDynamo } from '../../lambda/adapters/dynamo/requests.ts';
import { dynamoRevocationList } from '../../lambda/adapters/dynamo-revocation-list.ts';
import { type RevocationOutcome, revocations } from '../../lambda/authorizer/revocations.ts';
import { parseModel } from '../../lambda/core/model/load-model.ts';
import type { Principal } from '../../lambda/core/token/principal.ts';
import { modelFile } from './model.ts';
import type { World } from './revocation-sketch.ts';

/** One environment after another in one place of the gateway: a call every three times `within`. */
export async function callForEver(world: World, end: number): Promise<void> {
  const { time, random, sketch, counted } = world;
  const pause = (sketch.pauseSeconds ?? 3 * sketch.withinSeconds) * 1_000;
  await time.after(random() * pause);
  let environment = newEnvironment(world);
  while (time.now() < end) {
    environment.thaw();
    for (let n = 0; n < sketch.tokensACall; n++) await call(world, environment);
    environment.freeze();
    counted.freezes++;
    await time.after(pause * (0.5 + random()));
    if (random() < 0.1) {
      environment = newEnvironment(world);
      counted.coldStarts++;
    }
  }
}

interface Environment {
  readonly evaluate: (principal: Principal) => RevocationOutcome | Promise<RevocationOutcome>;
  /** What its requests are answered waits until the next call. */
  freeze(): void;
  thaw(): void;
}

function newEnvironment({ sketch, org: revokedBy, time, table }: World): Environment {
  const waiting: (() => void)[] = [];
  let isFrozen = false;
  const whileAwake = async (): Promise<void> => {
    if (isFrozen) await new Promise<void>((wake) => void waiting.push(wake));
  };
  const connect: ConnectDynamo = () => ({
    async send(...request) {
      try {
        return await table.connect().send(...request);
      } finally {
        await whileAwake();
      }
    },
  });
  const model = parseModel({
    ...modelFile({ routes: ['GET /orders'], okta: { revokedBy } }),
    revocation: [
      {
        ...{ org: revokedBy, withinSeconds: sketch.withinSeconds, marginSeconds: 2 },
        ...(sketch.onStoreFailure === 'deny' && { onStoreFailure: 'deny' as const }),
      },
    ],
  });
  const { check } = revocations(model, {
    clock: time,
    wait: (ms, work) => Promise.race([work, time.after(ms).then(whileAwake)]),
    listOf: (org) => dynamoRevocationList({ table: 'hub', org }, connect, time),
    onFailure: () => undefined,
  });
  return {
    evaluate: check,
    freeze: () => {
      isFrozen = true;
    },
    thaw: () => {
      isFrozen = false;
      for (const wake of waiting.splice(0)) wake();
    },
  };
}

/** A token of anybody: half of the calls are of those whom the minute revokes. */
async function call(world: World, { evaluate }: Environment): Promise<void> {
  const { sketch, startedAt, random, time, kept } = world;
  const user = Math.floor(random() * (random() < 0.5 ? sketch.revoked : sketch.users));
  const nowSeconds = Math.floor(time.now() / 1_000);
  // An old token, or one that was issued after the user's change, by signing in once more.
  const issuedAt = random() < 0.7 ? startedAt / 1_000 - 600 : nowSeconds;
  const token = `${user} ${issuedAt}`;
  const answer = kept.get(token);
  if (answer && time.now() < answer.until) return evaluateOutcome(world, user, issuedAt, 'good');
  const principal: Principal = {
    ...{ kind: 'user', uid: `00u${user}`, cid: '0oa1web', groups: ['readers'], scopes: [] },
    issuedAt,
  };
  const outcome = await evaluate(principal);
  const isAdmitted = outcome === 'good' || outcome === 'unread';
  if (isAdmitted && sketch.cached)
    kept.set(token, { until: time.now() + sketch.withinSeconds * 1_000 });
  evaluateOutcome(world, user, issuedAt, outcome);
}

function evaluateOutcome(
  world: World,
  user: number,
  issuedAt: number,
  outcome: RevocationOutcome,
): void {
  const { sketch, startedAt, time, acknowledged, sent, counted } = world;
  const { withinSeconds, cached } = sketch;
  // A second for what clocks leave out of whole seconds.
  const boundMs = (withinSeconds * (cached ? 2 : 1) + 1) * 1_000;
  const known = acknowledged.get(user);
  const isRevoked = known !== undefined && issuedAt <= known.revokedUpTo;
  const isLate = isRevoked && time.now() > known.at + boundMs;
  const what = `user ${user}, issued at ${issuedAt}, at ${time.now() - startedAt} ms`;
  if (isLate) counted.evaluatedLate++;
  if (outcome === 'unread' || (typeof outcome !== 'string' && outcome.code !== 'TOKEN_REVOKED')) {
    counted.unread++;
    return;
  }
  if (outcome === 'good') {
    counted.admitted++;
    if (isRevoked) counted.lastAdmittedMs = Math.max(counted.lastAdmittedMs, time.now() - known.at);
    if (isLate) counted.late.push(what);
    return;
  }
  counted.refused++;
  if (issuedAt > (sent.get(user) ?? -1)) counted.wronged.push(what);
}
