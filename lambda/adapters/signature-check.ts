/**
 * aws-jwt-verify over a token that is decoded already: for the signature, and for issuer, audience
 * and times as a second opinion. What it would decode once more, with a reviver that costs more
 * than the signature, is handed over by the method that its own verifiers use.
 */
import type { JwtHeader, JwtPayload } from 'aws-jwt-verify/jwt-model';
import { JwtVerifierBase } from 'aws-jwt-verify/jwt-verifier';
import type { DecodedToken } from '../core/token/decode-token.ts';

/** A JSON Web Key for RS256 (signing-keys.ts). */
export interface SigningKey {
  readonly kty: 'RSA';
  readonly kid: string;
  readonly n: string;
  readonly e: string;
  readonly use?: 'sig';
  readonly alg?: 'RS256';
}

export interface Expected {
  readonly issuer: string | string[];
  /** Null: not evaluated. */
  readonly audience: string | null;
  /** @default 0 */
  readonly graceSeconds?: number;
}

type Config = { readonly issuer: null; readonly jwksUri: string };

/** Checks signatures with one key. The library caches what it makes of the key, so one key each. */
export class SignatureCheck extends JwtVerifierBase<Record<string, unknown>, Config, false> {
  constructor(jwk: SigningKey) {
    const neverAsked = () => {
      throw new Error('one key is given');
    };
    const keys = { getJwk: neverAsked, getJwks: neverAsked, addJwks: neverAsked };
    super(
      { issuer: null, jwksUri: 'https://unused.invalid' },
      { ...keys, getCachedJwk: () => ({ ...jwk }) },
    );
  }

  /** @throws Error of aws-jwt-verify for a signature or a claim that is not good. */
  check({ header, payload, parts }: DecodedToken, expected: Expected): void {
    const [headerB64, payloadB64, signatureB64] = parts;
    const decomposed = {
      header: header as JwtHeader,
      headerB64,
      payload: payload as JwtPayload,
      payloadB64,
      signatureB64,
    };
    const { issuer, audience, graceSeconds = 0 } = expected;
    this.verifyDecomposedJwtSync(decomposed, '', { issuer, audience, graceSeconds });
  }
}
