/** `test`: runs the map's own tests. */
import { parseModel } from '../../lambda/core/model/load-model.ts';
import { failureText, type MapTestResults, runMapTests } from '../verdicts/map-tests.ts';
import {
  defineCommand,
  EXIT,
  type ExitCode,
  type JsonOptions,
  jsonOption,
  type MapOptions,
  mapOption,
} from './shell/command.ts';
import { type Io, paint, pluralize, writeLines } from './shell/io.ts';
import { requireMap } from './shell/map-file.ts';
import { problemJson } from './shell/problem-json.ts';
import { writeJson } from './shell/write-json.ts';

export interface TestOptions extends MapOptions, JsonOptions {
  /** Against the rules alone, whether or not they are enforced. */
  readonly rules?: boolean;
}

export function runTest({ map: file, json, rules }: TestOptions, io: Io): ExitCode {
  const map = requireMap(file, io);
  const against = rules === true ? 'rules' : 'gateway';
  const results = runMapTests(parseModel(map.model), map.tests, against);
  const ok = results.failures.length === 0;
  const problems = results.failures.map((failure) =>
    problemJson({ severity: 'error', ...failure, message: failureText(failure) }),
  );
  if (json) writeJson(io, 'test', { ok, problems, ...results });
  else writeLines(io, [...results.failures.map(failureText), summaryLine(map.source, results, io)]);
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

export const test = defineCommand<TestOptions>({
  name: 'test',
  summary: "run the map's own tests",
  examples: ['test', 'test --map production.yaml --json', 'test --rules'],
  declare: (command) =>
    void command
      .option(
        '--rules',
        'evaluate by the rules alone, also where shadow mode does not enforce them',
      )
      .addOption(mapOption())
      .addOption(jsonOption()),
  run: runTest,
});
