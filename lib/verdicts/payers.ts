/** Which quotas the calls of a machine are charged to. */
import { entitlementsOf } from '../../lambda/core/decision/entitlements.ts';
import { hasBit } from '../../lambda/core/model/bits.ts';
import type { AccessModel } from '../../lambda/core/model/model.ts';
import { billFor, type Payment } from '../../lambda/core/quota/bill.ts';
import { principalOf } from './principals.ts';

export const FREE = 'none';

/** Names of the quotas that a call is charged to. */
export interface Payers {
  /** Each of them. */
  readonly strict: readonly string[];
  /** One of them; FREE where a grant without a quota allows the route. */
  readonly shared: readonly string[];
}

/** @returns undefined for a route that the machine may not call. */
export function payersOfMachine(
  model: AccessModel,
  cid: string,
): (key: string) => Payers | undefined {
  const entitlements = entitlementsOf(model, principalOf(model, { machine: cid }));
  const names = (payments: readonly Payment[]): readonly string[] =>
    [...new Set(payments.map(({ quota }) => quota.name))].toSorted();
  return (key) => {
    if (!hasBit(entitlements.allowed, model.routeIndex.get(key) ?? -1)) return undefined;
    const { strict, shared } = billFor(model, entitlements, key);
    return { strict: names(strict), shared: shared === 'free' ? [FREE] : names(shared) };
  };
}
