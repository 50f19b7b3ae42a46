/**
 * From a token's text to its header and payload, unverified. Pure, so that commands judge a token
 * as the authorizer does.
 */

import { type Refusal, refuse } from '../contract/codes.ts';
import { isObject } from '../contract/json-object.ts';
import type { Claims } from './principal.ts';

/**
 * Larger tokens do not fit through the gateway's header limit (10,240 bytes) anyway; the bound
 * keeps all work on them small.
 */
export const MAX_TOKEN_BYTES = 12 * 1_024;

export interface DecodedToken {
  readonly header: Claims;
  readonly payload: Claims;
}

/**
 * @returns header and payload of a JWS in compact form over a JSON object (RFC 7515, 7519), or why
 * it is none.
 */
export function decodeToken(token: string): DecodedToken | Refusal {
  const malformed = checkFormat(token);
  if (malformed) return malformed;
  const [first = '', second = ''] = token.split('.');
  const header = jsonOf(first);
  const payload = jsonOf(second);
  if (header === undefined || payload === undefined)
    return refuse('TOKEN_MALFORMED', 'undecodable');
  // RFC 7515 and RFC 7519 (both section 4) ask for unique names: two readers could otherwise each
  // see another value.
  if (hasDuplicateMember(header) || hasDuplicateMember(payload))
    return refuse('TOKEN_MALFORMED', 'duplicate_member');
  return { header: JSON.parse(header) as Claims, payload: JSON.parse(payload) as Claims };
}

/**
 * The form of the token as text: length, five parts of a JWE, three of a JWS, canonical base64url.
 */
export function checkFormat(token: string): Refusal | undefined {
  if (token.length > MAX_TOKEN_BYTES) return refuse('TOKEN_MALFORMED', 'too_large');
  const parts = token.split('.');
  if (parts.length === 5) return refuse('TOKEN_TYPE', 'encrypted');
  if (parts.length !== 3 || parts.some((part) => part === ''))
    return refuse('TOKEN_MALFORMED', 'not_a_jwt');
  return parts.every(isCanonicalBase64url) ? undefined : refuse('TOKEN_MALFORMED', 'undecodable');
}

/**
 * Decoders ignore padding and the unused low bits of the last character, so one token has many
 * spellings; only the one that an encoder writes is accepted. Source: RFC 4648, section 3.5.
 */
export function isCanonicalBase64url(part: string): boolean {
  if (!/^[A-Za-z0-9_-]*$/.test(part)) return false;
  const unusedBits = { 0: 0, 2: 4, 3: 2 }[part.length % 4];
  if (unusedBits === undefined) return false;
  const last = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'.indexOf(
    part.slice(-1),
  );
  return (last & ((1 << unusedBits) - 1)) === 0;
}

/** The text of a part if it is a JSON object in UTF-8. */
function jsonOf(part: string): string | undefined {
  try {
    const binary = atob(part.replaceAll('-', '+').replaceAll('_', '/'));
    const bytes = new Uint8Array(binary.length);
    for (let index = 0; index < bytes.length; index++) bytes[index] = binary.charCodeAt(index);
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    const value: unknown = JSON.parse(text);
    return isObject(value) ? text : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Whether an object in this valid JSON text, at any depth, has a member twice. One pass, without
 * recursion.
 */
export function hasDuplicateMember(json: string): boolean {
  const openMembers: (Set<string> | undefined)[] = [];
  let before = '';
  for (const [lexeme] of json.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\],:]/g)) {
    if (lexeme === '{') openMembers.push(new Set());
    else if (lexeme === '[') openMembers.push(undefined);
    else if (lexeme === '}' || lexeme === ']') openMembers.pop();
    else if (lexeme.startsWith('"') && before !== ':') {
      const members = openMembers.at(-1);
      const name = String(JSON.parse(lexeme));
      if (members?.has(name)) return true;
      members?.add(name);
    }
    before = lexeme;
  }
  return false;
}
