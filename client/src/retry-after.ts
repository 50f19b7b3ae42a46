/**
 * A Retry-After, which is seconds or a date. Source: RFC 9110, 10.2.3.
 * @returns whole seconds from `nowMs`, at least 1; undefined for anything else.
 */
export function secondsIn(value: unknown, nowMs: number): number | undefined {
  if (value === null || value === undefined || value === '') return undefined;
  const seconds = Number(value);
  const found = Number.isNaN(seconds) ? (Date.parse(String(value)) - nowMs) / 1_000 : seconds;
  return Number.isNaN(found) ? undefined : Math.max(1, Math.ceil(found));
}
