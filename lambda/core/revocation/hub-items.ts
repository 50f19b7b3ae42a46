/** Items of a hub's table in DynamoDB's notation: the one place that writes and reads them. */
import { REVOKED_REASONS } from '../contract/codes.ts';
import {
  auditKey,
  entryExpiry,
  entryIdOf,
  entrySortKey,
  eventKey,
  groupOf,
  HEARTBEAT_SORT_KEY,
  type NewRevocation,
  REVOCATION_ATTRIBUTE,
  REVOCATION_SORT_KEY,
  type RevocationEntry,
  type RevocationReason,
  SINGLE_SORT_KEY,
  SNAPSHOT_SORT_KEY,
  snapshotKey,
  writtenAtOf,
} from '../contract/revocation.ts';
import { FORMAT_FIELD, isLaterFormat, STORED_FORMAT } from '../contract/stored-formats.ts';
import { EXPIRY_ATTRIBUTE, TABLE_KEY } from '../contract/tables.ts';

interface HubValue {
  readonly S?: string;
  /** Numbers travel as text. */
  readonly N?: string;
  readonly BOOL?: boolean;
}

export type HubItem = Readonly<Record<string, HubValue>>;

const of = REVOCATION_ATTRIBUTE;

const numberIn = (value: HubValue | undefined): number | undefined => {
  const number = Number(value?.N);
  return value?.N !== undefined && Number.isSafeInteger(number) ? number : undefined;
};

export const itemKey = (partition: string, sort: string): HubItem => ({
  [TABLE_KEY]: { S: partition },
  [REVOCATION_SORT_KEY]: { S: sort },
});

const sortKeyOf = (item: HubItem): string => item[REVOCATION_SORT_KEY]?.S ?? '';

/** @param id uuid of the event, with `#N` where it has several entries. */
export const entryItem = (
  org: string,
  writtenAt: number,
  id: string,
  { subject, issuedUpTo, withMargin, reason, undo, leftGroup, emptied }: NewRevocation,
): HubItem => ({
  ...itemKey(org, entrySortKey(writtenAt, id)),
  [of.subject]: { S: subject },
  [of.issuedUpTo]: { N: String(Math.floor(issuedUpTo)) },
  [of.reason]: { S: reason },
  ...(withMargin === true && { [of.margin]: { BOOL: true } }),
  ...(undo === true && { [of.undo]: { BOOL: true } }),
  ...(leftGroup !== undefined && { [of.leftGroup]: { S: leftGroup } }),
  ...(emptied && {
    [of.removals]: { N: String(emptied.removals) },
    [of.removedFrom]: { N: String(emptied.from) },
  }),
  [EXPIRY_ATTRIBUTE]: { N: String(entryExpiry(issuedUpTo)) },
});

const REASONS: ReadonlySet<string> = new Set(REVOKED_REASONS);
/** A later hub may know more reasons; its entries still count. */
const reasonOf = (reason: string | undefined): RevocationReason =>
  reason !== undefined && REASONS.has(reason) ? (reason as RevocationReason) : 'other';

/** @returns undefined for an item that is no entry, or that makes no sense. */
export function entryIn(item: HubItem): RevocationEntry | undefined {
  const writtenAt = writtenAtOf(sortKeyOf(item));
  const [subject, issuedUpTo] = [item[of.subject]?.S, numberIn(item[of.issuedUpTo])];
  if (writtenAt === undefined || subject === undefined || issuedUpTo === undefined)
    return undefined;
  return {
    ...{ subject, issuedUpTo, reason: reasonOf(item[of.reason]?.S), writtenAt },
    ...(item[of.margin]?.BOOL === true && { withMargin: true }),
    ...(item[of.undo]?.BOOL === true && { undo: true }),
  };
}

/** Removals from a group: those that one entry of the list stands for, or the one of an event. */
export interface Removals {
  /** Uuid of the event, or what the entry was made of. */
  readonly id: string;
  /** Name in Okta. */
  readonly group: string;
  /** T of the first and of the last of them, in milliseconds since 1970. */
  readonly from: number;
  readonly at: number;
  readonly count: number;
}

