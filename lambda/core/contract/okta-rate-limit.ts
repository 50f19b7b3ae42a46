/** How long to wait after a rate limit of Okta, also without a time of its reset. */
const OTHERWISE_SECONDS = 60;

export interface RateLimitTimes {
  /** Header `x-rate-limit-reset`: seconds since 1970. */
  readonly reset: string | null;
  /** Date of the response in milliseconds since 1970; NaN where it has none. */
  readonly date: number;
  /** Milliseconds since 1970, used where the response has no date. */
  readonly now: number;
}

/**
 * How long to wait after a 429 of Okta, by Okta's clock, to which the reset refers. One second is
 * added, since both are whole seconds. Source: Okta, "Rate limits".
 * @returns whole seconds, from 1 to `atMost`.
 */
export function secondsToReset({ reset, date, now }: RateLimitTimes, atMost: number): number {
  const server = Math.floor((Number.isNaN(date) ? now : date) / 1_000);
  const at = Number(reset);
  const seconds = Number.isFinite(at) && at > 0 ? at - server + 1 : OTHERWISE_SECONDS;
  return Math.min(Math.max(seconds, 1), atMost);
}
