/** docs/how-to/extending.md names every place of one key, and only files that exist. */
import { existsSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { sourceFiles } from '../support/folder-graph.ts';

const KEY = 'onStoreFailure';
const page = readFileSync('docs/how-to/extending.md', 'utf8');
const inCode = [...page.matchAll(/`([^`\n]+)`/g)].map(([, text = '']) => text);
const named = inCode.filter((text) => /^[\w.-]+(?:\/[\w.-]+)*\.(?:ts|md|json)$/.test(text));
const paths = named.filter((text) => text.includes('/') || existsSync(text));
/** `model.ts` after `lambda/core/model/model-file.ts` is a file of a folder that the page names. */
const bare = named.filter((text) => !paths.includes(text));
const all = sourceFiles(['lambda', 'lib', 'test']);

describe('docs/how-to/extending.md', () => {
  test('names files', () => {
    expect(paths.length).toBeGreaterThan(15);
  });

  test.each([...new Set(paths)])('%s exists', (path) => {
    expect(existsSync(path)).toBe(true);
  });

  test.each([...new Set(bare)])('some file is called %s', (name) => {
    expect(all.map((path) => basename(path))).toContain(name);
  });

  test.each([...new Set(inCode.filter((text) => /^(?:lib|lambda)(?:\/[\w-]+)+$/.test(text)))])(
    '%s is a folder',
    (folder) => {
      expect(existsSync(folder)).toBe(true);
    },
  );

  const tables = page.slice(0, page.indexOf('## 1. '));
  const places = paths.filter((path) => tables.includes(`\`${path}\``));

  test.each(places)(`%s has ${KEY}`, (path) => {
    expect(readFileSync(path, 'utf8')).toContain(KEY);
  });

  test(`no place of ${KEY} in the map, the model and the decision is missing`, () => {
    const field = new RegExp(`^(?!\\s*(?://|/?\\*)).*\\b${KEY}\\b`, 'm');
    // Revoked tokens have a key of this name of their own.
    const taking = sourceFiles(['lib/access-map', 'lib/map-diff', 'lambda'])
      .filter((path) => !/revocation/.test(path))
      .filter((path) => field.test(readFileSync(path, 'utf8')));
    expect(taking.filter((path) => !places.includes(path))).toEqual([]);
  });

  test.each([
    'readQuotas',
    'readMapRules',
    'modelOf',
    'OVERRIDABLE',
    'COMPARED_MODEL_KEYS',
    'MapSection',
  ])('%s, which the page names, is in the code', (name) => {
    expect(page).toContain(name);
    const code = sourceFiles(['lib/access-map', 'lib/map-diff']).map((path) =>
      readFileSync(path, 'utf8'),
    );
    expect(
      code.some((text) => new RegExp(`\\b(?:const|function|type) ${name}\\b`).test(text)),
    ).toBe(true);
  });
});
