/** Who was at the limit of a quota, as the records say. */
import type { DecisionRecord } from '../../lambda/core/contract/decision-record.ts';
import { idInBlock } from '../../lambda/core/quota/caller-name.ts';

/** A payer at its limit: calls that left nothing of the window, and calls beyond it. */
export interface AtLimit {
  readonly quota: string;
  readonly by: 'user' | 'client' | 'group';
  /** Where the map lists several okta blocks, block`/`id. */
  readonly payer: string;
  readonly atLimit: number;
  readonly exceeded: number;
}

/** A record of a group's quota does not say which of the caller's groups paid. */
function payerOf(
  by: AtLimit['by'],
  principal: NonNullable<DecisionRecord['principal']>,
  groups: readonly string[],
): string {
  if (by === 'group') return groups.join(' or ');
  const { id, cid } = principal;
  return idInBlock(by === 'client' ? (cid ?? id) : id, principal);
}

export function limitCounter(): {
  add(record: DecisionRecord): void;
  counted(): readonly AtLimit[];
} {
  const payers = new Map<string, AtLimit>();
  return {
    add({ quota, principal, groups = [], weight }) {
      if (
        quota === undefined ||
        principal === undefined ||
        quota.storeFailed ||
        (quota.remaining > 0 && !quota.exceeded)
      )
        return;
      const payer = payerOf(quota.by, principal, groups);
      const key = JSON.stringify([quota.name, quota.by, payer]);
      const before = payers.get(key) ?? {
        quota: quota.name,
        by: quota.by,
        payer,
        atLimit: 0,
        exceeded: 0,
      };
      const exceeded = quota.exceeded ? weight : 0;
      payers.set(key, {
        ...before,
        atLimit: before.atLimit + weight - exceeded,
        exceeded: before.exceeded + exceeded,
      });
    },
    counted: () =>
      [...payers.values()].toSorted((a, b) => b.exceeded - a.exceeded || b.atLimit - a.atLimit),
  };
}
