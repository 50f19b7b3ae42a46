/**
 * What an Okta access token must be beyond what aws-jwt-verify checks (signature, `iss`, `aud`, `exp`, `nbf`).
 * Pure judgements over a decoded header and payload; each gives the refusal, or nothing.
 * Sources: RFC 7519, RFC 7515 (crit), RFC 9068 (typ), RFC 9449 (cnf); Okta, "Validate access tokens".
 */
import { type Refusal, refuse } from './codes.ts';
import type { OktaModel } from './model.ts';
import type { Claims } from './principal.ts';

/** Larger tokens do not fit through the gateway's header limit (10,240 bytes) anyway; the bound keeps all work on them small. */
export const MAX_TOKEN_BYTES = 12 * 1_024;

const ACCEPTED_TYPES: readonly unknown[] = [undefined, 'JWT', 'jwt', 'at+jwt', 'application/at+jwt'];

/** The form of the token as text: length, five parts of a JWE, three of a JWS, canonical base64url. */
export function judgeForm(token: string): Refusal | undefined {
  if (token.length > MAX_TOKEN_BYTES) return refuse('TOKEN_MALFORMED', 'too_large');
  const parts = token.split('.');
  if (parts.length === 5) return refuse('TOKEN_TYPE', 'encrypted');
  if (parts.length !== 3 || parts.some((part) => part === '')) return refuse('TOKEN_MALFORMED', 'not_a_jwt');
  return parts.every(isCanonicalBase64url) ? undefined : refuse('TOKEN_MALFORMED', 'undecodable');
}

/**
 * Decoders ignore padding and the unused low bits of the last character, so one token has many spellings; only the one
 * that an encoder writes is accepted. Source: RFC 4648, section 3.5.
 */
export function isCanonicalBase64url(part: string): boolean {
  if (!/^[A-Za-z0-9_-]*$/.test(part)) return false;
  const unusedBits = { 0: 0, 2: 4, 3: 2 }[part.length % 4];
  if (unusedBits === undefined) return false;
  const last = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'.indexOf(part.slice(-1));
  return (last & ((1 << unusedBits) - 1)) === 0;
}

export function judgeHeader(header: Claims): Refusal | undefined {
  if (header['alg'] !== 'RS256') return refuse('TOKEN_ALGORITHM', 'not_rs256');
  if (Object.hasOwn(header, 'crit')) return refuse('TOKEN_TYPE', 'critical_header');
  if (Object.hasOwn(header, 'enc')) return refuse('TOKEN_TYPE', 'encrypted');
  if (!ACCEPTED_TYPES.includes(header['typ'])) return refuse('TOKEN_TYPE', 'wrong_typ');
  return undefined;
}

/** Issuer, and the two Okta mix-ups that are better named than called a wrong issuer or audience. Judges what is not yet verified. */
export function judgeOrigin(payload: Claims, okta: OktaModel): Refusal | undefined {
  const { iss } = payload;
  if (typeof iss !== 'string' || !okta.issuers.includes(iss)) {
    // An Okta org's own authorization server is the bare host; its access tokens are for Okta alone.
    const isBareHost = typeof iss === 'string' && /^https:\/\/[^/?#]+\/?$/.test(iss);
    return isBareHost ? refuse('TOKEN_TYPE', 'org_server') : refuse('TOKEN_ISSUER', 'unknown');
  }
  return isIdToken(payload) ? refuse('TOKEN_TYPE', 'id_token') : undefined;
}

/** An ID token names its client in `aud` and has no `cid`. Source: OpenID Connect Core 1.0, section 2. */
const isIdToken = (payload: Claims): boolean =>
  !Object.hasOwn(payload, 'cid') && ['nonce', 'at_hash', 'c_hash', 'amr', 'idp'].some((claim) => Object.hasOwn(payload, claim));

/** The claims of a token whose signature, issuer, audience and times were found good. */
export function judgeClaims(payload: Claims, okta: OktaModel, nowSeconds: number): Refusal | undefined {
  if (isIdToken(payload)) return refuse('TOKEN_TYPE', 'id_token');
  if (Object.hasOwn(payload, 'cnf')) return refuse('TOKEN_TYPE', 'dpop_bound');
  return judgeTimes(payload, okta, nowSeconds) ?? judgeNames(payload);
}

function judgeTimes({ exp, iat, nbf }: Claims, okta: OktaModel, nowSeconds: number): Refusal | undefined {
  if (!isSecond(exp)) return refuse('TOKEN_CLAIMS', 'exp');
  if (!isSecond(iat)) return refuse('TOKEN_CLAIMS', 'iat');
  if (nbf !== undefined && !isSecond(nbf)) return refuse('TOKEN_CLAIMS', 'nbf');
  if (iat > nowSeconds + okta.maxClockSkewSeconds) return refuse('TOKEN_CLAIMS', 'issued_in_the_future');
  return exp - iat > okta.maxTokenLifetimeSeconds ? refuse('TOKEN_CLAIMS', 'lifetime_too_long') : undefined;
}

function judgeNames({ cid, jti }: Claims): Refusal | undefined {
  if (typeof cid !== 'string' || cid === '') return refuse('TOKEN_CLAIMS', 'cid');
  return typeof jti !== 'string' || jti === '' ? refuse('TOKEN_CLAIMS', 'jti') : undefined;
}

/**
 * Whether the client may call at all. A client of `machines` is accepted for tokens without `uid` only: a user's token
 * of that client is nobody the map knows.
 */
export function judgeClient(payload: Claims, okta: OktaModel, isMachine: (cid: string) => boolean): Refusal | undefined {
  const cid = String(payload['cid']);
  if (okta.clients === 'any' || okta.clients.includes(cid)) return undefined;
  if (!isMachine(cid)) return refuse('TOKEN_CLIENT', 'not_accepted');
  return Object.hasOwn(payload, 'uid') ? refuse('TOKEN_CLIENT', 'machine_client_with_user') : undefined;
}

const isSecond = (value: unknown): value is number => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
