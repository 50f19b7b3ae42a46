/**
 * Quota arithmetic: what is charged, and what an answer of the store means. No clock, no store.
 */

import type { Period } from '../contract/periods.ts';
import type { AccessModel } from '../model/model.ts';
import { countsFor, keyOf, type Payment } from './bill.ts';
import { percentUsed, type QuotaState } from './quota-state.ts';
import { windowAt } from './window.ts';

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
