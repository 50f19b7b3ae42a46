/** The current state of a caller's quotas, without charging. */

import type { Period } from '../contract/periods.ts';
import { decide } from '../decision/decide.ts';
import type { Entitlements } from '../decision/entitlements.ts';
import { hasBit } from '../model/bits.ts';
import type { AccessModel } from '../model/model.ts';
import { billFor, byRank, keyOf, type Payment, paymentsIn } from './bill.ts';
import type { StoredCount } from './charge-plan.ts';
import { windowAt } from './window.ts';

export interface WindowOverview {
  readonly per: Period;
  readonly limit: number;
  /** Units left now; undefined when the store gave no answer. */
  readonly remaining: number | undefined;
  /** Epoch second at which the window ends and its units are there again. */
  readonly endsAt: number;
  /** The routes that count, where not all do. */
  readonly routes: readonly string[] | undefined;
}

/**
 * The counters that calls of this principal may be charged to, in the order in which they are
 * tried: strict ones, then the others, each from the most generous on.
 */
export function paymentsOf(model: AccessModel, entitlements: Entitlements): readonly Payment[] {
  const payments = new Map<string, Payment>();
  for (const { key } of model.routes) {
    const decision = decide(model, entitlements, key);
    // Public and signed-in routes are never charged.
    if (
      decision.effect === 'deny' ||
      decision.reason === 'public' ||
      decision.reason === 'signed_in'
    )
      continue;
    for (const payment of paymentsIn(billFor(model, entitlements, key)))
      payments.set(keyOf(payment), payment);
  }
  const isStrict = ({ quota }: Payment): number => (quota.strict ? 0 : 1);
  return [...payments.values()].sort((a, b) => isStrict(a) - isStrict(b) || byRank(a, b));
}

/**
 * @param stored the counter of a window as stored, by window id; `unknown` when the store gave no
 * answer.
 * @param second the current epoch second: counters of earlier windows no longer apply.
 */
export function windowsOf(
  model: AccessModel,
  { quota }: Payment,
  stored: ((id: string) => Pick<StoredCount, 'start' | 'used'> | undefined) | 'unknown',
  second: number,
): readonly WindowOverview[] {
  return quota.windows.map(({ id, per, limit, routes }) => {
    const { start } = windowAt(per, second);
    const count = stored === 'unknown' ? undefined : stored(id);
    // A later window is another environment's clock running ahead; it is what calls are charged to.
    const current = count !== undefined && count.start >= start ? count : { start, used: 0 };
    return {
      per,
      limit,
      remaining: stored === 'unknown' ? undefined : Math.max(0, limit - current.used),
      endsAt: windowAt(per, current.start).end,
      routes:
        routes === undefined
          ? undefined
          : model.routes.flatMap(({ key }, index) => (hasBit(routes, index) ? [key] : [])),
    };
  });
}
