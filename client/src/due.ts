import type { Quota } from './answer.ts';

const FIRST_RETRY_SECONDS = 5;

/** All times in epoch seconds. */
export interface RefreshFacts {
  readonly now: number;
  /** When the last request began. */
  readonly askedAt: number;
  readonly refreshSeconds: number;
  /** Failed requests in a row. */
  readonly failures: number;
  readonly quotas: readonly Quota[];
  /** When the token ends. */
  readonly exp: number | undefined;
}

/**
 * Seconds until the next request, negative when it is late: at the refresh interval, or earlier at
 * the end of the token or of a window that has been used; after a failure, at the next retry.
 */
export function dueIn(facts: RefreshFacts): number {
  const { now, askedAt, refreshSeconds, failures, quotas, exp } = facts;
  const retry = failures > 0 ? FIRST_RETRY_SECONDS * 2 ** (failures - 1) : refreshSeconds;
  const usual = askedAt + Math.min(refreshSeconds, retry) - now;
  if (failures > 0) return usual;
  const ends = quotas.flatMap(({ windows }) =>
    windows.flatMap(({ remaining, limit, resetsAt }) =>
      (remaining ?? limit) < limit ? [resetsAt + 0.5] : [],
    ),
  );
  // After the end of the token its owner has another one, or nobody is signed in.
  if (exp !== undefined) ends.push(exp + 1);
  // An end in the past at request time means a wrong local clock; asking again would not help.
  return Math.min(usual, ...ends.filter((end) => end > askedAt + 1).map((end) => end - now));
}
