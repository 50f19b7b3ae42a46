/** Programs and folders of the tests that use the package as others do. */
import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { World } from './world.ts';

const exec = promisify(execFile);

export interface Ran {
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd: string;
  readonly signal: AbortSignal;
  readonly env?: Readonly<Record<string, string>>;
}

/** @throws Error with the end of what the program wrote, where it ends with another code than 0. */
export async function run(
  [program = '', ...args]: readonly string[],
  { cwd, signal, env = {} }: RunOptions,
): Promise<Ran> {
  const options = { cwd, signal, maxBuffer: 1e8, env: { ...process.env, ...env } };
  return exec(program, args, options).catch((error: Error & Partial<Ran>) => {
    const said = `${error.stdout ?? ''}${error.stderr ?? ''}`.slice(-3_000);
    throw new Error(`${cwd}: \`${program} ${args.join(' ')}\` failed:\n${said}`, { cause: error });
  });
}

/** A folder of the test's own, with files by name. */
export function folderOf(
  { folder }: Pick<World, 'folder'>,
  name: string,
  files: Readonly<Record<string, string>>,
): string {
  const there = join(folder, name);
  mkdirSync(there, { recursive: true });
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(join(there, file, '..'), { recursive: true });
    writeFileSync(join(there, file), content);
  }
  return there;
}

/** Files that are kept as `NAME.txt`, so that no tool of this project takes them for its own. */
export function keptFiles(folder: string): Readonly<Record<string, string>> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return Object.fromEntries(
    names
      .filter((name) => name.endsWith('.txt'))
      .map((name) => [name.slice(0, -'.txt'.length), readFileSync(join(folder, name), 'utf8')]),
  );
}

/** Installs what the folder's package.json says, and `packages`. */
export const npmInstall = (options: RunOptions, packages: readonly string[] = []): Promise<Ran> =>
  run(
    [
      ...['npm', 'install', '--no-audit', '--no-fund', '--loglevel=error', '--prefer-offline'],
      ...packages,
    ],
    options,
  );

interface Manifest {
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly engines: { readonly node: string };
}

const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest;

const lowest = (range: string): string => range.replace(/^(?:\^|>=)/, '');
const peers = (cdk: string, constructs: string): readonly string[] => [
  `aws-cdk-lib@${cdk}`,
  `constructs@${constructs}`,
];
const { peerDependencies: ranges, devDependencies: ours } = manifest;

/** The edges of what package.json says the package works with, and a release between them. */
export const PEERS = {
  lowest: peers(lowest(ranges['aws-cdk-lib'] ?? ''), lowest(ranges['constructs'] ?? '')),
  middle: peers('2.240.0', '10.5.0'),
  newest: peers(ours['aws-cdk-lib'] ?? '', ours['constructs'] ?? ''),
} as const;
export const CDK_CLI = `aws-cdk@${ours['aws-cdk']}`;
export const LOWEST_NODE = lowest(manifest.engines.node.replace(/^>=(\d+\.\d+)$/, '>=$1.0'));
