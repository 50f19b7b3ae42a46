/**
 * Quota arithmetic: who pays for a call, what is charged, and what an answer of the store means. No
 * clock, no store.
 */

import type { Period } from '../contract/periods.ts';
import { grantsAllowing } from '../decision/decide.ts';
import type { Entitlements } from '../decision/entitlements.ts';
import { hasBit } from '../model/bits.ts';
import type { AccessModel, Grants, Quota } from '../model/model.ts';
import type { Principal } from '../token/principal.ts';
import { windowAt } from './window.ts';

/** One counter that a call may be charged to. */
export interface Payment {
  readonly quota: Quota;
  /**
   * `user:`uid, `client:`cid or `group:`name; where the map lists several okta blocks,
   * `user:`block`/`uid and `client:`block`/`cid.
   */
  readonly payer: string;
}

export interface ChargeWindow {
  /** Name of the counter inside the item (QuotaWindow.id). */
  readonly id: string;
  readonly per: Period;
  readonly limit: number;
  /** Epoch seconds; the window that the charging environment believes to be current. */
  readonly start: number;
  /**
   * Leased quotas: the charging environment is not among the window's known instances yet and is
   * counted with this charge.
   */
  readonly joins: boolean;
}

/** Units against every window or against none. */
export interface Charge {
  /**
   * Quota name and payer: the item's key. Quota names hold no `#`, so no payer can forge another
   * quota's key.
   */
  readonly key: string;
  /**
   * Units wanted, at least 1; the store grants fewer where less is left, and 1 of an exact quota
   * pays one call.
   */
  readonly units: number;
  readonly windows: readonly ChargeWindow[];
  /**
   * Epoch second until which the item must be kept: the end of the longest window of the quota,
   * counted here or not.
   */
  readonly keepUntil: number;
  /** Whether several callers pay from it, as a group's members do. Default: one alone. */
  readonly shared?: boolean;
}

/** What the store holds of one window after an attempt. */
export interface Count {
  readonly id: string;
  /**
   * Start of the window that was counted; later than asked for where another environment's clock is
   * ahead.
   */
  readonly start: number;
  /** Units taken, this charge's included if it was admitted. */
  readonly used: number;
  /** Environments that have taken a lease in this window; 0 where none does. */
  readonly instances: number;
}

/** What the caller is told: the tightest window. */
export interface QuotaState {
  readonly quota: string;
  readonly payer: string;
  readonly limit: number;
  readonly remaining: number;
  /** Epoch second at which the window ends. */
  readonly endsAt: number;
  readonly per?: Period;
  /**
   * Use of the fullest window in percent, where another one is fuller than this: of a month nearly
   * spent more may be left than of a fresh minute.
   */
  readonly usedPercent?: number;
}

/**
 * The counters that may be charged for an allowed route, from the most generous on; `free` when a
 * group without a quota opens the route. Only groups that open the route pay, and a member of
 * several may use each of their quotas in turn.
 */
export function paymentsFor(
  model: AccessModel,
  entitlements: Entitlements,
  route: string,
): 'free' | readonly Payment[] {
  const grants = grantsAllowing(model, entitlements, route);
  const index = model.routeIndex.get(route) ?? 0;
  const payments = new Map<string, Payment>();
  for (const grant of grants) {
    const { quota } = grant;
    if (!quota?.windows.some((window) => countsFor(window.routes, index))) return 'free';
    const payment = { quota, payer: payerOf(quota, entitlements.principal, grant) };
    payments.set(keyOf(payment), payment);
  }
  return [...payments.values()].sort(
    (a, b) => a.quota.rank - b.quota.rank || (a.payer < b.payer ? -1 : 1),
  );
}

/** The charge of one call at a given second: one unit of each window that counts this route. */
export function chargeFor(
  model: AccessModel,
  payment: Payment,
  route: string,
  second: number,
): Charge {
  const index = model.routeIndex.get(route) ?? 0;
  const windows = payment.quota.windows
    .filter((window) => countsFor(window.routes, index))
    .map(({ id, per, limit }) => ({
      id,
      per,
      limit,
      start: windowAt(per, second).start,
      joins: false,
    }));
  const ends = payment.quota.windows.map(({ per }) => windowAt(per, second).end);
  const shared = payment.payer.startsWith('group:');
  return { key: keyOf(payment), units: 1, windows, keepUntil: Math.max(...ends), shared };
}

/** The window that binds first: least remaining, then latest end. */
export function quotaState(payment: Payment, charge: Charge, counts: readonly Count[]): QuotaState {
  const states = charge.windows.map((window) => {
    const count = counts.find(({ id }) => id === window.id);
    const { end } = windowAt(window.per, count?.start ?? window.start);
    return {
      limit: window.limit,
      remaining: Math.max(0, window.limit - (count?.used ?? 0)),
      endsAt: end,
      per: window.per,
    };
  });
  const [tightest = { limit: 0, remaining: 0, endsAt: 0 }] = states.sort(
    (a, b) => a.remaining - b.remaining || b.endsAt - a.endsAt,
  );
  const usedPercent = Math.max(0, ...states.map(percentUsed));
  const hasFullerWindow = states.length > 1 && usedPercent > percentUsed(tightest);
  return {
    quota: payment.quota.name,
    payer: payment.payer,
    ...tightest,
    ...(hasFullerWindow && { usedPercent }),
  };
}

/** How much of a window is used, in whole percent. */
export const percentUsed = ({
  limit,
  remaining,
}: Pick<QuotaState, 'limit' | 'remaining'>): number =>
  Math.round((100 * (limit - remaining)) / limit);

/**
 * Whole seconds until the window ends, rounded up so that nobody retries too early; at least 1.
 * Source: RFC 9110, 10.2.3.
 */
export const secondsUntil = (endsAt: number, nowMs: number): number =>
  Math.max(1, Math.ceil(endsAt - nowMs / 1_000));

const countsFor = (routes: Quota['windows'][number]['routes'], index: number): boolean =>
  routes === undefined || hasBit(routes, index);

/** Key of a payment's counters in the store (Charge.key). */
export const keyOf = ({ quota, payer }: Payment): string =>
  `${quota.name}#${escapeSurrogates(payer)}`;

/**
 * UTF-8 has no form for half a surrogate pair, so two names that differ in such a half alone would
 * share one key in a store. They are escaped, and the escape character with them.
 */
const escapeSurrogates = (name: string): string =>
  name.replace(
    /[\\\ud800-\udfff]/gu,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

function payerOf(quota: Quota, principal: Principal, grant: Grants): string {
  // A machine has no user; one with rules of its own has no group either, so its client pays.
  if (quota.by === 'group' && grant.kind === 'group') return `group:${grant.name}`;
  // Ids are unique within one Okta org only. Names of blocks hold no `/`, so no id can forge
  // another block's payer.
  const from = principal.block === undefined ? '' : `${principal.block}/`;
  return quota.by === 'user' && principal.kind === 'user'
    ? `user:${from}${principal.uid}`
    : `client:${from}${principal.cid}`;
}
