/**
 * One charge: from a lease or a late answer, from what is known to be exhausted, or from the store.
 */
import { QUOTA_BUDGET_MS } from '../core/contract/quota-budget.ts';
import { shadowMode } from '../core/decision/shadow-mode.ts';
import type { AccessModel } from '../core/model/model.ts';
import type { Payment } from '../core/quota/bill.ts';
import { type Charge, type Count, quotaState } from '../core/quota/charge.ts';
import type { QuotaState } from '../core/quota/quota-state.ts';
import { type ChargeResult, type Clock, type QuotaStore, QuotaStoreError } from '../ports.ts';
import { chargePauses } from './charge-pauses.ts';
import { exhaustedWindows } from './exhausted-windows.ts';
import { knownCharges } from './known-charges.ts';
import { createLeases } from './leases.ts';
import { waitingCalls } from './waiting-calls.ts';

export interface Paid {
  readonly kind: 'admitted' | 'exceeded';
  readonly state: QuotaState;
}

export interface Payments {
  /** Charges one call of a route. @throws what the store throws. */
  readonly pay: (payment: Payment, route: string) => Paid | Promise<Paid>;
  /** The state of a counter that is known to be full and has no units in memory. */
  readonly knownFull: (payment: Payment, route: string) => QuotaState | undefined;
}

/** One call's charge of one counter. */
interface Charged {
  readonly payment: Payment;
  readonly route: string;
  readonly charge: Charge;
}

export function payments(model: AccessModel, store: QuotaStore, clock: Clock): Payments {
  const exhausted = exhaustedWindows();
  const leases = createLeases();
  const pauses = chargePauses(store.budgetMs ?? QUOTA_BUDGET_MS);
  const waiting = waitingCalls();
  const shadow = shadowMode(model);

  const fromMemory = (payment: Payment, charge: Charge, nowMs: number): Paid | undefined => {
    const counts = leases.spend(charge, nowMs);
    if (counts) return { kind: 'admitted', state: quotaState(payment, charge, counts) };
    const known = exhausted.find(charge, nowMs);
    if (known.length === 0) return undefined;
    return { kind: 'exceeded', state: quotaState(payment, charge, known) };
  };

  /** The store has counted the units, but the call continues without them. */
  const hearLate = ({ payment, route, charge }: Charged, result: ChargeResult): void => {
    exhausted.remember(charge, result.counts);
    // INVARIANT: a unit pays once. With `onStoreFailure: allow`, or in shadow mode, the call may
    // have passed on it.
    const isRefused = payment.quota.onStoreFailure === 'deny' && shadow.modeOf(route) === 'enforce';
    if (result.kind === 'admitted' && isRefused)
      leases.addLease(charge, result.units, result.counts);
    waiting.tryAll(charge.key);
  };

  const fromStore = async (charged: Charged): Promise<Paid> => {
    const { payment, charge } = charged;
    const sentMs = clock.now();
    try {
      const result = await store.charge(charge, (late) => hearLate(charged, late));
      pauses.chargeAnswered(charge.key, sentMs);
      exhausted.remember(charge, result.counts);
      if (result.kind === 'exceeded')
        return { kind: 'exceeded', state: quotaState(payment, charge, result.counts) };
      if (payment.quota.accuracy === 'leased')
        leases.addLease(charge, result.units - 1, result.counts);
      const counts = withoutLeasedUnits(result.counts, result.units);
      return { kind: 'admitted', state: quotaState(payment, charge, counts) };
    } catch (error) {
      if (!(error instanceof QuotaStoreError)) throw error;
      pauses.chargeFailed(charge.key, error, clock.now());
      // The first of two requests may have been answered during the wait for the second.
      const paid = fromMemory(payment, charge, clock.now());
      if (paid) return paid;
      throw error;
    }
  };

  const fromLateAnswer = async (
    payment: Payment,
    charge: Charge,
    waitMs: number,
  ): Promise<Paid> => {
    const pay = (): Paid | undefined => fromMemory(payment, charge, clock.now());
    const paid = waitMs > 0 ? await waiting.wait(charge.key, waitMs, pay) : undefined;
    if (paid) return paid;
    throw new QuotaStoreError('paused', { mayHaveCharged: false });
  };

  const chargeAt = knownCharges(model);

  const pay: Payments['pay'] = (payment, route) => {
    const nowMs = clock.now();
    const charge = chargeAt(payment, route, nowMs);
    const leased = payment.quota.accuracy === 'leased';
    const paid = fromMemory(payment, charge, nowMs);
    const sized = leased && !paid ? leases.nextLease(charge, nowMs) : charge;
    if (leased) leases.recordCall(charge, nowMs);
    if (paid) return paid;
    const waitMs = pauses.waitMs(charge.key, nowMs);
    return waitMs === undefined
      ? fromStore({ payment, route, charge: sized })
      : fromLateAnswer(payment, charge, waitMs);
  };

  const knownFull: Payments['knownFull'] = (payment, route) => {
    const nowMs = clock.now();
    const charge = chargeAt(payment, route, nowMs);
    const known = leases.holds(charge, nowMs) ? [] : exhausted.find(charge, nowMs);
    return known.length === 0 ? undefined : quotaState(payment, charge, known);
  };

  return { pay, knownFull };
}

/** One of the leased units pays for this call; the others still count as remaining. */
const withoutLeasedUnits = (counts: readonly Count[], units: number): readonly Count[] =>
  counts.map((count) => ({ ...count, used: count.used - units + 1 }));
