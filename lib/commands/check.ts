/** `check`: validates maps and says what will be deployed from them. */

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
} from './shell/command.ts';
import { type Io, writeJson, writeLines } from './shell/io.ts';
import { projectMaps, readMap } from './shell/map-file.ts';
import { problemJson } from './shell/problem-json.ts';

export interface CheckOptions extends MapOptions, JsonOptions {
  /** Files; none means the map of the project. */
  readonly maps?: readonly string[];
  /** Whether the maps' own tests are left out. */
  readonly skipTests?: boolean;
}

export function runCheck(
  { maps = [], map, json, skipTests = false }: CheckOptions,
  io: Io,
): ExitCode {
  const named = [...maps, ...(map === undefined ? [] : [map])];
  const files = named.length === 0 ? projectMaps(io) : named;
  const reports = files.map((file) => reportOn(readMap(file, io), { skipTests }));
  const ok = reports.every((report) => report.ok);
  if (json)
    writeJson(io, {
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

export const check = defineCommand<CheckOptions>({
  name: 'check',
  summary: 'validate access maps, and say what will be deployed from them',
  examples: ['check', 'check staging.yaml production.yaml --json'],
  declare: (command) =>
    void command
      .argument('[maps...]', 'access maps (default: the map of the project)')
      .option('--skip-tests', "leave out the maps' own tests")
      .addOption(mapOption())
      .addOption(jsonOption()),
  run: runCheck,
});
