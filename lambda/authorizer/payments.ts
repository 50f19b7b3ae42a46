/** One charge: from a lease, from what is known to be exhausted, or from the store. */
import type { AccessModel } from '../core/model/model.ts';
import {
  type Charge,
  type Count,
  chargeFor,
  type Payment,
  type QuotaState,
  quotaState,
} from '../core/quota/quota.ts';
import type { Clock, QuotaStore } from '../ports.ts';
import { exhaustedWindows } from './exhausted-windows.ts';
import { createLeases } from './leases.ts';

export interface Paid {
  readonly kind: 'admitted' | 'exceeded';
  readonly state: QuotaState;
}

/** @returns a function that charges one call of a route; it throws what the store throws. */
export function payments(
  model: AccessModel,
  store: QuotaStore,
  clock: Clock,
): (payment: Payment, route: string) => Paid | Promise<Paid> {
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

  return (payment, route) => {
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
}

/** One of the leased units pays for this call; the others still count as remaining. */
const withoutLeasedUnits = (counts: readonly Count[], units: number): readonly Count[] =>
  counts.map((count) => ({ ...count, used: count.used - units + 1 }));
