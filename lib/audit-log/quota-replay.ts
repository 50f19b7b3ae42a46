/**
 * Charges recorded calls to the quotas of a map, in this process alone: the arithmetic is the
 * authorizer's, the counters begin empty.
 */

import type { Entitlements } from '../../lambda/core/decision/entitlements.ts';
import type { AccessModel } from '../../lambda/core/model/model.ts';
import { billFor, type Payment, paymentsIn } from '../../lambda/core/quota/bill.ts';
import { type Charge, chargeFor } from '../../lambda/core/quota/charge.ts';
import { planCharge, type StoredCount } from '../../lambda/core/quota/charge-plan.ts';

export type ReplayedCharge =
  | { readonly kind: 'free' }
  /** `since` is the second at which the earliest of the windows began. */
  | { readonly kind: 'admitted'; readonly since: number }
  /** `pass`: the call continues anyway. */
  | { readonly kind: 'exceeded'; readonly onExceeded: 'refuse' | 'pass'; readonly since: number };

interface Item {
  readonly counts: Map<string, StoredCount>;
  keepUntil: number;
}

/** Counters that are kept before those of ended windows are looked for. */
export const SWEEP_AT = 50_000;

/**
 * The charge of one call. Calls must come in the order of time. A leased quota is replayed as an
 * exact one: a lease can refuse earlier, never later.
 */
export function quotaReplay(
  model: AccessModel,
): (entitlements: Entitlements, route: string, atMs: number) => ReplayedCharge {
  const items = new Map<string, Item>();
  let sweepAt = SWEEP_AT;
  const sweep = (second: number): void => {
    if (items.size < sweepAt) return;
    for (const [key, { keepUntil }] of items) if (keepUntil <= second) items.delete(key);
    sweepAt = Math.max(SWEEP_AT, items.size * 2);
  };
  return (entitlements, route, atMs) => {
    const { strict, shared } = billFor(model, entitlements, route);
    const second = Math.floor(atMs / 1_000);
    sweep(second);
    const chargeOf = (payment: Payment): Charge => chargeFor(model, payment, route, second);
    const charges = paymentsIn({ strict, shared }).map(chargeOf);
    if (charges.length === 0) return { kind: 'free' };
    const since = Math.min(...charges.flatMap(({ windows }) => windows.map(({ start }) => start)));
    let passed = false;
    for (const payment of strict) {
      if (admits(items, chargeOf(payment))) continue;
      if (payment.quota.onExceeded === 'refuse')
        return { kind: 'exceeded', onExceeded: 'refuse', since };
      passed = true;
    }
    const others = shared === 'free' ? [] : shared;
    if (others.length > 0 && !others.some((payment) => admits(items, chargeOf(payment)))) {
      const pass = others.every(({ quota }) => quota.onExceeded === 'pass');
      return { kind: 'exceeded', onExceeded: pass ? 'pass' : 'refuse', since };
    }
    return passed ? { kind: 'exceeded', onExceeded: 'pass', since } : { kind: 'admitted', since };
  };
}

function admits(items: Map<string, Item>, charge: Charge): boolean {
  const item = items.get(charge.key) ?? { counts: new Map<string, StoredCount>(), keepUntil: 0 };
  const plan = planCharge(charge, (id) => item.counts.get(id));
  if (plan.kind === 'exceeded') return false;
  for (const { window, kind, start } of plan.windows) {
    const used = kind === 'roll' ? 0 : (item.counts.get(window.id)?.used ?? 0);
    item.counts.set(window.id, { start, used: used + plan.units, instances: 0 });
  }
  item.keepUntil = charge.keepUntil;
  items.set(charge.key, item);
  return true;
}
