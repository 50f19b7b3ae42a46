/**
 * An Okta org's revocations from the event to the last call, with a clock of its own: receivers
 * that freeze and get events late, doubled and in any order; a store that loses requests and
 * answers; environments that are frozen between calls and start again; a gateway that keeps
 * answers.
 */
import { type ConnectDynamo, DynamoError } from '../../lambda/adapters/dynamo/requests.ts';
import { dynamoRevocationList } from '../../lambda/adapters/dynamo-revocation-list.ts';
import { dynamoRevocationWriter } from '../../lambda/adapters/dynamo-revocation-writer.ts';
import { heartbeatItem, hubTable, snapshotOf } from './hub-table.ts';
import { callForEver } from './revocation-callers.ts';
import type { Delivery, World, WorldReport, WorldSketch } from './revocation-sketch.ts';
import { seededRandom } from './seeded-random.ts';
import { simulatedTime } from './simulated-time.ts';
import { userSubject } from './wire/revocation.ts';

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

function newWorld(sketch: WorldSketch): World {
  const random = seededRandom(sketch.seed);
  const time = simulatedTime(START);
  const table = hubTable();
  const counted = {
    ...{ late: [] as string[], wronged: [] as string[] },
    ...{ admitted: 0, refused: 0, unread: 0, evaluatedLate: 0, lastAdmittedMs: 0 },
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
    ...{ org: ORG, startedAt: START, acknowledged: new Map(), sent: new Map(), kept: new Map() },
  };
  counted.duplicates = world.deliveries.length - sketch.revoked;
  return world;
}

/**
 * Users from 0 on are revoked, within a minute; a third of the events comes twice or three times.
 */
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
  const revokedUpTo = Math.floor(issuedUpTo / 1_000) + 2;
  sent.set(user, Math.max(revokedUpTo, sent.get(user) ?? 0));
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
  if (!known) acknowledged.set(user, { at: time.now(), revokedUpTo });
}

/** The hub's heart, and a snapshot now and then. */
async function keepHub(world: World, end: number): Promise<void> {
  const { time, table, random } = world;
  // The heartbeat's and the snapshot's own requests are not lost: it has minutes to repeat them.
  const quiet = dynamoRevocationList({ table: 'hub', org: ORG }, table.quiet, time);
  for (let beat = 0; time.now() < end; beat++) {
    const now = time.now();
    table.put(heartbeatItem(ORG, now));
    if (beat % 2 === 1)
      for (const item of await snapshotOf(quiet, { org: ORG, id: `s${beat}`, now }))
        table.put(item);
    await time.after(18_000 + random() * 4_000);
  }
}
