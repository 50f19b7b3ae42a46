/**
 * How a service app gets an access token for Okta's own API: an assertion that its key signs (RFC
 * 7523), and a proof of possession (DPoP, RFC 9449) where the org asks for one, which is Okta's
 * default for new service apps. A hub of revoked tokens asks so, and so do the commands of the Okta
 * side; each has its own keys, signatures and requests.
 */
import { isObject } from '../json/json-object.ts';
import { FIVE_MINUTES_SECONDS, HOUR_SECONDS, MINUTE_SECONDS } from './periods.ts';

export const tokenUrl = (org: string): URL => new URL('/oauth2/v1/token', org);

/** Without a proof, with one, and with one that has Okta's nonce. */
export const MAX_TOKEN_REQUESTS = 3;

/**
 * A token is replaced so long before its end, which counts from Okta's answer: the way of the
 * answer, the call that carries the token and the difference of the clocks fit in.
 */
export const TOKEN_MARGIN_MS = 2 * MINUTE_SECONDS * 1_000;

const MIN_RSA_BITS = 2_048;

/** By the names that OpenSSL gives the curves P-256, P-384 and P-521. */
const ALGORITHM_OF_CURVE = {
  prime256v1: 'ES256',
  secp384r1: 'ES384',
  secp521r1: 'ES512',
} as const;

export type SigningAlgorithm =
  | 'RS256'
  | (typeof ALGORITHM_OF_CURVE)[keyof typeof ALGORITHM_OF_CURVE];

/** What Node.js tells of a key. */
export interface KeyKind {
  readonly asymmetricKeyType?: string | undefined;
  readonly asymmetricKeyDetails?:
    | { readonly modulusLength?: number | undefined; readonly namedCurve?: string | undefined }
    | undefined;
}

/**
 * How a key signs; undefined for a key that Okta does not take. Source: RFC 7518, sections 3.1 and
 * 3.3; Okta, "Build a JWT for client authentication".
 */
export function signingAlgorithm({
  asymmetricKeyType,
  asymmetricKeyDetails: { modulusLength = 0, namedCurve = '' } = {},
}: KeyKind): SigningAlgorithm | undefined {
  if (asymmetricKeyType === 'rsa') return modulusLength >= MIN_RSA_BITS ? 'RS256' : undefined;
  return isKnownCurve(namedCurve) ? ALGORITHM_OF_CURVE[namedCurve] : undefined;
}

const isKnownCurve = (name: string): name is keyof typeof ALGORITHM_OF_CURVE =>
  Object.hasOwn(ALGORITHM_OF_CURVE, name);

/** What makes one JWT: no two have the same. */
export interface Occasion {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Never used before. */
  readonly id: string;
}

const secondsOf = (milliseconds: number): number => Math.floor(milliseconds / 1_000);

/** Claims of an assertion. Source: RFC 7523, section 3; Okta takes at most an hour. */
export function assertionClaims(clientId: string, url: URL, { now, id }: Occasion) {
  const iat = secondsOf(now);
  return {
    iss: clientId,
    sub: clientId,
    aud: url.href,
    iat,
    exp: iat + FIVE_MINUTES_SECONDS,
    jti: id,
  };
}

/** Fields of the form that asks for a token. */
export const tokenForm = (scopes: readonly string[], assertion: string) => ({
  grant_type: 'client_credentials',
  scope: scopes.join(' '),
  client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
  client_assertion: assertion,
});

export interface ProvenCall {
  readonly method: string;
  readonly url: URL;
  /** What Okta has asked for. */
  readonly nonce?: string | undefined;
  /** SHA-256 of the access token that the call carries, in base64url. */
  readonly tokenHash?: string | undefined;
}

/** Claims of a proof of possession, whose `typ` is `PROOF_TYPE`. Source: RFC 9449, section 4.2. */
export const proofClaims = (
  { method, url, nonce, tokenHash }: ProvenCall,
  { now, id }: Occasion,
) => ({
  htm: method,
  htu: `${url.origin}${url.pathname}`,
  iat: secondsOf(now),
  jti: id,
  ...(nonce !== undefined && { nonce }),
  ...(tokenHash !== undefined && { ath: tokenHash }),
});

export const PROOF_TYPE = 'dpop+jwt';

export interface AskedToken {
  readonly scopes: readonly string[];
  /** Whether the request had a proof. */
  readonly isProven: boolean;
}

export type TokenAnswer =
  | {
      readonly kind: 'token';
      readonly token: string;
      readonly lifetimeMs: number;
      /** Whether each call that carries it needs a proof. */
      readonly isBound: boolean;
    }
  /** A token with less than was asked for is noticed before anything is asked with it. */
  | { readonly kind: 'too few scopes'; readonly missing: readonly string[] }
  /** Ask again with a proof, and with the nonce of this answer. */
  | { readonly kind: 'proof required' }
  /** The code of an error of OAuth; empty for an answer that is none. */
  | { readonly kind: 'refused'; readonly error: string };

/** What an answer of the token endpoint means. Source: RFC 6749, sections 5.1 and 5.2. */
export function readTokenAnswer(
  status: number,
  json: unknown,
  { scopes, isProven }: AskedToken,
): TokenAnswer {
  const {
    access_token: token,
    expires_in: seconds,
    token_type: type,
    scope,
    error,
  } = isObject(json) ? json : {};
  if (status !== 200 || typeof token !== 'string' || token === '') return refusal(error);
  const missing = missingScopes(scopes, scope);
  if (missing.length > 0) return { kind: 'too few scopes', missing };
  const lifetimeMs = (typeof seconds === 'number' ? seconds : HOUR_SECONDS) * 1_000;
  return { kind: 'token', token, lifetimeMs, isBound: isProven && type === 'DPoP' };
}

/** An answer that names no scopes grants those that were asked for. */
function missingScopes(asked: readonly string[], granted: unknown): readonly string[] {
  if (granted === undefined || granted === null) return [];
  const given = new Set(typeof granted === 'string' ? granted.split(' ') : []);
  return asked.filter((scope) => !given.has(scope));
}

/** Okta, "Configure OAuth 2.0 Demonstrating Proof-of-Possession". */
const PROOF_REQUIRED_ERRORS = ['invalid_dpop_proof', 'use_dpop_nonce'];

function refusal(error: unknown): TokenAnswer {
  const text = typeof error === 'string' ? error : '';
  return PROOF_REQUIRED_ERRORS.includes(text)
    ? { kind: 'proof required' }
    : { kind: 'refused', error: text };
}
