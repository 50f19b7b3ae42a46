import type { Quota } from './answer.ts';

const FIRST_RETRY_SECONDS = 5;
const LAST_RETRY_SECONDS = 300;
/** Clients whose windows end together ask within this many seconds. */
const SPREAD_SECONDS = 10;

/** All times in epoch seconds. */
export interface RefreshFacts {
  readonly now: number;
  /** When the last request began. */
  readonly askedAt: number;
  readonly refreshSeconds: number;
  /** Failed requests in a row. */
  readonly failures: number;
  /** Seconds that the endpoint asked to wait when it last failed. */
  readonly retryAfter?: number | undefined;
  /** From 0 to 1, so that clients do not ask in step. */
  readonly jitter: number;
  readonly quotas: readonly Quota[];
  /** When the token ends. */
  readonly exp: number | undefined;
}

/**
 * Seconds until the next request, negative when it is late: at the refresh interval, or earlier
 * after the end of the token or of a window that has been used; after a failure, at the next retry.
 */
export function dueIn(facts: RefreshFacts): number {
  const { now, askedAt, refreshSeconds, failures, jitter, exp } = facts;
  if (failures > 0) return askedAt + retryDelay(facts, refreshSeconds) - now;
  // An end in the past at request time means a wrong local clock; asking again would not help.
  const isAhead = (end: number): boolean => end > askedAt;
  const ends = usedWindowEnds(facts.quotas)
    .filter(isAhead)
    .map((end) => end + 0.5 + jitter * SPREAD_SECONDS);
  // The token's owner then has another one, or nobody is signed in.
  if (exp !== undefined && isAhead(exp)) ends.push(exp + 1);
  return Math.min(askedAt + refreshSeconds, ...ends) - now;
}

/**
 * Seconds from a failed question to the next one: longer after each, and never less than the
 * endpoint asked for.
 * @param most bounds what grows.
 */
export function retryDelay(
  { failures, retryAfter = 0, jitter }: Pick<RefreshFacts, 'failures' | 'retryAfter' | 'jitter'>,
  most = LAST_RETRY_SECONDS,
): number {
  const retry = FIRST_RETRY_SECONDS * 2 ** (failures - 1) * (0.75 + jitter / 2);
  return Math.max(retryAfter, Math.min(most, retry));
}

/** When windows end that have been drawn on, in epoch seconds. */
export const usedWindowEnds = (quotas: readonly Quota[]): readonly number[] =>
  quotas.flatMap(({ windows }) =>
    windows.flatMap(({ remaining, limit, resetsAt }) =>
      (remaining ?? limit) < limit ? [resetsAt] : [],
    ),
  );
