import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { type BuildOptions, buildSync } from 'esbuild';

const { lambdaBuildOptions } = createRequire(resolve('package.json'))('./scripts/bundle-lambda.cjs') as {
  lambdaBuildOptions(entryFile: string): BuildOptions;
};

const bundle = (entry: string) => buildSync({ ...lambdaBuildOptions(resolve(entry)), write: false, metafile: true });

/** What the bundler really takes in from an entry; type imports are seen by the lint rule. */
function inputsOf(entry: string): readonly string[] {
  return Object.keys(bundle(entry).metafile.inputs);
}

const own = (inputs: readonly string[]) => inputs.filter((path) => !path.includes('node_modules/'));

describe('the walls of the house', () => {
  test('the authorizer holds nothing of the floors above', () => {
    expect(own(inputsOf('lambda/authorizer/index.ts')).filter((path) => !path.startsWith('lambda/'))).toEqual([]);
  });

  test.each(readdirSync('lambda/core', { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts')))(
    'core/%s imports the core alone',
    (name) => {
      expect(inputsOf(`lambda/core/${name}`).filter((path) => !path.startsWith('lambda/core/'))).toEqual([]);
    },
  );

  test('the middleware for back ends imports its own files alone', () => {
    expect(inputsOf('middleware/index.ts').filter((path) => !path.startsWith('middleware/'))).toEqual([]);
  });

  test('what every cold start loads stays under 53 KB; the store’s client is a part of its own', () => {
    const { outputFiles, metafile } = buildSync({
      ...lambdaBuildOptions(resolve('lambda/authorizer/index.ts')),
      write: false,
      metafile: true,
    });
    const entry = outputFiles.find(({ path }) => path.endsWith('index.mjs'));
    const outputs = Object.entries(metafile.outputs);
    const [, index] = outputs.find(([path]) => path.endsWith('index.mjs')) ?? [];
    const statically = (index?.imports ?? []).filter(({ kind }) => kind === 'import-statement').map(({ path }) => metafile.outputs[path]);
    const bytes = (entry?.contents.byteLength ?? 0) + statically.reduce((sum, output) => sum + (output?.bytes ?? 0), 0);
    // 2026-11-22: of which 16 KB are aws-jwt-verify, 4 KB the policies that may be cached and 7 KB the decision record with its rule, sampling and metrics.
    expect(bytes).toBeGreaterThan(10_000);
    expect(bytes).toBeLessThan(54_272);
  });
});
