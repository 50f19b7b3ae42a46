/**
 * Writes what voids tokens into the hub's table: for each event a marker by its uuid, which says
 * when its entries were written, and the entries. Two write units for an event of one entry, whether
 * it comes once or often.
 */
import {
  ENTRY_LIFE_MS,
  entryExpiry,
  eventKey,
  LONE_SORT_KEY,
  MAX_WRITE_MS,
  type NewRevocation,
  REVOCATION_ATTRIBUTE,
} from '../core/contract/revocation.ts';
import { TABLE_KEY } from '../core/contract/tables.ts';
import {
  entryItem,
  itemKey,
  keyOf,
  markerItem,
  writtenAtIn,
} from '../core/revocation/hub-items.ts';
import type { Clock, RevocationWriter } from '../ports.ts';
import {
  type ConnectDynamo,
  type DynamoClient,
  failedCondition,
  type Item,
} from './dynamo/requests.ts';
import { withOneRetry } from './dynamo/retry.ts';
import type { RevocationTable } from './dynamo-revocation-list.ts';

/** Time for one request, its retry included: Okta waits 3 s for a receiver. */
const WRITE_MS = 1_000;
/** Times that entries are written anew before the event counts as not written. */
const MAX_ROUNDS = 3;

export interface RevocationWriterOptions {
  /** The hub's time; every writer's is that of the store, as near as it can be had. */
  readonly clock: Clock;
  /** Longest time for one request in milliseconds. Default: 1 s. */
  readonly requestMs?: number;
}

export function dynamoRevocationWriter(
  where: RevocationTable,
  connect: ConnectDynamo,
  { clock, requestMs = WRITE_MS }: RevocationWriterOptions,
): RevocationWriter {
  const client = withOneRetry(connect());
  const writing: Writing = { ...where, client, clock, requestMs };
  return {
    async write(id, revocations) {
      const now = clock.now();
      const before = await mark(writing, id, now, expiryOf(revocations, now));
      const isKnown = before !== undefined;
      await putUntilSeen(writing, id, revocations, before ?? now);
      return isKnown ? 'known' : 'written';
    },
  };
}

interface Writing extends RevocationTable {
  readonly client: DynamoClient;
  readonly clock: Clock;
  readonly requestMs: number;
}

/** A marker outlives its entries, and an event that comes late. */
const expiryOf = (revocations: readonly NewRevocation[], now: number): number =>
  Math.max(
    ...revocations.map(({ issuedUpTo }) => entryExpiry(issuedUpTo)),
    Math.ceil((now + ENTRY_LIFE_MS) / 1_000),
  );

/** @returns the time of writing that the event has already; undefined: it has the given one now. */
async function mark(
  { client, table, org, requestMs }: Writing,
  id: string,
  writtenAt: number,
  expires: number,
): Promise<number | undefined> {
  const put = {
    TableName: table,
    Item: markerItem(org, id, writtenAt, expires),
    ConditionExpression: `attribute_not_exists(${TABLE_KEY})`,
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  } as const;
  try {
    await client.send('PutItem', put, requestMs);
    return undefined;
  } catch (error) {
    const failed = failedCondition(error);
    if (!failed) throw error;
    return writtenAtIn(failed.item) ?? (await markedAt({ client, table, org, requestMs }, id));
  }
}

/** A retry of our own put also fails its condition; some stores do not tell the item then. */
async function markedAt(
  { client, table, org, requestMs }: Omit<Writing, 'clock'>,
  id: string,
): Promise<number> {
  const get = {
    TableName: table,
    Key: itemKey(eventKey(org, id), LONE_SORT_KEY),
    ConsistentRead: true,
  };
  const writtenAt = writtenAtIn((await client.send('GetItem', get, requestMs)).Item);
  if (writtenAt === undefined) throw new Error('the marker of the event has no time');
  return writtenAt;
}

/**
 * Puts the entries where the marker says, unless they are there. Where that is too long ago, so that
 * readers may have passed the place, the marker moves to now first: whoever delivers the event once
 * more finds where its entries belong.
 */
async function putUntilSeen(
  writing: Writing,
  id: string,
  revocations: readonly NewRevocation[],
  first: number,
): Promise<void> {
  const isLate = (writtenAt: number): boolean => writing.clock.now() - writtenAt > MAX_WRITE_MS;
  let writtenAt = first;
  if (isLate(writtenAt)) {
    if (await areThere(writing, id, revocations, writtenAt)) return;
    writtenAt = await move(writing, id, writtenAt);
  }
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const isNew = await putAll(writing, id, revocations, writtenAt);
    if (!isNew || !isLate(writtenAt)) return;
    writtenAt = await move(writing, id, writtenAt);
  }
  throw new Error('the entries of an event were not written in time');
}

const itemsOf = (
  { org }: Writing,
  id: string,
  revocations: readonly NewRevocation[],
  writtenAt: number,
): readonly Item[] =>
  revocations.map((revocation, place) =>
    entryItem(org, writtenAt, place === 0 ? id : `${id}#${place}`, revocation),
  );

async function areThere(
  writing: Writing,
  id: string,
  revocations: readonly NewRevocation[],
  writtenAt: number,
): Promise<boolean> {
  const { client, table, requestMs } = writing;
  const keys = itemsOf(writing, id, revocations, writtenAt).map(keyOf);
  const found = await Promise.all(
    keys.map((Key) =>
      client.send('GetItem', { TableName: table, Key, ConsistentRead: true }, requestMs),
    ),
  );
  return found.every(({ Item }) => Item !== undefined);
}

/** @returns whether any of them was not there. */
async function putAll(
  writing: Writing,
  id: string,
  revocations: readonly NewRevocation[],
  writtenAt: number,
): Promise<boolean> {
  const { client, table, requestMs } = writing;
  const put = async (Item: Item): Promise<boolean> => {
    const ConditionExpression = `attribute_not_exists(${TABLE_KEY})`;
    try {
      await client.send('PutItem', { TableName: table, Item, ConditionExpression }, requestMs);
      return true;
    } catch (error) {
      if (failedCondition(error)) return false;
      throw error;
    }
  };
  const items = itemsOf(writing, id, revocations, writtenAt);
  return (await Promise.all(items.map(put))).includes(true);
}

/** @returns where the entries belong from now on: another writer may have moved them. */
async function move(writing: Writing, id: string, from: number): Promise<number> {
  const { client, table, org, requestMs } = writing;
  const to = writing.clock.now();
  const update = {
    TableName: table,
    Key: itemKey(eventKey(org, id), LONE_SORT_KEY),
    UpdateExpression: 'SET #w = :to',
    ConditionExpression: '#w = :from',
    ExpressionAttributeNames: { '#w': REVOCATION_ATTRIBUTE.writtenAt },
    ExpressionAttributeValues: { ':from': { N: String(from) }, ':to': { N: String(to) } },
  };
  try {
    await client.send('UpdateItem', update, requestMs);
    return to;
  } catch (error) {
    if (!failedCondition(error)) throw error;
    return markedAt(writing, id);
  }
}
