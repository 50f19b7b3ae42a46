/**
 * Checks of tokens in turn: by RSA alone, by aws-jwt-verify, and by ours. Bundled as the function
 * is, since what runs TypeScript directly gives every closure a name, which takes time.
 */
import { createPublicKey, createVerify } from 'node:crypto';
import { JwtVerifier } from 'aws-jwt-verify';
import { createKeySet } from '../../lambda/adapters/key-set.ts';
import { oktaTokenVerifier } from '../../lambda/adapters/okta-token-verifier.ts';
import { parseModel } from '../../lambda/core/model/load-model.ts';

export interface Checked {
  readonly issuer: string;
  readonly audience: string;
  readonly jwk: { readonly kid: string; readonly kty: string } & Readonly<Record<string, string>>;
  /** More than a function remembers (lambda/adapters/token-memory.ts), so that each is new. */
  readonly tokens: readonly string[];
  readonly model: string;
}

export interface Checks {
  rsa(): void;
  library(): void;
  fresh(): Promise<void>;
  known(): unknown;
}

export function checksOf({ issuer, audience, jwk, tokens, model }: Checked): Checks {
  // As aws-jwt-verify does it; without the object around the key Node 24 takes two thirds of the
  // time.
  const key = createPublicKey({ format: 'jwk', key: jwk });
  const signed = tokens.map((token) => {
    const at = token.lastIndexOf('.');
    return [
      Buffer.from(token.slice(0, at)),
      Buffer.from(token.slice(at + 1), 'base64url'),
    ] as const;
  });
  const clock = { now: () => Date.now() };
  const fetch = async () => ({ keys: [jwk], maxAgeMs: undefined });
  const keys = createKeySet({ issuer, clock, fetch });
  const verifier = oktaTokenVerifier(parseModel(JSON.parse(model)), clock, () => keys);
  const library = JwtVerifier.create({ issuer, audience, jwksUri: `${issuer}/v1/keys` });
  library.cacheJwks({ keys: [jwk] });
  const turns = { rsa: 0, library: 0, fresh: 0 };
  const next = (who: keyof typeof turns): number => turns[who]++ % tokens.length;
  // A text of its own each time, as every event has.
  const bytes = Buffer.from(tokens[0] ?? '', 'latin1');
  return {
    rsa() {
      const [input = bytes, signature = bytes] = signed[next('rsa')] ?? [];
      if (!createVerify('RSA-SHA256').update(input).verify({ key }, signature))
        throw new Error('a bad signature');
    },
    library: () => void library.verifySync(tokens[next('library')] ?? ''),
    async fresh() {
      const evaluated = await verifier.verify(tokens[next('fresh')] ?? '');
      if ('code' in evaluated)
        throw new Error(`the token is refused: ${JSON.stringify(evaluated)}`);
    },
    known: () => verifier.verify(bytes.toString('latin1')),
  };
}
