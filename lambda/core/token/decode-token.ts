/**
 * From a token's text to its header and payload, unverified. Pure, so that commands evaluate a
 * token as the authorizer does.
 */

import { type Refusal, refuse } from '../contract/codes.ts';
import { isObject } from '../json/json-object.ts';
import type { Claims } from './principal.ts';

/**
 * Larger tokens do not fit through the gateway's header limit (10,240 bytes) anyway; the bound
 * keeps all work on them small.
 */
export const MAX_TOKEN_BYTES = 12 * 1_024;

/** How the parts of a token are read. The function reads them with Node's buffers. */
export interface Base64url {
  /**
   * Whether the part is spelt as an encoder writes it. Decoders ignore padding and the unused low
   * bits of the last character, so one token has many spellings. Source: RFC 4648, section 3.5.
   */
  isCanonical(part: string): boolean;
  /** The part's text; undefined where it is not canonical, or its bytes are not UTF-8. */
  text(part: string): string | undefined;
}

export interface DecodedToken {
  readonly header: Claims;
  readonly payload: Claims;
  /** Header, payload and signature as they were sent. */
  readonly parts: readonly [header: string, payload: string, signature: string];
}

/** Tokens of one key have one header, which is read once. */
let lastHeader: { readonly part: string; readonly json: JsonObject } | undefined;

/**
 * @returns header and payload of a JWS in compact form over a JSON object (RFC 7515, 7519), or why
 * it is none.
 */
export function decodeToken(
  token: string,
  base64url: Base64url = webBase64url,
): DecodedToken | Refusal {
  const parts = partsOf(token);
  if ('code' in parts) return parts;
  const known = lastHeader?.part === parts[0] ? lastHeader.json : undefined;
  const header = known ?? jsonObjectIn(base64url.text(parts[0]));
  const payload = jsonObjectIn(base64url.text(parts[1]));
  if (!header || !payload || !base64url.isCanonical(parts[2]))
    return refuse('TOKEN_MALFORMED', 'undecodable');
  // RFC 7515 and RFC 7519 (both section 4) ask for unique names: two readers could otherwise each
  // see another value.
  if ((!known && hasDuplicateMember(header)) || hasDuplicateMember(payload))
    return refuse('TOKEN_MALFORMED', 'duplicate_member');
  lastHeader = { part: parts[0], json: header };
  return { header: header.value, payload: payload.value, parts };
}

/** The form of the token as text: length, five parts of a JWE, three of a JWS. */
export function partsOf(token: string): DecodedToken['parts'] | Refusal {
  if (token.length > MAX_TOKEN_BYTES) return refuse('TOKEN_MALFORMED', 'too_large');
  const parts = token.split('.');
  if (parts.length === 5) return refuse('TOKEN_TYPE', 'encrypted');
  const [header, payload, signature] = parts;
  if (parts.length !== 3 || !header || !payload || !signature)
    return refuse('TOKEN_MALFORMED', 'not_a_jwt');
  return [header, payload, signature];
}

/** By what every JavaScript has. */
export const webBase64url: Base64url = {
  isCanonical(part) {
    if (!/^[A-Za-z0-9_-]*$/.test(part)) return false;
    const unusedBits = { 0: 0, 2: 4, 3: 2 }[part.length % 4];
    if (unusedBits === undefined) return false;
    const last = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'.indexOf(
      part.slice(-1),
    );
    return (last & ((1 << unusedBits) - 1)) === 0;
  },
  text(part) {
    if (!webBase64url.isCanonical(part)) return undefined;
    const binary = atob(part.replaceAll('-', '+').replaceAll('_', '/'));
    try {
      const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      return undefined;
    }
  },
};

interface JsonObject {
  readonly text: string;
  readonly value: Claims;
}

function jsonObjectIn(text: string | undefined): JsonObject | undefined {
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? { text, value } : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Whether an object in this JSON, at any depth, has a member twice: the text then has more colons
 * outside its strings than the value, which keeps one of them, has members.
 */
const hasDuplicateMember = ({ text, value }: JsonObject): boolean =>
  colonsIn(text) !== memberCount(value);

function colonsIn(json: string): number {
  let colons = 0;
  for (let at = 0; at < json.length; at++) {
    if (json[at] === ':') colons++;
    else if (json[at] === '"') at = endOfString(json, at);
  }
  return colons;
}

/** JSON that is valid, so that each string has an end. */
function endOfString(json: string, start: number): number {
  let end = json.indexOf('"', start + 1);
  while (isEscaped(json, end)) end = json.indexOf('"', end + 1);
  return end;
}

function isEscaped(json: string, at: number): boolean {
  let before = at - 1;
  while (json[before] === '\\') before--;
  return (at - before) % 2 === 0;
}

/** Without recursion, however deep the value is. */
function memberCount(object: Claims): number {
  const pending: object[] = [object];
  let members = 0;
  for (let one = pending.pop(); one; one = pending.pop()) {
    const values: readonly unknown[] = Object.values(one);
    if (!Array.isArray(one)) members += values.length;
    for (const value of values)
      if (typeof value === 'object' && value !== null) pending.push(value);
  }
  return members;
}
