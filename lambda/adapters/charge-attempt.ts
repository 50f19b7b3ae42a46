/** The time of one charge, and its one retry. */
import { setTimeout as pause } from 'node:timers/promises';
import { QUOTA_STORE_METRIC } from '../core/contract/metric-names.ts';
import type { Charge } from '../core/quota/charge.ts';
import type { ChargeResult, Metrics } from '../ports.ts';
import { faultOf, isWorthRetrying } from './dynamo/fault.ts';
import { failedCondition } from './dynamo/requests.ts';

/** Part of the budget that a throttled or conflicting request waits before its retry. */
const RETRY_PAUSE = 0.1;

/** A request that ends in time, by the monotonic clock, and whether it may be sent twice. */
export interface Attempt {
  readonly endsAt: number;
  retriesLeft: number;
}

export interface ChargeAttempt extends Attempt {
  readonly charge: Charge;
  /** Called with answers that came after their request was given up. */
  readonly onLate: ((result: ChargeResult) => void) | undefined;
  /** Whether a write without an answer may have taken units. */
  mayHaveCharged: boolean;
}

export const msLeft = ({ endsAt }: Attempt): number => endsAt - performance.now();

export type WithRetry = <T>(attempt: Attempt, send: (withinMs: number) => Promise<T>) => Promise<T>;

/**
 * At most one retry a charge. A repeated write may count twice, which is on the safe side: it never
 * admits twice.
 */
export const retryWithin =
  (budgetMs: number, metrics: Metrics | undefined): WithRetry =>
  async (attempt, send) => {
    // Given up at half the budget, so that a second request fits: a connection may be half open.
    const most = attempt.retriesLeft === 0 ? budgetMs : budgetMs / 2;
    try {
      return await send(Math.min(most, msLeft(attempt)));
    } catch (error) {
      const isFinal = attempt.retriesLeft === 0 || msLeft(attempt) <= 0 || failedCondition(error);
      if (isFinal || !isWorthRetrying(error)) throw error;
      attempt.retriesLeft--;
      const fault = faultOf(error);
      metrics?.put({ [QUOTA_STORE_METRIC.retries]: 1 }, { fault });
      if (fault === 'throttled' || fault === 'conflict')
        await pause(Math.max(0, Math.min(budgetMs * RETRY_PAUSE, msLeft(attempt))));
      return send(msLeft(attempt));
    }
  };
