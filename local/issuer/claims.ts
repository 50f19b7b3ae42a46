/** The claims of access tokens as an Okta custom authorization server writes them. */
import { randomBytes } from 'node:crypto';
import type { LocalUser } from '../users.ts';

export const LIFETIME_SECONDS = 3_600;

export interface ClaimsOptions {
  /** The issuer's URL, known once it listens. */
  readonly issuer: () => string;
  readonly audience: string;
  /** Default `groups`. */
  readonly groupsClaim?: string;
  /** Put before every group name in tokens. Default none. */
  readonly groupPrefix?: string;
  /** Milliseconds since 1970. Default: the real time. */
  readonly now?: () => number;
}

export type Claims = Readonly<Record<string, unknown>> & { readonly iat: number };

export function sharedClaims(
  options: ClaimsOptions,
  clientId: string,
  scopes: readonly string[],
): Claims {
  const iat = Math.floor((options.now ?? Date.now)() / 1000);
  return {
    ver: 1,
    jti: `AT.${randomBytes(32).toString('base64url')}`,
    iss: options.issuer(),
    aud: options.audience,
    iat,
    exp: iat + LIFETIME_SECONDS,
    cid: clientId,
    scp: scopes,
  };
}

/** Without groups there is no groups claim: Okta leaves an empty one out. */
export function userClaims(
  options: ClaimsOptions,
  user: LocalUser,
  clientId: string,
  scopes: readonly string[],
): Claims {
  const shared = sharedClaims(options, clientId, scopes);
  const groups = user.groups.map((group) => `${options.groupPrefix ?? ''}${group}`);
  return {
    ...shared,
    uid: user.uid,
    auth_time: shared.iat,
    sub: user.login,
    ...(groups.length === 0 ? {} : { [options.groupsClaim ?? 'groups']: groups }),
  };
}

export function machineClaims(
  options: ClaimsOptions,
  clientId: string,
  scopes: readonly string[],
): Claims {
  return { ...sharedClaims(options, clientId, scopes), sub: clientId };
}
