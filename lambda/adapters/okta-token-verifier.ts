/** Okta access tokens: aws-jwt-verify for signature, issuer, audience and times, our rules (core/token-rules.ts) for the rest. */
import * as failure from 'aws-jwt-verify/error';
import { verifyJwtSync } from 'aws-jwt-verify/jwt-verifier';
import { type Refusal, refuse } from '../core/codes.ts';
import type { AccessModel, OktaModel } from '../core/model.ts';
import { type Claims, isRefusal, type Principal, principalOf } from '../core/principal.ts';
import { judgeClaims, judgeClient, judgeForm, judgeHeader, judgeOrigin } from '../core/token-rules.ts';
import type { Clock, TokenVerifier } from '../ports.ts';
import { createKeySet, type KeyFetch, type KeySet, type PublishedKey } from './key-set.ts';
import { TokenMemory } from './token-memory.ts';

export interface OktaTokenVerifier extends TokenVerifier {
  /** Fetches the keys of every issuer, so that the first request need not. Never throws. */
  warmUp(): Promise<void>;
}

/** @param fetchKeys fetches the key set at an issuer's `v1/keys`. */
export function oktaTokenVerifier(model: AccessModel, clock: Clock, fetchKeys: (uri: string) => Promise<KeyFetch>): OktaTokenVerifier {
  const [okta] = model.okta;
  if (!okta) throw new Error('the access model names no Okta authorization server');
  const memory = new TokenMemory();
  const keySets = new Map<string, KeySet>();
  for (const issuer of okta.issuers) {
    // Okta serves the keys of a custom authorization server here, not at the well-known address of other issuers.
    const uri = `${issuer}/v1/keys`;
    keySets.set(issuer, createKeySet({ fetch: () => fetchKeys(uri), clock, onChange: () => memory.clear() }));
  }
  const [onlyKeySet] = keySets.size === 1 ? keySets.values() : [];

  const verify = async (token: string): Promise<Principal | Refusal> => {
    const malformed = judgeForm(token);
    if (malformed) return malformed;
    // An unverified issuer chooses among the configured key sets and nothing else.
    const keys = onlyKeySet ?? keySets.get(String(decodePart(token, 1)?.['iss']));
    if (!keys) return refusalOfOrigin(token, okta);
    if (!(await keys.ready())) return refuse('KEYS_UNAVAILABLE', 'fetch_failed');
    const remembered = memory.recall(token, clock.now());
    if (remembered) return remembered;
    const key = await keyFor(token, keys, okta);
    if ('code' in key) return key;
    const verified = verifyWith(key, token, model, okta, clock);
    if ('code' in verified) return verified;
    memory.remember(token, verified.principal, clock.now(), verified.expiresAt);
    return verified.principal;
  };

  return {
    verify,
    async warmUp() {
      await Promise.all([...keySets.values()].map((keys) => keys.ready()));
    },
  };
}

/** The published key that the token's header names. Only a token that could be ours makes us look for a new key. */
async function keyFor(token: string, keys: KeySet, okta: OktaModel): Promise<PublishedKey | Refusal> {
  const header = decodePart(token, 0);
  if (!header) return refuse('TOKEN_MALFORMED', 'undecodable');
  const refused = judgeHeader(header);
  if (refused) return refused;
  const { kid } = header;
  if (typeof kid !== 'string' || kid === '') return refuse('KEY_UNKNOWN', 'kid_missing');
  const known = keys.find(kid);
  if (known) return known;
  const payload = decodePart(token, 1);
  const foreign = payload ? judgeOrigin(payload, okta) : refuse('TOKEN_MALFORMED', 'undecodable');
  if (foreign) return foreign;
  await keys.lookForNew();
  return keys.find(kid) ?? refuse('KEY_UNKNOWN', 'kid_not_published');
}

interface Verified {
  readonly principal: Principal;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

function verifyWith(key: PublishedKey, token: string, model: AccessModel, okta: OktaModel, clock: Clock): Verified | Refusal {
  const customJwtCheck = ({ payload }: { payload: object }): void => {
    const refusal =
      judgeClaims(payload as Claims, okta, clock.now() / 1_000) ?? judgeClient(payload as Claims, okta, (cid) => model.machines.has(cid));
    if (refusal) throw new RefusedToken(refusal);
  };
  try {
    const payload: Claims = verifyJwtSync(
      token,
      key.jwk,
      { issuer: [...okta.issuers], audience: okta.audience, graceSeconds: okta.maxClockSkewSeconds, customJwtCheck },
      () => key.keyObject,
    );
    const principal = principalOf(payload, okta);
    return isRefusal(principal) ? principal : { principal, expiresAt: Number(payload['exp']) * 1_000 };
  } catch (error) {
    return error instanceof RefusedToken ? error.refusal : refusalFor(error, token, okta, clock);
  }
}

/** A refusal of our own rules on its way out of the library's check. */
class RefusedToken extends Error {
  readonly refusal: Refusal;
  constructor(refusal: Refusal) {
    super(refusal.code);
    this.refusal = refusal;
  }
}

/** The refusal behind an error of the library; the unverified payload helps to name the mistake, never to excuse it. */
function refusalFor(error: unknown, token: string, okta: OktaModel, clock: Clock): Refusal {
  const payload = decodePart(token, 1);
  if (!payload) return refuse('TOKEN_MALFORMED', 'undecodable');
  const named = judgeOrigin(payload, okta);
  if (named) return named;
  for (const [type, refusal] of FAILURES) if (error instanceof type) return refusal;
  // What is left are claims of a wrong type, which the library calls unparseable.
  return judgeClaims(payload, okta, clock.now() / 1_000) ?? refuse('TOKEN_MALFORMED', 'undecodable');
}

const FAILURES = [
  [failure.JwtInvalidSignatureAlgorithmError, refuse('TOKEN_ALGORITHM', 'key_unfit')],
  [failure.JwtInvalidSignatureError, refuse('TOKEN_SIGNATURE', 'mismatch')],
  [failure.JwtExpiredError, refuse('TOKEN_EXPIRED', 'exp_passed')],
  [failure.JwtNotBeforeError, refuse('TOKEN_NOT_YET_VALID', 'nbf_ahead')],
  [failure.JwtInvalidIssuerError, refuse('TOKEN_ISSUER', 'unknown')],
  [failure.JwtInvalidAudienceError, refuse('TOKEN_AUDIENCE', 'mismatch')],
] as const;

function refusalOfOrigin(token: string, okta: OktaModel): Refusal {
  const payload = decodePart(token, 1);
  return payload ? (judgeOrigin(payload, okta) ?? refuse('TOKEN_ISSUER', 'unknown')) : refuse('TOKEN_MALFORMED', 'undecodable');
}

/** Header (0) or payload (1) of a token in compact form, unverified; undefined unless it is a JSON object. */
function decodePart(token: string, index: 0 | 1): Claims | undefined {
  try {
    const bytes = Buffer.from(token.split('.')[index] ?? '', 'base64url');
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Claims) : undefined;
  } catch {
    return undefined;
  }
}
