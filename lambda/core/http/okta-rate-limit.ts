/** How long to wait after a rate limit of Okta, also without a time of its reset. */
const OTHERWISE_SECONDS = 60;

/**
 * How long to wait after a 429 of Okta, by Okta's clock, to which the reset refers. One second is
 * added, since both are whole seconds. Source: Okta, "Rate limits".
 * @param now milliseconds since 1970, used where the response has no date.
 * @returns whole seconds, from 1 to `atMost`.
 */
export function secondsToReset(
  headers: { get(name: string): string | null },
  now: number,
  atMost: number,
): number {
  // biome-ignore lint/style/noRestrictedGlobals: reads a given date, no clock.
  const date = Date.parse(headers.get('date') ?? '');
  const server = Math.floor((Number.isNaN(date) ? now : date) / 1_000);
  // Seconds since 1970.
  const at = Number(headers.get('x-rate-limit-reset'));
  const seconds = Number.isFinite(at) && at > 0 ? at - server + 1 : OTHERWISE_SECONDS;
  return Math.min(Math.max(seconds, 1), atMost);
}
