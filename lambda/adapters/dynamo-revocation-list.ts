/**
 * Reads the list of revoked tokens of one Okta org from the hub's table. Loaded only for a map with
 * `okta.revocation`.
 */
import { HOUR_SECONDS } from '../core/contract/periods.ts';
import {
  HEARTBEAT_STALE_MS,
  HUB_SORT_KEYS_FROM,
  READ_OVERLAP_MS,
  REVOCATION_SORT_KEY,
  type RevocationEntry,
  sortKeyFrom,
} from '../core/contract/revocation.ts';
import { LaterFormat } from '../core/contract/stored-formats.ts';
import { TABLE_KEY } from '../core/contract/tables.ts';
import {
  chunkIn,
  chunkKey,
  entryIn,
  type HubItems,
  hubItemsIn,
} from '../core/revocation/hub-items.ts';
import { entriesOf } from '../core/revocation/snapshot.ts';
import type { Clock, RevocationCursor, RevocationList, RevocationRead } from '../ports.ts';
import type { ConnectDynamo, DynamoClient, Item, Query } from './dynamo/requests.ts';
import { withOneRetry } from './dynamo/retry.ts';

/** Time for one read of what is new, its retry included; a request waits no longer for it. */
const REFRESH_MS = 300;
/** Time for each request of a read of everything. */
const START_MS = 1_000;
/** Time without a read after which a snapshot is read instead of all later entries. */
const SNAPSHOT_AFTER_MS = HOUR_SECONDS * 1_000;
/** Chunks of a snapshot that are asked for at one time: a connection each. */
const CHUNKS_AT_ONCE = 8;

/** The hub writes no heartbeat, so that what it lacks is not known. */
export class HeartbeatStale extends Error {
  override readonly name = 'HeartbeatStale';
}

export interface RevocationTable {
  /** Name of the hub's table, or its ARN where another account has it. */
  readonly table: string;
  /** The Okta org's canonical host. */
  readonly org: string;
}

/** Clock of the heartbeat's age: this environment's. */
export function dynamoRevocationList(
  where: RevocationTable,
  connect: ConnectDynamo,
  clock: Clock,
): RevocationList {
  const client = withOneRetry(connect());
  const reader: Reader = { ...where, client };
  return {
    async read(since) {
      const isFar = since === undefined || clock.now() - since > SNAPSHOT_AFTER_MS;
      return isFar
        ? { ...asRead(await readAll(reader, clock), clock), isWhole: true }
        : asRead(await readNew(reader, since), clock);
    },
  };
}

interface Reader extends RevocationTable {
  readonly client: DynamoClient;
  /** Whether an answer may be a second old, for half the price. Default: no. */
  readonly mayLag?: boolean;
}

type Life = Pick<HubItems, 'heartbeatAt' | 'isLater'>;

interface ReadEntries extends Life {
  readonly entries: readonly RevocationEntry[];
}

/** @throws HeartbeatStale, LaterFormat. */
function asRead(found: ReadEntries, clock: Clock): RevocationRead {
  return { entries: found.entries, cursor: livingAt(found, clock) };
}

/** @throws HeartbeatStale, LaterFormat. */
function livingAt({ heartbeatAt, isLater }: Life, clock: Clock): RevocationCursor {
  if (isLater) throw new LaterFormat();
  if (heartbeatAt === undefined)
    throw new HeartbeatStale('the table has no heartbeat of a hub for the Okta org');
  const age = clock.now() - heartbeatAt;
  if (age >= HEARTBEAT_STALE_MS)
    throw new HeartbeatStale(`the heartbeat of the hub is ${Math.round(age / 1_000)} s old`);
  return heartbeatAt;
}

/** One request, of one read unit where nothing is new. */
async function readNew(reader: Reader, since: RevocationCursor): Promise<ReadEntries> {
  const items = await itemsFrom(reader, sortKeyFrom(since - READ_OVERLAP_MS), REFRESH_MS);
  return { entries: entriesIn(items), ...hubItemsIn(items) };
}

/**
 * The snapshot, and what was written since. The heartbeat is that of the first request: what is
 * written after it comes with the next read.
 */
async function readAll(reader: Reader, clock: Clock): Promise<ReadEntries> {
  const { snapshot, ...life } = hubItemsIn(await itemsFrom(reader, HUB_SORT_KEYS_FROM, START_MS));
  livingAt(life, clock);
  const from = snapshot === undefined ? 0 : snapshot.through - READ_OVERLAP_MS;
  const [kept, tail] = await Promise.all([
    snapshot === undefined ? [] : readChunks(reader, snapshot.id, snapshot.chunks),
    itemsFrom(reader, sortKeyFrom(from), START_MS),
  ]);
  if (kept !== undefined) return { entries: [...kept, ...entriesIn(tail)], ...life };
  return { entries: entriesIn(await itemsFrom(reader, sortKeyFrom(0), START_MS)), ...life };
}

const entriesIn = (items: readonly Item[]): readonly RevocationEntry[] =>
  items.flatMap((item) => entryIn(item) ?? []);

/**
 * @returns undefined where a chunk is gone: the hub has made no snapshot for days. What still
 * revokes tokens is in the table by itself.
 */
async function readChunks(
  { client, table, org }: Reader,
  id: string,
  count: number,
): Promise<readonly RevocationEntry[] | undefined> {
  const found: RevocationEntry[][] = [];
  let isWhole = true;
  const places = Array.from({ length: count }, (_, place) => place);
  const next = async (): Promise<void> => {
    const place = places.shift();
    if (place === undefined || !isWhole) return;
    const get = { TableName: table, Key: chunkKey(org, id, place), ConsistentRead: true };
    const chunk = chunkIn((await client.send('GetItem', get, START_MS)).Item);
    if (chunk === undefined) isWhole = false;
    else found.push([...entriesOf(chunk)]);
    await next();
  };
  await Promise.all(Array.from({ length: CHUNKS_AT_ONCE }, next));
  return isWhole ? found.flat() : undefined;
}

/** All items of the org from a sort key on. @param withinMs for each page. */
export async function itemsFrom(
  { client, table, org, mayLag = false }: Reader,
  from: string,
  withinMs: number,
): Promise<readonly Item[]> {
  const asked: Query = {
    TableName: table,
    KeyConditionExpression: `${TABLE_KEY} = :org AND ${REVOCATION_SORT_KEY} >= :from`,
    ExpressionAttributeValues: { ':org': { S: org }, ':from': { S: from } },
    ConsistentRead: !mayLag,
  };
  const items: Item[] = [];
  let start: Item | undefined;
  do {
    const page = await client.send(
      'Query',
      start === undefined ? asked : { ...asked, ExclusiveStartKey: start },
      withinMs,
    );
    items.push(...(page.Items ?? []));
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
  return items;
}
