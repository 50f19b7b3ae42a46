/**
 * Leases: how many units an environment takes from the store with one write, to spend them without
 * asking again.
 *
 * Whatever the numbers here are, no limit is exceeded: a unit is spent only after the store has
 * granted it. Large leases save writes; what is not spent before the window ends is lost to
 * everybody, so that a caller may be refused early.
 */
import { PERIOD_SECONDS, type Period } from '../contract/periods.ts';
import type { ChargeWindow, Count } from './charge.ts';
import { windowAt } from './window.ts';

/**
 * Most units of one lease, which is also the most that one lost answer or one ended environment can
 * strand.
 */
const MAX_LEASE = 100;

/**
 * An environment takes this part of its even share of what is left, since it never knows of all the
 * others: the first ones of a window see few instances and would take too much.
 */
const SHARE_DIVISOR = 4;

export interface LeaseFacts {
  /** Units left in the window that has the fewest. */
  readonly remaining: number;
  /** Environments known to take leases, this one included. */
  readonly instances: number;
  /**
   * This environment's own calls a second on the counter; what it used in one second is all it
   * takes for the next.
   */
  readonly callsPerSecond: number;
}

/** Units to ask for: min(100, remaining / (4 x instances), calls a second x 1 s), at least 1. */
export function leaseUnits({ remaining, instances, callsPerSecond }: LeaseFacts): number {
  const share = Math.floor(remaining / (SHARE_DIVISOR * Math.max(1, instances)));
  return Math.max(1, Math.min(MAX_LEASE, share, Math.ceil(callsPerSecond)));
}

/**
 * Environments that are active now: those counted in the shortest window. A month's count holds all
 * that ever were.
 */
export function knownInstances(
  windows: readonly { readonly id: string; readonly per: Period }[],
  counts: readonly Count[],
): number {
  const [shortest] = windows.toSorted((a, b) => PERIOD_SECONDS[a.per] - PERIOD_SECONDS[b.per]);
  return Math.max(1, counts.find(({ id }) => id === shortest?.id)?.instances ?? 1);
}

/**
 * Units left in the tightest window; a window of which nothing is known, or only the one before,
 * has its whole limit left.
 */
export function remainingUnits(windows: readonly ChargeWindow[], counts: readonly Count[]): number {
  const left = windows.map(({ id, limit, start }) => {
    const count = counts.find((known) => known.id === id && known.start >= start);
    return Math.max(0, limit - (count?.used ?? 0));
  });
  return Math.min(...left);
}

/**
 * Epoch second at which the first of the counted windows ends, and with it every unit taken from
 * them.
 */
export const leaseEnd = (windows: readonly ChargeWindow[], counts: readonly Count[]): number =>
  Math.min(
    ...windows.map(
      ({ id, per, start }) =>
        windowAt(per, counts.find((count) => count.id === id)?.start ?? start).end,
    ),
  );

/** Exponentially decaying call count: an average over about 15 seconds, without a list of times. */
export interface CallRate {
  readonly calls: number;
  /** Milliseconds since the epoch of the first call. */
  readonly since: number;
  /** Milliseconds since the epoch of the last call. */
  readonly at: number;
}

const DECAY_MS = 15_000;
/** Minimum observation time: two calls within a millisecond are not 2,000 a second. */
const MIN_OBSERVED_MS = 500;

/** The rate with one more call. */
export function countCall(rate: CallRate | undefined, nowMs: number): CallRate {
  if (rate === undefined) return { calls: 1, since: nowMs, at: nowMs };
  return {
    calls: 1 + rate.calls * decay(nowMs - rate.at),
    since: rate.since,
    at: Math.max(rate.at, nowMs),
  };
}

/** Calls a second up to now; 0 where none was seen. */
export function callsPerSecond(rate: CallRate | undefined, nowMs: number): number {
  if (rate === undefined) return 0;
  const observedMs = DECAY_MS * (1 - decay(nowMs - rate.since));
  return (1_000 * rate.calls * decay(nowMs - rate.at)) / Math.max(MIN_OBSERVED_MS, observedMs);
}

/** A clock that steps back causes no decay. */
const decay = (elapsedMs: number): number => Math.exp(-Math.max(0, elapsedMs) / DECAY_MS);
