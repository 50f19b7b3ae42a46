/**
 * Okta access tokens: aws-jwt-verify for the signature, and for issuer, audience and times as a
 * second opinion; our own rules (core/token/token-rules.ts) for everything that makes an Okta token
 * good for this API.
 */
import { JwtInvalidSignatureAlgorithmError, JwtInvalidSignatureError } from 'aws-jwt-verify/error';
import { type Refusal, refuse } from '../core/contract/codes.ts';
import {
  type PriorJwtAuthorizer,
  satisfiesPriorAuthorizer,
} from '../core/decision/prior-authorizer.ts';
import type { AccessModel } from '../core/model/model.ts';
import type { OktaModel } from '../core/model/model-file.ts';
import { isToken, NOT_BEARER } from '../core/token/bearer.ts';
import { type DecodedToken, decodeToken } from '../core/token/decode-token.ts';
import { isRefusal, type Principal } from '../core/token/principal.ts';
import {
  blockOfIssuer,
  type ClaimsContext,
  checkHeader,
  principalOfClaims,
} from '../core/token/token-rules.ts';
import type { Clock, TokenVerifier } from '../ports.ts';
import type { KeySet } from './key-set.ts';
import { nodeBase64url } from './node-base64url.ts';
import type { PublishedKey } from './signing-keys.ts';
import { digestOf, type RememberedToken, type TokenDigest, TokenMemory } from './token-memory.ts';
import { unsignedToken } from './unsigned-token.ts';

export interface OktaTokenVerifier extends TokenVerifier {
  /**
   * Fetches the keys of every issuer, so that the first request need not, and sees them into the
   * shared copy. Never throws.
   */
  warmUp(): Promise<void>;
}

/**
 * What a verified token rests on: while the issuer's key set holds the same key, the signature need
 * not be computed again.
 */
interface VerificationBasis {
  readonly keys: KeySet;
  readonly key: PublishedKey;
}

/** A token that could be ours: its form, its header and its issuer are good. */
interface Candidate extends DecodedToken {
  readonly okta: OktaModel;
  readonly keys: KeySet;
}

const principalOf = ({ principal, proof }: RememberedToken<VerificationBasis>) =>
  proof.keys.find(proof.key.jwk.kid) === proof.key ? principal : undefined;

/** What every token is evaluated by, and what is remembered of valid ones. */
interface Verifying {
  readonly model: AccessModel;
  readonly clock: Clock;
  readonly keySets: ReadonlyMap<string, KeySet>;
  readonly memory: TokenMemory<VerificationBasis>;
  readonly checkedWith: WeakMap<Principal, KeySet>;
}

/** @param keySetOf makes the key set of an issuer; asked once for each issuer of the model. */
export function oktaTokenVerifier(
  model: AccessModel,
  clock: Clock,
  keySetOf: (issuer: string) => KeySet,
): OktaTokenVerifier {
  if (model.okta.length === 0)
    throw new Error('the access model names no Okta authorization server');
  const issuers = model.okta.flatMap((block) => block.issuers);
  const keySets = new Map(issuers.map((issuer) => [issuer, keySetOf(issuer)]));
  const checkedWith = new WeakMap<Principal, KeySet>();
  const verifying: Verifying = { model, clock, keySets, memory: new TokenMemory(), checkedWith };
  const recallAtOnce = recallingAtOnce(verifying);
  const verify = (token: string): Verdict | Promise<Verdict> => {
    const digest = digestOf(token);
    return recallAtOnce(digest) ?? recallOrVerify(verifying, token, digest);
  };
  return {
    verify,
    satisfiesPriorAuthorizer: (token, prior) =>
      verifyAgainstPrior(token, prior, keySets.get(prior.issuer), clock),
    keySourceOf: (principal) => checkedWith.get(principal)?.source(),
    async warmUp() {
      await Promise.all([...keySets.values()].map((keys) => keys.warmUp()));
      // What runs for the first time takes milliseconds, which no caller has to wait for.
      for (const [issuer, keys] of keySets) {
        const token = unsignedToken(issuer, keys.firstKid(), model, clock);
        if (token !== undefined) await Promise.resolve(verify(token)).catch(() => undefined);
      }
    },
  };
}

type Verdict = Principal | Refusal;

const recallOrVerify = async (
  verifying: Verifying,
  token: string,
  digest: TokenDigest,
): Promise<Verdict> => (await recall(verifying, digest)) ?? verifyNew(verifying, token, digest);

/** What nearly every call needs, without a wait: a known token, and keys that are young. */
const recallingAtOnce =
  ({ memory, clock }: Verifying) =>
  (digest: TokenDigest): Principal | undefined => {
    const known = memory.recall(digest, clock.now());
    return known?.proof.keys.isFresh() ? principalOf(known) : undefined;
  };

async function recall(
  { memory, clock }: Verifying,
  digest: TokenDigest,
): Promise<Principal | Refusal | undefined> {
  const known = memory.recall(digest, clock.now());
  if (!known) return undefined;
  if (!(await known.proof.keys.ready())) return refuse('KEYS_UNAVAILABLE', 'fetch_failed');
  return principalOf(known);
}

