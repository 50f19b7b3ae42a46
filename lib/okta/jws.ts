/** Signed JWTs with Node's own cryptography: all that two short-lived assertions need. */
import { type KeyObject, sign } from 'node:crypto';
import { signingAlgorithm } from '../../lambda/core/contract/okta-service-app.ts';

const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A compact JWS. Source: RFC 7515, section 7.1. @throws RangeError for a key of another kind. */
export function signedJwt(key: KeyObject, header: object, claims: object): string {
  const alg = signingAlgorithm(key);
  if (!alg) throw new RangeError('expected an RSA key, or an EC key on a curve of NIST');
  const input = `${encoded({ ...header, alg })}.${encoded(claims)}`;
  // The number of an algorithm is that of its hash. Source: RFC 7518, section 3.1.
  const hash = `sha${alg.slice(2)}`;
  const signature = sign(hash, Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' });
  return `${input}.${signature.toString('base64url')}`;
}
