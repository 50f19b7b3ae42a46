import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DockerImage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import type { StoreClient } from '../../lambda/core/contract/store-client.ts';
import { type AssetFile, type FunctionName, functionFiles, functionFolder } from './asset-files.ts';

/**
 * The code of one of the package's functions, with files beside it. The asset's hash is that of
 * these files, so that equal maps give equal assets on every machine. No Docker, no other process.
 */
export function functionCode(
  name: FunctionName,
  extraFiles: readonly AssetFile[] = [],
  storeClient: StoreClient = 'light',
): Code {
  const files = functionFiles(name, extraFiles, storeClient);
  return Code.fromAsset(functionFolder(name), {
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
