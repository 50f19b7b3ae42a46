/** What one attempt to charge does to the stored counts; both store adapters follow this plan. */
import { PERIOD_SECONDS } from '../contract/periods.ts';
import type { Charge, ChargeWindow, Count } from './charge.ts';
import { knownInstances, leaseUnits } from './lease.ts';

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
   * `roll`: start of the stored window that ends with this call, undefined where nothing is stored,
   * or `older` for either, whichever it may be.
   */
  readonly replaces: number | 'older' | undefined;
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
 * Evaluates stored counts. A stored window later than the caller's is another environment's clock
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
  // The counts are newer than those that gave the size of the lease, so measure its share again.
  const instances = knownInstances(charge.windows, counts);
  return {
    kind: 'take',
    units: leaseUnits({ remaining, instances, callsPerSecond: charge.units }),
    windows,
  };
}

/** What the last charge of an environment showed of its payer's shortest window. */
export interface Seen {
  readonly start: number;
  readonly used: number;
  /** Whether nobody else had charged it since the charge before. */
  readonly alone: boolean;
}

/**
 * The plan before the item is read: it assumes that every window is current, which only the first
 * call of a window disproves; for a payer whom this environment alone serves, or knows nothing of,
 * that the shortest one has ended. A wrong guess costs a second write and counts nothing.
 * @param seen undefined: nothing is known of the payer.
 */
export function firstPlan(charge: Charge, seen: Seen | undefined): AdmittedPlan {
  const shortest = shortestOf(charge.windows);
  return {
    kind: 'take',
    units: Math.min(charge.units, ...charge.windows.map(({ limit }) => limit)),
    windows: charge.windows.map((window) => {
      const { start } = window;
      return window === shortest && hasEnded(window, charge, seen)
        ? { window, kind: 'roll', start, replaces: seen?.start ?? 'older' }
        : { window, kind: 'add', start, replaces: undefined };
    }),
  };
}

/** Units of a lease depend on what is left, which is not known before the item is read. */
function hasEnded({ start }: ChargeWindow, charge: Charge, seen: Seen | undefined): boolean {
  if (charge.units > 1) return false;
  return seen ? seen.alone && seen.start < start : charge.shared !== true;
}

/** Finds the window with the shortest period; the first of several that are equally short. */
export const shortestOf = (windows: readonly ChargeWindow[]): ChargeWindow | undefined =>
  windows.reduce<ChargeWindow | undefined>(
    (found, window) =>
      found && PERIOD_SECONDS[found.per] <= PERIOD_SECONDS[window.per] ? found : window,
    undefined,
  );
