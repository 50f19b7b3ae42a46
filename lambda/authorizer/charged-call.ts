/** One call's charge of one counter, and what it came to. */
import type { Payment } from '../core/quota/bill.ts';
import type { Charge } from '../core/quota/charge.ts';
import type { QuotaState } from '../core/quota/quota-state.ts';

export interface ChargedCall {
  readonly payment: Payment;
  readonly route: string;
  readonly charge: Charge;
}

export interface Paid {
  readonly kind: 'admitted' | 'exceeded';
  readonly state: QuotaState;
}
