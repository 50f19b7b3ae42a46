/** What an environment's last charge of each payer showed: whether anybody else charges it too. */
import type { Charge } from '../core/quota/charge.ts';
import { type AdmittedPlan, type Seen, shortestOf } from '../core/quota/charge-plan.ts';
import type { Item } from './dynamo/requests.ts';
import { storedBefore, storedIn } from './quota-update.ts';

export interface SeenCounts {
  find(charge: Charge): Seen | undefined;
  /** @param item as the admitted charge left it. */
  learn(charge: Charge, plan: AdmittedPlan, item: Item): void;
}

/**
 * Payers that are remembered, some 2 MB; beyond it all are forgotten, which costs at most one write
 * each.
 */
const MAX_SEEN = 10_000;

export function seenCounts(): SeenCounts {
  const seen = new Map<string, Seen>();
  // One item may count in several sets of windows, by the route that is called.
  const slotOf = ({ key, windows }: Charge): string => `${shortestOf(windows)?.id} ${key}`;
  return {
    find: (charge) => seen.get(slotOf(charge)),
    learn(charge, plan, item) {
      const shortest = shortestOf(charge.windows);
      const planned = plan.windows.find(({ window }) => window === shortest);
      const now = planned && storedIn(item, planned.window.id);
      if (!now) return;
      const slot = slotOf(charge);
      const last = seen.get(slot);
      const before = storedBefore(item, planned, plan.units);
      const isSame = before?.start === last?.start && before?.used === last?.used;
      // Two calls in one window may come here by chance; calls in two windows say more.
      const alone = isSame && (last === undefined || last.alone || last.start < now.start);
      if (seen.size >= MAX_SEEN) seen.clear();
      seen.set(slot, { start: now.start, used: now.used, alone });
    },
  };
}
