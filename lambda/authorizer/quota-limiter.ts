/** Charges allowed calls to a quota and remembers exhausted windows. */

import { QUOTA_STORE_METRIC } from '../core/contract/metrics.ts';
import type { Entitlements } from '../core/decision/entitlements.ts';
import type { AccessModel } from '../core/model/model.ts';
import { type Payment, paymentsFor, type QuotaState } from '../core/quota/quota.ts';
import { type Clock, type Metrics, type QuotaStore, QuotaStoreError } from '../ports.ts';
import { payments } from './payments.ts';

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
  const pay = payments(model, store, clock);
  return async (entitlements, route) => {
    const candidates = paymentsFor(model, entitlements, route);
    if (candidates === 'free') return { kind: 'free' };
    let soonest: QuotaState | undefined;
    for (const payment of candidates) {
      try {
        const { kind, state } = await pay(payment, route);
        if (kind === 'admitted') return { kind, state };
        if (!soonest || state.endsAt < soonest.endsAt) soonest = state;
      } catch (error) {
        return storeFailure(payment, error, metrics);
      }
    }
    const onExceeded = candidates.every(({ quota }) => quota.onExceeded === 'pass')
      ? 'pass'
      : 'refuse';
    return soonest ? { kind: 'exceeded', state: soonest, onExceeded } : { kind: 'free' };
  };
}

function storeFailure(
  { quota }: Payment,
  error: unknown,
  metrics: Metrics | undefined,
): QuotaOutcome {
  // Rethrow our own bugs: as a store failure, `onStoreFailure: allow` would admit every call.
  if (!(error instanceof QuotaStoreError)) throw error;
  metrics?.put(
    { [QUOTA_STORE_METRIC.failures]: 1 },
    { quota: quota.name, fault: error.fault, onStoreFailure: quota.onStoreFailure },
  );
  return { kind: 'store_failed', onStoreFailure: quota.onStoreFailure, quota: quota.name };
}
