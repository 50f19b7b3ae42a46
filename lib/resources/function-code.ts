import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { DockerImage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import type { StoreClient } from './operations-props.ts';

export interface AssetFile {
  /** Relative to the asset's root, `/` as separator. */
  readonly path: string;
  readonly contents: Uint8Array;
}

const bundles = new Map<string, readonly AssetFile[]>();

/**
 * The bundle that the package ships, with the SDK's client in a folder of its own
 * (scripts/build.mjs). A checkout has none: there it is built now (0.5 s, once a process).
 */
function bundleOf(folder: string, storeClient: StoreClient): readonly AssetFile[] {
  const shipped = storeClient === 'sdk' ? `${folder}-sdk` : folder;
  const known =
    bundles.get(shipped) ??
    (existsSync(join(shipped, 'index.mjs'))
      ? readBundle(shipped)
      : buildBundle(join(folder, 'index.ts'), storeClient));
  bundles.set(shipped, known);
  return known;
}

function readBundle(folder: string): readonly AssetFile[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.(?:mjs|txt)$/.test(path))
    .map((path) => ({
      path: path.replaceAll('\\', '/'),
      contents: readFileSync(join(folder, path)),
    }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

function buildBundle(entryFile: string, storeClient: StoreClient): readonly AssetFile[] {
  // Loaded only here: esbuild is a development dependency that users of the package do not have.
  const bundler: {
    bundleLambda(entryFile: string, storeClient: StoreClient): readonly AssetFile[];
  } = createRequire(import.meta.filename)('../../scripts/bundle-lambda.cjs');
  return bundler.bundleLambda(entryFile, storeClient);
}

/**
 * The code of one of the package's functions, with files beside it. The asset's hash is that of
 * these files, so that equal maps give equal assets on every machine. No Docker, no other process.
 */
export function functionCode(
  name: 'authorizer' | 'attachment' | 'detector' | 'flush' | 'hub' | 'permissions',
  beside: readonly AssetFile[] = [],
  storeClient: StoreClient = 'light',
): Code {
  const source = join(import.meta.dirname, '../../lambda', name);
  const files = [...bundleOf(source, storeClient), ...beside];
  return Code.fromAsset(source, {
    assetHash: hashOf(files),
    bundling: {
      // Never pulled or run: `local` below always succeeds.
      image: DockerImage.fromRegistry('unused'),
      local: {
        tryBundle(folder) {
          writeFiles(folder, files);
          return true;
        },
      },
    },
  });
}

function hashOf(files: readonly AssetFile[]): string {
  const hash = createHash('sha256');
  for (const file of files)
    hash.update(`${file.path}\0${file.contents.byteLength}\0`).update(file.contents);
  return hash.digest('hex');
}

function writeFiles(folder: string, files: readonly AssetFile[]): void {
  for (const file of files) {
    const path = join(folder, file.path);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, file.contents);
  }
}