/** @returns undefined for an item that is no entry of a removal. */
export function removalsIn(item: HubItem): Removals | undefined {
  const entry = entryIn(item);
  if (entry?.reason !== 'group_removed') return undefined;
  const [id, at] = [entryIdOf(sortKeyOf(item)), entry.issuedUpTo];
  const leftGroup = item[of.leftGroup]?.S;
  if (leftGroup !== undefined) return { id, group: leftGroup, from: at, at, count: 1 };
  const group = groupOf(entry.subject);
  const [count, from] = [numberIn(item[of.removals]), numberIn(item[of.removedFrom])];
  if (group === undefined || count === undefined || from === undefined) return undefined;
  return { id, group, from, at, count };
}

/** Who revoked by hand, and why. */
export interface ByHand {
  readonly by: string;
  readonly why: string | undefined;
}

const handFields = ({ by, why }: ByHand): HubItem => ({
  [of.by]: { S: by },
  ...(why !== undefined && { [of.why]: { S: why } }),
});

/** An entry that was written by hand, and its audit record, which has no end. */
export function handItems(
  org: string,
  writtenAt: number,
  id: string,
  given: { readonly revocation: NewRevocation; readonly hand: ByHand },
): { readonly entry: HubItem; readonly audit: HubItem } {
  const entry = { ...entryItem(org, writtenAt, id, given.revocation), ...handFields(given.hand) };
  const { [EXPIRY_ATTRIBUTE]: _, ...lasting } = entry;
  return { entry, audit: { ...lasting, ...itemKey(auditKey(org), entrySortKey(writtenAt, id)) } };
}

/** Undefined for an entry that an event has written. */
export function handIn(item: HubItem): ByHand | undefined {
  const by = item[of.by]?.S;
  return by === undefined ? undefined : { by, why: item[of.why]?.S };
}

/** Marks an event as written. @param expires seconds since 1970. */
export const markerItem = (
  org: string,
  id: string,
  writtenAt: number,
  expires: number,
): HubItem => ({
  ...itemKey(eventKey(org, id), SINGLE_SORT_KEY),
  [of.writtenAt]: { N: String(writtenAt) },
  [EXPIRY_ATTRIBUTE]: { N: String(expires) },
});

/** What the hub says of itself beside the entries. */
export interface HubItems {
  /** Milliseconds since 1970; undefined: the hub has never lived. */
  readonly heartbeatAt: number | undefined;
  /** Whether a hub of a later version has written the list in a form of its own. */
  readonly isLater: boolean;
  readonly snapshot:
    | { readonly id: string; readonly through: number; readonly chunks: number }
    | undefined;
}

export function hubItemsIn(items: readonly HubItem[]): HubItems {
  const found = (sortKey: string): HubItem | undefined =>
    items.find((item) => sortKeyOf(item) === sortKey);
  const pointer = found(SNAPSHOT_SORT_KEY);
  const [id, through] = [pointer?.[of.snapshotId]?.S, numberIn(pointer?.[of.snapshotThrough])];
  const chunks = numberIn(pointer?.[of.snapshotChunks]);
  const isWhole = id !== undefined && through !== undefined && chunks !== undefined;
  const heartbeat = found(HEARTBEAT_SORT_KEY);
  const format = heartbeat?.[FORMAT_FIELD];
  return {
    heartbeatAt: numberIn(heartbeat?.[of.heartbeatAt]),
    isLater: isLaterFormat(format && Number(format.N), STORED_FORMAT.revocationList),
    snapshot: isWhole ? { id, through, chunks } : undefined,
  };
}

export const chunkKey = (org: string, id: string, place: number): HubItem =>
  itemKey(snapshotKey(org, id), String(place));

export const chunkIn = (item: HubItem | undefined): string | undefined => item?.[of.chunk]?.S;
