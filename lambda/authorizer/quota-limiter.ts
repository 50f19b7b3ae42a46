/** Charges allowed calls to a quota and remembers exhausted windows. */

import { QUOTA_STORE_METRIC } from '../core/contract/metrics.ts';
import type { Entitlements } from '../core/decision/entitlements.ts';
import type { AccessModel } from '../core/model/model.ts';
import {
  type Charge,
  type Count,
  chargeFor,
  type Payment,
  paymentsFor,
  type QuotaState,
  quotaState,
} from '../core/quota/quota.ts';
import { type Clock, type Metrics, type QuotaStore, QuotaStoreError } from '../ports.ts';
import { exhaustedWindows } from './exhausted-windows.ts';
import { createLeases } from './leases.ts';

export type QuotaOutcome =
  | { readonly kind: 'free' }
  | { readonly kind: 'admitted'; readonly state: QuotaState }
  | {
      readonly kind: 'exceeded';
      readonly state: QuotaState;
      readonly onExceeded: 'refuse' | 'pass';
    }
  | {
      readonly kind: 'store_failed';
      readonly onStoreFailure: 'deny' | 'allow';
      readonly quota: string;
    };

export type QuotaLimiter = (entitlements: Entitlements, route: string) => Promise<QuotaOutcome>;

interface Paid {
  readonly kind: 'admitted' | 'exceeded';
  readonly state: QuotaState;
}

/**
 * Tries the quotas of the caller from the most generous on and charges the first with room. When
 * all of them are spent, the call passes only if each of them says `onExceeded: pass`, and the
 * caller is told the window that ends soonest.
 */
export function quotaLimiter(
  model: AccessModel,
  store: QuotaStore,
  clock: Clock,
  metrics?: Metrics,
): QuotaLimiter {
  const exhausted = exhaustedWindows();
  const leases = createLeases();

  const fromStore = async (payment: Payment, charge: Charge): Promise<Paid> => {
    const result = await store.charge(charge);
    exhausted.remember(charge, result.counts);
    if (result.kind === 'exceeded')
      return { kind: 'exceeded', state: quotaState(payment, charge, result.counts) };
    if (payment.quota.accuracy === 'leased') leases.addLease(charge, result.units, result.counts);
    return {
      kind: 'admitted',
      state: quotaState(payment, charge, withoutLeasedUnits(result.counts, result.units)),
    };
  };

  const pay = (payment: Payment, route: string): Paid | Promise<Paid> => {
    const nowMs = clock.now();
    const charge = chargeFor(model, payment, route, Math.floor(nowMs / 1_000));
    const leased = payment.quota.accuracy === 'leased';
    const counts = leased ? leases.spend(charge, nowMs) : undefined;
    const sized = leased && !counts ? leases.nextLease(charge, nowMs) : charge;
    if (leased) leases.recordCall(charge, nowMs);
    if (counts) return { kind: 'admitted', state: quotaState(payment, charge, counts) };
    const known = exhausted.find(charge, nowMs);
    return known.length > 0
      ? { kind: 'exceeded', state: quotaState(payment, charge, known) }
      : fromStore(payment, sized);
  };

  const fail = ({ quota }: Payment, error: unknown): QuotaOutcome => {
    // Rethrow our own bugs: as a store failure, `onStoreFailure: allow` would admit every call.
    if (!(error instanceof QuotaStoreError)) throw error;
    metrics?.put(
      { [QUOTA_STORE_METRIC.failures]: 1 },
      { quota: quota.name, fault: error.fault, onStoreFailure: quota.onStoreFailure },
    );
    return { kind: 'store_failed', onStoreFailure: quota.onStoreFailure, quota: quota.name };
  };

  return async (entitlements, route) => {
    const payments = paymentsFor(model, entitlements, route);
    if (payments === 'free') return { kind: 'free' };
    let soonest: QuotaState | undefined;
    for (const payment of payments) {
      try {
        const { kind, state } = await pay(payment, route);
        if (kind === 'admitted') return { kind, state };
        if (!soonest || state.endsAt < soonest.endsAt) soonest = state;
      } catch (error) {
        return fail(payment, error);
      }
    }
    const onExceeded = payments.every(({ quota }) => quota.onExceeded === 'pass')
      ? 'pass'
      : 'refuse';
    return soonest ? { kind: 'exceeded', state: soonest, onExceeded } : { kind: 'free' };
  };
}

/** One of the leased units pays for this call; the others still count as remaining. */
const withoutLeasedUnits = (counts: readonly Count[], units: number): readonly Count[] =>
  counts.map((count) => ({ ...count, used: count.used - units + 1 }));
