/** `replay`: recorded calls against another map. */
import { Option } from 'commander';
import { parseModel } from '../../lambda/core/model/load-model.ts';
import { code } from '../access-map/report/problems.ts';
import { type Replay, replayAgainst } from '../audit-log/replay-calls.ts';
import { countRecords } from './log-input/count-records.ts';
import { summaryJson, summaryLines } from './log-input/log-notes.ts';
import {
  type AuditLogOptions,
  type AuditLogSources,
  AWS_SOURCES,
  declareAuditLogOptions,
  withAuditLogErrors,
} from './log-input/log-source.ts';
import { reportedJson, reportedLines } from './log-input/reported-lines.ts';
import { whoCalled } from './log-input/who-called.ts';
import { replayJson, replayLines } from './replay-text.ts';
import {
  defineCommand,
  EXIT,
  type ExitCode,
  type JsonOptions,
  jsonOption,
  KINDS_THAT_FAIL,
  type MapOptions,
  mapOption,
} from './shell/command.ts';
import { type Io, pluralize, writeLines } from './shell/io.ts';
import { requireMap } from './shell/map-file.ts';
import { type FoundProblem, foundProblem } from './shell/problem-json.ts';
import { writeJson } from './shell/write-json.ts';

export interface ReplayOptions extends MapOptions, JsonOptions, AuditLogOptions {
  readonly failOn?: (typeof KINDS_THAT_FAIL)[number];
}

export function runReplay(
  options: ReplayOptions,
  io: Io,
  sources: AuditLogSources = AWS_SOURCES,
): Promise<ExitCode> {
  const map = requireMap(options.map, io);
  return withAuditLogErrors(io, async () => {
    const run = replayAgainst(parseModel(map.model));
    const counted = await countRecords(options, { io, sources }, run, 'inTimeOrder');
    const { summary, notes, reported } = counted;
    const result = run.result();
    const problems = failing(result, options);
    if (options.json)
      writeJson(io, 'replay', {
        problems,
        ...replayJson(result, map),
        reportedPaths: reportedJson(reported),
        trail: summaryJson(summary),
        notes,
      });
    else
      writeLines(io, [
        ...summaryLines(summary, notes, io),
        ...replayLines(result, map, io),
        ...reportedLines(reported, io),
      ]);
    return problems.length > 0 ? EXIT.problem : EXIT.good;
  });
}

/** One problem for each kind of call that `--fail-on` asks for. */
const failing = ({ changed }: Replay, { failOn }: ReplayOptions): readonly FoundProblem[] =>
  failOn === undefined
    ? []
    : changed
        .filter(({ to }) => failOn === 'any' || (to === 'allow') === (failOn === 'widened'))
        .map((change) =>
          foundProblem(
            change.to === 'allow' ? 'CALLS_LET_IN' : 'CALLS_REFUSED',
            `expected recorded calls to stay as they were, found ${pluralize(change.calls, 'call')} of ${code(change.route)} from ${change.was} to ${change.becomes}, ${whoCalled(change)}: change the map, or review them and leave \`--fail-on\` out`,
          ),
        );

export const replay = defineCommand<ReplayOptions>({
  name: 'replay',
  summary: 'run recorded calls against another map: who would be let in or refused',
  examples: [
    'replay .records --map new.yaml',
    'replay .records/decisions.jsonl --map new.yaml --fail-on narrowed',
    'replay --log-group /aws/lambda/access-orders --since 7d --map new.yaml --json',
  ],
  declare: (command) =>
    void declareAuditLogOptions(command)
      .addOption(mapOption())
      .addOption(
        new Option(
          '--fail-on <what>',
          'exit 1 if a call would be let in (widened), refused (narrowed), or either',
        ).choices(KINDS_THAT_FAIL),
      )
      .addOption(jsonOption()),
  run: (options, io) => runReplay(options, io),
});
