/** RSA key pairs of a run of the tests. */
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateRsaKeyPair } from '../../lib/okta/rsa-key-pair.ts';

const given = new Map<number, number>();

/**
 * A key pair that no other call of this test file gets. Test files share theirs, by a file in the
 * folder of the run: to find the primes of one takes a tenth of a second.
 * @param modulusLength in bits. Default 2048.
 */
export function rsaKeyPair(modulusLength = 2_048): {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
} {
  const number = given.get(modulusLength) ?? 0;
  given.set(modulusLength, number + 1);
  const folder = join(process.env['TEMPORARY_FOLDER'] ?? tmpdir(), 'rsa-keys');
  const file = join(folder, `${modulusLength}-${number}.pem`);
  if (!existsSync(file)) keep(folder, file, generateRsaKeyPair(modulusLength).privateKey);
  const privateKey = createPrivateKey(readFileSync(file));
  return { privateKey, publicKey: createPublicKey(privateKey) };
}

/** Two workers may make one at once; the file is there as a whole or not at all. */
function keep(folder: string, file: string, key: KeyObject): void {
  mkdirSync(folder, { recursive: true });
  const own = `${file}.${process.pid}`;
  writeFileSync(own, key.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  renameSync(own, file);
}
