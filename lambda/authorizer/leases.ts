/**
 * The leases of one environment: units taken in advance, and what is needed to size the next lease.
 */
import {
  type CallRate,
  callsPerSecond,
  countCall,
  knownInstances,
  leaseEnd,
  leaseUnits,
  remainingUnits,
} from '../core/quota/lease.ts';
import type { Charge, Count } from '../core/quota/quota.ts';

export interface Leases {
  /** Counts one call, whether a lease pays for it or not. */
  recordCall(charge: Charge, nowMs: number): void;
  /**
   * Spends one unit of a lease on the same windows. Returns the counts to disclose, or undefined
   * when no unit is left.
   */
  spend(charge: Charge, nowMs: number): readonly Count[] | undefined;
  /** The charge that takes the next lease. */
  nextLease(charge: Charge, nowMs: number): Charge;
  /** Keeps what the store granted, less the unit of the call that asked. */
  addLease(charge: Charge, units: number, counts: readonly Count[]): void;
}

interface Lease {
  units: number;
  readonly endsAt: number;
  readonly counts: readonly Count[];
}

interface Counter {
  rate: CallRate | undefined;
  /** As of the last grant, by window. */
  readonly counts: Map<string, Count>;
  /** By the windows that a unit is good for: a call of another route may count in others. */
  readonly leases: Map<string, Lease>;
}

/**
 * Maximum number of counters. Beyond it all leases are dropped; their units are lost, which never
 * exceeds a limit.
 */
const MAX_COUNTERS = 10_000;

export function createLeases(): Leases {
  const counters = new Map<string, Counter>();
  const counterOf = ({ key }: Charge): Counter => {
    const known = counters.get(key);
    if (known) return known;
    if (counters.size >= MAX_COUNTERS) counters.clear();
    const made: Counter = { rate: undefined, counts: new Map(), leases: new Map() };
    counters.set(key, made);
    return made;
  };
  return {
    recordCall(charge, nowMs) {
      const counter = counterOf(charge);
      counter.rate = countCall(counter.rate, nowMs);
    },
    spend(charge, nowMs) {
      const lease = counterOf(charge).leases.get(slotOf(charge));
      // INVARIANT: a unit is spent once, and never after a window that it was taken from has ended.
      if (lease === undefined || lease.units === 0 || nowMs >= lease.endsAt * 1_000)
        return undefined;
      lease.units--;
      return withoutLeasedUnits(lease);
    },
    nextLease(charge, nowMs) {
      const { rate, counts } = counterOf(charge);
      const known = charge.windows.flatMap(({ id }) => counts.get(id) ?? []);
      const facts = {
        remaining: remainingUnits(charge.windows, known),
        instances: knownInstances(charge.windows, known),
        callsPerSecond: callsPerSecond(rate, nowMs),
      };
      const windows = charge.windows.map((window) => ({
        ...window,
        joins: !isMember(counts.get(window.id), window.start),
      }));
      return { ...charge, units: leaseUnits(facts), windows };
    },
    addLease(charge, units, counts) {
      const counter = counterOf(charge);
      for (const count of counts) counter.counts.set(count.id, count);
      const endsAt = leaseEnd(charge.windows, counts);
      const left = counter.leases.get(slotOf(charge));
      // Two calls at once may each have taken a lease of the same windows.
      const more = left?.endsAt === endsAt ? left.units : 0;
      counter.leases.set(slotOf(charge), { units: units - 1 + more, endsAt, counts });
    },
  };
}

const slotOf = ({ windows }: Charge): string => windows.map(({ id }) => id).join(' ');

const isMember = (count: Count | undefined, start: number): boolean =>
  count !== undefined && count.start >= start;

/** Units still in the lease are not used yet: to the caller they remain. */
const withoutLeasedUnits = ({ units, counts }: Lease): readonly Count[] =>
  counts.map((count) => ({ ...count, used: count.used - units }));
