/**
 * What an Okta access token must be beyond its signature. Pure checks over a decoded header and
 * payload; each gives the refusal, or nothing. Sources: RFC 7519, RFC 7515 (crit), RFC 9068 (typ),
 * RFC 9449 (cnf); Okta, "Validate access tokens".
 */
import { type Refusal, refuse } from '../contract/codes.ts';
import { isOktaHost } from '../contract/okta-hosts.ts';
import type { OktaModel } from '../model/model-file.ts';
import { type Claims, isName, isRefusal, type Principal, principalOf } from './principal.ts';

/**
 * Media types are compared without regard to case, and `application/` may be left out. Source: RFC
 * 7515, 4.1.9.
 */
const ACCEPTED_TYPES: readonly string[] = [
  'jwt',
  'at+jwt',
  'application/jwt',
  'application/at+jwt',
];
/** The `typ` of tokens from Okta's org authorization server, which only Okta may accept. */
const ORG_SERVER_TYPE = 'application/okta-internal-at+jwt';
/** Headers by which a token would bring its own key. Source: RFC 8725, 3.10. */
const KEY_HEADERS = ['jku', 'jwk', 'x5u', 'x5c'];

export function checkHeader(header: Claims): Refusal | undefined {
  if (Object.hasOwn(header, 'enc')) return refuse('TOKEN_TYPE', 'encrypted');
  if (header['alg'] !== 'RS256') return refuse('TOKEN_ALGORITHM', 'not_rs256');
  if (Object.hasOwn(header, 'crit')) return refuse('TOKEN_TYPE', 'critical_header');
  if (Object.hasOwn(header, 'cty')) return refuse('TOKEN_TYPE', 'nested');
  // Okta names its key by `kid` alone; a token with an embedded key or key URL is not an Okta
  // token.
  if (KEY_HEADERS.some((name) => Object.hasOwn(header, name)))
    return refuse('TOKEN_TYPE', 'key_in_header');
  return checkType(header);
}

function checkType(header: Claims): Refusal | undefined {
  if (!Object.hasOwn(header, 'typ')) return undefined;
  const { typ } = header;
  const type = typeof typ === 'string' ? typ.toLowerCase() : undefined;
  if (type === ORG_SERVER_TYPE) return refuse('TOKEN_TYPE', 'org_server');
  return type !== undefined && ACCEPTED_TYPES.includes(type)
    ? undefined
    : refuse('TOKEN_TYPE', 'wrong_typ');
}

/**
 * The okta block of the token's issuer, compared exactly; an unverified issuer chooses among the
 * configured ones and nothing else.
 */
