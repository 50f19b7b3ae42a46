/** The ports of the authorizer. The core decides; adapters do the I/O. */

import type { Refusal } from './core/contract/codes.ts';
import type { DecisionRecord, KeySource } from './core/contract/decision-record.ts';
import type { FaultRecord } from './core/contract/fault-record.ts';
import type { OwnLineMetric } from './core/contract/metric-names.ts';
import type { NewRevocation, RevocationEntry } from './core/contract/revocation.ts';
import type { PriorAuthorizer, PriorJwtAuthorizer } from './core/decision/prior-authorizer.ts';
import type { Charge, Count } from './core/quota/charge.ts';
import type { StoredCount } from './core/quota/charge-plan.ts';
import type { Principal } from './core/token/principal.ts';

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
}

export interface TokenVerifier {
  /**
   * The principal of a valid Okta access token, or why it is refused. The same token gives the same
   * object again while it is remembered, so that work done once per principal can be kept beside
   * it.
   * @returns at once where the token is remembered; never throws, keys that cannot be had are the
   * refusal `KEYS_UNAVAILABLE`.
   */
  verify(token: string): Principal | Refusal | Promise<Principal | Refusal>;
  /** Source of the keys that checked the token of this principal. */
  keySourceOf?(principal: Principal): KeySource | undefined;
  /**
   * Whether a JWT authorizer with this configuration would let the token in; false also where no
   * key can be had. Never throws.
   */
  satisfiesPriorAuthorizer?(token: string, prior: PriorJwtAuthorizer): Promise<boolean>;
}

export interface PriorAuthorizers {
  /**
   * What the route of an attached API asked for before.
   * @param routeKeys the gateway's own keys that the request can have matched.
   * @returns undefined where that is not known; nothing may pass by it then. Never throws.
   */
  find(apiId: string, routeKeys: readonly string[]): Promise<PriorAuthorizer | undefined>;
}

export interface UnmappedRoutes {
  /**
   * Keys of the routes that the API has and the map does not have.
   * @returns the same list while it does not change; undefined where it could not be read yet.
   * Never throws.
   */
  of(apiId: string): Promise<readonly string[] | undefined>;
}

export type ChargeResult =
  /** `units` were taken from every window: as many as asked for, or what was left, at least 1. */
  | { readonly kind: 'admitted'; readonly units: number; readonly counts: readonly Count[] }
  /** Nothing was taken: at least one window is full. */
  | { readonly kind: 'exceeded'; readonly counts: readonly Count[] };

export interface QuotaStore {
  /** Longest time for one charge in milliseconds; absent where it takes none. */
  readonly budgetMs?: number;
  /**
   * Takes the charge's units, or as many as are left, from every window, or none from any. Admitted
   * units of a window never exceed its limit, at any concurrency; a charge whose answer is lost may
   * count without admitting.
   * @param onLate told of each answer of the store that came after its request was given up: its
   * units are beside those of the charge's result, and nothing is paid with them yet.
   * @throws QuotaStoreError when the store gives no answer in time, or a wrong one.
   */
  charge(charge: Charge, onLate?: (result: ChargeResult) => void): Promise<ChargeResult>;
}

export interface QuotaReader {
  /**
   * The counters of one item (Charge.key) by window id, as stored; undefined where nothing was
   * counted yet.
   * @throws QuotaStoreError when the store gives no answer in time.
   */
  read(key: string): Promise<(id: string) => Pick<StoredCount, 'start' | 'used'> | undefined>;
}

/**
 * Why a store gave no usable answer: no answer in time, no connection, too many requests, another
 * writer in the way every time, a fault of the store (5xx), a request that it will never take
 * (rights, no such table), an answer that makes no sense, a clock more than five minutes away from
 * this environment's, so that no window of ours is the store's, counts of a form that a later
 * version of this code has written; or the store was not asked, since what became of an earlier
 * charge of the counter is unknown.
 */
