/**
 * One charge: from a lease or a late answer, from what is known to be exhausted, or from the store.
 */
import { QUOTA_BUDGET_MS } from '../core/contract/quota-budget.ts';
import { shadowMode } from '../core/decision/shadow-mode.ts';
import type { AccessModel } from '../core/model/model.ts';
import type { Payment } from '../core/quota/bill.ts';
import type { Charge } from '../core/quota/charge.ts';
import type { QuotaState } from '../core/quota/quota-state.ts';
import { type ChargeResult, type Clock, type QuotaStore, QuotaStoreError } from '../ports.ts';
import { chargePauses } from './charge-pauses.ts';
import type { ChargedCall, Paid } from './charged-call.ts';
import { exhaustedWindows } from './exhausted-windows.ts';
import { knownCharges } from './known-charges.ts';
import { createLeases } from './leases.ts';
import { memoryPayments } from './memory-payments.ts';
import { answerInTime } from './store-answers.ts';
import { waitingCalls } from './waiting-calls.ts';

export interface Payments {
  /** Charges one call of a route. @throws what the store throws. */
  readonly pay: (payment: Payment, route: string) => Paid | Promise<Paid>;
  /** The state of a counter that is known to be full and has no units in memory. */
  readonly knownFull: (payment: Payment, route: string) => QuotaState | undefined;
}

export function payments(model: AccessModel, store: QuotaStore, clock: Clock): Payments {
  const exhausted = exhaustedWindows();
  const leases = createLeases();
  const memory = memoryPayments(leases, exhausted);
  const pauses = chargePauses(store.budgetMs ?? QUOTA_BUDGET_MS);
  const waiting = waitingCalls();
  const shadow = shadowMode(model);
  const chargeAt = knownCharges(model);

  /** The store has counted the units, but the call has continued without them. */
  const recordLate = ({ payment, route, charge }: ChargedCall, result: ChargeResult): void => {
    exhausted.remember(charge, result.counts);
    // INVARIANT: a unit pays once. With `onStoreFailure: allow`, or in shadow mode, the call may
    // have passed on it.
    const isRefused = payment.quota.onStoreFailure === 'deny' && shadow.modeOf(route) === 'enforce';
    if (result.kind === 'admitted' && isRefused)
      leases.addLease(charge, result.units, result.counts);
    waiting.tryAll(charge.key);
  };

  const fromStore = async (call: ChargedCall): Promise<Paid> => {
    const { payment, charge } = call;
    const sentMs = clock.now();
    try {
      const result = await store.charge(charge, (late) => recordLate(call, late));
      pauses.chargeAnswered(charge.key, sentMs);
      exhausted.remember(charge, result.counts);
      return answerInTime(call, result, leases);
    } catch (error) {
      if (!(error instanceof QuotaStoreError)) throw error;
      pauses.chargeFailed(charge.key, error, clock.now());
      // The first of two requests may have been answered during the wait for the second.
      const paid = memory.pay(payment, charge, clock.now());
      if (paid) return paid;
      throw error;
    }
  };

  const fromLateAnswer = async (
    payment: Payment,
    charge: Charge,
    waitMs: number,
  ): Promise<Paid> => {
    const pay = (): Paid | undefined => memory.pay(payment, charge, clock.now());
    const paid = waitMs > 0 && (await waiting.wait(charge.key, waitMs, pay));
    if (paid) return paid;
    throw new QuotaStoreError('paused', { mayHaveCharged: false });
  };

  return {
    pay: (payment, route) => {
      const nowMs = clock.now();
      const charge = chargeAt(payment, route, nowMs);
      const leased = payment.quota.accuracy === 'leased';
      const paid = memory.pay(payment, charge, nowMs);
      const sized = leased && !paid ? leases.nextLease(charge, nowMs) : charge;
      if (leased) leases.recordCall(charge, nowMs);
      if (paid) return paid;
      const waitMs = pauses.waitMs(charge.key, nowMs);
      return waitMs === undefined
        ? fromStore({ payment, route, charge: sized })
        : fromLateAnswer(payment, charge, waitMs);
    },
    knownFull: (payment, route) => {
      const nowMs = clock.now();
      return memory.knownFull(payment, chargeAt(payment, route, nowMs), nowMs);
    },
  };
}
