import type { Charge } from '../core/quota/charge.ts';
import { planCharge, type StoredCount } from '../core/quota/charge-plan.ts';
import type { ChargeResult, QuotaStore } from '../ports.ts';

/** A quota store in this process: for tests and for embedding; it is shared with nobody. */
export function memoryQuotaStore(): QuotaStore {
  const items = new Map<string, Map<string, StoredCount>>();
  return {
    async charge(charge: Charge): Promise<ChargeResult> {
      const item = items.get(charge.key) ?? new Map<string, StoredCount>();
      const plan = planCharge(charge, (id) => item.get(id));
      if (plan.kind === 'exceeded') return plan;
      items.set(charge.key, item);
      const counts = plan.windows.map(({ window: { id, joins }, kind, start }) => {
        const before = kind === 'roll' ? undefined : item.get(id);
        const count = {
          start,
          used: (before?.used ?? 0) + plan.units,
          instances: (before?.instances ?? 0) + Number(joins),
        };
        item.set(id, count);
        return { id, ...count };
      });
      return { kind: 'admitted', units: plan.units, counts };
    },
  };
}
