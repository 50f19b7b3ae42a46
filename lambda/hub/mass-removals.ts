/** Counts who leaves which group, so that a group that is emptied is one entry and not thousands. */
import { MASS_REMOVALS } from '../core/contract/hub.ts';
import { MINUTE_SECONDS } from '../core/contract/periods.ts';

const SPAN_MS = MINUTE_SECONDS * 1_000;

interface Count {
  readonly at: number;
  readonly removals: number;
}

export interface MassRemovals {
  /**
   * Adds the removals of one delivery.
   * @param removals by group.
   * @param now milliseconds since 1970.
   * @returns the groups with more than MASS_REMOVALS in the last minute, these included.
   */
  count(removals: ReadonlyMap<string, number>, now: number): ReadonlySet<string>;
}

/** Of one environment: Okta sends the events of a minute in few deliveries, one after the other. */
export function massRemovals(): MassRemovals {
  const counted = new Map<string, readonly Count[]>();
  return {
    count(removals, now) {
      for (const [group, added] of removals) {
        const recent = (counted.get(group) ?? []).filter(({ at }) => at > now - SPAN_MS);
        counted.set(group, [...recent, { at: now, removals: added }]);
      }
      return new Set(
        [...removals.keys()].filter((group) => sumOf(counted.get(group) ?? []) > MASS_REMOVALS),
      );
    },
  };
}

const sumOf = (counts: readonly Count[]): number =>
  counts.reduce((sum, { removals }) => sum + removals, 0);
