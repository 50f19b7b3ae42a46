/** `init`: a full valid map of an API as it is today. */
import { readFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { OpenapiError, readOpenapi } from '../access-map/openapi/document.ts';
import { code } from '../access-map/problems.ts';
import { mapFromOpenapi } from './init/from-openapi.ts';
import { defineCommand, EXIT, type ExitCode, UsageError } from './shell/command.ts';
import type { Io } from './shell/io.ts';
import { type OutputOptions, outputOption, writeOutput } from './shell/output.ts';

export interface InitOptions extends OutputOptions {
  readonly openapi?: string;
  readonly httpApi?: string;
  readonly restApi?: string;
}

export function runInit({ openapi, httpApi, restApi, output }: InitOptions, io: Io): ExitCode {
  if (httpApi !== undefined || restApi !== undefined) {
    throw new UsageError(`\`${httpApi === undefined ? '--rest-api' : '--http-api'}\` is not available yet, expected \`--openapi <file>\``);
  }
  if (openapi === undefined) throw new UsageError('expected `--openapi <file>`, found no such option: see `--help`');
  const { text, left } = mapFromOpenapi(read(openapi, io), basename(openapi));
  writeOutput(text, output, io, true);
  for (const note of left) io.err(`${note}\n`);
  return EXIT.good;
}

function read(file: string, io: Io): ReturnType<typeof readOpenapi> {
  let text: string;
  try {
    text = readFileSync(resolve(io.cwd, file), 'utf8');
  } catch {
    throw new UsageError(`expected a readable OpenAPI 3 file, found ${code(file)}`);
  }
  try {
    return readOpenapi(text);
  } catch (error) {
    if (error instanceof OpenapiError) throw new UsageError(`${code(file)}: ${error.message}`);
    throw error;
  }
}

export const init = defineCommand<InitOptions>({
  name: 'init',
  summary: 'write an access map of an API as it is today',
  examples: ['init --openapi openapi.yaml -o access.yaml'],
  declare: (command) =>
    void command
      .option('--openapi <file>', 'OpenAPI 3 description, JSON or YAML')
      .option('--http-api <id>', 'HTTP API that exists (not available yet)')
      .option('--rest-api <id>', 'REST API that exists (not available yet)')
      .addOption(outputOption()),
  run: runInit,
});
