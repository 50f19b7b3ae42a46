/**
 * `promote`: what enforcing would refuse, from the records of shadow mode, and the smallest changes
 * that would allow it.
 */
import { parseModel } from '../../lambda/core/model/load-model.ts';
import { AccessMapError } from '../access-map/index.ts';
import { code } from '../access-map/report/problems.ts';
import { AuditLogError } from '../audit-log/audit-log-error.ts';
import { auditLogReading } from '../audit-log/read-audit-log.ts';
import { refusalCounter, type ShadowSummary } from '../audit-log/refused-calls.ts';
import { reportedPathCounter } from '../audit-log/reported-paths.ts';
import { inTimeOrder } from '../audit-log/time-order.ts';
import { gaps, summaryJson, summaryLines } from './log-input/log-notes.ts';
import {
  type AuditLogOptions,
  type AuditLogSources,
  AWS_SOURCES,
  assertNotEmpty,
  declareAuditLogOptions,
  openAuditLog,
  withAuditLogErrors,
} from './log-input/log-source.ts';
import { whoCalled } from './log-input/who-called.ts';
import {
  PATHS_CHANGE,
  promotedPathLines,
  promotedPaths,
  promotedPathsJson,
} from './promote/promoted-paths.ts';
import { proposalsFor } from './promote/proposals.ts';
import { promoteJson, promoteLines } from './promote/render-proposals.ts';
import {
  defineCommand,
  EXIT,
  type ExitCode,
  type JsonOptions,
  jsonOption,
  type MapOptions,
  mapOption,
} from './shell/command.ts';
import { type Io, pluralize, writeJson, writeLines } from './shell/io.ts';
import { readMap } from './shell/map-file.ts';
import { type FoundProblem, foundProblem } from './shell/problem-json.ts';

export interface PromoteOptions extends MapOptions, JsonOptions, AuditLogOptions {}

export function runPromote(
  options: PromoteOptions,
  io: Io,
  sources: AuditLogSources = AWS_SOURCES,
): Promise<ExitCode> {
  const { map, problems, document, options: mapOptions } = readMap(options.map, io);
  if (!map || !document) throw new AccessMapError(problems);
  return withAuditLogErrors(io, async () => {
    const { inputs, sinceMs } = openAuditLog(options, io, sources);
    const model = parseModel(map.model);
    const reading = auditLogReading(sinceMs);
    const count = refusalCounter(model);
    const reportedPaths = reportedPathCounter();
    for await (const item of inTimeOrder(inputs, reading)) {
      count.add(item);
      reportedPaths.add(item);
    }
    const paths = promotedPaths(model, reportedPaths.counted());
    const summary = reading.summary();
    assertNotEmpty(summary);
    const shadowSummary = count.result();
    if (paths.routes.length === 0) assertShadowMode(shadowSummary);
    const context = { map, model, document, options: mapOptions ?? {} };
    const proposals = proposalsFor(shadowSummary, context);
    const notes = [
      ...gaps(summary, sinceMs, (io.now ?? Date.now)()),
      ...(summary.sampled ? ['allowed calls are sampled: counts are estimates by weight'] : []),
    ];
    const auditLog = summaryJson(summary);
    const problems = [
      ...refusedProblems(shadowSummary),
      ...paths.reported.map(({ route, calls }) =>
        foundProblem(
          'WOULD_BE_REFUSED',
          `expected paths that mean one route, found ${pluralize(calls, 'call')} of ${code(route)} that the default of \`paths\` would refuse: ${PATHS_CHANGE}`,
        ),
      ),
    ];
    if (options.json)
      writeJson(io, {
        problems,
        ...promoteJson(shadowSummary, proposals, map),
        paths: promotedPathsJson(paths),
        trail: auditLog,
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

function assertShadowMode({ calls }: ShadowSummary): void {
  if (calls > 0) return;
  throw new AuditLogError(
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
