/**
 * Synthesizes the CDK app as the CDK's command line does: a child process that gets folder and
 * context from its environment.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The app refused; the message is what it wrote. */
export class SynthError extends Error {
  override readonly name = 'SynthError';
}

export interface SynthOptions {
  /** The project's folder, where `cdk.json` is. */
  readonly project: string;
  readonly outputFolder: string;
  /** Beside the context of `cdk.json`, and instead of it where both have a key. */
  readonly context: Readonly<Record<string, unknown>>;
  readonly signal?: AbortSignal;
}

/** Writes the cloud assembly of the project's app into the output folder. */
export type Synthesize = (options: SynthOptions) => Promise<void>;

/** @throws SynthError when the app ends with another status than 0 */
export const synthesize: Synthesize = async (options) => {
  const file = JSON.parse(readFileSync(join(options.project, 'cdk.json'), 'utf8')) as {
    readonly context?: Readonly<Record<string, unknown>>;
  };
  const child = spawn(process.execPath, ['--import', 'tsx', 'bin/app.ts'], {
    cwd: options.project,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      ...process.env,
      NODE_OPTIONS: '',
      CDK_OUTDIR: options.outputFolder,
      CDK_CONTEXT_JSON: JSON.stringify({ ...file.context, ...options.context }),
      // The validator is for deployments and takes longer than all the rest.
      CDK_VALIDATION: 'false',
    },
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const status = await new Promise<number | null>((done, fail) => {
    child.once('error', fail);
    child.once('close', done);
  });
  if (status !== 0) throw new SynthError(errors.trim() || `the app ended with status ${status}`);
};
