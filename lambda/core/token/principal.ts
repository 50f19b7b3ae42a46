/**
 * The caller, as a validated token names it: a user (`uid`) or a machine (no `uid`, so its client
 * id).
 */
import { type Refusal, refuse } from '../contract/codes.ts';
import { isId } from '../contract/okta-ids.ts';
import { isStrings } from '../json/json-object.ts';
import type { OktaModel } from '../model/model-file.ts';

interface Caller {
  readonly cid: string;
  readonly scopes: readonly string[];
  /**
   * Name of the okta block whose authorization server issued the token; absent where the map has
   * one block.
   */
  readonly block?: string;
  /** The token's `jti`; absent without a token, as in `explain`. */
  readonly tokenId?: string;
  /** The token's `iat` in whole seconds since 1970; absent without a token. */
  readonly issuedAt?: number;
}

export type Principal =
  | (Caller & { readonly kind: 'user'; readonly uid: string; readonly groups: readonly string[] })
  | (Caller & { readonly kind: 'machine' });

/** The token's payload after signature, issuer and time checks; still untrusted in shape. */
export type Claims = Readonly<Record<string, unknown>>;

/** uid of a user, client id of a machine: what `principalId` holds. */
export const principalId = (principal: Principal): string =>
  principal.kind === 'user' ? principal.uid : principal.cid;

/**
 * Reads the principal out of validated claims. A user's groups are those of all configured claims,
 * merged in order, without duplicates, after the prefix was stripped. A machine carries none: Okta
 * puts no groups into a client_credentials token, so only `machines` grants it access.
 *
 * @param block name of the okta block, where the map lists several.
 */
export function principalOf(claims: Claims, okta: OktaModel, block?: string): Principal | Refusal {
  const { uid, cid, scp, jti, iat } = claims;
  if (!isId(cid)) return refuse('TOKEN_CLAIMS', 'cid');
  if (!isName(jti)) return refuse('TOKEN_CLAIMS', 'jti');
  if (uid !== undefined && !isId(uid)) return refuse('TOKEN_CLAIMS', 'uid');
  if (scp !== undefined && !isStrings(scp)) return refuse('TOKEN_CLAIMS', 'scp');
  const groups = uid === undefined ? [] : groupsOf(claims, okta);
  if (groups === undefined) return refuse('TOKEN_CLAIMS', 'groups');
  const scopes = scp ?? [];
  const principal: Writable<Principal> =
    uid === undefined
      ? { kind: 'machine', cid, scopes, tokenId: jti }
      : { kind: 'user', uid, groups, cid, scopes, tokenId: jti };
  if (typeof iat === 'number') principal.issuedAt = iat;
  if (block !== undefined) principal.block = block;
  return principal;
}

type Writable<Of> = { -readonly [Key in keyof Of]: Of[Key] };

export const isRefusal = (value: object): value is Refusal => 'code' in value;

/**
 * Group names of all configured claims, without duplicates and prefix; undefined for a claim that
 * is neither text nor a list of texts.
 */
function groupsOf(claims: Claims, okta: OktaModel): readonly string[] | undefined {
  const names = new Set<string>();
  for (const claim of okta.groupsClaims) {
    const value = Object.hasOwn(claims, claim) ? claims[claim] : undefined;
    if (value === undefined || value === null) continue;
    // A string is one group name and is never split: names may hold commas and spaces.
    const values = typeof value === 'string' ? [value] : value;
    if (!isStrings(values)) return undefined;
    for (const name of values)
      if (name.startsWith(okta.groupPrefix)) names.add(name.slice(okta.groupPrefix.length));
  }
  return [...names];
}

export const isName = (value: unknown): value is string =>
  typeof value === 'string' && value !== '';
