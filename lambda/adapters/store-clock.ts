/** How far this environment's clock is from the store's, as the store's own answers tell. */

import { FIVE_MINUTES_MS } from '../core/contract/periods.ts';

/**
 * A window is charged at most this early or late; AWS itself refuses a request that was signed
 * further off. Source: IAM User Guide, "Troubleshoot Signature Version 4 signing".
 */
const MAX_CLOCK_SKEW_MS = FIVE_MINUTES_MS;
/**
 * An answer that took longer was read late, after the environment was frozen for example, and its
 * time is no longer the store's.
 */
const MAX_RESPONSE_MS = 10_000;

export interface StoreClock {
  /**
   * Learns from the `Date` field of an answer (RFC 9110, 6.6.1); times in milliseconds since the
   * epoch, by this environment.
   */
  observe(dateField: string | undefined, sentAt: number, receivedAt: number): void;
  /**
   * Whether the last answer said that the two clocks differ by more than five minutes; no before
   * any answer.
   */
  isSkewed(): boolean;
}

export function storeClock(): StoreClock {
  let offsetMs = 0;
  return {
    observe(dateField, sentAt, receivedAt) {
      const date = Date.parse(dateField ?? '');
      if (Number.isNaN(date) || receivedAt - sentAt > MAX_RESPONSE_MS) return;
      offsetMs = date - receivedAt;
    },
    isSkewed: () => Math.abs(offsetMs) > MAX_CLOCK_SKEW_MS,
  };
}
