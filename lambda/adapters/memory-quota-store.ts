import { planCharge, type StoredCount } from '../core/charge-plan.ts';
import type { Charge } from '../core/quota.ts';
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
      const counts = plan.windows.map(({ window, kind, start }) => {
        const used = kind === 'roll' ? 1 : (item.get(window.id)?.used ?? 0) + 1;
        item.set(window.id, { start, used });
        return { id: window.id, start, used };
      });
      return { kind: 'admitted', counts };
    },
  };
}
