/**
 * Access tokens of a service app for the System Log: a signed assertion (RFC 7523), bound to a key
 * (DPoP, RFC 9449) where the org asks for that, which is Okta's default for new service apps.
 */
import { createHash, createPrivateKey, type KeyObject, randomUUID } from 'node:crypto';
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import type { PollCredentials } from '../core/contract/hub.ts';
import { isObject } from '../core/contract/json-object.ts';
import { HOUR_SECONDS, MINUTE_SECONDS } from '../core/contract/periods.ts';
import type { Clock } from '../ports.ts';

/** Only reads the log. */
const SCOPE = 'okta.logs.read';
const TIMEOUT_MS = 10_000;
/** Okta's nonce may be asked for, and a proof before it. */
const MAX_ATTEMPTS = 3;

export interface OktaAccess {
  /** Header fields that authorize a request. @throws OktaLogError */
  headersFor(method: string, url: URL): Promise<Readonly<Record<string, string>>>;
}

/** What went wrong, without anything secret. */
export class OktaLogError extends Error {
  override readonly name = 'OktaLogError';
}

export interface AccessParts {
  /** Origin of the org. */
  readonly url: string;
  readonly credentials: () => Promise<PollCredentials>;
  readonly fetch: typeof fetch;
  readonly clock: Clock;
}

interface Token {
  readonly value: string;
  readonly expiresAt: number;
  readonly isBound: boolean;
}

interface ProofKey {
  readonly privateKey: CryptoKey;
  readonly jwk: JWK;
}

export function serviceAccess(parts: AccessParts): OktaAccess {
  let token: Token | undefined;
  let proofKey: Promise<ProofKey> | undefined;
  const keyOfProofs = (): Promise<ProofKey> => {
    proofKey ??= makeProofKey();
    return proofKey;
  };
  return {
    async headersFor(method, url) {
      const now = parts.clock.now();
      if (!token || token.expiresAt - MINUTE_SECONDS * 1_000 < now)
        token = await fetchToken(parts, keyOfProofs);
      if (!token.isBound) return { authorization: `Bearer ${token.value}` };
      const ath = createHash('sha256').update(token.value).digest('base64url');
      const dpop = await proofOf(await keyOfProofs(), { method, url, now, ath });
      return { authorization: `DPoP ${token.value}`, dpop };
    },
  };
}

async function makeProofKey(): Promise<ProofKey> {
  const { privateKey, publicKey } = await generateKeyPair('RS256');
  return { privateKey, jwk: await exportJWK(publicKey) };
}

interface Proof {
  readonly method: string;
  readonly url: URL;
  readonly now: number;
  readonly ath?: string;
  readonly nonce?: string;
}

const proofOf = (
  { privateKey, jwk }: ProofKey,
  { method, url, now, ...claims }: Proof,
): Promise<string> =>
  new SignJWT({ htm: method, htu: `${url.origin}${url.pathname}`, ...claims })
    .setProtectedHeader({ alg: 'RS256', typ: 'dpop+jwt', jwk })
    .setIssuedAt(Math.floor(now / 1_000))
    .setJti(randomUUID())
    .sign(privateKey);

async function fetchToken(
  parts: AccessParts,
  keyOfProofs: () => Promise<ProofKey>,
): Promise<Token> {
  const url = new URL('/oauth2/v1/token', parts.url);
  const now = parts.clock.now();
  let bound: Omit<Proof, 'url' | 'now'> | undefined;
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const proof = bound && { dpop: await proofOf(await keyOfProofs(), { ...bound, url, now }) };
    const answer = await parts.fetch(url, {
      method: 'POST',
      headers: { accept: 'application/json', ...proof },
      body: await tokenForm(url, await parts.credentials(), now),
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const json: unknown = await answer.json().catch(() => undefined);
    const token = isObject(json) && answer.ok ? tokenIn(json, now) : undefined;
    if (token) return token;
    const error = isObject(json) ? json['error'] : undefined;
    if (error !== 'invalid_dpop_proof' && error !== 'use_dpop_nonce')
      throw new OktaLogError(`no token from Okta: ${answer.status} ${String(error ?? '')}`.trim());
    const nonce = answer.headers.get('dpop-nonce');
    bound = { method: 'POST', ...(nonce !== null && { nonce }) };
  }
  throw new OktaLogError('no token from Okta: it does not accept the DPoP proofs');
}

function tokenIn(json: Readonly<Record<string, unknown>>, now: number): Token | undefined {
  const { access_token: value, expires_in: seconds, token_type: type } = json;
  if (typeof value !== 'string' || value === '') return undefined;
  const lifetime = typeof seconds === 'number' ? seconds : HOUR_SECONDS;
  return { value, expiresAt: now + lifetime * 1_000, isBound: type === 'DPoP' };
}

async function tokenForm(
  url: URL,
  { clientId, privateKey }: PollCredentials,
  now: number,
): Promise<URLSearchParams> {
  const key = keyOf(privateKey);
  const iat = Math.floor(now / 1_000);
  const kid = typeof privateKey === 'object' ? privateKey['kid'] : undefined;
  const assertion = await new SignJWT()
    .setProtectedHeader({ alg: algorithmOf(key), ...(typeof kid === 'string' && { kid }) })
    .setIssuer(clientId)
    .setSubject(clientId)
    .setAudience(url.href)
    .setIssuedAt(iat)
    .setExpirationTime(iat + 5 * MINUTE_SECONDS)
    .setJti(randomUUID())
    .sign(key);
  return new URLSearchParams({
    grant_type: 'client_credentials',
    scope: SCOPE,
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: assertion,
  });
}

/** The parser's own messages may quote the key. */
function keyOf(privateKey: PollCredentials['privateKey']): KeyObject {
  try {
    return typeof privateKey === 'string'
      ? createPrivateKey(privateKey)
      : createPrivateKey({ key: privateKey, format: 'jwk' });
  } catch {
    throw new OktaLogError('the private key of the service app is neither PEM nor JWK');
  }
}

const ALGORITHMS: Readonly<Record<string, string>> = {
  prime256v1: 'ES256',
  secp384r1: 'ES384',
  secp521r1: 'ES512',
};

const algorithmOf = ({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): string =>
  asymmetricKeyType === 'rsa'
    ? 'RS256'
    : (ALGORITHMS[asymmetricKeyDetails?.namedCurve ?? ''] ?? 'RS256');
