/** What one attempt to charge does to the stored counts; both store adapters follow this plan. */
import { knownInstances, leaseUnits } from './lease.ts';
import type { Charge, ChargeWindow, Count } from './quota.ts';

/** One window's counter as stored. */
export interface StoredCount {
  readonly start: number;
  readonly used: number;
  readonly instances: number;
}

export interface PlannedWindow {
  readonly window: ChargeWindow;
  /**
   * The stored window is current (or ahead of this clock) and has room: add to it, if it still is
   * and has.
   */
  readonly kind: 'add' | 'roll';
  /** Start of the window that is charged. */
  readonly start: number;
  /**
   * `roll`: start of the stored window that ends with this call, or undefined where nothing is
   * stored.
   */
  readonly replaces: number | undefined;
}

export interface AdmittedPlan {
  readonly kind: 'take';
  /** Units taken from every window: those asked for, or fewer. */
  readonly units: number;
  readonly windows: readonly PlannedWindow[];
}

export type ChargePlan =
  | AdmittedPlan
  | { readonly kind: 'exceeded'; readonly counts: readonly Count[] };

/**
 * Judges stored counts. A stored window later than the caller's is another environment's clock
 * running ahead; it is charged as it stands, since rolling it back would give its units out twice.
 */
export function planCharge(
  charge: Charge,
  stored: (id: string) => StoredCount | undefined,
): ChargePlan {
  const windows: PlannedWindow[] = [];
  const counts: Count[] = [];
  for (const window of charge.windows) {
    const now = stored(window.id);
    if (now === undefined || now.start < window.start) {
      windows.push({ window, kind: 'roll', start: window.start, replaces: now?.start });
      counts.push({ id: window.id, start: window.start, used: 0, instances: 0 });
      continue;
    }
    windows.push({ window, kind: 'add', start: now.start, replaces: undefined });
    counts.push({ id: window.id, ...now });
  }
  const remaining = Math.min(
    ...charge.windows.map(({ limit }, n) => limit - (counts[n]?.used ?? 0)),
  );
  if (remaining <= 0) return { kind: 'exceeded', counts };
  // The counts are fresher than those that the lease was measured by, so its share is measured
  // anew.
  const instances = knownInstances(charge.windows, counts);
  return {
    kind: 'take',
    units: leaseUnits({ remaining, instances, callsPerSecond: charge.units }),
    windows,
  };
}

/**
 * The plan before the item is read: it assumes that every window is current, which only the first
 * call of a window disproves.
 */
export const optimisticPlan = (charge: Charge): AdmittedPlan => ({
  kind: 'take',
  units: Math.min(charge.units, ...charge.windows.map(({ limit }) => limit)),
  windows: charge.windows.map((window) => ({
    window,
    kind: 'add',
    start: window.start,
    replaces: undefined,
  })),
});
