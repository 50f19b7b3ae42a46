import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join, parse, relative, resolve } from 'node:path';
import { type Assembly, readAssembly } from './cloud-assembly.ts';
import type { OnStop } from './listen.ts';
import { removeDeadRuns, runFolderPrefix } from './local-runs.ts';
import { LOCAL_FOLDER } from './persisted-state.ts';
import { SynthError, type Synthesize, synthesize } from './synth.ts';

const project = resolve(import.meta.dirname, '..');

export interface SynthesisOptions {
  /** What is being done, for people who wait. */
  readonly onProgress?: (text: string) => void;
  /** Ends a synthesis that is under way. */
  readonly signal?: AbortSignal;
  /** Default: a process of its own runs the app, as the CDK's command line does. */
  readonly synthesize?: Synthesize;
}

/**
 * Synthesizes the stack of a map. The folder is inside the project, as `cdk.out` is, so that what a
 * bundle leaves out is found where a deployment finds it.
 * @param text the map as YAML, made from `source`, which messages name
 */
export async function synthesizeMap(
  { text, source }: { readonly text: string; readonly source: string },
  options: SynthesisOptions,
  onStop: OnStop,
): Promise<Assembly> {
  const local = join(project, LOCAL_FOLDER);
  mkdirSync(local, { recursive: true });
  removeDeadRuns(local);
  const folder = mkdtempSync(join(local, runFolderPrefix()));
  onStop(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'access.yaml');
  writeFileSync(file, text);
  options.onProgress?.('synthesizing the stack');
  const outputFolder = join(folder, 'cdk.out');
  const synthesis = (options.synthesize ?? synthesize)({
    project,
    outputFolder,
    // What watches in AWS has nothing to look at here, and bundling the detector would take a
    // second.
    // The map was evaluated where it is, and here its files are named from everywhere.
    context: { accessMap: file, root: parse(file).root, loopbackIssuer: true, watch: false },
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  // The copy is nothing that its user can open: it is gone by then.
  await synthesis.catch((error: unknown) => {
    throw error instanceof SynthError
      ? new SynthError(withoutCopy(error.message, file, source), { cause: error })
      : error;
  });
  options.onProgress?.('starting issuer, store, back end and gateway');
  return readAssembly(outputFolder);
}

const withoutCopy = (message: string, file: string, source: string): string =>
  message.replaceAll(file, source).replaceAll(relative(project, file), source);
