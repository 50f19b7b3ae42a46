/**
 * An Okta org's revocations from the event to the last call, with a clock of its own: receivers that
 * freeze and are told events late, doubled and in any order; a store that loses requests and answers;
 * environments that are frozen between calls and start anew; a gateway that keeps answers.
 */
import {
  type ConnectDynamo,
  DynamoError,
  type Item,
} from '../../lambda/adapters/dynamo/requests.ts';
import { dynamoRevocationList } from '../../lambda/adapters/dynamo-revocation-list.ts';
import { dynamoRevocationWriter } from '../../lambda/adapters/dynamo-revocation-writer.ts';
import { type RevocationOutcome, revocations } from '../../lambda/authorizer/revocations.ts';
import { userSubject } from '../../lambda/core/contract/revocation.ts';
import { BOUND_SLACK_SECONDS } from '../../lambda/core/contract/revocation-bound.ts';
import { parseModel } from '../../lambda/core/model/load-model.ts';
import { liveEntries } from '../../lambda/core/revocation/live-entries.ts';
import { snapshotChunks } from '../../lambda/core/revocation/snapshot.ts';
import type { Principal } from '../../lambda/core/token/principal.ts';
import { heartbeatItem, hubTable, snapshotItems } from './hub-table.ts';
import { modelFile } from './model.ts';
import { type SimulatedTime, seededRandom, simulatedTime } from './simulated-time.ts';

export interface WorldSketch {
  readonly seed: number;
  readonly environments: number;
  readonly users: number;
  /** In a minute, in random order. */
  readonly revoked: number;
  readonly withinSeconds: number;
  /** Whether the gateway keeps answers, for `within` as `auto` does. */
  readonly cached: boolean;
  readonly onStoreFailure: 'allow' | 'deny';
  /** Share of the store's requests that are lost, before or after they are carried out. */
  readonly faults: number;
  /** Tokens that each call of an environment stands for. */
  readonly tokensACall: number;
  /** Between calls of an environment. Default: three times `within`, so that its list is always old. */
  readonly pauseSeconds?: number;
  /** How long calls go on after the minute of revocations. */
  readonly seconds: number;
}

export interface WorldReport {
  /** Void tokens that were admitted after the bound; expected none. */
  readonly late: readonly string[];
  /** Tokens that were refused and that no entry names; expected none. */
  readonly wronged: readonly string[];
  readonly admitted: number;
  readonly refused: number;
  /** Calls while the list could not be read. */
  readonly unread: number;
  /** Void tokens that were seen after the bound. */
  readonly judgedLate: number;
  /** Longest time from an acknowledgement to a void token that was still admitted, in milliseconds. */
  readonly lastAdmittedMs: number;
  readonly coldStarts: number;
  readonly freezes: number;
  readonly duplicates: number;
  readonly storeFaults: number;
  /** Units that the store counted, by kind of work. */
  readonly readUnits: number;
  readonly reads: number;
}

const START = 1_795_000_000_000;
const ORG = 'acme.okta.com';

export async function runWorld(sketch: WorldSketch): Promise<WorldReport> {
  const world = newWorld(sketch);
  const end = START + 60_000 + sketch.seconds * 1_000;
  const errors: unknown[] = [];
  const running = [
    keepHub(world, end),
    ...world.deliveries.map((delivery) => deliver(world, delivery)),
    ...Array.from({ length: sketch.environments }, () => callForEver(world, end)),
  ];
  for (const one of running) one.catch((error: unknown) => errors.push(error));
  await world.time.runUntil(end + 30_000);
  if (errors.length > 0) throw errors[0];
  const queries = world.table.consumed.filter(({ operation }) => operation === 'Query');
  return {
    ...world.counted,
    reads: queries.length,
    readUnits: queries.reduce((sum, { units }) => sum + units, 0),
  };
}

interface Delivery {
  readonly uuid: string;
  readonly user: number;
  readonly at: number;
  /** When Okta says that it happened. */
  readonly published: number;
}

