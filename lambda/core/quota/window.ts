/** Quota windows: calendar windows in UTC. Times are whole seconds since the epoch. */
import { PERIOD_SECONDS, type Period } from '../contract/periods.ts';

export interface Window {
  /** First second of the window. */
  readonly start: number;
  /** First second after it. */
  readonly end: number;
}

/**
 * The window of a period that holds the given second. Epoch seconds have no leap seconds, so
 * minutes, hours and days divide evenly.
 */
export function windowAt(per: Period, second: number): Window {
  if (per !== 'month') {
    const length = PERIOD_SECONDS[per];
    const start = Math.floor(second / length) * length;
    return { start, end: start + length };
  }
  // biome-ignore lint/style/noRestrictedGlobals: calendar arithmetic on a given second, not a clock.
  const date = new Date(second * 1_000);
  // biome-ignore lint/style/noRestrictedGlobals: as above.
  const at = (month: number): number => Date.UTC(date.getUTCFullYear(), month, 1) / 1_000;
  return { start: at(date.getUTCMonth()), end: at(date.getUTCMonth() + 1) };
}
