/** What the authorizer needs from outside; the core decides, adapters carry. */
import type { StoredCount } from './core/charge-plan.ts';
import type { Refusal } from './core/codes.ts';
import type { Principal } from './core/principal.ts';
import type { Charge, Count } from './core/quota.ts';

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
}

export interface TokenVerifier {
  /**
   * The principal of a valid Okta access token, or why it is refused. The same token gives the same object again while it
   * is remembered, so that work done once per principal can be kept beside it.
   * @returns never throws; keys that cannot be had are the refusal `KEYS_UNAVAILABLE`.
   */
  verify(token: string): Promise<Principal | Refusal>;
}

export type ChargeResult =
  /** One unit was taken from every window. */
  | { readonly kind: 'admitted'; readonly counts: readonly Count[] }
  /** Nothing was taken: at least one window is full. */
  | { readonly kind: 'exceeded'; readonly counts: readonly Count[] };

export interface QuotaStore {
  /**
   * Takes one unit from every window of the charge, or from none. Admitted units of a window never exceed its limit, at any
   * concurrency; a charge whose answer is lost may count without admitting.
   * @throws QuotaStoreError when the store gives no answer in time, or a wrong one.
   */
  charge(charge: Charge): Promise<ChargeResult>;
}

export interface QuotaReader {
  /**
   * The counters of one item (Charge.key) by window id, as stored; undefined where nothing was counted yet.
   * @throws QuotaStoreError when the store gives no answer in time.
   */
  read(key: string): Promise<(id: string) => StoredCount | undefined>;
}

export class QuotaStoreError extends Error {
  override readonly name = 'QuotaStoreError';
}

export interface Audit {
  /** Writes one record as one line. Records never hold a token or a part of one. */
  record(record: Readonly<Record<string, unknown>>): void;
}
