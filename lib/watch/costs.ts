/**
 * What a map's stack costs by the month whatever its traffic, at list prices of us-east-1 and
 * without free tiers. `check` prints it, and docs/explanation/costs.md, which has where each price
 * is from and the prices of calls, is held to it.
 */

import type { AccessMap } from '../access-map/index.ts';
import { MAX_QUOTA_ALARMS, type MetricPlan } from './metric-plan.ts';

/** In dollars. Source: the table of prices in docs/explanation/costs.md. */
export const PRICES = {
  /** A custom metric a month, of the first 10,000. */
  metric: 0.3,
  /** An alarm of standard resolution a month. */
  alarm: 0.1,
  /** A dashboard a month, beyond the first three of an account. */
  dashboard: 3,
  /** A GB-second of a function on arm64. */
  gbSecond: 0.0000133334,
  /** A gigabyte taken in by CloudWatch Logs. */
  logGigabyte: 0.5,
} as const;

/** A run each five minutes of 30 days, 4 s (an assumption) at 256 MB. */
export const DETECTOR_GB_SECONDS = 8_640;

/**
 * The watch has 6 on decisions and the function, 3 of the detector. The authorizer has 3 on keys.
 */
const ALARMS_OF_EVERY_MAP = 12;
const DETECTOR_ALARMS = 3;

export interface FixedCosts {
  /** Alarms of the stack. */
  readonly alarms: number;
  /** Dollars a month that are paid while nothing fails: steady metrics, alarms, detector. */
  readonly dollars: number;
  /**
   * Dollars a month if every metric has values in every hour, so that every kind of refusal and
   * fault occurs.
   */
  readonly mostDollars: number;
  /**
   * The part of `dollars` that applies to the output of `package`, which has no detector. Absent
   * where the map is not `authorizerOnly`.
   */
  readonly packagedDollars?: number;
}

/** Without the dashboard, which is free as one of the first three of an account. */
export function fixedCosts(map: AccessMap, { steady, total }: MetricPlan): FixedCosts {
  const alarms = alarmCount(map);
  const runs = DETECTOR_GB_SECONDS * PRICES.gbSecond;
  const others = alarms * PRICES.alarm + runs;
  const dollars = steady * PRICES.metric + others;
  // The metric that the detector has while nothing fails is its lag.
  const ofDetector = runs + DETECTOR_ALARMS * PRICES.alarm + PRICES.metric;
  return {
    alarms,
    dollars,
    mostDollars: total * PRICES.metric + others,
    ...(map.api.authorizerOnly && { packagedDollars: dollars - ofDetector }),
  };
}

/** Alarms of a stack of the map with its watch. A hub of revocations has its own. */
function alarmCount({ model, api, revocations }: AccessMap): number {
  const shared = model.quotas.filter(({ by }) => by === 'group').length;
  return (
    ALARMS_OF_EVERY_MAP +
    (model.quotas.length === 0 ? 0 : 1) +
    Math.min(shared, MAX_QUOTA_ALARMS) +
    (revocations.length === 0 ? 0 : 1) +
    (api.attachTo === undefined ? 0 : 1)
  );
}
