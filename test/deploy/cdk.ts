/** The pinned CDK command line, as a user runs it. */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export interface CdkResult {
  readonly code: number | null;
  readonly output: string;
}

export interface CdkOptions {
  readonly env: Readonly<Record<string, string>>;
  /** Folder for assemblies and maps. */
  readonly folder: string;
  readonly signal: AbortSignal;
  /** Command that makes the assembly; default: the project's own. */
  readonly app?: string;
  /** Further context of the app: `key=value`. */
  readonly context?: readonly string[];
}

const cdkCli = resolve('node_modules/aws-cdk/bin/cdk');

async function cdk(args: readonly string[], options: CdkOptions): Promise<CdkResult> {
  const app = options.app === undefined ? [] : ['--app', options.app];
  const child = spawn(
    process.execPath,
    [cdkCli, ...args, ...app, '--output', join(options.folder, 'cdk.out'), '--no-color'],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      signal: options.signal,
      env: {
        ...process.env,
        ...options.env,
        HOME: options.folder,
        CI: '1',
        CDK_VALIDATION: 'false',
      },
    },
  );
  let output = '';
  const collect = (text: string): void => {
    output += text;
  };
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', collect);
  const code = await new Promise<number | null>((done, fail) => {
    child.once('error', fail);
    child.once('close', done);
  });
  return { code, output };
}

export async function bootstrap(options: CdkOptions): Promise<void> {
  const { code, output } = await cdk(['bootstrap', 'aws://000000000000/us-east-1'], options);
  if (code !== 0) throw new Error(`cdk bootstrap ended with ${code}:\n${output.slice(-4_000)}`);
}

/** Deploys a map given as text and returns the stack's outputs. */
export async function deploy(
  map: string,
  options: CdkOptions,
): Promise<Readonly<Record<string, string>>> {
  const { code, output, outputs } = await tryDeploy(map, options);
  if (code !== 0) throw new Error(`cdk deploy ended with ${code}:\n${output.slice(-4_000)}`);
  return outputs;
}

export async function tryDeploy(
  map: string,
  options: CdkOptions,
): Promise<CdkResult & { readonly outputs: Readonly<Record<string, string>> }> {
  mkdirSync(options.folder, { recursive: true });
  const [mapFile, outputsFile] = [
    join(options.folder, 'access.yaml'),
    join(options.folder, 'outputs.json'),
  ];
  writeFileSync(mapFile, map);
  writeFileSync(outputsFile, '{}');
  // The emulator does not know the resource type of saved queries.
  const context = [
    '-c',
    `accessMap=${mapFile}`,
    '-c',
    'loopbackIssuer=true',
    '-c',
    'savedQueries=false',
    ...storeClient(),
  ];
  const more = (options.context ?? []).flatMap((entry) => ['-c', entry]);
  const result = await cdk(
    ['deploy', '--require-approval', 'never', '--outputs-file', outputsFile, ...context, ...more],
    options,
  );
  if (process.env['TEST_DEPLOY_TRACE']) console.error(result.output);
  const stacks = JSON.parse(readFileSync(outputsFile, 'utf8')) as Readonly<
    Record<string, Readonly<Record<string, string>>>
  >;
  return { ...result, outputs: Object.values(stacks)[0] ?? {} };
}

/** TEST_DEPLOY_STORE_CLIENT: the client of DynamoDB that is deployed. Default: the product's. */
function storeClient(): readonly string[] {
  const name = process.env['TEST_DEPLOY_STORE_CLIENT'];
  return name === undefined ? [] : ['-c', `storeClient=${name}`];
}

/** A command of the product, from the sources; standard output alone. */
export async function cli(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  input: string,
): Promise<CdkResult> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'bin/cli.ts', ...args], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: { ...process.env, ...env },
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  child.stdin.end(input);
  const code = await new Promise<number | null>((done, fail) => {
    child.once('error', fail);
    child.once('close', done);
  });
  return { code, output };
}
