/** Every order in which the requests of writers, a snapshot and a reader can arrive. */
import { type ConnectDynamo, DynamoError } from '../../lambda/adapters/dynamo/requests.ts';
import { dynamoRevocationList } from '../../lambda/adapters/dynamo-revocation-list.ts';
import { dynamoRevocationWriter } from '../../lambda/adapters/dynamo-revocation-writer.ts';
import type { NewRevocation } from '../../lambda/core/contract/revocation.ts';
import { type RevokedTokens, revokedTokens } from '../../lambda/core/revocation/revoked-tokens.ts';
import { type Choose, everySchedule } from './every-schedule.ts';
import { heartbeatItem, hubTable, snapshotOf } from './hub-table.ts';
import { settle } from './simulated-time.ts';
import { userSubject } from './wire/revocation.ts';

export interface OrderSketch {
  readonly name: string;
  /** Deliveries by uuid; the same twice is a delivery that Okta repeats. */
  readonly deliveries: readonly string[];
  /** Requests that are lost before or after they are carried out, in a whole schedule. */
  readonly faults: number;
  /** Whether a request may stand for longer than an entry may take to be written. */
  readonly freezes: number;
  /** Whether the hub makes a snapshot meanwhile, and the reader starts again after it. */
  readonly snapshot?: true;
}

const ORG = 'acme.okta.com';
const START = 1_795_000_000_000;

interface Step {
  readonly run: () => void;
}

/** @throws Error for the first order in which a reader lacks an entry that was acknowledged. */
export async function exploreOrders(sketch: OrderSketch): Promise<number> {
  return everySchedule(async (choose) => {
    const lost = await oneOrder(sketch, choose);
    if (lost.length > 0) throw new Error(`${sketch.name}: the reader lacks ${lost.join(', ')}`);
  });
}

async function oneOrder(sketch: OrderSketch, choose: Choose): Promise<readonly string[]> {
  const table = hubTable();
  let now = START;
  const clock = { now: () => now };
  table.put(heartbeatItem(ORG, now));
  const waiting: Step[] = [];
  let snapshots = sketch.snapshot ? 1 : 0;
  let [faults, freezes] = [sketch.faults, sketch.freezes];
  const arrival = (): Promise<void> => new Promise((run) => void waiting.push({ run }));
  const connect: ConnectDynamo = () => ({
    async send(...request) {
      await arrival();
      if (freezes > 0 && choose(2) === 1) {
        freezes--;
        // Longer than an entry may take, shorter than a reader's overlap.
        now += 30_000;
        table.put(heartbeatItem(ORG, now));
      }
      const fate = faults > 0 ? choose(3) : 0;
      if (fate > 0) faults--;
      if (fate === 1) throw new DynamoError({ kind: 'answer' }, 'lost before');
      const answer = await table.quiet().send(...request);
      if (fate === 2) throw new DynamoError({ kind: 'answer' }, 'lost after');
      return answer;
    },
  });
  const acknowledged = new Set<string>();
  const writing = sketch.deliveries.map(async (uuid) => {
    const writer = dynamoRevocationWriter({ table: 'hub', org: ORG }, connect, { clock });
    await writer.write(uuid, [revocationOf(uuid)]).then(
      () => acknowledged.add(uuid),
      () => undefined,
    );
  });
  // One that is always there, and reads between all that others do.
  const list = dynamoRevocationList({ table: 'hub', org: ORG }, table.quiet, clock);
  const tokens = revokedTokens(0);
  let cursor: number | undefined;
  const read = async (): Promise<void> => {
    const found = await list.read(cursor);
    tokens.add(found.entries);
    cursor = found.cursor;
  };
  await read();
  for (;;) {
    await settle();
    if (waiting.length === 0) break;
    const [step] = waiting.splice(choose(waiting.length), 1);
    step?.run();
    await settle();
    await read();
    if (snapshots > 0 && choose(2) === 1) {
      snapshots--;
      // Long enough for what is there to go into it.
      now += 61_000;
      table.put(heartbeatItem(ORG, now));
      for (const item of await snapshotOf(list, { org: ORG, id: `s${now}`, now })) table.put(item);
    }
  }
  await Promise.all(writing);
  await read();
  const late = revokedTokens(0);
  late.add((await list.read(undefined)).entries);
  const lacking = (known: RevokedTokens): readonly string[] =>
    [...acknowledged].filter((uuid) => known.reasonOf(tokenOf(uuid)) === undefined);
  return [...lacking(tokens), ...lacking(late)];
}

const revocationOf = (uuid: string): NewRevocation => ({
  ...{ subject: userSubject(uuid), issuedUpTo: START, reason: 'user_suspended' },
});
const tokenOf = (uuid: string) => ({ uid: uuid, cid: '0oa1', groups: [], issuedAt: START / 1_000 });
