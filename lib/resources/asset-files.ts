/**
 * The files of our functions' code, without the CDK: commands compare what is deployed with them.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { MODEL_FILE_NAME } from '../../lambda/core/contract/environment.ts';
import type { StoreClient } from '../../lambda/core/contract/store-client.ts';
import type { ModelFile } from '../../lambda/core/model/model-file.ts';
import { packModel } from '../../lambda/core/model/packed-model.ts';

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

/** Folder of a function in this package: sources in a checkout, its bundle in what is packed. */
export const functionFolder = (name: FunctionName): string =>
  join(import.meta.dirname, '../../lambda', name);

export type FunctionName =
  | 'authorizer'
  | 'attachment'
  | 'detector'
  | 'flush'
  | 'hub'
  | 'permissions';

/** @returns the bundle of a function, and the files beside it. */
export const functionFiles = (
  name: FunctionName,
  extraFiles: readonly AssetFile[],
  storeClient: StoreClient,
): readonly AssetFile[] => [...bundleOf(functionFolder(name), storeClient), ...extraFiles];

/** The compiled access map (`access-model.json`), for a function that reads it. */
export const modelAsset = (model: ModelFile): AssetFile => ({
  path: MODEL_FILE_NAME,
  contents: Buffer.from(JSON.stringify(packModel(model))),
});
