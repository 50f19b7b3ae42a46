/**
 * Peak usage of each quota: the most calls that one payer made in one window, had every call been
 * allowed.
 */

import type { Period } from '../../lambda/core/contract/periods.ts';
import type { Decision } from '../../lambda/core/decision/decide.ts';
import type { Entitlements } from '../../lambda/core/decision/entitlements.ts';
import type { AccessModel } from '../../lambda/core/model/model.ts';
import { billFor, type Payment } from '../../lambda/core/quota/bill.ts';
import { type Charge, type ChargeWindow, chargeFor } from '../../lambda/core/quota/charge.ts';
import { SWEEP_AT } from './quota-replay.ts';

/** A window whose limit is below its peak usage. */
export interface PeakUsage {
  readonly quota: string;
  /** Index among the quota's windows, in the order of the map. */
  readonly window: number;
  readonly per: Period;
  readonly limit: number;
  /**
   * A limit that allows every call. Where a caller has several quotas, the others could take a
   * part.
   */
  readonly needed: number;
  readonly payer: string;
  /** Start of the window, milliseconds since the epoch. */
  readonly windowStart: number;
}

interface Counter {
  start: number;
  used: number;
  readonly ends: number;
}

/**
 * Calls must come in the order of time. Each is charged to its strict quotas, and to the
 * other quota that is tried first.
 */
export function peakUsage(model: AccessModel): {
  add(entitlements: Entitlements, decision: Decision, atMs: number, weight: number): void;
  counted(): readonly PeakUsage[];
} {
  const counters = new Map<string, Counter>();
  const most = new Map<string, PeakUsage>();
  let sweepAt = SWEEP_AT;
  const sweep = (second: number): void => {
    if (counters.size < sweepAt) return;
    for (const [key, { ends }] of counters) if (ends <= second) counters.delete(key);
    sweepAt = Math.max(SWEEP_AT, counters.size * 2);
  };
  const counterOf = ({ key, keepUntil }: Charge, { id, start }: ChargeWindow): Counter => {
    const before = counters.get(`${key} ${id}`);
    if (before !== undefined && before.start >= start) return before;
    const counter: Counter = { start, used: 0, ends: keepUntil };
    counters.set(`${key} ${id}`, counter);
    return counter;
  };
  const count = (payment: Payment, route: string, second: number, weight: number): void => {
    const charge = chargeFor(model, payment, route, second);
    for (const window of charge.windows) {
      const counter = counterOf(charge, window);
      counter.used += weight;
      const name = `${payment.quota.name} ${window.id}`;
      if (counter.used > (most.get(name)?.needed ?? window.limit))
        most.set(name, peakOf(payment, window, counter));
    }
  };
  return {
    add(entitlements, { effect, reason, route }, atMs, weight) {
      if (effect === 'deny' || reason === 'public' || reason === 'signed_in') return;
      const { strict, shared } = billFor(model, entitlements, route);
      const second = Math.floor(atMs / 1_000);
      sweep(second);
      const charged = shared === 'free' ? strict : [...strict, ...shared.slice(0, 1)];
      for (const payment of charged) count(payment, route, second, weight);
    },
    counted: () => [...most.values()],
  };
}

const peakOf = (
  { quota, payer }: Payment,
  { id, per, limit }: ChargeWindow,
  { used, start }: Counter,
): PeakUsage => ({
  quota: quota.name,
  window: quota.windows.findIndex((one) => one.id === id),
  per,
  limit,
  needed: Math.ceil(used),
  payer,
  windowStart: start * 1_000,
});
