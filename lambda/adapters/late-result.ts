/** What a late answer of the quota store means: one that comes after its request was given up. */
import type { Charge } from '../core/quota/charge.ts';
import { type AdmittedPlan, planCharge } from '../core/quota/charge-plan.ts';
import type { ChargeResult } from '../ports.ts';
import { failedCondition, type LateAnswer } from './dynamo/requests.ts';
import { countsIn, isLaterItem, storedIn } from './quota-update.ts';

/**
 * @param plan what the request tried.
 * @returns undefined where nothing was taken, and another write would have been needed to know
 * whether anything is left.
 */
export function lateResult(
  charge: Charge,
  plan: AdmittedPlan,
  answer: LateAnswer<'UpdateItem'>,
): ChargeResult | undefined {
  try {
    const counts = countsIn(answer().Attributes ?? {}, plan);
    return counts && { kind: 'admitted', units: plan.units, counts };
  } catch (error) {
    const item = failedCondition(error)?.item;
    if (item === undefined || isLaterItem(item)) return undefined;
    const next = planCharge(charge, (id) => storedIn(item, id));
    return next.kind === 'exceeded' ? next : undefined;
  }
}
