/**
 * Counters that are paused, since the store did not report the outcome of a charge. A charge that
 * completes too late for its call may still count, so further charges would use up the quota on
 * calls that are refused.
 */
import type { QuotaStoreError } from '../ports.ts';

/** First pause of a counter after a charge without an outcome; each further one doubles it. */
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 10_000;
/**
 * An environment that was frozen between two calls reads what came meanwhile in its first moments.
 */
const MIN_WAIT_MS = 10;
/** Maximum number of paused counters. Beyond it all are forgotten, which is one charge for each. */
const MAX_PAUSED_COUNTERS = 10_000;

export interface ChargePauses {
  /**
   * How long a call of a paused counter waits for a late answer: as long as a charge may take after
   * the failure, and 0 where none is to come. Undefined: the counter is not paused.
   */
  waitMs(key: string, nowMs: number): number | undefined;
  /** A charge failed. */
  chargeFailed(key: string, error: QuotaStoreError, nowMs: number): void;
  /** A charge that was sent at `sentMs` gave a result in time. */
  chargeAnswered(key: string, sentMs: number): void;
}

/** Epoch milliseconds. */
interface Pause {
  readonly endsAt: number;
  readonly lengthMs: number;
  /** Until when a late answer is waited for; undefined where none can come. */
  readonly waitUntil: number | undefined;
}

/** @param budgetMs how long a charge may take. */
export function chargePauses(budgetMs: number): ChargePauses {
  const pauses = new Map<string, Pause>();
  const currentPause = (key: string, nowMs: number): Pause | undefined => {
    const pause = pauses.get(key);
    const leftMs = (pause?.endsAt ?? 0) - nowMs;
    // A clock that stepped back must not stretch a pause.
    return leftMs > 0 && leftMs <= LONGEST_PAUSE_MS ? pause : undefined;
  };
  return {
    waitMs(key, nowMs) {
      const pause = currentPause(key, nowMs);
      return pause && (pause.waitUntil ? Math.max(MIN_WAIT_MS, pause.waitUntil - nowMs) : 0);
    },
    chargeFailed(key, { fault, mayHaveCharged }, nowMs) {
      // Calls that were at work at once fail at once: that is one pause.
      if (!mayHaveCharged || currentPause(key, nowMs)) return;
      if (pauses.size >= MAX_PAUSED_COUNTERS) pauses.clear();
      const before = pauses.get(key)?.lengthMs;
      const lengthMs = before ? Math.min(2 * before, LONGEST_PAUSE_MS) : FIRST_PAUSE_MS;
      const waitUntil = fault === 'timeout' ? nowMs + budgetMs : undefined;
      pauses.set(key, { endsAt: nowMs + lengthMs, lengthMs, waitUntil });
    },
    chargeAnswered(key, sentMs) {
      // A charge that was sent before a pause does not show that the store works after it.
      const pause = pauses.get(key);
      if (pause && sentMs >= pause.endsAt) pauses.delete(key);
    },
  };
}
