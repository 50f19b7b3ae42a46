import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto';

/**
 * A new RSA key pair, by way of PEM. A key as the generator itself returns it shares a lock with
 * the generator's job: when the garbage collector takes that job while the key is exported as JWK,
 * Node.js waits for itself without end (seen with Node.js 20.20).
 * @param modulusLength in bits. Default 2048.
 */
export function generateRsaKeyPair(modulusLength = 2_048): {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
} {
  const { privateKey: pem } = generateKeyPairSync('rsa', {
    modulusLength,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  const privateKey = createPrivateKey(pem);
  return { privateKey, publicKey: createPublicKey(privateKey) };
}
