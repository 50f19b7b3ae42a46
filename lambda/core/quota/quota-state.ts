/** The state of a quota, for callers, records and metrics. */
import type { Period } from '../contract/periods.ts';

/** For the caller: the tightest window. */
export interface QuotaState {
  readonly quota: string;
  readonly payer: string;
  readonly limit: number;
  readonly remaining: number;
  /** Epoch second at which the window ends. */
  readonly endsAt: number;
  readonly per?: Period;
  /**
   * Use of the fullest window in percent, where another one is fuller than this: a month that is
   * nearly used up may have more left than a new minute.
   */
  readonly usedPercent?: number;
}

/** How much of a window is used, in whole percent. */
export const percentUsed = ({
  limit,
  remaining,
}: Pick<QuotaState, 'limit' | 'remaining'>): number =>
  Math.round((100 * (limit - remaining)) / limit);

/**
 * Whole seconds until the window ends, rounded up so that nobody retries too early; at least 1.
 * Source: RFC 9110, 10.2.3.
 */
export const secondsUntil = (endsAt: number, nowMs: number): number =>
  Math.max(1, Math.ceil(endsAt - nowMs / 1_000));
