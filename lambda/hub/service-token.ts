/**
 * Access tokens of a service app for the System Log. What is asked and what an answer means:
 * core/contract/okta-service-app.ts.
 */
import { createHash, createPrivateKey, type KeyObject, randomUUID } from 'node:crypto';
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import type { PollCredentials } from '../core/contract/hub.ts';
import {
  assertionClaims,
  MAX_TOKEN_REQUESTS,
  PROOF_TYPE,
  type ProvenCall,
  proofClaims,
  readTokenAnswer,
  signingAlgorithm,
  TOKEN_MARGIN_MS,
  tokenForm,
  tokenUrl,
} from '../core/contract/okta-service-app.ts';
import type { Clock } from '../ports.ts';

/** Only reads the log. */
const SCOPES = ['okta.logs.read'];
const TOKEN_REQUEST_TIMEOUT_MS = 10_000;

export interface OktaAccess {
  /**
   * Header fields that authorize a request.
   * @throws OktaLogError for a key or an answer that gives no token; what reading the credentials
   * and reaching Okta throw
   */
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
  const prove: Prove = async (call) => {
    proofKey ??= makeProofKey();
    return proofOf(await proofKey, call, parts.clock.now());
  };
  return {
    async headersFor(method, url) {
      if (!token || token.expiresAt - TOKEN_MARGIN_MS < parts.clock.now())
        token = await fetchToken(parts, prove);
      if (!token.isBound) return { authorization: `Bearer ${token.value}` };
      const tokenHash = createHash('sha256').update(token.value).digest('base64url');
      const dpop = await prove({ method, url, tokenHash });
      return { authorization: `DPoP ${token.value}`, dpop };
    },
  };
}

type Prove = (call: ProvenCall) => Promise<string>;

async function makeProofKey(): Promise<ProofKey> {
  const { privateKey, publicKey } = await generateKeyPair('RS256');
  return { privateKey, jwk: await exportJWK(publicKey) };
}

const proofOf = ({ privateKey, jwk }: ProofKey, call: ProvenCall, now: number): Promise<string> =>
  new SignJWT(proofClaims(call, { now, id: randomUUID() }))
    .setProtectedHeader({ alg: 'RS256', typ: PROOF_TYPE, jwk })
    .sign(privateKey);

/** A rate limit is not waited for: the next run asks again. */
async function fetchToken(parts: AccessParts, prove: Prove): Promise<Token> {
  const url = tokenUrl(parts.url);
  let proven: ProvenCall | undefined;
  for (let attempt = 0; attempt < MAX_TOKEN_REQUESTS; attempt++) {
    const response = await requestToken(parts, url, proven && { dpop: await prove(proven) });
    const json: unknown = await response.json().catch(() => undefined);
    const asked = { scopes: SCOPES, isProven: proven !== undefined };
    const answer = readTokenAnswer(response.status, json, asked);
    switch (answer.kind) {
      case 'token':
        return {
          value: answer.token,
          expiresAt: parts.clock.now() + answer.lifetimeMs,
          isBound: answer.isBound,
        };
      case 'too few scopes':
        throw new OktaLogError(
          `no token from Okta with \`${answer.missing.join(' ')}\`: grant it to the service app`,
        );
      case 'refused':
        throw new OktaLogError(`no token from Okta: ${response.status} ${answer.error}`.trim());
      case 'proof required':
        proven = { method: 'POST', url, nonce: response.headers.get('dpop-nonce') ?? undefined };
    }
  }
  throw new OktaLogError('no token from Okta: it does not accept the DPoP proofs');
}

async function requestToken(
  { credentials, clock, fetch }: AccessParts,
  url: URL,
  proof: { readonly dpop: string } | undefined,
): Promise<Response> {
  const assertion = await assertionOf(await credentials(), url, clock.now());
  return fetch(url, {
    method: 'POST',
    headers: { accept: 'application/json', ...proof },
    body: new URLSearchParams(tokenForm(SCOPES, assertion)),
    redirect: 'manual',
    signal: AbortSignal.timeout(TOKEN_REQUEST_TIMEOUT_MS),
  });
}

function assertionOf(
  { clientId, privateKey }: PollCredentials,
  url: URL,
  now: number,
): Promise<string> {
  const key = keyOf(privateKey);
  const alg = signingAlgorithm(key);
  if (!alg)
    throw new OktaLogError(
      'expected an RSA key of 2048 bits or more, or an EC key on P-256, P-384 or P-521, as the private key of the service app, found another',
    );
  const kid = typeof privateKey === 'object' ? privateKey['kid'] : undefined;
  return new SignJWT(assertionClaims(clientId, url, { now, id: randomUUID() }))
    .setProtectedHeader({ alg, ...(typeof kid === 'string' && { kid }) })
    .sign(key);
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