interface World {
  readonly sketch: WorldSketch;
  readonly random: () => number;
  readonly time: SimulatedTime;
  readonly table: ReturnType<typeof hubTable>;
  readonly deliveries: readonly Delivery[];
  /** Of a user: when the receiver had acknowledged the event, and the last second that is void. */
  readonly acknowledged: Map<number, { readonly at: number; readonly voidUpTo: number }>;
  /** Users whose events were sent, acknowledged or not, with the last second that may be void. */
  readonly sent: Map<number, number>;
  /** Answers that the gateway keeps, by token. */
  readonly kept: Map<string, { readonly until: number }>;
  readonly counted: {
    -readonly [Key in Exclude<
      keyof WorldReport,
      'late' | 'wronged' | 'reads' | 'readUnits'
    >]: number;
  } & { readonly late: string[]; readonly wronged: string[] };
}

function newWorld(sketch: WorldSketch): World {
  const random = seededRandom(sketch.seed);
  const time = simulatedTime(START);
  const table = hubTable();
  const counted = {
    ...{ late: [] as string[], wronged: [] as string[] },
    ...{ admitted: 0, refused: 0, unread: 0, judgedLate: 0, lastAdmittedMs: 0 },
    ...{ coldStarts: 0, freezes: 0, duplicates: 0, storeFaults: 0 },
  };
  const lost = () => new DynamoError({ kind: 'timeout' }, 'no answer');
  table.intercept(async () => {
    await time.after(1 + random() * 20);
    if (random() >= sketch.faults / 2) return;
    counted.storeFaults++;
    throw lost();
  });
  const world = {
    ...{ sketch, random, time, table, counted, deliveries: deliveriesOf(sketch, random) },
    ...{ acknowledged: new Map(), sent: new Map(), kept: new Map() },
  };
  counted.duplicates = world.deliveries.length - sketch.revoked;
  return world;
}

/** Users from 0 on are revoked, within a minute; a third of the events comes twice or three times. */
function deliveriesOf({ revoked }: WorldSketch, random: () => number): readonly Delivery[] {
  return Array.from({ length: revoked }, (_, user) => {
    const at = START + random() * 60_000;
    const event = { uuid: `event-${user}`, user, published: at - random() * 30_000 };
    const times = random() < 1 / 3 ? 2 + Math.floor(random() * 2) : 1;
    return Array.from({ length: times }, (_, n) => ({ ...event, at: at + n * random() * 40_000 }));
  }).flat();
}

/** As Okta and the receiver: once more after a failure, until it is acknowledged. */
async function deliver(world: World, { uuid, user, at, published }: Delivery): Promise<void> {
  const { time, random, table, sent, acknowledged, counted } = world;
  await time.after(at - time.now());
  const issuedUpTo = Math.min(Math.floor(published), time.now());
  const voidUpTo = Math.floor(issuedUpTo / 1_000) + 2;
  sent.set(user, Math.max(voidUpTo, sent.get(user) ?? 0));
  for (;;) {
    // A receiver may be frozen at any of its requests.
    const frozen: ConnectDynamo = () => ({
      async send(...request) {
        if (random() < 0.002) {
          counted.freezes++;
          await time.after(20_000 + random() * 15_000);
        }
        return table.connect().send(...request);
      },
    });
    const writer = dynamoRevocationWriter({ table: 'hub', org: ORG }, frozen, { clock: time });
    const revocation = {
      ...{ subject: userSubject(`00u${user}`), issuedUpTo, withMargin: true as const },
      reason: 'user_deactivated' as const,
    };
    const done = await writer.write(uuid, [revocation]).then(
      () => true,
      () => false,
    );
    if (done) break;
    await time.after(1_000);
  }
  const known = acknowledged.get(user);
  if (!known) acknowledged.set(user, { at: time.now(), voidUpTo });
}

