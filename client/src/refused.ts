/** Why a call was refused, as an app tells its user. */

export type Refusal =
  /** Nobody is signed in, or the token is no longer valid: sign in again. */
  | { readonly kind: 'signed-out' }
  /** The rules do not allow it: trying again is in vain. */
  | { readonly kind: 'forbidden'; readonly code?: string }
  /** The gateway names no reason, and the permissions that would tell it cannot be had. */
  | { readonly kind: 'unknown' }
  /** Allowed, but not before the quota has room again. */
  | { readonly kind: 'quota'; readonly retryAfterSeconds: number; readonly retryAt: Date };
