/** The sources from which commands read the audit trail. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { parseDuration } from '../../access-map/report/durations.ts';
import { code } from '../../access-map/report/problems.ts';
import { AuditLogError, LogGroupError } from '../../audit-log/audit-log-error.ts';
import { fileInputs, type Input } from '../../audit-log/inputs.ts';
import { cloudWatchLogs, type LogGroups, logGroupInput } from '../../audit-log/log-group.ts';
import type { AuditLogSummary } from '../../audit-log/read-audit-log.ts';
import { awsAccessError } from '../shell/aws-access.ts';
import { CommandError, type ExitCode, listOption, UsageError } from '../shell/command.ts';
import { type Io, pluralize, redactTokens } from '../shell/io.ts';
import { namedFiles } from '../shell/map-file.ts';

/** Where `npm start` writes the audit trail. */
const LOCAL_RECORDS = '.records';

export interface AuditLogOptions {
  /** Files, folders, or `-`. */
  readonly records?: readonly string[];
  readonly logGroup?: readonly string[];
  /** `90d`, or an ISO 8601 date. */
  readonly since?: string;
}

/** What the commands take from outside; tests hand in their own. */
export interface AuditLogSources {
  readonly logs: LogGroups;
}

export const AWS_SOURCES: AuditLogSources = { logs: cloudWatchLogs };

export function declareAuditLogOptions(command: Command): Command {
  return command
    .argument(
      '[records...]',
      `files or folders of records, globs of them, - for the standard input (default: ${LOCAL_RECORDS}, where it is)`,
    )
    .addOption(
      listOption(
        '--log-group <name>',
        'CloudWatch log group, of the function or of the access log; may be repeated',
      ),
    )
    .addOption(
      new Option(
        '--since <time>',
        'leave out what is older: `90d`, `12h`, or a date such as `2026-11-01`',
      ),
    );
}

export interface AuditLogInputs {
  readonly inputs: readonly Input[];
  /** Milliseconds since the epoch. */
  readonly sinceMs?: number;
}

/** @throws UsageError for options that name nothing to read, and for an invalid time. */
export function openAuditLog(
  { records = [], logGroup = [], since }: AuditLogOptions,
  io: Io,
  { logs }: AuditLogSources,
): AuditLogInputs {
  const nowMs = (io.now ?? Date.now)();
  const sinceMs = since === undefined ? undefined : timestampOf(since, nowMs);
  const named = records.length === 0 && logGroup.length === 0 ? localRecords(io) : records;
  const progress = (text: string): void => io.err(`${redactTokens(text)}\n`);
  const range = {
    ...(sinceMs !== undefined && { sinceMs }),
    nowMs,
    progress: throttled(progress, io.now ?? Date.now),
  };
  const groups = logGroup.map((group) => logGroupInput(group, logs, range));
  return {
    inputs: [
      ...fileInputs(
        named.flatMap((name) => namedFiles(name, io)),
        io.cwd,
        io.input?.bytes,
      ),
      ...groups,
    ],
    ...(sinceMs !== undefined && { sinceMs }),
  };
}

function localRecords({ cwd }: Io): readonly string[] {
  if (existsSync(resolve(cwd, LOCAL_RECORDS))) return [LOCAL_RECORDS];
  throw new UsageError(
    `expected files of records, or \`--log-group\`, found neither, and no folder \`${LOCAL_RECORDS}\``,
  );
}

function timestampOf(text: string, nowMs: number): number {
  const seconds = parseDuration(text);
  const at = seconds === undefined ? Date.parse(text) : nowMs - seconds * 1_000;
  if (!Number.isNaN(at) && (seconds !== undefined || /^\d{4}-\d{2}-\d{2}/.test(text))) return at;
  throw new UsageError(
    `--since: expected a time such as \`90d\`, \`12h\` or \`2026-11-01\`, found ${code(text)}`,
  );
}

/** At most one line a second. */
function throttled(progress: (text: string) => void, now: () => number): (text: string) => void {
  let last = -Infinity;
  return (text) => {
    if (now() - last < 1_000) return;
    last = now();
    progress(text);
  };
}

/** @throws CommandError for an audit log that cannot be read. */
export async function withAuditLogErrors(io: Io, run: () => Promise<ExitCode>): Promise<ExitCode> {
  try {
    return await run();
  } catch (error) {
    const unasked = awsAccessError(error, io.env);
    if (unasked !== undefined || !(error instanceof AuditLogError)) throw unasked ?? error;
    const isOfAws = error instanceof LogGroupError;
    throw new CommandError(
      isOfAws ? 'LOG_GROUP_UNREADABLE' : 'AUDIT_LOG_UNREADABLE',
      error.message,
      { cause: error },
    );
  }
}

/** @throws CommandError where nothing of an audit trail was read. */
export function assertNotEmpty(
  { decisions, accesses, others, older, bad }: AuditLogSummary,
  decisionsNeeded = true,
): void {
  if (decisions > 0 || (!decisionsNeeded && accesses > 0)) return;
  const found = [
    ...(accesses > 0 ? [`${pluralize(accesses, 'line')} of the access log`] : []),
    ...(older > 0 ? [`${older} older than \`--since\``] : []),
    ...(others > 0 ? [`${pluralize(others, 'line')} of something else`] : []),
    ...(bad > 0 ? [`${bad} that cannot be read`] : []),
  ];
  throw new CommandError(
    'AUDIT_LOG_EMPTY',
    `expected decision records, found ${found.join(', ') || 'an empty audit trail'}`,
  );
}
