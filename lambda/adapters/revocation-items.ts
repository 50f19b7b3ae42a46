/** Items of a hub's table in DynamoDB's notation. */
import {
  entryExpiry,
  entrySortKey,
  eventKey,
  HEARTBEAT_SORT_KEY,
  LONE_SORT_KEY,
  type NewRevocation,
  REVOCATION_ATTRIBUTE,
  REVOCATION_SORT_KEY,
  type RevocationEntry,
  SNAPSHOT_SORT_KEY,
  snapshotKey,
} from '../core/contract/revocation.ts';
import { EXPIRY_ATTRIBUTE, TABLE_KEY } from '../core/contract/tables.ts';
import { entryOfItem } from '../core/revocation/item.ts';
import type { AttributeValue, Item } from './dynamo/requests.ts';

const of = REVOCATION_ATTRIBUTE;

const numberIn = (value: AttributeValue | undefined): number | undefined => {
  const number = Number(value?.N);
  return value?.N !== undefined && Number.isSafeInteger(number) ? number : undefined;
};

export const itemKey = (partition: string, sort: string): Item => ({
  [TABLE_KEY]: { S: partition },
  [REVOCATION_SORT_KEY]: { S: sort },
});

/** The key of an item that has one. */
export const keyOf = (item: Item): Item =>
  itemKey(item[TABLE_KEY]?.S ?? '', item[REVOCATION_SORT_KEY]?.S ?? '');

const sortKeyOf = (item: Item): string => item[REVOCATION_SORT_KEY]?.S ?? '';

/** @param id uuid of the event, with `#N` where it has several entries. */
export const entryItem = (
  org: string,
  writtenAt: number,
  id: string,
  { subject, issuedUpTo, withMargin, reason, undo }: NewRevocation,
): Item => ({
  ...itemKey(org, entrySortKey(writtenAt, id)),
  [of.subject]: { S: subject },
  [of.issuedUpTo]: { N: String(Math.floor(issuedUpTo)) },
  [of.reason]: { S: reason },
  ...(withMargin === true && { [of.margin]: { BOOL: true } }),
  ...(undo === true && { [of.undo]: { BOOL: true } }),
  [EXPIRY_ATTRIBUTE]: { N: String(entryExpiry(issuedUpTo)) },
});

/** @returns undefined for an item that is no entry, or that makes no sense. */
export const entryIn = (item: Item): RevocationEntry | undefined =>
  entryOfItem({
    sortKey: item[REVOCATION_SORT_KEY]?.S,
    subject: item[of.subject]?.S,
    issuedUpTo: numberIn(item[of.issuedUpTo]),
    margin: item[of.margin]?.BOOL,
    reason: item[of.reason]?.S,
    undo: item[of.undo]?.BOOL,
  });

/** Marks an event as written. @param expires seconds since 1970. */
export const markerItem = (org: string, id: string, writtenAt: number, expires: number): Item => ({
  ...itemKey(eventKey(org, id), LONE_SORT_KEY),
  [of.writtenAt]: { N: String(writtenAt) },
  [EXPIRY_ATTRIBUTE]: { N: String(expires) },
});

export const writtenAtIn = (item: Item | undefined): number | undefined =>
  numberIn(item?.[of.writtenAt]);

/** What the hub says of itself beside the entries. */
export interface HubItems {
  /** Milliseconds since 1970; undefined: the hub has never lived. */
  readonly heartbeatAt: number | undefined;
  readonly snapshot:
    | { readonly id: string; readonly through: number; readonly chunks: number }
    | undefined;
}

export function hubItemsIn(items: readonly Item[]): HubItems {
  const found = (sortKey: string): Item | undefined =>
    items.find((item) => sortKeyOf(item) === sortKey);
  const pointer = found(SNAPSHOT_SORT_KEY);
  const [id, through] = [pointer?.[of.snapshotId]?.S, numberIn(pointer?.[of.snapshotThrough])];
  const chunks = numberIn(pointer?.[of.snapshotChunks]);
  const isWhole = id !== undefined && through !== undefined && chunks !== undefined;
  return {
    heartbeatAt: numberIn(found(HEARTBEAT_SORT_KEY)?.[of.heartbeatAt]),
    snapshot: isWhole ? { id, through, chunks } : undefined,
  };
}

export const chunkKey = (org: string, id: string, place: number): Item =>
  itemKey(snapshotKey(org, id), String(place));

export const chunkIn = (item: Item | undefined): string | undefined => item?.[of.chunk]?.S;
