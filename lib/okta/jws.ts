/** Signed JWTs with Node's own cryptography: all that two short-lived assertions need. */
import { type KeyObject, sign } from 'node:crypto';

const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A compact JWS, signed with RS256. Source: RFC 7515, section 7.1. */
export function signedJwt(key: KeyObject, header: object, claims: object): string {
  const input = `${encoded({ ...header, alg: 'RS256' })}.${encoded(claims)}`;
  return `${input}.${sign('sha256', Buffer.from(input), key).toString('base64url')}`;
}
