import { type KeyObject, sign } from 'node:crypto';
import { ISSUER } from './model.ts';
import { rsaKeyPair } from './rsa-keys.ts';

export interface SigningKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly jwk: { readonly kty: string; readonly kid: string } & Readonly<Record<string, string>>;
}

export function signingKey(kid: string, modulusLength = 2_048): SigningKey {
  const { privateKey, publicKey } = rsaKeyPair(modulusLength);
  const jwk = {
    ...publicKey.export({ format: 'jwk' }),
    kid,
    use: 'sig',
    alg: 'RS256',
  } as SigningKey['jwk'];
  return { kid, privateKey, jwk };
}

export const base64url = (value: unknown): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

/** A JWS in compact form over exactly this header and payload; strings are taken as they are. */
export function jws(key: SigningKey, header: unknown, payload: unknown): string {
  const input = `${base64url(header)}.${base64url(payload)}`;
  return `${input}.${sign('sha256', Buffer.from(input), key.privateKey).toString('base64url')}`;
}

/** Claims as Okta writes them into a user's access token of a custom authorization server. */
export function userClaims(
  nowSeconds: number,
  changes: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  return {
    ver: 1,
    jti: 'AT.0123456789',
    iss: ISSUER,
    aud: 'api://orders',
    iat: nowSeconds,
    exp: nowSeconds + 3_600,
    cid: '0oa1web',
    uid: '00u1reader',
    scp: ['openid'],
    auth_time: nowSeconds,
    sub: 'reader@example.com',
    groups: ['orders-readers'],
    ...changes,
  };
}

/** `undefined` in the changes takes a claim away, as JSON leaves it out. */
export const accessToken = (
  key: SigningKey,
  nowSeconds: number,
  changes: Readonly<Record<string, unknown>> = {},
): string => jws(key, { alg: 'RS256', kid: key.kid }, userClaims(nowSeconds, changes));
