/** Proofs that a request comes from the holder of a key. Source: RFC 9449, section 4.2. */
import { createHash, createPublicKey, type KeyObject, randomUUID } from 'node:crypto';
import { signedJwt } from './jws.ts';

export interface ProvenRequest {
  readonly method: string;
  readonly url: URL;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** What the org has asked for. */
  readonly nonce?: string | undefined;
  /** The access token that the request carries. */
  readonly token?: string;
}

export function proofOf(key: KeyObject, { method, url, now, nonce, token }: ProvenRequest): string {
  const { n = '', e = '' } = createPublicKey(key).export({ format: 'jwk' });
  return signedJwt(
    key,
    { typ: 'dpop+jwt', jwk: { kty: 'RSA', n, e } },
    {
      htm: method,
      htu: `${url.origin}${url.pathname}`,
      iat: Math.floor(now / 1_000),
      jti: randomUUID(),
      ...(nonce === undefined ? {} : { nonce }),
      ...(token === undefined
        ? {}
        : { ath: createHash('sha256').update(token).digest('base64url') }),
    },
  );
}
