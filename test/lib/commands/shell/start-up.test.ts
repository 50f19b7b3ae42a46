/** What a command loads before it runs; loading is most of what a small map takes. */
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { buildSync } from 'esbuild';
import { AccessMap } from '../../../../lib/access-map/index.ts';
import { compileSchema, mapValidator } from '../../../../lib/access-map/schema/validator.ts';
import { EXAMPLE } from '../project.ts';

const { metafile } = buildSync({
  entryPoints: ['bin/run-cli.ts'],
  bundle: true,
  write: false,
  metafile: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  packages: 'external',
  outdir: 'nowhere',
  absWorkingDir: resolve('.'),
});

/** What the files import at once, not what they import later. */
function loadedFrom(...files: readonly string[]) {
  const own = new Set<string>();
  const packages = new Set<string>();
  const visit = (file: string): void => {
    if (own.has(file)) return;
    own.add(file);
    for (const { path, kind, external } of metafile.inputs[file]?.imports ?? []) {
      if (kind === 'dynamic-import') continue;
      if (external !== true) visit(path);
      else if (!path.startsWith('node:')) packages.add(path);
    }
  };
  files.forEach(visit);
  return { own: [...own], packages: [...packages].toSorted() };
}

describe('`check` loads', () => {
  const { own, packages } = loadedFrom('bin/run-cli.ts', 'lib/commands/check.ts');

  test('no package but those that read a map', () => {
    expect(packages).toEqual([
      // The build puts the compiled schema in its place.
      'ajv',
      'commander',
      'fastest-levenshtein',
      'js-yaml',
      'tinyglobby',
      'unhomoglyph',
      'yaml',
    ]);
  });

  test('nothing of other commands, of Okta, and of live APIs', () => {
    const folders = own.map((file) => file.replace(/^lib\/commands\/(?!shell|check).*/, 'another'));
    expect(folders.filter((file) => file === 'another')).toEqual(['another']);
    expect(own.filter((file) => /^(?:lib\/(?:okta|package|audit-log)|local)\//.test(file))).toEqual(
      [],
    );
    expect(own.length).toBeLessThan(260);
  });
});

test('the schema that the build compiles evaluates as the one that is compiled here', () => {
  const require = createRequire(resolve('package.json'));
  const { validatorSource } = require(resolve('scripts/validator-source.cjs')) as {
    validatorSource(of: object): string;
  };
  const module = { exports: {} as { mapValidator: typeof mapValidator } };
  new Function('module', 'exports', 'require', validatorSource({ compileSchema, ANNOTATIONS: [] }))(
    module,
    module.exports,
    require,
  );
  const built = module.exports.mapValidator();
  const here = mapValidator();
  const valid = { api: { name: 'a' }, okta: {}, routes: ['GET /a'] };
  for (const data of [valid, {}, null, { ...valid, rutes: 1, routes: { 'GET /a': 1 } }, [1]]) {
    expect(built(data)).toBe(here(data));
    expect(JSON.stringify(built.errors)).toBe(JSON.stringify(here.errors));
  }
  expect(AccessMap.checkText(EXAMPLE, 'access.yaml').map).toBeDefined();
});
