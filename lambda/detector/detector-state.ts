/** The detector's state between two runs, as values and as stored text. */

import { DETECTOR_STEP_SECONDS } from '../core/contract/detector-input.ts';

/** Times are rounded down to this step: the interval of the runs, and of the counts. */
export const STEP_MS = DETECTOR_STEP_SECONDS * 1_000;

/** A principal that was refused lately. */
export interface Suspect {
  /** The latest step with a refusal, by route. */
  readonly routes: ReadonlyMap<string, number>;
  /** When it was last reported; absent: not yet. */
  readonly reportedAt?: number;
}

/** A sensitive route, and the groups that callers have used it with. */
export interface KnownRoute {
  /** Start of watching the route. */
  readonly since: number;
  readonly groups: ReadonlySet<string>;
}

export interface DetectorState {
  /** End of the last span that was read. */
  readonly cursor: number;
  readonly suspects: ReadonlyMap<string, Suspect>;
  readonly known: ReadonlyMap<string, KnownRoute>;
}

/** Version of the text; text of another version counts as none, and the detector learns again. */
const FORMAT = 1;

/** Lists of pairs, since a name may be `__proto__`. */
export function stateText({ cursor, suspects, known }: DetectorState): string {
  return JSON.stringify({
    format: FORMAT,
    cursor,
    suspects: [...suspects].map(([principal, { routes, reportedAt }]) => [
      principal,
      [...routes],
      reportedAt ?? 0,
    ]),
    known: [...known].map(([route, { since, groups }]) => [route, since, [...groups]]),
  });
}

/** @returns undefined for text that `stateText` of this version did not write. */
export function stateOf(text: string): DetectorState | undefined {
  try {
    const { format, cursor, suspects, known } = JSON.parse(text) as StateFile;
    if (format !== FORMAT || !Number.isSafeInteger(cursor)) return undefined;
    return {
      cursor,
      suspects: new Map(
        suspects.map(([principal, routes, reportedAt]) => [
          principal,
          { routes: new Map(routes), ...(reportedAt > 0 && { reportedAt }) },
        ]),
      ),
      known: new Map(
        known.map(([route, since, groups]) => [route, { since, groups: new Set(groups) }]),
      ),
    };
  } catch {
    return undefined;
  }
}

interface StateFile {
  readonly format: number;
  readonly cursor: number;
  readonly suspects: readonly (readonly [string, readonly (readonly [string, number])[], number])[];
  readonly known: readonly (readonly [string, number, readonly string[]])[];
}
