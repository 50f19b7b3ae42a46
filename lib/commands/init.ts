/** `init`: a full valid map of an API as it is today. */
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { GatewayError } from '../../lambda/gateway/live-api.ts';
import { AccessMap } from '../access-map/index.ts';
import { mapFromLiveApi } from './init/from-live-api.ts';
import { httpApiOption, type LiveAws, type LiveOptions, liveAws, refOf, restApiOption, stageOption } from './live/open-api.ts';
import { defineCommand, EXIT, type ExitCode, UsageError } from './shell/command.ts';
import type { Io } from './shell/io.ts';

export interface InitOptions extends LiveOptions {
  readonly output?: string;
}

export async function runInit(options: InitOptions, io: Io, aws: LiveAws = liveAws): Promise<ExitCode> {
  const ref = refOf(options);
  if (ref === undefined) throw new UsageError('expected `--http-api <id>` or `--rest-api <id>`, found no such option: see `--help`');
  try {
    const { text, left } = mapFromLiveApi(await aws.read(ref));
    write(text, options.output, io);
    for (const note of left) io.err(`${note}\n`);
    const { map, problems } = AccessMap.checkText(text, options.output ?? 'access.yaml');
    for (const { message } of problems) io.err(`${message}\n`);
    return map === undefined ? EXIT.problem : EXIT.good;
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    io.err(`${error.message}\n`);
    return EXIT.problem;
  }
}

/** What a person has edited is never overwritten. */
function write(text: string, file: string | undefined, io: Io): void {
  if (file === undefined) {
    io.out(text);
    return;
  }
  try {
    writeFileSync(resolve(io.cwd, file), text, { flag: 'wx' });
  } catch (error) {
    throw new UsageError(
      `expected a file that is not there yet, found \`${file}\` (${(error as NodeJS.ErrnoException).code ?? 'an error'})`,
    );
  }
  io.err(`wrote ${file}\n`);
}

export const init = defineCommand<InitOptions>({
  name: 'init',
  summary: 'write an access map of an API as it is today',
  examples: ['init --http-api a1b2c3d4e5 -o access.yaml'],
  declare: (command) =>
    void command
      .addOption(httpApiOption())
      .addOption(restApiOption())
      .addOption(stageOption())
      .option('-o, --output <file>', 'file to write (default: the standard output)'),
  run: (options, io) => runInit(options, io),
});
