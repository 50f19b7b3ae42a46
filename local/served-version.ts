import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Assembly } from './cloud-assembly.ts';

/**
 * Version of the map that an authorizer decides by: a local run replaces issuer and back end, so it
 * differs from the version of the map file.
 */
export function servedVersion(assembly: Assembly, authorizerArn: string): string {
  const { folder } = assembly.functionByArn(authorizerArn);
  const { version } = JSON.parse(readFileSync(join(folder, 'access-model.json'), 'utf8')) as {
    readonly version: string;
  };
  return version;
}
