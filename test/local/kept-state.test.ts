import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { createSigningKeys } from '../../local/issuer/signing-keys.ts';
import { keptFile, stateFolder } from '../../local/kept-state.ts';

const folder = mkdtempSync(join(tmpdir(), 'kept-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('what a run keeps', () => {
  test('is by map and ports, and nothing where a port is not chosen', () => {
    expect(stateFolder('/p', 'orders', [4000, 4001])).toBe('/p/.local/state/orders-4000-4001');
    expect(stateFolder('/p', 'orders', [4000, 0])).toBeUndefined();
  });

  test('signing keys, also those that were rotated, for their owner alone', async () => {
    const kept = keptFile(join(folder, 'state'), 'signing-keys.json');
    const first = await createSigningKeys(kept);
    await first.rotate();
    const second = await createSigningKeys(kept);
    expect(second.published()).toEqual(first.published());
    expect(second.published().keys).toHaveLength(2);
    expect(second.sign({ a: 1 })).toBe(first.sign({ a: 1 }));
    expect(statSync(join(folder, 'state/signing-keys.json')).mode & 0o077).toBe(0);
    await second.withdraw();
    expect((await createSigningKeys(kept)).published()).toEqual(second.published());
  });

  test.each(['', '[]', '{}', '[{"kid":"a","pem":"no key"}]'])(
    'new keys take the place of a file that holds none: %j',
    async (text) => {
      const kept = keptFile(folder, 'broken.json');
      writeFileSync(join(folder, 'broken.json'), text);
      const keys = await createSigningKeys(kept);
      expect(keys.published().keys).toHaveLength(1);
      expect(readFileSync(join(folder, 'broken.json'), 'utf8')).toContain('PRIVATE KEY');
    },
  );
});
