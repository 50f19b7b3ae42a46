/**
 * Counts over time by name, in steps that grow with the span, so that the memory does not grow with
 * the audit trail.
 */

import { DAY_MS, HOUR_SECONDS, MINUTE_SECONDS } from '../../lambda/core/contract/periods.ts';

export const STEPS = ['minute', 'hour', 'day'] as const;
export type TimeStep = (typeof STEPS)[number];

export const STEP_MS: { readonly [step in TimeStep]: number } = {
  minute: MINUTE_SECONDS * 1_000,
  hour: HOUR_SECONDS * 1_000,
  day: DAY_MS,
};
/** Longest span that is shown in a step, unless one is asked for. */
const MAX_SPAN_MS: { readonly [step in TimeStep]: number } = {
  minute: 3 * STEP_MS.hour,
  hour: 4 * STEP_MS.day,
  day: Infinity,
};
/** Steps that a series holds at most in a step that was asked for: as many as fit on a page. */
const MAX_STEPS = 2_000;

export interface Series {
  readonly name: string;
  readonly total: number;
  /** One for each step, from the first of the table to the last. */
  readonly counts: readonly number[];
}

export interface SeriesTable {
  readonly step: TimeStep;
  /** Start of each step, milliseconds since the epoch, UTC. */
  readonly starts: readonly number[];
  /** By kind; the largest first. */
  readonly series: (kind: string) => readonly Series[];
}

export interface SeriesCounter {
  add(kind: string, name: string, at: number, count: number): void;
  table(): SeriesTable;
}

/** Counts by the start of a step, by name. */
type Names = Map<string, Map<number, number>>;
type Kinds = Map<string, Names>;

function countAt(
  into: Kinds,
  { kind, name }: { readonly kind: string; readonly name: string },
  start: number,
  count: number,
): void {
  const names: Names = into.get(kind) ?? new Map();
  const counts = names.get(name) ?? new Map<number, number>();
  counts.set(start, (counts.get(start) ?? 0) + count);
  names.set(name, counts);
  into.set(kind, names);
}

/** The largest first. */
const seriesOf = (names: Names, starts: readonly number[]): readonly Series[] =>
  [...names]
    .map(([name, byStart]) => ({
      name,
      total: Math.round([...byStart.values()].reduce((sum, count) => sum + count, 0)),
      counts: starts.map((start) => Math.round(byStart.get(start) ?? 0)),
    }))
    .toSorted((a, b) => b.total - a.total || (a.name < b.name ? -1 : 1));

/**
 * @param asked the step that is wanted; a coarser one is taken where the span has more than 2,000
 * of it.
 */
export function seriesCounter(asked?: TimeStep): SeriesCounter {
  let step: TimeStep = asked ?? 'minute';
  let [first, last] = [Infinity, -Infinity];
  let kinds: Kinds = new Map();

  const startOf = (at: number): number => Math.floor(at / STEP_MS[step]) * STEP_MS[step];
  const tooLong = (): boolean =>
    last - first > (asked === undefined ? MAX_SPAN_MS[step] : MAX_STEPS * STEP_MS[step]);
  const coarsen = (): void => {
    while (step !== 'day' && tooLong()) {
      step = step === 'minute' ? 'hour' : 'day';
      const coarser: Kinds = new Map();
      for (const [kind, names] of kinds)
        for (const [name, counts] of names)
          for (const [at, count] of counts) countAt(coarser, { kind, name }, startOf(at), count);
      kinds = coarser;
    }
  };

  return {
    add(kind, name, at, count) {
      if (at < first || at > last) {
        [first, last] = [Math.min(first, at), Math.max(last, at)];
        coarsen();
      }
      countAt(kinds, { kind, name }, startOf(at), count);
    },
    table() {
      const starts: number[] = [];
      for (let at = startOf(first); at <= last; at += STEP_MS[step]) starts.push(at);
      return { step, starts, series: (kind) => seriesOf(kinds.get(kind) ?? new Map(), starts) };
    },
  };
}
