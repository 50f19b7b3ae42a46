/** Every age, pause and timeout of an issuer's signing keys, in milliseconds. */

import { HARD_KEY_AGE_SECONDS, MAX_STALE_KEY_SECONDS } from '../core/contract/key-ages.ts';
import { FIVE_MINUTES_MS, HOUR_SECONDS } from '../core/contract/periods.ts';

/** From this age on a request starts a fetch in the background. */
export const SOFT_AGE_MS = FIVE_MINUTES_MS;
/** The shortest soft age, whatever lifetime the issuer names: one fetch a minute at most. */
export const MIN_SOFT_AGE_MS = 60_000;
/** From this age on a request waits for a fetch before its token is verified. */
export const HARD_AGE_MS = HARD_KEY_AGE_SECONDS * 1_000;
/**
 * Older keys are not used even while the issuer cannot be reached, unless the deployment sets
 * another limit.
 */
export const MAX_STALE_MS = MAX_STALE_KEY_SECONDS * 1_000;

/** Longest wait of a request for keys. */
export const MAX_WAIT_MS = 1_000;
/** A fetch that takes longer counts as slow: the shared copy is read as well. */
export const SLOW_FETCH_MS = 400;
/** Minimum time between two fetches of one environment, whatever tokens arrive. */
export const MIN_FETCH_INTERVAL_MS = 1_000;
/**
 * After a fetch fails that a request waited for, requests with usable keys do not wait for this
 * long.
 */
export const FAILURE_PAUSE_MS = 10_000;
/** Longest time of one fetch, from its start to the last byte. */
export const FETCH_TIMEOUT_MS = 2_000;
/**
 * Longer than any fetch takes, a failing one included, and a second for what the process does
 * beside it: a fetch that took longer was frozen with the environment.
 */
export const MAX_FETCH_MS = FETCH_TIMEOUT_MS + 1_000;

/** A copy of the same keys is rewritten from this age on, so that its age dates the last fetch. */
export const COPY_REWRITE_MS = HOUR_SECONDS * 1_000;
/** Minimum time between two offers of the same keys while none is known to be stored. */
export const COPY_RETRY_MS = 60_000;
/**
 * Longest wait of a request for the copy to be written: the freeze after the response loses a write
 * that is still in progress.
 */
export const WRITE_WAIT_MS = 200;
/** The same limit during initialization, when no caller waits for a response. */
export const WARM_UP_WRITE_WAIT_MS = 1_000;
/** Maximum difference between the clocks of two environments. */
export const MAX_CLOCK_DISTANCE_MS = 60_000;
