/** What every step stands on. */
import assert from 'node:assert/strict';
import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { npmInstall, type RunOptions } from '../deploy/tools.ts';
import { titledBlocks } from '../support/titled-blocks.ts';

export interface World {
  readonly folder: string;
  readonly signal: AbortSignal;
  /** The client as the registry would have it. */
  readonly tarball: string;
}

/**
 * An example copied out of the repository, with the packed client and what its package.json says.
 */
export async function installed(world: World, name: string): Promise<RunOptions> {
  const app = copied(world, name, name);
  await npmInstall(app, [world.tarball]);
  return app;
}

function copied({ folder, signal }: World, name: string, to: string): RunOptions {
  const cwd = join(folder, to);
  const foreign = /node_modules|dist|\.next$/;
  cpSync(join('client/examples', name), cwd, {
    recursive: true,
    filter: (file) => !foreign.test(file),
  });
  return { cwd, signal };
}

/** The app of the README in the place of the example's, with settings for the local run. */
export async function readmeApp(world: World, example: Promise<RunOptions>): Promise<RunOptions> {
  const app = copied(world, 'okta-react', 'readme');
  symlinkSync(join((await example).cwd, 'node_modules'), join(app.cwd, 'node_modules'));
  const blocks = titledBlocks(readFileSync('client/README.md', 'utf8'));
  for (const name of ['index.html', 'main.tsx', 'app.tsx'])
    writeFileSync(join(app.cwd, name), local(blocks.get(name)));
  return app;
}

const SETTINGS = {
  "'https://acme.okta.com/oauth2/aus1abc'": 'import.meta.env.VITE_ISSUER',
  "'https://api.example.com/permissions'": '`${import.meta.env.VITE_API}/permissions`',
} as const;

function local(text: string | undefined): string {
  assert(text !== undefined, 'the README lacks a file of its app');
  return Object.entries(SETTINGS).reduce(
    (file, [given, taken]) => file.replace(given, taken),
    text,
  );
}