/** The hub's heart, and a snapshot now and then. */
async function keepHub(world: World, end: number): Promise<void> {
  const { time, table, random } = world;
  const put = (item: Item): void =>
    void table.items.set(JSON.stringify([item['pk']?.S, item['sk']?.S]), item);
  const clock = { now: time.now };
  // The keeper's own requests are not lost: it has minutes to repeat them.
  const quiet = dynamoRevocationList({ table: 'hub', org: ORG }, table.quiet, clock);
  for (let beat = 0; time.now() < end; beat++) {
    put(heartbeatItem(ORG, time.now()));
    if (beat % 2 === 1) {
      const through = time.now() - 60_000;
      const { entries } = await quiet.read(undefined);
      const old = entries.filter(({ writtenAt }) => writtenAt < through);
      const chunks = snapshotChunks(liveEntries(old, time.now()));
      for (const item of snapshotItems(ORG, { id: `s${beat}`, through, chunks })) put(item);
    }
    await time.after(18_000 + random() * 4_000);
  }
}

/** One environment after another in one place of the gateway: a call every three times `within`. */
async function callForEver(world: World, end: number): Promise<void> {
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
  readonly judge: (principal: Principal) => RevocationOutcome | Promise<RevocationOutcome>;
  /** What its requests are answered waits until the next call. */
  freeze(): void;
  thaw(): void;
}

function newEnvironment({ sketch, time, table }: World): Environment {
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
    ...modelFile({ routes: ['GET /orders'], okta: { revokedBy: ORG } }),
    revocation: [
      {
        ...{ org: ORG, withinSeconds: sketch.withinSeconds, marginSeconds: 2 },
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
    judge: check,
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
async function call(world: World, { judge }: Environment): Promise<void> {
  const { sketch, random, time, kept } = world;
  const user = Math.floor(random() * (random() < 0.5 ? sketch.revoked : sketch.users));
  const nowSeconds = Math.floor(time.now() / 1_000);
  // An old token, or one that was issued after the user's change, by signing in once more.
  const issuedAt = random() < 0.7 ? START / 1_000 - 600 : nowSeconds;
  const token = `${user} ${issuedAt}`;
  const answer = kept.get(token);
  if (answer && time.now() < answer.until) return judgeOutcome(world, user, issuedAt, 'good');
  const principal: Principal = {
    ...{ kind: 'user', uid: `00u${user}`, cid: '0oa1web', groups: ['readers'], scopes: [] },
    issuedAt,
  };
  const outcome = await judge(principal);
  const isAdmitted = outcome === 'good' || outcome === 'unread';
  if (isAdmitted && sketch.cached)
    kept.set(token, { until: time.now() + sketch.withinSeconds * 1_000 });
  judgeOutcome(world, user, issuedAt, outcome);
}

function judgeOutcome(
  world: World,
  user: number,
  issuedAt: number,
  outcome: RevocationOutcome,
): void {
  const { sketch, time, acknowledged, sent, counted } = world;
  const { withinSeconds, cached } = sketch;
  const boundMs = (withinSeconds * (cached ? 2 : 1) + BOUND_SLACK_SECONDS) * 1_000;
  const known = acknowledged.get(user);
  const isVoid = known !== undefined && issuedAt <= known.voidUpTo;
  const isLate = isVoid && time.now() > known.at + boundMs;
  const what = `user ${user}, issued at ${issuedAt}, at ${time.now() - START} ms`;
  if (isLate) counted.judgedLate++;
  if (outcome === 'unread' || (typeof outcome !== 'string' && outcome.code !== 'TOKEN_REVOKED')) {
    counted.unread++;
    return;
  }
  if (outcome === 'good') {
    counted.admitted++;
    if (isVoid) counted.lastAdmittedMs = Math.max(counted.lastAdmittedMs, time.now() - known.at);
    if (isLate) counted.late.push(what);
    return;
  }
  counted.refused++;
  if (issuedAt > (sent.get(user) ?? -1)) counted.wronged.push(what);
}