export type QuotaStoreFault =
  | 'timeout'
  | 'connection'
  | 'throttled'
  | 'conflict'
  | 'server'
  | 'request'
  | 'answer'
  | 'clock'
  | 'format'
  | 'paused';

export interface QuotaStoreErrorOptions extends ErrorOptions {
  /** Default: true, since a store that gives no answer may have counted. */
  readonly mayHaveCharged?: boolean;
}

export class QuotaStoreError extends Error {
  override readonly name = 'QuotaStoreError';
  readonly fault: QuotaStoreFault;
  /** Whether the store may still have taken units; false where it certainly has not. */
  readonly mayHaveCharged: boolean;
  constructor(fault: QuotaStoreFault, options: QuotaStoreErrorOptions = {}) {
    super(`the quota store gave no usable answer: ${fault}`, options);
    this.fault = fault;
    this.mayHaveCharged = options.mayHaveCharged ?? true;
  }
}

export interface Audit {
  /**
   * Takes one record, which never holds a token or a part of one, and writes it unless it is left
   * out of a sample.
   */
  record(record: DecisionRecord | FaultRecord): void;
}

/** The keys of an issuer as they were fetched from it, public parts alone. */
export interface StoredKeys {
  readonly keys: readonly unknown[];
  /** Milliseconds since the epoch at which the fetch began. */
  readonly fetchedAt: number;
}

/**
 * The last-known-good keys, shared by all environments. Whoever can write it decides which tokens
 * count, so the authorizer alone writes it, and reads it only when the issuer gives no keys.
 */
export interface KeyCopy {
  /**
   * @returns undefined where nothing is stored, or nothing that `write` wrote.
   * @throws when the store gives no answer in time.
   */
  read(issuer: string): Promise<StoredKeys | undefined>;
  /**
   * Stores keys unless those stored were fetched later. A copy of the same keys is left as it is
   * while it is younger than the terms say. A copy dated more than a minute ahead of now, which
   * only a wrong clock can have written, is replaced by any keys.
   * @returns `kept` where the copy was left as it is.
   * @throws when the store gives no answer in time.
   */
  write(issuer: string, keys: StoredKeys, terms: CopyTerms): Promise<'written' | 'kept'>;
}

export interface CopyTerms {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Age in milliseconds from which a copy of the same keys is written again. */
  readonly rewriteAfterMs: number;
}

/** What a reader of the list knows after a read. */
export interface RevocationRead {
  /** In the order of writing; entries that an earlier read gave may come once more. */
  readonly entries: readonly RevocationEntry[];
  /** Where the next read continues. */
  readonly cursor: RevocationCursor;
  /**
   * Whether they are all that is live, so that what a reader knows beside them was undone. Default:
   * no, they are what is new.
   */
  readonly isWhole?: true;
}

/** Milliseconds since 1970 by the hub's clock: everything written before is known. */
export type RevocationCursor = number;

/** The list of revoked tokens of one Okta org. */
export interface RevocationList {
  /**
   * @param since cursor of the read before; undefined reads all that is live.
   * @returns what was written up to the moment at which the read was sent, strongly consistent.
   * @throws when the store gives no answer in time, or the hub's heartbeat is a minute old or
   * older.
   */
  read(since: RevocationCursor | undefined): Promise<RevocationRead>;
}

export interface RevocationWriter {
  /**
   * Writes the entries of one event, once: an event that was written is `known`, and costs as much.
   * They are durable when this resolves, and every reader meets them.
   * @param id uuid of the event; a random one by hand.
   * @throws when the store gives no answer in time; it may have been written then.
   */
  write(id: string, revocations: readonly NewRevocation[]): Promise<'written' | 'known'>;
}

export interface Metrics {
  /** Puts values, with properties that can be searched for; the unit is part of a metric's name. */
  put(
    values: { readonly [Name in OwnLineMetric]?: number },
    properties?: Readonly<Record<string, string>>,
  ): void;
}
