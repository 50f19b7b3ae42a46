/** `unused`: what of the map nobody used, so that it could be taken away. */
import { parseModel } from '../../lambda/core/model/load-model.ts';
import { type AccessMap, AccessMapError } from '../access-map/index.ts';
import { code } from '../access-map/report/problems.ts';
import type { AuditLogSummary } from '../audit-log/read-audit-log.ts';
import { type RuleUsage, usageCounter } from '../audit-log/unused-rules.ts';
import { countRecords } from './log-input/count-records.ts';
import { beginsLate, summaryJson, summaryLines } from './log-input/log-notes.ts';
import {
  type AuditLogOptions,
  type AuditLogSources,
  AWS_SOURCES,
  declareAuditLogOptions,
  withAuditLogErrors,
} from './log-input/log-source.ts';
import { reportedJson, reportedLines } from './log-input/reported-lines.ts';
import {
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
import { unusedLines } from './unused/render-unused.ts';
import { type Unused, unusedOf } from './unused/unused-findings.ts';

export interface UnusedOptions extends MapOptions, JsonOptions, AuditLogOptions {}

export function runUnused(
  options: UnusedOptions,
  io: Io,
  sources: AuditLogSources = AWS_SOURCES,
): Promise<ExitCode> {
  const { map, problems, placeOf } = readMap(options.map, io);
  if (!map) throw new AccessMapError(problems);
  return withAuditLogErrors(io, async () => {
    const count = usageCounter(parseModel(map.model));
    const counted = await countRecords(options, { io, sources }, count, 'asRead');
    const { summary, notes, reported } = counted;
    const use = count.result();
    const incomplete = whyIncomplete(map, summary, use, counted.sinceMs);
    const unused = unusedOf(map, use, summary.accesses > 0, placeOf);
    const problems = problemsOf(incomplete, unused);
    if (options.json)
      writeJson(io, 'unused', {
        problems,
        map: { source: map.source, version: map.version },
        ...{ complete: incomplete.length === 0, incomplete, ...unused },
        reportedPaths: reportedJson(reported),
        trail: summaryJson(summary),
        notes,
      });
    else
      writeLines(io, [
        ...summaryLines(summary, notes, io),
        ...reportedLines(reported, io),
        ...unusedLines(unused, incomplete, io),
      ]);
    return problems.length === 0 ? EXIT.good : EXIT.problem;
  });
}

const problemsOf = (
  incomplete: readonly string[],
  { findings }: Unused,
): readonly FoundProblem[] => [
  ...incomplete.map((why) =>
    foundProblem(
      'DATA_INCOMPLETE',
      `expected data that show every use: ${why}: give the access log too, or longer records`,
    ),
  ),
  ...findings.map(({ kind, name, grant, at }) =>
    foundProblem(
      'UNUSED',
      `${at}: expected a ${kind} that somebody used, found ${code(grant ?? name)}${grant === undefined ? '' : ` of ${code(name)}`} unused: remove it, or keep it on purpose`,
    ),
  ),
];

/** Why the data do not show every use; empty where they do. */
function whyIncomplete(
  map: AccessMap,
  summary: AuditLogSummary,
  use: RuleUsage,
  sinceMs: number | undefined,
): readonly string[] {
  const blind = summary.accesses === 0;
  return [
    ...(blind && summary.sampled
      ? [
          'allowed calls are sampled (`audit.allows`), and the access log, which has all, is not among the data',
        ]
      : []),
    ...(blind && map.cache.ttlSeconds > 0
      ? [
          'the gateway caches answers, and the access log, which alone has the calls that it answered itself, is not among the data',
        ]
      : []),
    ...(use.unexplainedCallers > 0
      ? [
          `no decision record explains ${pluralize(use.unexplainedCallers, 'caller')} of the access log; grants of the routes that they called are left out`,
        ]
      : []),
    ...(use.hashedMachines ? ['client ids are hashed, so that machines are left out'] : []),
    ...(beginsLate(summary, sinceMs) ? ['the data begin later than `--since`'] : []),
    ...(summary.bad > 0 ? [`${pluralize(summary.bad, 'line')} cannot be read`] : []),
  ];
}

export const unused = defineCommand<UnusedOptions>({
  name: 'unused',
  summary:
    'say which grants, groups, permissions, machines and routes of the map nobody used (exit 1 if there are any)',
  examples: [
    'unused .records',
    'unused --since 90d --log-group /aws/lambda/access-orders --log-group access-orders-requests',
    'unused decisions.jsonl.gz access.jsonl.gz --map access.yaml --json',
  ],
  declare: (command) =>
    void declareAuditLogOptions(command).addOption(mapOption()).addOption(jsonOption()),
  run: (options, io) => runUnused(options, io),
});