async function verifyNew(
  verifying: Verifying,
  token: string,
  digest: TokenDigest,
): Promise<Principal | Refusal> {
  const { model, clock, keySets, memory, checkedWith } = verifying;
  const candidate = candidateOf(token, model.okta, keySets);
  // A text that can be decoded has the characters of a token, so they are not checked one by one.
  if ('code' in candidate) return isToken(token) ? candidate : NOT_BEARER;
  const { keys, okta, payload } = candidate;
  if (!(await keys.ready())) return refuse('KEYS_UNAVAILABLE', 'fetch_failed');
  const key = await keyFor(candidate, () => claimsContext(verifying, okta));
  if ('code' in key) return key;
  const principal = verifyWith(key, candidate, claimsContext(verifying, okta));
  if (!isRefusal(principal)) {
    checkedWith.set(principal, keys);
    const verified = { principal, proof: { keys, key } };
    memory.remember(digest, verified, clock.now(), Number(payload['exp']) * 1_000);
  }
  return principal;
}

const claimsContext = ({ model, clock }: Verifying, okta: OktaModel): ClaimsContext => ({
  okta,
  block: model.okta.length > 1 ? okta.name : undefined,
  nowSeconds: clock.now() / 1_000,
  isMachine: (cid) => model.machines.has(cid),
});

/**
 * Evaluates as the gateway's JWT authorizer does, with the keys that we have: those of the map's
 * issuers.
 */
async function verifyAgainstPrior(
  token: string,
  prior: PriorJwtAuthorizer,
  keys: KeySet | undefined,
  clock: Clock,
): Promise<boolean> {
  const decoded = decodeToken(token, nodeBase64url);
  if (!keys || 'code' in decoded || decoded.header['alg'] !== 'RS256') return false;
  if (
    !satisfiesPriorAuthorizer(decoded.payload, prior, clock.now() / 1_000) ||
    !(await keys.ready())
  )
    return false;
  const { kid } = decoded.header;
  if (typeof kid !== 'string') return false;
  if (!keys.find(kid)) await keys.refetch();
  const key = keys.find(kid);
  if (!key) return false;
  try {
    // Times and audience are evaluated above, by the clock of this environment and by the prior
    // authorizer's own list.
    key.verifier.check(decoded, { issuer: prior.issuer, audience: null });
    return true;
  } catch {
    return false;
  }
}

/**
 * Everything that is evaluated before a key is touched: a token of another issuer never makes us
 * fetch one.
 */
function candidateOf(
  token: string,
  okta: readonly OktaModel[],
  keySets: ReadonlyMap<string, KeySet>,
): Candidate | Refusal {
  const decoded = decodeToken(token, nodeBase64url);
  if ('code' in decoded) return decoded;
  const refused = checkHeader(decoded.header);
  if (refused) return refused;
  const block = blockOfIssuer(decoded.payload, okta);
  if ('code' in block) return block;
  const keys = keySets.get(String(decoded.payload['iss']));
  if (!keys) return refuse('TOKEN_ISSUER', 'unknown');
  const { header, payload, parts } = decoded;
  return { header, payload, parts, okta: block, keys };
}

/**
 * The published key that the token's header names. Only claims that would pass make us look for a
 * key that is not known.
 */
async function keyFor(
  { header, payload, keys }: Candidate,
  basis: () => ClaimsContext,
): Promise<PublishedKey | Refusal> {
  const { kid } = header;
  if (typeof kid !== 'string' || kid === '') return refuse('KEY_UNKNOWN', 'kid_missing');
  const known = keys.find(kid);
  if (known) return known;
  const unverified = principalOfClaims(payload, basis());
  if (isRefusal(unverified)) return unverified;
  const isAnswered = await keys.refetch();
  const found = keys.find(kid);
  if (found) return found;
  return isAnswered
    ? refuse('KEY_UNKNOWN', 'kid_not_published')
    : refuse('KEYS_UNAVAILABLE', 'fetch_failed');
}

function verifyWith(
  key: PublishedKey,
  candidate: Candidate,
  basis: ClaimsContext,
): Principal | Refusal {
  const { payload, okta } = candidate;
  const { issuers, audience, maxClockSkewSeconds: graceSeconds } = okta;
  try {
    key.verifier.check(candidate, { issuer: [...issuers], audience, graceSeconds });
  } catch (error) {
    if (error instanceof JwtInvalidSignatureError) return refuse('TOKEN_SIGNATURE', 'mismatch');
    if (error instanceof JwtInvalidSignatureAlgorithmError)
      return refuse('TOKEN_ALGORITHM', 'key_unfit');
    // The signature is good and a claim is not. Our rules name it; what they would let pass stays
    // refused as well.
    const principal = principalOfClaims(payload, basis);
    return isRefusal(principal) ? principal : refuse('TOKEN_MALFORMED', 'undecodable');
  }
  return principalOfClaims(payload, basis);
}
