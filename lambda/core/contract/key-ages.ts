/**
 * Ages of the signing keys in seconds: the authorizer enforces them, tools and alarms show them.
 */
import { DAY_SECONDS, HOUR_SECONDS } from './periods.ts';

/** From this age on a request waits for fresh keys: a withdrawn key is trusted no longer. */
export const HARD_KEY_AGE_SECONDS = 600;

/**
 * Older keys are not used even while the issuer cannot be reached, unless the deployment sets
 * another limit, which is from `HARD_KEY_AGE_SECONDS` to `MAX_STALE_KEY_BOUND_SECONDS`.
 */
export const MAX_STALE_KEY_SECONDS = DAY_SECONDS;
export const MAX_STALE_KEY_BOUND_SECONDS = 7 * DAY_SECONDS;

/**
 * Keys of this age set off the alarm. The authorizer fetches Okta's keys every five minutes, so an
 * hour without success is an outage or a broken network.
 */
export const KEY_AGE_ALARM_SECONDS = HOUR_SECONDS;
