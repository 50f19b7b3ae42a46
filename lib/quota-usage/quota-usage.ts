/**
 * What the items of a quota table say of the quotas of a map. Times are whole seconds since the
 * epoch.
 */
import type { Period } from '../../lambda/core/contract/periods.ts';
import type { QuotaFile, QuotaWindowFile } from '../../lambda/core/model/model-file.ts';
import { formerCount, type ItemNumbers, storedCount } from '../../lambda/core/quota/quota-item.ts';
import { windowAt } from '../../lambda/core/quota/window.ts';

/** One item of the table. */
export interface UsageItem {
  readonly key: string;
  readonly numbers: ItemNumbers;
}

/** Calls counted in one window; with leases the units that were taken, spent or not. */
export interface WindowUsage {
  readonly start: number;
  /** First second after it. */
  readonly end: number;
  readonly used: number;
}

export interface CounterUsage {
  readonly per: Period;
  /** Whether the window counts some routes only. */
  readonly someRoutes: boolean;
  readonly limit: number;
  readonly current: WindowUsage;
  /**
   * Windows that have ended, the last one first; the table keeps two of those in which there were
   * calls.
   */
  readonly recent: readonly WindowUsage[];
}

export interface PayerUsage {
  readonly payer: string;
  readonly windows: readonly CounterUsage[];
}

export interface QuotaUsage {
  readonly quota: string;
  readonly by: QuotaFile['by'];
  readonly accuracy: QuotaFile['accuracy'];
  /** From the one that has used most of its tightest window. */
  readonly payers: readonly PayerUsage[];
}

/**
 * Usage by quota, in the order of the map's quotas; items of quotas that the map does not have are
 * left out.
 */
export function quotaUsage(
  quotas: readonly QuotaFile[],
  items: readonly UsageItem[],
  now: number,
): readonly QuotaUsage[] {
  return quotas.map((quota) => {
    const prefix = `${quota.name}#`;
    const payers = items
      .filter(({ key }) => key.startsWith(prefix))
      .map(({ key, numbers }) => ({
        payer: key.slice(prefix.length),
        windows: quota.windows.map((window) => counterUsage(window, numbers, now)),
      }))
      .sort((a, b) => share(b) - share(a) || (a.payer < b.payer ? -1 : 1));
    return { quota: quota.name, by: quota.by, accuracy: quota.accuracy, payers };
  });
}

/** Part of the current window that is used, in the window where it is largest. */
const share = ({ windows }: PayerUsage): number =>
  Math.max(0, ...windows.map(({ current, limit }) => current.used / limit));

function counterUsage(window: QuotaWindowFile, numbers: ItemNumbers, now: number): CounterUsage {
  const { per, limit } = window;
  const stored = storedCount(numbers, window.id);
  const former = formerCount(numbers, window.id);
  const before = usageOf(per, former?.start, former?.used);
  const counted = usageOf(per, stored?.start, stored?.used);
  const now0 = { ...windowAt(per, now), used: 0 };
  // Another clock may be ahead of this one: what is counted in a later window is current, too.
  const isCurrent = counted !== undefined && counted.end > now;
  const recent = [isCurrent ? undefined : counted, before].filter((usage) => usage !== undefined);
  return {
    per,
    someRoutes: window.routes !== undefined,
    limit,
    current: isCurrent ? counted : now0,
    recent,
  };
}

function usageOf(
  per: Period,
  start: number | undefined,
  used: number | undefined,
): WindowUsage | undefined {
  return start === undefined || used === undefined
    ? undefined
    : { start, end: windowAt(per, start).end, used };
}
