/**
 * Writes what revokes tokens into the hub's table: the entries of an event, and then a marker by
 * its uuid, which says that they are durable and that readers meet them. Two write units for an
 * event of one entry; none for one that comes once more.
 *
 * The marker comes last: whatever a crash or a lost answer leaves, an event without a marker is
 * written once more, and an entry that is there twice revokes what it revokes once.
 */
import {
  ENTRY_LIFE_MS,
  entryExpiry,
  eventKey,
  MAX_WRITE_MS,
  type NewRevocation,
  SINGLE_SORT_KEY,
} from '../core/contract/revocation.ts';
import { TABLE_KEY } from '../core/contract/tables.ts';
import { entryItem, itemKey, markerItem } from '../core/revocation/hub-items.ts';
import type { Clock, RevocationWriter } from '../ports.ts';
import { type ConnectDynamo, type DynamoClient, failedCondition } from './dynamo/requests.ts';
import { withOneRetry } from './dynamo/retry.ts';
import type { RevocationTable } from './dynamo-revocation-list.ts';

/** Time for one request, its retry included: Okta waits 3 s for a receiver. */
const WRITE_MS = 1_000;
/** Number of attempts before the entries of an event count as not written. */
const MAX_WRITE_ROUNDS = 3;

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
      for (let round = 0; round < MAX_WRITE_ROUNDS; round++) {
        if (await isMarked(writing, id)) return 'known';
        const writtenAt = clock.now();
        await putEntries(writing, id, revocations, writtenAt);
        // After a slow write, readers may already have read past its sort key: it is written again
        // under a later one.
        if (clock.now() - writtenAt <= MAX_WRITE_MS)
          return (await mark(writing, id, revocations, writtenAt)) ? 'written' : 'known';
      }
      throw new Error('the entries of an event were not written in time');
    },
  };
}

interface Writing extends RevocationTable {
  readonly client: DynamoClient;
  readonly clock: Clock;
  readonly requestMs: number;
}

async function isMarked({ client, table, org, requestMs }: Writing, id: string): Promise<boolean> {
  const Key = itemKey(eventKey(org, id), SINGLE_SORT_KEY);
  const { Item } = await client.send(
    'GetItem',
    { TableName: table, Key, ConsistentRead: true },
    requestMs,
  );
  return Item !== undefined;
}

async function putEntries(
  { client, table, org, requestMs }: Writing,
  id: string,
  revocations: readonly NewRevocation[],
  writtenAt: number,
): Promise<void> {
  const items = revocations.map((revocation, place) =>
    entryItem(org, writtenAt, place === 0 ? id : `${id}#${place}`, revocation),
  );
  await Promise.all(
    items.map((Item) => client.send('PutItem', { TableName: table, Item }, requestMs)),
  );
}

/** @returns whether this call is the first to mark the event. */
async function mark(
  { client, table, org, requestMs, clock }: Writing,
  id: string,
  revocations: readonly NewRevocation[],
  writtenAt: number,
): Promise<boolean> {
  const put = {
    TableName: table,
    Item: markerItem(org, id, writtenAt, expiryOf(revocations, clock.now())),
    ConditionExpression: `attribute_not_exists(${TABLE_KEY})`,
  };
  try {
    await client.send('PutItem', put, requestMs);
    return true;
  } catch (error) {
    if (failedCondition(error)) return false;
    throw error;
  }
}

/** A marker outlives its entries, and an event that comes late. */
const expiryOf = (revocations: readonly NewRevocation[], now: number): number =>
  Math.max(
    ...revocations.map(({ issuedUpTo }) => entryExpiry(issuedUpTo)),
    Math.ceil((now + ENTRY_LIFE_MS) / 1_000),
  );