export function blockOfIssuer({ iss }: Claims, okta: readonly OktaModel[]): OktaModel | Refusal {
  const block =
    typeof iss === 'string' ? okta.find(({ issuers }) => issuers.includes(iss)) : undefined;
  if (block) return block;
  const hosts = okta.flatMap(({ issuers }) =>
    issuers.map((issuer) => issuer.replace(/\/oauth2\/.*$/, '')),
  );
  // An Okta org's own authorization server is the bare host; its access tokens are for Okta alone.
  const bare = typeof iss === 'string' ? /^(https?:\/\/[^/?#]+)\/?$/.exec(iss)?.[1] : undefined;
  const isOrgServer = bare !== undefined && (hosts.includes(bare) || isOktaHost(bare));
  return isOrgServer ? refuse('TOKEN_TYPE', 'org_server') : refuse('TOKEN_ISSUER', 'unknown');
}

export interface ClaimsContext {
  readonly okta: OktaModel;
  /** Name of the block, where the map lists several. */
  readonly block: string | undefined;
  readonly nowSeconds: number;
  /** Whether the map has the client under `machines`. */
  readonly isMachine: (cid: string) => boolean;
}

type ClaimRule = (payload: Claims, basis: ClaimsContext) => Refusal | undefined;

/** In the order in which they decide; the first that refuses names the refusal. */
const CLAIM_RULES: readonly ClaimRule[] = [
  checkKind,
  checkAudience,
  checkTimeClaimTypes,
  checkStringClaims,
  checkTimes,
  checkLifetime,
  checkClient,
];

/**
 * The principal of a token whose issuer is the block's, or the first reason to refuse its claims;
 * says nothing of the signature.
 */
export function principalOfClaims(payload: Claims, basis: ClaimsContext): Principal | Refusal {
  for (const rule of CLAIM_RULES) {
    const refusal = rule(payload, basis);
    if (refusal) return refusal;
  }
  return principalOf(payload, basis.okta, basis.block);
}

/** Every reason to refuse the claims, for people who look into a token. */
export function refusalsOfClaims(payload: Claims, basis: ClaimsContext): readonly Refusal[] {
  const refusals = CLAIM_RULES.flatMap((rule) => rule(payload, basis) ?? []);
  const principal = principalOf(payload, basis.okta, basis.block);
  const isNew = isRefusal(principal) && !refusals.some(({ reason }) => reason === principal.reason);
  return isNew ? [...refusals, principal] : refusals;
}

/**
 * An ID token names its client in `aud` and has no `cid`. Source: OpenID Connect Core 1.0, section
 * 2.
 */
export const isIdToken = (payload: Claims): boolean =>
  !Object.hasOwn(payload, 'cid') &&
  ['nonce', 'at_hash', 'c_hash', 'amr', 'idp'].some((claim) => Object.hasOwn(payload, claim));

function checkKind(payload: Claims): Refusal | undefined {
  if (isIdToken(payload)) return refuse('TOKEN_TYPE', 'id_token');
  return Object.hasOwn(payload, 'cnf') ? refuse('TOKEN_TYPE', 'dpop_bound') : undefined;
}

/**
 * An authorization server of Okta has one audience and writes it as text; a list would make the
 * token good for others as well.
 */
function checkAudience({ aud }: Claims, { okta }: ClaimsContext): Refusal | undefined {
  if (Array.isArray(aud)) return refuse('TOKEN_AUDIENCE', 'not_one_text');
  return aud === okta.audience ? undefined : refuse('TOKEN_AUDIENCE', 'mismatch');
}

function checkTimeClaimTypes({ exp, iat, nbf }: Claims): Refusal | undefined {
  if (!isSecond(exp)) return refuse('TOKEN_CLAIMS', 'exp');
  if (!isSecond(iat)) return refuse('TOKEN_CLAIMS', 'iat');
  return nbf === undefined || isSecond(nbf) ? undefined : refuse('TOKEN_CLAIMS', 'nbf');
}

/**
 * Claims that are not read here and are texts in every JWT that has them. Sources: RFC 7519, 4.1.2;
 * RFC 8693, 4.2.
 */
function checkStringClaims({ sub, scope }: Claims): Refusal | undefined {
  if (sub !== undefined && typeof sub !== 'string') return refuse('TOKEN_CLAIMS', 'sub');
  return scope === undefined || typeof scope === 'string'
    ? undefined
    : refuse('TOKEN_CLAIMS', 'scope');
}

function checkTimes(
  { exp, iat, nbf }: Claims,
  { okta, nowSeconds }: ClaimsContext,
): Refusal | undefined {
  const skew = okta.maxClockSkewSeconds;
  if (isSecond(exp) && nowSeconds >= exp + skew) return refuse('TOKEN_EXPIRED', 'exp_passed');
  if (isSecond(nbf) && nbf > nowSeconds + skew) return refuse('TOKEN_NOT_YET_VALID', 'nbf_ahead');
  return isSecond(iat) && iat > nowSeconds + skew
    ? refuse('TOKEN_CLAIMS', 'issued_in_the_future')
    : undefined;
}

function checkLifetime({ exp, iat }: Claims, { okta }: ClaimsContext): Refusal | undefined {
  const tooLong = isSecond(exp) && isSecond(iat) && exp - iat > okta.maxTokenLifetimeSeconds;
  return tooLong ? refuse('TOKEN_CLAIMS', 'lifetime_too_long') : undefined;
}

/**
 * Whether the client may call at all. A client of `machines` is accepted for tokens without `uid`
 * only: the map knows no user of that client.
 */
export function checkClient(
  payload: Claims,
  { okta, isMachine }: Pick<ClaimsContext, 'okta' | 'isMachine'>,
): Refusal | undefined {
  const { cid } = payload;
  // `principalOf`, which runs last, reports a malformed client id.
  if (!isName(cid) || okta.clients === 'any' || okta.clients.includes(cid)) return undefined;
  if (!isMachine(cid)) return refuse('TOKEN_CLIENT', 'not_accepted');
  return Object.hasOwn(payload, 'uid')
    ? refuse('TOKEN_CLIENT', 'machine_client_with_user')
    : undefined;
}

const isSecond = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
