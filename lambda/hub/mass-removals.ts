/**
 * Counts the removals from each group, so that a group that is emptied becomes one entry in place
 * of thousands. The time is that of Okta's event, and each event counts once, by hook or poll.
 */
import { MASS_REMOVALS } from '../core/contract/hub.ts';
import { MINUTE_SECONDS } from '../core/contract/periods.ts';
import type { Removals } from '../core/revocation/hub-items.ts';

const SPAN_MS = MINUTE_SECONDS * 1_000;
/** Deliveries of the same minute are written within two, or count by themselves. */
const REMEMBERED_MS = 2 * SPAN_MS;
/**
 * Up to this number of removals from a group the list is not read: where 50 environments share more
 * than MASS_REMOVALS, one of them has seen more.
 */
const ASK_ABOVE = 10;

/** A group of which more than MASS_REMOVALS were removed within a minute. */
export interface EmptiedGroup extends Removals {
  /** Uuids of the events of the delivery that the entry of the group covers. */
  readonly covered: readonly string[];
}

export interface MassRemovals {
  /**
   * Adds the removals of one delivery.
   * @param now milliseconds since 1970.
   * @returns the groups that are emptied by them and those before. Never throws: without an answer
   * of the list, the removals that this environment has seen count.
   */
  emptiedBy(removals: readonly Removals[], now: number): Promise<readonly EmptiedGroup[]>;
}

/** @param listed gives the removals that the list holds from a time of writing on. */
export function massRemovals(
  listed: (since: number) => Promise<readonly Removals[]>,
): MassRemovals {
  let seen: readonly { readonly at: number; readonly removals: Removals }[] = [];
  return {
    async emptiedBy(removals, now) {
      const since = now - REMEMBERED_MS;
      seen = seen.filter(({ at }) => at > since);
      const own = unique([...seen.map((one) => one.removals), ...removals]);
      const groups = new Set(removals.map(({ group }) => group));
      const isAsked = [...groups].some((group) => sumOf(ofGroup(own, group)) > ASK_ABOVE);
      const others = isAsked ? await listed(since).catch(() => []) : [];
      const known = unique([...others, ...own]);
      const emptied = [...groups].flatMap(
        (group) => emptiedGroup(ofGroup(known, group), ofGroup(removals, group)) ?? [],
      );
      const covered = new Set(emptied.flatMap((one) => one.covered));
      const kept = [...removals.filter(({ id }) => !covered.has(id)), ...emptied];
      seen = [...seen, ...kept.map((one) => ({ at: now, removals: one }))];
      return emptied;
    },
  };
}

const unique = (all: readonly Removals[]): readonly Removals[] => [
  ...new Map(all.map((one) => [one.id, one])).values(),
];

const ofGroup = (all: readonly Removals[], group: string): readonly Removals[] =>
  all.filter((one) => one.group === group);

const sumOf = (all: readonly Removals[]): number => all.reduce((sum, { count }) => sum + count, 0);

/**
 * @param known all removals from the group.
 * @param removals those of them that the delivery brings.
 */
function emptiedGroup(
  known: readonly Removals[],
  removals: readonly Removals[],
): EmptiedGroup | undefined {
  const covered = coveredBy(massMinutes(known), removals)
    // The same events make the same entry, in whatever order they come.
    .toSorted((a, b) => b.at - a.at || (a.id < b.id ? -1 : 1));
  const [last] = covered;
  return (
    last && {
      ...{ id: `${last.id}-group`, group: last.group, at: last.at, count: sumOf(covered) },
      from: Math.min(...covered.map(({ from }) => from)),
      covered: covered.map(({ id }) => id),
    }
  );
}

/** Ends of the minutes with more than MASS_REMOVALS, in milliseconds since 1970, ascending. */
function massMinutes(known: readonly Removals[]): readonly number[] {
  // An entry of a longer time is in no minute as a whole.
  const short = known.filter(({ from, at }) => at - from < SPAN_MS);
  const ending = short.toSorted((a, b) => a.at - b.at);
  const beginning = short.toSorted((a, b) => a.from - b.from).values();
  let left = beginning.next();
  let sum = 0;
  return ending.flatMap(({ at, count }, place) => {
    sum += count;
    while (left.value && left.value.from <= at - SPAN_MS) {
      sum -= left.value.count;
      left = beginning.next();
    }
    // All of one millisecond count together.
    return ending[place + 1]?.at !== at && sum > MASS_REMOVALS ? [at] : [];
  });
}

function coveredBy(ends: readonly number[], removals: readonly Removals[]): readonly Removals[] {
  let next = 0;
  return removals
    .toSorted((a, b) => a.at - b.at)
    .filter(({ at }) => {
      while ((ends[next] ?? Number.POSITIVE_INFINITY) < at) next++;
      return (ends[next] ?? Number.POSITIVE_INFINITY) < at + SPAN_MS;
    });
}
