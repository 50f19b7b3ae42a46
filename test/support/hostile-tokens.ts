/**
 * Tokens that must not get in, and the refusal that each must get. Signed with real keys wherever a
 * signature is evaluated.
 */
import { CLAIM_ROWS } from './hostile-claims.ts';
import { FORM_ROWS } from './hostile-forms.ts';
import { type HostileKeys, hostileKeys, type Tools } from './hostile-tools.ts';
import { jws, userClaims } from './tokens.ts';

export { hostileKeys };

export interface HostileToken {
  readonly name: string;
  readonly code: string;
  readonly reason: string;
  readonly token: string;
}

export function hostileTokens(
  issuer: string,
  now: number,
  keys: HostileKeys,
): readonly HostileToken[] {
  const claims = userClaims(now, { iss: issuer });
  const header = { alg: 'RS256', kid: keys.good.kid };
  const signed: Tools['signed'] = (changes = {}, more = {}) =>
    jws(keys.good, { ...header, ...more }, { ...claims, ...changes });
  const text: Tools['text'] = (payload) => jws(keys.good, header, payload);
  const [first = '', second = '', third = ''] = signed().split('.');
  const tools: Tools = {
    ...keys,
    now,
    issuer,
    claims,
    signed,
    text,
    parts: [first, second, third],
  };
  return [...FORM_ROWS, ...CLAIM_ROWS].map(([code, reason, name, token]) => ({
    code,
    reason,
    name,
    token: token(tools),
  }));
}
