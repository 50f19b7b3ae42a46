/** What an environment says of a charge by itself: it holds units, or knows a window to be full. */

import type { Payment } from '../core/quota/bill.ts';
import { type Charge, quotaState } from '../core/quota/charge.ts';
import type { QuotaState } from '../core/quota/quota-state.ts';
import type { Paid } from './charged-call.ts';
import type { ExhaustedWindows } from './exhausted-windows.ts';
import type { Leases } from './leases.ts';

export interface MemoryPayments {
  /** Spends a unit. Undefined where only the store can tell. */
  readonly pay: (payment: Payment, charge: Charge, nowMs: number) => Paid | undefined;
  /** The state of a counter that is known to be full and has no units in memory. */
  readonly knownFull: (payment: Payment, charge: Charge, nowMs: number) => QuotaState | undefined;
}

export function memoryPayments(leases: Leases, exhausted: ExhaustedWindows): MemoryPayments {
  const full = (payment: Payment, charge: Charge, nowMs: number): QuotaState | undefined => {
    const known = exhausted.find(charge, nowMs);
    return known.length === 0 ? undefined : quotaState(payment, charge, known);
  };
  return {
    pay: (payment, charge, nowMs) => {
      const counts = leases.spend(charge, nowMs);
      if (counts) return { kind: 'admitted', state: quotaState(payment, charge, counts) };
      const state = full(payment, charge, nowMs);
      return state && { kind: 'exceeded', state };
    },
    knownFull: (payment, charge, nowMs) =>
      leases.holds(charge, nowMs) ? undefined : full(payment, charge, nowMs),
  };
}
