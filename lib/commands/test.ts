/** `test`: runs the map's own tests. */
import { parseModel } from '../../lambda/core/model/load-model.ts';
import { describePlace } from '../access-map/index.ts';
import { code } from '../access-map/report/problems.ts';
import { type MapTestResults, runMapTests, type TestFailure } from '../verdicts/map-tests.ts';
import {
  defineCommand,
  EXIT,
  type ExitCode,
  type JsonOptions,
  jsonOption,
  type MapOptions,
  mapOption,
} from './shell/command.ts';
import { type Io, paint, pluralize, writeJson, writeLines } from './shell/io.ts';
import { requireMap } from './shell/map-file.ts';

export interface TestOptions extends MapOptions, JsonOptions {}

export function runTest({ map: file, json }: TestOptions, io: Io): ExitCode {
  const map = requireMap(file, io);
  const results = runMapTests(parseModel(map.model), map.tests);
  const ok = results.failures.length === 0;
  if (json) writeJson(io, { ok, ...results });
  else writeLines(io, [...results.failures.map(failureLine), summaryLine(map.source, results, io)]);
  return ok ? EXIT.good : EXIT.problem;
}

function summaryLine(
  source: string,
  { tests, failed }: MapTestResults,
  io: Pick<Io, 'color'>,
): string {
  if (tests === 0) return `${source}: no tests`;
  const verdict =
    failed === 0 ? paint(io, 'green', 'all passed') : paint(io, 'red', `${failed} failed`);
  return `${source}: ${pluralize(tests, 'test')}, ${verdict}`;
}

const failureLine = ({ place, caller, route, expected, found, why }: TestFailure): string =>
  `${describePlace(place)}: ${caller} on ${code(route)}: expected ${expected}, found ${found} (${why})`;

export const test = defineCommand<TestOptions>({
  name: 'test',
  summary: "run the map's own tests",
  examples: ['test', 'test --map production.yaml --json'],
  declare: (command) => void command.addOption(mapOption()).addOption(jsonOption()),
  run: runTest,
});
