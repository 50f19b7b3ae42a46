/** Fetches of an issuer's keys: one at a time, and one a second at most. */
import type { Clock } from '../ports.ts';
import { NEVER } from './key-state.ts';
import { MAX_FETCH_MS, MIN_FETCH_INTERVAL_MS } from './key-timings.ts';

export interface KeyFlight {
  readonly done: Promise<void>;
  /** Whether this call began the fetch. */
  readonly begun: boolean;
  /** Milliseconds since the epoch at which the last fetch began. */
  readonly startedAt: number;
}

export type KeyPurpose = 'wait' | 'beside' | 'probe';

/** A fetch in progress. */
interface Attempt {
  readonly done: Promise<void>;
  /** Whether the call that began it waits for it: the environment then runs at least that long. */
  readonly awaited: boolean;
}

/**
 * Joins the fetch in progress, or begins one. A fetch that may hang since a freeze is given up: by
 * a call that waits as soon as it may fetch itself, by other calls when no fetch takes that long.
 * While the issuer fails, any fetch is given up after a second: one that hangs must not hide that
 * the issuer is back.
 *
 * @param fetch fetches once; must end by itself. `awaited`: the call that begins it waits for it.
 * @returns begins or joins a fetch: `wait` for a caller that waits for it, `beside` for one that
 * does not, `probe` for one that does not while the issuer fails.
 */
export function keyFlights(
  clock: Clock,
  fetch: (awaited: boolean) => Promise<void>,
): (purpose: KeyPurpose) => KeyFlight {
  let inFlight: Attempt | undefined;
  let startedAt = NEVER;

  const begin = (awaited: boolean): KeyFlight => {
    startedAt = clock.now();
    const done = fetch(awaited).finally(() => {
      if (inFlight === attempt) inFlight = undefined;
    });
    const attempt: Attempt = { done, awaited };
    inFlight = attempt;
    return { done, begun: true, startedAt };
  };

  return (purpose) => {
    const sinceLast = clock.now() - startedAt;
    const isSoonLost = purpose === 'probe' || (purpose === 'wait' && !inFlight?.awaited);
    const lostAfterMs = isSoonLost ? MIN_FETCH_INTERVAL_MS : MAX_FETCH_MS;
    if (inFlight && sinceLast < lostAfterMs)
      return { done: inFlight.done, begun: false, startedAt };
    if (sinceLast < MIN_FETCH_INTERVAL_MS)
      return { done: Promise.resolve(), begun: false, startedAt };
    return begin(purpose === 'wait');
  };
}
