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
import type { PersistedFile } from '../persisted-state.ts';

interface SigningKey {
  readonly kid: string;
  /** The private key, PKCS #8. */
  readonly pem: string;
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

type Keys = readonly [SigningKey, ...SigningKey[]];

/**
 * @param kept where the keys of an earlier run are, and those of this one are left. Default:
 * nowhere.
 */
export async function createSigningKeys(kept?: PersistedFile): Promise<SigningKeys> {
  const known = kept && keysIn(kept.read());
  let keys: Keys = known ?? [await createKey()];
  const use = (next: Keys): void => {
    keys = next;
    kept?.write(keys.map(({ kid, pem }) => ({ kid, pem })));
  };
  if (known === undefined) use(keys);
  return {
    sign: (claims) => {
      const [key] = keys;
      const text = `${encode({ alg: 'RS256', kid: key.kid })}.${encode(claims)}`;
      return `${text}.${sign('sha256', Buffer.from(text), key.privateKey).toString('base64url')}`;
    },
    published: () => ({ keys: keys.map((key) => key.jwk) }),
    rotate: async () => {
      use([await createKey(), ...keys]);
    },
    withdraw: async () => {
      use([await createKey()]);
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
  return keyOf(randomBytes(32).toString('base64url'), pem);
}

function keyOf(kid: string, pem: string): SigningKey {
  const privateKey = createPrivateKey(pem);
  const jwk = createPublicKey(privateKey).export({ format: 'jwk' });
  return { kid, pem, privateKey, jwk: { ...jwk, alg: 'RS256', use: 'sig', kid } };
}

/** Undefined for what no run has written. */
function keysIn(value: unknown): Keys | undefined {
  if (!Array.isArray(value)) return undefined;
  try {
    const [first, ...others] = value.map(({ kid, pem }) => keyOf(String(kid), String(pem)));
    return first && [first, ...others];
  } catch {
    return undefined;
  }
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
