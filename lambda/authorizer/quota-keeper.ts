/** Charges allowed calls to the quota that pays for them, and remembers what is spent. */
import type { AccessModel } from '../core/model.ts';
import { type Charge, chargeFor, type Payment, paymentsFor, type QuotaState, quotaState } from '../core/quota.ts';
import type { Standing } from '../core/standing.ts';
import type { Clock, QuotaStore } from '../ports.ts';

export type QuotaOutcome =
  | { readonly kind: 'free' }
  | { readonly kind: 'admitted'; readonly state: QuotaState }
  | { readonly kind: 'exceeded'; readonly state: QuotaState }
  | { readonly kind: 'store_failed'; readonly onStoreFailure: 'deny' | 'allow'; readonly quota: string };

export type QuotaKeeper = (standing: Standing, route: string) => Promise<QuotaOutcome>;

/** Counters remembered as spent at most; past that the memory starts anew, which costs one write a counter. */
const MAX_SPENT = 10_000;

/**
 * Tries the quotas of the caller from the most generous on and charges the first with room. A window found full is
 * remembered until it ends: no write can succeed before, and a failed condition is billed like a write.
 */
export function quotaKeeper(model: AccessModel, store: QuotaStore, clock: Clock): QuotaKeeper {
  const spent = new Map<string, QuotaState>();

  const spentState = (charge: Charge, second: number): QuotaState | undefined =>
    charge.windows
      .map(({ id }) => spent.get(`${charge.key} ${id}`))
      .filter((state) => state !== undefined && state.endsAt > second)
      .reduce((a, b) => (a && b && a.endsAt > b.endsAt ? a : b), undefined);

  const rememberSpent = (payment: Payment, charge: Charge, used: ReadonlyMap<string, number>, state: QuotaState): void => {
    if (spent.size >= MAX_SPENT) spent.clear();
    for (const window of charge.windows) {
      if ((used.get(window.id) ?? 0) < window.limit) continue;
      const alone = { ...charge, windows: [window] };
      const own = quotaState(payment, alone, [{ id: window.id, start: window.start, used: window.limit }]);
      spent.set(`${charge.key} ${window.id}`, charge.windows.length === 1 ? state : own);
    }
  };

  const chargeOne = async (payment: Payment, route: string): Promise<QuotaOutcome> => {
    const second = Math.floor(clock.now() / 1_000);
    const charge = chargeFor(model, payment, route, second);
    const known = spentState(charge, second);
    if (known) return { kind: 'exceeded', state: known };
    const { kind, counts } = await store.charge(charge);
    const state = quotaState(payment, charge, counts);
    if (kind === 'exceeded') rememberSpent(payment, charge, new Map(counts.map(({ id, used }) => [id, used])), state);
    return { kind, state };
  };

  return async (standing, route) => {
    const payments = paymentsFor(model, standing, route);
    if (payments === 'free') return { kind: 'free' };
    let soonest: QuotaState | undefined;
    for (const payment of payments) {
      try {
        const outcome = await chargeOne(payment, route);
        if (outcome.kind !== 'exceeded') return outcome;
        if (!soonest || outcome.state.endsAt < soonest.endsAt) soonest = outcome.state;
      } catch {
        return { kind: 'store_failed', onStoreFailure: payment.quota.onStoreFailure, quota: payment.quota.name };
      }
    }
    return soonest ? { kind: 'exceeded', state: soonest } : { kind: 'free' };
  };
}
