/** The issuer's RSA keys: the newest signs, and all that are published verify. */
import {
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  type JsonWebKey,
  type KeyObject,
  randomBytes,
  sign,
} from 'node:crypto';
import { promisify } from 'node:util';

interface SigningKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly jwk: JsonWebKey;
}

export interface SigningKeys {
  /**
   * A compact JWS with Okta's header: `alg` and `kid`, nothing else. By node:crypto, since the
   * tests' CommonJS runner loads no ESM-only library.
   */
  readonly sign: (claims: Readonly<Record<string, unknown>>) => string;
  /** The published keys as a JWK set. */
  readonly published: () => { readonly keys: readonly JsonWebKey[] };
  /** A new key signs from now on; those before stay published. */
  readonly rotate: () => Promise<void>;
  /** A new key signs from now on, and those before are published no more. */
  readonly withdraw: () => Promise<void>;
}

export async function createSigningKeys(): Promise<SigningKeys> {
  let keys: readonly [SigningKey, ...SigningKey[]] = [await createKey()];
  return {
    sign: (claims) => {
      const [key] = keys;
      const text = `${encode({ alg: 'RS256', kid: key.kid })}.${encode(claims)}`;
      return `${text}.${sign('sha256', Buffer.from(text), key.privateKey).toString('base64url')}`;
    },
    published: () => ({ keys: keys.map((key) => key.jwk) }),
    rotate: async () => {
      keys = [await createKey(), ...keys];
    },
    withdraw: async () => {
      keys = [await createKey()];
    },
  };
}

async function createKey(): Promise<SigningKey> {
  // By way of PEM: a key as the generator returns it can make Node.js wait for itself without end
  // when it is exported as JWK.
  const { privateKey: pem } = await promisify(generateKeyPair)('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  const privateKey = createPrivateKey(pem);
  const kid = randomBytes(32).toString('base64url');
  return {
    kid,
    privateKey,
    jwk: {
      ...createPublicKey(privateKey).export({ format: 'jwk' }),
      alg: 'RS256',
      use: 'sig',
      kid,
    },
  };
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
