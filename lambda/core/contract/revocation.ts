/**
 * The list of revoked tokens of an Okta org: one DynamoDB table a hub, written by its receiver, its
 * poll and `revoke`, read by every authorizer of the hub. Table: partition key `pk`, sort key `sk`.
 *
 * | pk | sk | holds |
 * | --- | --- | --- |
 * | ORG | `1#WRITTEN#ID` | an entry; one Query from a WRITTEN on reads the entries and what follows
 * |
 * | ORG | `2#heartbeat` | the heartbeat of the hub, with its time |
 * | ORG | `2#snapshot` | which snapshot is current |
 * | `ORG#snapshot#ID` | `N` | chunk N of a snapshot |
 * | `ORG#event#UUID` | `-` | that the entries of the event of this uuid are durable; written last |
 * | `ORG#poll` | `-` | where the poll of the System Log goes on |
 * | `ORG#audit` | `1#WRITTEN#ID` | who revoked by hand, and why; it has no end |
 *
 * ORG is the canonical host of the Okta org, such as `acme.okta.com`.
 */
import type { ReasonOf } from './codes.ts';
import { DAY_SECONDS, MINUTE_SECONDS } from './periods.ts';

/** Sort key of a hub's table, a text; the only table of ours that has one. */
export const REVOCATION_SORT_KEY = 'sk';

/** Attributes of its items, beside keys and expiry. */
export const REVOCATION_ATTRIBUTE = {
  /** Entry: whose tokens are revoked, as `subjectOf...` writes it. Text. */
  subject: 'k',
  /**
   * Entry: T, in milliseconds since 1970: tokens issued up to its second are revoked. Number. Of an
   * undo the T of what it undoes.
   */
  issuedUpTo: 't',
  /** Entry: true where the map's `margin` is added to T. */
  margin: 'm',
  /** Entry: why, of REVOCATION_REASONS. Text. */
  reason: 'r',
  /** Entry: true where it takes back what was written before it for its subject. */
  undo: 'undo',
  /** Entry of a user who left a group: the group's name, by which removals are counted. Text. */
  leftGroup: 'g',
  /** Entry of a group that was emptied: how many removals it stands for. Number. */
  removals: 'n',
  /** Entry of a group that was emptied: T of the first removal. Number. */
  removedFrom: 'f',
  /** Heartbeat: the hub's time in milliseconds since 1970. Number. */
  heartbeatAt: 'at',
  /** Snapshot's pointer: the id in the keys of its chunks. Text. */
  snapshotId: 'id',
  /** Snapshot's pointer: every entry with an earlier WRITTEN is in it, in milliseconds. Number. */
  snapshotThrough: 'through',
  /** Snapshot's pointer: how many chunks, numbered from 0. Number. */
  snapshotChunks: 'chunks',
  /** Chunk: lines, as core/revocation/snapshot.ts writes them. Text. */
  chunk: 'lines',
  /** By hand, and in its audit record: who, as the credentials say. Text. */
  by: 'by',
  /** By hand, and in its audit record: the reason that was given. Text. */
  why: 'why',
  /** Marker of an event: WRITTEN of its entries. Number. */
  writtenAt: 'w',
} as const;

/** Why tokens are revoked. */
export type RevocationReason = ReasonOf<'TOKEN_REVOKED'>;

/**
 * Subjects: a user, a user by one client, a client, all who carry a group. Ids hold no blank
 * (okta-ids.ts), so that two of them never run together.
 */
export const userSubject = (uid: string): string => `user:${uid}`;
export const userClientSubject = (uid: string, cid: string): string => `user-client:${uid} ${cid}`;
export const clientSubject = (cid: string): string => `client:${cid}`;
/** @param name of the group in Okta, with the prefix that a map may strip (`okta.groupPrefix`). */
export const groupSubject = (name: string): string => `group:${name}`;

/** @returns undefined for a subject that is no group. */
export const groupOf = (subject: string): string | undefined =>
  subject.startsWith(groupSubject('')) ? subject.slice(groupSubject('').length) : undefined;

/** What revokes tokens, or takes that back. */
export interface NewRevocation {
  readonly subject: string;
  /** T in milliseconds since 1970; of an undo that of what it undoes. */
  readonly issuedUpTo: number;
  /**
   * Whether the map's `margin` is added: membership and deactivation, since Okta documents no order
   * between such a change and a token minted beside it. Default: no.
   */
  readonly withMargin?: true;
  readonly reason: RevocationReason;
  /** Takes back what was written before it for its subject. Default: no. */
  readonly undo?: true;
  /** The group that the user left, for the count of removals. Default: none, or several. */
  readonly leftGroup?: string;
  /** Present for a group that was emptied: the number of removals, and T of the first. */
  readonly emptied?: { readonly removals: number; readonly from: number };
}

