/**
 * The leases of one environment: units taken in advance, and what is needed to size the next lease.
 */
import type { Charge, Count } from '../core/quota/charge.ts';
import {
  type CallRate,
  callsPerSecond,
  countCall,
  knownInstances,
  leaseEnd,
  leaseUnits,
  remainingUnits,
} from '../core/quota/lease.ts';
import { perObject } from './per-object.ts';

export interface Leases {
  /** Counts one call, whether a lease pays for it or not. */
  recordCall(charge: Charge, nowMs: number): void;
  /**
   * Spends one unit of a lease on the same windows. Returns the counts to disclose, or undefined
   * when no unit is left.
   */
  spend(charge: Charge, nowMs: number): readonly Count[] | undefined;
  /** Whether a unit of a lease would pay. */
  holds(charge: Charge, nowMs: number): boolean;
  /** The charge that takes the next lease. */
  nextLease(charge: Charge, nowMs: number): Charge;
  /** Keeps units that the store granted and that no call has been paid with. */
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
const MAX_LEASED_COUNTERS = 10_000;

export function createLeases(): Leases {
  const counters = new Map<string, Counter>();
  const counterOf = ({ key }: Charge): Counter => {
    const known = counters.get(key);
    if (known) return known;
    if (counters.size >= MAX_LEASED_COUNTERS) counters.clear();
    const made: Counter = { rate: undefined, counts: new Map(), leases: new Map() };
    counters.set(key, made);
    return made;
  };
  /** INVARIANT: a unit is never spent after a window that it was taken from has ended. */
  const spendable = (charge: Charge, nowMs: number): Lease | undefined => {
    const lease = counters.get(charge.key)?.leases.get(slotOf(charge));
    return lease && lease.units > 0 && nowMs < lease.endsAt * 1_000 ? lease : undefined;
  };
  return {
    holds: (charge, nowMs) => spendable(charge, nowMs) !== undefined,
    recordCall(charge, nowMs) {
      const counter = counterOf(charge);
      counter.rate = countCall(counter.rate, nowMs);
    },
    spend(charge, nowMs) {
      const lease = spendable(charge, nowMs);
      if (lease === undefined) return undefined;
      // INVARIANT: a unit is spent once.
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
      const endsAt = leaseEnd(charge.windows, counts);
      const left = counter.leases.get(slotOf(charge));
      // A late answer may be of a window before the one that is leased now.
      if (left !== undefined && left.endsAt > endsAt) return;
      // Two calls at once may each have taken a lease of the same windows, and answers may come in
      // another order than they were given.
      const merged = left?.endsAt === endsAt ? left : undefined;
      const latest = counts.map((count) => later(count, merged?.counts));
      for (const count of latest) counter.counts.set(count.id, count);
      const all = units + (merged?.units ?? 0);
      counter.leases.set(slotOf(charge), { units: all, endsAt, counts: latest });
    },
  };
}

const slotOf = perObject(({ windows }: Charge) => windows.map(({ id }) => id).join(' '));

/** The count with more units used, which is the later one. */
const later = (count: Count, others: readonly Count[] | undefined): Count => {
  const other = others?.find(({ id }) => id === count.id);
  return other && other.used > count.used ? other : count;
};

const isMember = (count: Count | undefined, start: number): boolean =>
  count !== undefined && count.start >= start;

/** Units still in the lease are not used yet: to the caller they remain. */
const withoutLeasedUnits = ({ units, counts }: Lease): readonly Count[] =>
  counts.map((count) => ({ ...count, used: count.used - units }));
