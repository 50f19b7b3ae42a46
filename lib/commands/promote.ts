/**
 * `promote`: what enforcing would refuse, from the records of shadow mode, and the smallest changes
 * that would allow it.
 */
import { parseModel } from '../../lambda/core/model/load-model.ts';
import { AccessMapError } from '../access-map/index.ts';
import { code } from '../access-map/report/problems.ts';
import { refusalCounter, type ShadowSummary } from '../audit-log/refused-calls.ts';
import { countRecords } from './log-input/count-records.ts';
import { summaryJson, summaryLines } from './log-input/log-notes.ts';
import {
  type AuditLogOptions,
  type AuditLogSources,
  AWS_SOURCES,
  declareAuditLogOptions,
  withAuditLogErrors,
} from './log-input/log-source.ts';
import { whoCalled } from './log-input/who-called.ts';
import {
  PATHS_CHANGE,
  type PromotedPaths,
  promotedPathLines,
  promotedPaths,
  promotedPathsJson,
} from './promote/promoted-paths.ts';
import { proposalsFor } from './promote/proposals.ts';
import { promoteJson, promoteLines } from './promote/render-proposals.ts';
import {
  CommandError,
  defineCommand,
  EXIT,
  type ExitCode,
  type JsonOptions,
  jsonOption,
  type MapOptions,
  mapOption,
} from './shell/command.ts';
import { type Io, pluralize, writeLines } from './shell/io.ts';
import { readMap } from './shell/map-file.ts';
import { type FoundProblem, foundProblem } from './shell/problem-json.ts';
import { writeJson } from './shell/write-json.ts';

export interface PromoteOptions extends MapOptions, JsonOptions, AuditLogOptions {}

export function runPromote(
  options: PromoteOptions,
  io: Io,
  sources: AuditLogSources = AWS_SOURCES,
): Promise<ExitCode> {
  const { map, problems, document, options: mapOptions } = readMap(options.map, io);
  if (!map || !document) throw new AccessMapError(problems);
  return withAuditLogErrors(io, async () => {
    const model = parseModel(map.model);
    const count = refusalCounter(model);
    const counted = await countRecords(options, { io, sources }, count, 'inTimeOrder');
    const { summary } = counted;
    const paths = promotedPaths(model, counted.reported);
    const shadowSummary = count.result();
    if (paths.routes.length === 0) assertShadowMode(shadowSummary);
    const context = { map, model, document, options: mapOptions ?? {} };
    const proposals = proposalsFor(shadowSummary, context);
    const notes = [
      ...counted.notes,
      ...(summary.sampled ? ['allowed calls are sampled: counts are estimates by weight'] : []),
    ];
    const problems = [...refusedProblems(shadowSummary), ...pathProblems(paths)];
    if (options.json)
      writeJson(io, 'promote', {
        problems,
        ...promoteJson(shadowSummary, proposals, map),
        paths: promotedPathsJson(paths),
        trail: summaryJson(summary),
        notes,
      });
    else
      writeLines(io, [
        ...summaryLines(summary, notes, io),
        ...promoteLines(shadowSummary, proposals, map, io),
        ...promotedPathLines(paths, io),
      ]);
    return problems.length === 0 ? EXIT.good : EXIT.problem;
  });
}

const refusedProblems = ({ refused, rows }: ShadowSummary): readonly FoundProblem[] =>
  refused === 0
    ? []
    : rows.map((row) =>
        foundProblem(
          'WOULD_BE_REFUSED',
          `expected calls that enforcing lets in, found ${pluralize(row.calls, 'call')} of ${code(row.route)} that it would refuse with ${row.code} (${row.reason}), ${whoCalled(row)}: change the map, see \`changes\` and \`advice\`, or let them be refused`,
        ),
      );

const pathProblems = ({ reported }: PromotedPaths): readonly FoundProblem[] =>
  reported.map(({ route, calls }) =>
    foundProblem(
      'WOULD_BE_REFUSED',
      `expected paths that mean one route, found ${pluralize(calls, 'call')} of ${code(route)} that the default of \`paths\` would refuse: ${PATHS_CHANGE}`,
    ),
  );

function assertShadowMode({ calls }: ShadowSummary): void {
  if (calls > 0) return;
  throw new CommandError(
    'AUDIT_LOG_WITHOUT_SHADOW',
    'expected records of shadow mode, found none: set `mode: shadow`, deploy, and let traffic come',
  );
}

export const promote = defineCommand<PromoteOptions>({
  name: 'promote',
  summary:
    'say what enforcing would refuse, by the records of shadow mode, and what would allow it (exit 1 if it would refuse any)',
  examples: [
    'promote .records',
    'promote --since 14d --log-group /aws/lambda/access-orders',
    'promote decisions.jsonl.gz --map access.yaml --json',
  ],
  declare: (command) =>
    void declareAuditLogOptions(command).addOption(mapOption()).addOption(jsonOption()),
  run: (options, io) => runPromote(options, io),
});
