/** The package as the registry would have it: what is in it, and what tools say of it. */
import assert from 'node:assert/strict';
import { join, resolve } from 'node:path';
import type { Step } from './steps.ts';
import { run } from './tools.ts';
import type { World } from './world.ts';

const NEEDED = [
  ...['dist/lib/index.js', 'dist/lib/index.mjs', 'dist/lib/index.d.ts', 'dist/lib/index.d.mts'],
  ...['dist/lib/map-api.js', 'dist/lib/map-api.mjs'],
  ...[
    'dist/middleware/index.js',
    'dist/middleware/index.mjs',
    'dist/bin/cli.js',
    'dist/bin/app.js',
  ],
  ...['dist/NOTICE.txt', 'sbom/package.cdx.json', 'sbom/authorizer.cdx.json'],
  ...[
    'docs/how-to/package.md',
    'docs/how-to/runbook.md',
    'docs/reference/versions.md',
    'AGENTS.md',
  ],
  ...['access.schema.json', 'LICENSE', 'README.md', 'CHANGELOG.md'],
  ...['authorizer', 'authorizer-sdk', 'permissions', 'permissions-sdk'].map(inBundle),
  ...['attachment', 'detector', 'flush'].map(inBundle),
];

function inBundle(name: string): string {
  return `dist/lambda/${name}/index.mjs`;
}

/** @returns the tarball's file */
export async function tarball(world: World, step: Step): Promise<string> {
  const file = await step('package: npm pack', () => pack(world));
  await step('package: publint and arethetypeswrong find nothing', async () => {
    const there = { cwd: world.folder, signal: world.signal };
    await run([resolve('node_modules/.bin/publint'), file, '--strict'], there);
    await run([resolve('node_modules/.bin/attw'), file], there);
  });
  return file;
}

async function pack({ folder, signal }: World): Promise<string> {
  const { stdout } = await run(['npm', 'pack', '--json', '--pack-destination', folder], {
    cwd: process.cwd(),
    signal,
  });
  // Scripts of the build may write lines of their own before the JSON.
  const [packed] = JSON.parse(stdout.slice(stdout.search(/^\[/m))) as [
    { readonly filename: string; readonly files: readonly { readonly path: string }[] },
  ];
  const paths = packed.files.map(({ path }) => path);
  for (const needed of NEEDED) assert(paths.includes(needed), `${needed} is not in the package`);
  const foreign = paths.filter(
    (path) =>
      /^(?:test|local|scripts|lambda|lib|bin|node_modules)\//.test(path) ||
      /(?<!\.d)\.m?ts$/.test(path),
  );
  assert.deepEqual(foreign, []);
  return join(folder, packed.filename);
}
