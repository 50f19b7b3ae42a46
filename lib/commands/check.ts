/** `check`: validates maps and says what will be deployed from them. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { MAX_FILE_BYTES } from '../access-map/index.ts';
import { reportOn } from './check/check-report.ts';
import { reportJson, reportLines } from './check/render-check.ts';
import {
  defineCommand,
  EXIT,
  type ExitCode,
  type JsonOptions,
  jsonOption,
  type MapOptions,
  mapOption,
  RUN,
  UsageError,
} from './shell/command.ts';
import { type Io, writeLines } from './shell/io.ts';
import { expandGlobs, projectMaps, readMap, readMapText } from './shell/map-file.ts';
import { problemJson } from './shell/problem-json.ts';
import { writeJson } from './shell/write-json.ts';

export interface CheckOptions extends MapOptions, JsonOptions {
  /** Files; none means the map of the project. */
  readonly maps?: readonly string[];
  /** Whether the maps' own tests are left out. */
  readonly skipTests?: boolean;
}

export function runCheck(
  { maps = [], map, json, skipTests = false }: CheckOptions,
  io: Io,
  stdin = '',
): ExitCode {
  const named = [...maps, ...(map === undefined ? [] : [map])];
  const files = named.length === 0 ? projectMaps(io) : named.flatMap((name) => mapsAt(name, io));
  const reports = files.map((file) =>
    reportOn(file === STDIN ? readMapText(stdin, 'stdin', io) : readMap(file, io), { skipTests }),
  );
  if (named.length === 0 && isEmptyProject(io)) io.err(`${NO_MAP}\n`);
  const ok = reports.every((report) => report.ok);
  if (json)
    writeJson(io, 'check', {
      ok,
      exit: ok ? EXIT.good : EXIT.problem,
      problems: reports.flatMap(({ problems }) => problems.map(problemJson)),
      maps: reports.map(reportJson),
    });
  else
    writeLines(
      io,
      reports.flatMap((report, at) => [...(at === 0 ? [] : ['']), ...reportLines(report, io)]),
    );
  return ok ? EXIT.good : EXIT.problem;
}

/** Stands for the standard input on a command line. */
const STDIN = '-';
/** More than any map may have, so that a map over the limit is reported as one. */
const MAX_INPUT_CHARACTERS = MAX_FILE_BYTES + 1;
const NO_MAP = `there is no access map in this folder: \`${RUN} init -o access.yaml\` writes one to begin with`;

const mapsAt = (name: string, io: Io): readonly string[] =>
  name === STDIN ? [name] : expandGlobs([name], io);

const isEmptyProject = ({ cwd }: Io): boolean =>
  !existsSync(join(cwd, 'access.yaml')) && !existsSync(join(cwd, 'cdk.json'));

async function stdinFor({ maps = [], map }: CheckOptions, io: Io): Promise<string> {
  if (![...maps, map].includes(STDIN)) return '';
  if (io.input === undefined || io.input.isTerminal)
    throw new UsageError('expected an access map on standard input, found a terminal', {
      code: 'INPUT_ABSENT',
    });
  return io.input.read(MAX_INPUT_CHARACTERS);
}

export const check = defineCommand<CheckOptions>({
  name: 'check',
  summary: 'validate access maps, run their tests, and say what will be deployed',
  examples: ['check', 'check - < access.yaml', 'check staging.yaml production.yaml --json'],
  declare: (command) =>
    void command
      .argument(
        '[maps...]',
        'access maps, globs of them, or `-` for standard input (default: the map of the project)',
      )
      .option('--skip-tests', "leave out the maps' own tests")
      .addOption(mapOption())
      .addOption(jsonOption()),
  run: async (options, io) => runCheck(options, io, await stdinFor(options, io)),
});
