/**
 * The package as an earlier commit packed it (test/deploy/former): unpacked beside this
 * repository's packages, so that it is deployed with the CDK of today.
 * `node scripts/pack-former.mjs 1c4f789` made it.
 */
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { run } from './tools.ts';
import type { World } from './world.ts';

/** Commit 1c4f789, version 0.1.0: what upgrades start from. */
const FORMER_PACKAGE = 'test/deploy/former/okta-group-authorizer-0.1.0.tar.br';

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
}

/** @returns the command that the CDK makes the assembly of the former package with. */
export async function formerApp({ folder, signal }: World): Promise<string> {
  const modules = join(folder, 'former/node_modules');
  const place = join(modules, 'okta-group-authorizer');
  mkdirSync(place, { recursive: true });
  const tarball = join(folder, 'former/package.tar');
  writeFileSync(tarball, brotliDecompressSync(readFileSync(FORMER_PACKAGE)));
  await run(['tar', 'xf', tarball, '--strip-components=1', '-C', place], { cwd: folder, signal });
  const manifest = JSON.parse(readFileSync(join(place, 'package.json'), 'utf8')) as Manifest;
  for (const name of Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })) {
    mkdirSync(dirname(join(modules, name)), { recursive: true });
    symlinkSync(resolve('node_modules', name), join(modules, name));
  }
  return `node ${join(place, 'dist/bin/app.js')}`;
}
