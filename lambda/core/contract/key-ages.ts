/** Ages of the signing keys in seconds: the authorizer enforces them, tools and alarms show them. */

/** From this age on a request waits for fresh keys: a withdrawn key is trusted no longer. */
export const HARD_KEY_AGE_SECONDS = 600;

/**
 * Older keys are not used even while the issuer cannot be reached, unless the deployment sets
 * another limit, which is from `HARD_KEY_AGE_SECONDS` to `MAX_STALE_KEY_BOUND_SECONDS`.
 */
export const MAX_STALE_KEY_SECONDS = 86_400;
export const MAX_STALE_KEY_BOUND_SECONDS = 7 * 86_400;
