import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { createSigningKeys } from '../../local/issuer/issuer-keys.ts';
import { forgetState, persistedFile, persistedState } from '../../local/persisted-state.ts';

const folder = mkdtempSync(join(tmpdir(), 'kept-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('what a run keeps', () => {
  test('is of the issuer by its port, of the tables by map and ports, and nothing where a port is not chosen', () => {
    expect(persistedState('/p', 'orders', { gateway: 4000, issuer: 4001 })).toEqual({
      issuer: '/p/.local/state/issuer-4001',
      tables: '/p/.local/state/orders-4000-4001/tables',
    });
    expect(persistedState('/p', 'orders', { gateway: 4000, issuer: 0 })).toBeUndefined();
    expect(persistedState('/p', 'orders', { gateway: 0, issuer: 4001 })).toBeUndefined();
  });

  test('is gone once it is forgotten, also where there was none', () => {
    const state = persistedState(folder, 'orders', { gateway: 1, issuer: 2 });
    if (state === undefined) throw new Error('expected a state');
    persistedFile(state.issuer, 'a.json').write(1);
    persistedFile(state.tables, 'b.json').write(1);
    forgetState(state);
    expect(persistedFile(state.issuer, 'a.json').read()).toBeUndefined();
    expect(persistedFile(state.tables, 'b.json').read()).toBeUndefined();
    forgetState(state);
  });

  test('signing keys, also those that were rotated, for their owner alone', async () => {
    const kept = persistedFile(join(folder, 'state'), 'signing-keys.json');
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
      const kept = persistedFile(folder, 'broken.json');
      writeFileSync(join(folder, 'broken.json'), text);
      const keys = await createSigningKeys(kept);
      expect(keys.published().keys).toHaveLength(1);
      expect(readFileSync(join(folder, 'broken.json'), 'utf8')).toContain('PRIVATE KEY');
    },
  );

  test.each([
    ['tables that are none', 'tables/CURRENT', 'tables'],
    ['a file in the place of the folder', 'taken', 'taken'],
  ])('%s: the way out is named', (_what, file, tables) => {
    mkdirSync(join(folder, 'tables'), { recursive: true });
    writeFileSync(join(folder, file), 'garbage');
    const program = `import { startDynamoDb } from './local/dynamodb.ts';
      const table = { name: 'Table', keySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
        attributes: [{ AttributeName: 'pk', AttributeType: 'S' }] };
      startDynamoDb([table], Date.now, ${JSON.stringify(join(folder, tables))}).then(
        () => process.exit(0),
        (error) => { console.error(error.name, error.message); process.exit(1); });`;
    // The store throws on its own, which a process of its own must outlive.
    const node = ['--import', 'tsx', '--input-type=module', '--eval', program];
    const { status, stderr } = spawnSync(process.execPath, node, { encoding: 'utf8' });
    expect(stderr).toMatch(
      /^StateError what earlier runs kept in .*: start again with `npm start -- --fresh`\n$/,
    );
    expect(status).toBe(1);
  });
});
