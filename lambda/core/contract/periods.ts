/** Lengths of time that more than one side counts with, and the periods of quota windows. */

export const MINUTE_SECONDS = 60;
export const FIVE_MINUTES_SECONDS = 300;
export const FIVE_MINUTES_MS = 300_000;
export const HOUR_SECONDS = 3_600;
export const DAY_SECONDS = 86_400;
export const DAY_MS = DAY_SECONDS * 1_000;

/** Windows of a quota are calendar ones, in UTC. */
export const PERIODS = ['minute', 'hour', 'day', 'month'] as const;
export type Period = (typeof PERIODS)[number];

/** Lengths by which the generosity of quotas is compared; a month counts 30 days. */
export const PERIOD_SECONDS = {
  minute: MINUTE_SECONDS,
  hour: HOUR_SECONDS,
  day: DAY_SECONDS,
  month: 30 * DAY_SECONDS,
} as const satisfies Readonly<Record<Period, number>>;

/** Longest window of each period, in seconds. */
export const LONGEST_PERIOD_SECONDS = {
  ...PERIOD_SECONDS,
  month: 31 * DAY_SECONDS,
} as const satisfies Readonly<Record<Period, number>>;