/** As readers know it. */
export interface RevocationEntry extends Omit<NewRevocation, 'leftGroup' | 'emptied'> {
  /** Milliseconds since 1970 by the writer's clock. */
  readonly writtenAt: number;
}

/** Digits of WRITTEN in sort keys, so that texts sort as numbers do. */
const WRITTEN_DIGITS = 15;
const ENTRY_PREFIX = '1#';
const HUB_PREFIX = '2#';

export const HEARTBEAT_SORT_KEY = `${HUB_PREFIX}heartbeat`;
export const SNAPSHOT_SORT_KEY = `${HUB_PREFIX}snapshot`;
/** Sort key of an item that is alone under its partition key. */
export const SINGLE_SORT_KEY = '-';

/** The smallest sort key of what was written from a time on; the hub's own items follow. */
export const sortKeyFrom = (writtenAt: number): string =>
  `${ENTRY_PREFIX}${String(Math.max(0, Math.floor(writtenAt))).padStart(WRITTEN_DIGITS, '0')}`;

/**
 * @param id uuid of the event, with `#N` where it has several entries; a random uuid by hand.
 */
export const entrySortKey = (writtenAt: number, id: string): string =>
  `${sortKeyFrom(writtenAt)}#${id}`;

/** @returns the id of an entry's sort key. */
export const entryIdOf = (sortKey: string): string =>
  sortKey.slice(ENTRY_PREFIX.length + WRITTEN_DIGITS + 1);

/** Sort keys from here on are the hub's own items. */
export const HUB_SORT_KEYS_FROM = HUB_PREFIX;

/** @returns milliseconds since 1970; undefined where the sort key is not that of an entry. */
export function writtenAtOf(sortKey: string): number | undefined {
  const end = ENTRY_PREFIX.length + WRITTEN_DIGITS;
  const digits = sortKey.slice(ENTRY_PREFIX.length, end);
  const isEntry = sortKey.startsWith(ENTRY_PREFIX) && sortKey[end] === '#';
  return isEntry && /^\d+$/.test(digits) ? Number(digits) : undefined;
}

export const snapshotKey = (org: string, id: string): string => `${org}#snapshot#${id}`;
export const pollKey = (org: string): string => `${org}#poll`;
export const auditKey = (org: string): string => `${org}#audit`;
export const eventKey = (org: string, uuid: string): string => `${org}#event#${uuid}`;

/** How far a reader's query reaches back before its last read. */
export const READ_OVERLAP_MS = MINUTE_SECONDS * 1_000;
/** A heartbeat of this age or older counts as a failed read. */
export const HEARTBEAT_STALE_MS = MINUTE_SECONDS * 1_000;
/** Interval between two heartbeats of the hub. */
export const HEARTBEAT_EVERY_MS = 20_000;
/** A schedule starts a run so often, which writes all that are due until the next one. */
export const HEARTBEAT_RUN_SECONDS = MINUTE_SECONDS;
/**
 * Longest time from an entry's WRITTEN until it is durable; a later one is written again. It is
 * shorter than the overlap of a reader, whose rest is for clocks that differ.
 */
export const MAX_WRITE_MS = 20_000;
/**
 * Okta's longest access token (24 h) and clock skews: every token that an entry revokes has expired
 * this long after T.
 */
export const ENTRY_LIFE_MS = (DAY_SECONDS + 10 * MINUTE_SECONDS) * 1_000;
/** A revocation by hand also revokes tokens that are minted within this time after the store's. */
export const BY_HAND_AHEAD_MS = 2_000;
/** Bytes of a chunk of a snapshot at most; an item of DynamoDB holds 400 KB. */
export const MAX_CHUNK_BYTES = 300_000;
/** Number of live entries above which the hub raises an alarm, by the cost that was measured. */
export const MAX_LIVE_ENTRIES = 200_000;

/** When an entry expires, in seconds since 1970, for the table's time to live. */
export const entryExpiry = (issuedUpTo: number): number =>
  Math.ceil((issuedUpTo + ENTRY_LIFE_MS) / 1_000);

/** What a map's `okta.revocation` may say; the poll's period as the map writes it. */
export const WITHIN_SECONDS = { least: 1, most: MINUTE_SECONDS, otherwise: 10 } as const;
export const MARGIN_SECONDS = { most: 10, otherwise: 2 } as const;
export const POLL_PERIOD = { least: '1m', most: '1h', otherwise: '5m' } as const;
