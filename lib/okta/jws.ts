/** Signed JWTs with Node's own cryptography: all that two short-lived assertions need. */
import { type KeyObject, sign } from 'node:crypto';

const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

interface Algorithm {
  readonly alg: string;
  readonly hash: string;
}

const RSA: Algorithm = { alg: 'RS256', hash: 'sha256' };

/** By the names that OpenSSL gives the curves P-256, P-384 and P-521. */
const CURVES: Readonly<Record<string, Algorithm>> = {
  prime256v1: { alg: 'ES256', hash: 'sha256' },
  secp384r1: { alg: 'ES384', hash: 'sha384' },
  secp521r1: { alg: 'ES512', hash: 'sha512' },
};

/**
 * How a key signs; nothing for a key that Okta does not take. Source: RFC 7518, section 3.1; Okta,
 * "Build a JWT for client authentication".
 */
export function algorithmOf(key: KeyObject): Algorithm | undefined {
  if (key.asymmetricKeyType === 'rsa') return RSA;
  return CURVES[key.asymmetricKeyDetails?.namedCurve ?? ''];
}

/** A compact JWS. Source: RFC 7515, section 7.1. @throws RangeError for a key of another kind. */
export function signedJwt(key: KeyObject, header: object, claims: object): string {
  const algorithm = algorithmOf(key);
  if (!algorithm) throw new RangeError('expected an RSA key, or an EC key on a curve of NIST');
  const input = `${encoded({ ...header, alg: algorithm.alg })}.${encoded(claims)}`;
  const signature = sign(algorithm.hash, Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' });
  return `${input}.${signature.toString('base64url')}`;
}
