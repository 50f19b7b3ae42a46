/** How large the authorizer's bundle is, and what of it every cold start loads. */
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { type BuildOptions, buildSync, type Metafile } from 'esbuild';

const { lambdaBuildOptions } = createRequire(resolve('package.json'))(
  './scripts/bundle-lambda.cjs',
) as { lambdaBuildOptions(entry: string, client?: 'light' | 'sdk'): BuildOptions };

/** What neither may pass, in KB: the goals where they are met, else what is reached. */
export const BUNDLE_BOUNDS_KB = { atStart: 84, whole: 130, wholeWithSdk: 480 } as const;

export interface BundleBytes {
  /** The entry, and what it imports before anything runs. */
  readonly atStart: number;
  readonly whole: number;
}

const built = new Map<string, Metafile['outputs']>();

/** The parts of a function's bundle, built once; nobody changes them. */
export function bundleParts(
  name: 'authorizer' | 'permissions',
  storeClient: 'light' | 'sdk' = 'light',
): Metafile['outputs'] {
  const key = `${name} ${storeClient}`;
  const options = lambdaBuildOptions(resolve(`lambda/${name}/index.ts`), storeClient);
  const outputs =
    built.get(key) ?? buildSync({ ...options, write: false, metafile: true }).metafile.outputs;
  built.set(key, outputs);
  return outputs;
}

export function bundleBytes(storeClient: 'light' | 'sdk' = 'light'): BundleBytes {
  const outputs = bundleParts('authorizer', storeClient);
  const entry = Object.keys(outputs).find((path) => path.endsWith('index.mjs')) ?? '';
  const bytesOf = (paths: Iterable<string>): number =>
    [...paths].reduce((sum, path) => sum + (outputs[path]?.bytes ?? 0), 0);
  return {
    atStart: bytesOf(importedAtOnce(outputs, entry)),
    whole: bytesOf(Object.keys(outputs)),
  };
}

function importedAtOnce(outputs: Metafile['outputs'], entry: string): ReadonlySet<string> {
  const seen = new Set<string>();
  const visit = (path: string): void => {
    if (seen.has(path)) return;
    seen.add(path);
    for (const { kind, path: next } of outputs[path]?.imports ?? [])
      if (kind === 'import-statement') visit(next);
  };
  visit(entry);
  return seen;
}
