import type { EndpointError } from './endpoint.ts';
import type { PermissionsState } from './permissions-state.ts';
import { secondsIn } from './retry-after.ts';

/** What the questions so far have come to. */
export interface Outcome {
  /** Failed questions in a row. */
  readonly failures: number;
  /** Seconds that the endpoint asked to wait when it last failed. */
  readonly retryAfter?: number | undefined;
}

/**
 * After another question has ended, with an error if it has failed.
 * @param now in epoch seconds.
 */
export const settle = (
  { failures }: Outcome,
  error: EndpointError | undefined,
  now: number,
): Outcome => ({
  failures: error ? failures + 1 : 0,
  retryAfter: secondsIn(error?.retryAfter, now * 1_000),
});

/** The state after a question that has failed: what is known stays known until its token ends. */
export const failed = (
  known: PermissionsState,
  error: unknown,
  isOver: boolean,
): PermissionsState =>
  known.status === 'ready' && !isOver ? { ...known, error } : { status: 'error', error };
