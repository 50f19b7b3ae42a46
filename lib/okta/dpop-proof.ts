/** Proofs that a request comes from the holder of a key. Source: RFC 9449, section 4.2. */
import { createHash, createPublicKey, type KeyObject, randomUUID } from 'node:crypto';
import { PROOF_TYPE, proofClaims } from '../../lambda/core/contract/okta-service-app.ts';
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

export function proofOf(key: KeyObject, { now, token, ...request }: ProvenRequest): string {
  const { n = '', e = '' } = createPublicKey(key).export({ format: 'jwk' });
  const tokenHash =
    token === undefined ? undefined : createHash('sha256').update(token).digest('base64url');
  return signedJwt(
    key,
    { typ: PROOF_TYPE, jwk: { kty: 'RSA', n, e } },
    proofClaims({ ...request, tokenHash }, { now, id: randomUUID() }),
  );
}
