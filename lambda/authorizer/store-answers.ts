/** What an answer of the store to a charge means for its call, and which units are left of it. */
import { type Count, quotaState } from '../core/quota/charge.ts';
import type { ChargeResult } from '../ports.ts';
import type { ChargedCall, Paid } from './charged-call.ts';
import type { Leases } from './leases.ts';

/** The call waits for the answer. */
export function answerInTime(
  { payment, charge }: ChargedCall,
  result: ChargeResult,
  leases: Leases,
): Paid {
  const { kind, counts } = result;
  if (kind === 'exceeded') return { kind, state: quotaState(payment, charge, counts) };
  const { units } = result;
  if (payment.quota.accuracy === 'leased') leases.addLease(charge, units - 1, counts);
  return { kind, state: quotaState(payment, charge, withoutLeasedUnits(counts, units)) };
}

/** One of the leased units pays for this call; the others still count as remaining. */
const withoutLeasedUnits = (counts: readonly Count[], units: number): readonly Count[] =>
  counts.map((count) => ({ ...count, used: count.used - units + 1 }));
