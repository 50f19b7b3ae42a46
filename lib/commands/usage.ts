/**
 * `usage`: what of each quota is used, by payer, from the quota table; with `--trend` how calls
 * develop, from the audit trail.
 */
import { Option } from 'commander';
import { STEPS } from '../audit-log/series.ts';
import { quotaUsage, type UsageItem } from '../quota-usage/quota-usage.ts';
import { QuotaTableError, readQuotaTable } from '../quota-usage/read-quota-table.ts';
import {
  type AuditLogSources,
  AWS_SOURCES,
  declareAuditLogOptions,
} from './log-input/log-source.ts';
import { awsAccessError } from './shell/aws-access.ts';
import {
  CommandError,
  defineCommand,
  EXIT,
  type ExitCode,
  jsonOption,
  mapOption,
  UsageError,
} from './shell/command.ts';
import { type Io, writeLines } from './shell/io.ts';
import { requireMap } from './shell/map-file.ts';
import { outputOption } from './shell/output.ts';
import { writeJson } from './shell/write-json.ts';
import { usageLines } from './usage/render-usage.ts';
import { runTrend, TREND_FORMATS, type TrendOptions } from './usage/usage-trend.ts';

export interface UsageOptions extends TrendOptions {
  /** Needed without `trend`. */
  readonly table?: string;
  readonly quota?: string;
  /** Payers shown a quota; a whole number from 1. */
  readonly top?: string;
  readonly trend?: boolean;
}

/** What the command takes from outside; tests hand in their own. */
export interface UsageSources extends Partial<AuditLogSources> {
  readonly read: (table: string) => Promise<readonly UsageItem[]>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export async function runUsage(
  options: UsageOptions,
  io: Io,
  sources: UsageSources,
): Promise<ExitCode> {
  const top = payersShown(options.top);
  if (options.trend)
    return runTrend(rejectOptions(options, ['table', 'quota']), top, io, {
      ...AWS_SOURCES,
      ...sources,
    });
  rejectOptions(options, ['records', 'logGroup', 'since', 'by', 'format', 'output']);
  const { table } = options;
  if (table === undefined)
    throw new UsageError(
      'expected `-t, --table <name>`, or `--trend`, found no such option: see `--help`',
    );
  const { model } = requireMap(options.map, io);
  const { quota: wanted } = options;
  if (wanted !== undefined && !model.quotas.some(({ name }) => name === wanted)) {
    throw new UsageError(
      `--quota: expected ${model.quotas.map(({ name }) => `\`${name}\``).join(', ') || 'a map with quotas'}, found \`${wanted}\``,
    );
  }
  const quotas = model.quotas.filter(({ name }) => wanted === undefined || name === wanted);
  try {
    const nowMs = sources.now();
    const usage = quotaUsage(quotas, await sources.read(table), Math.floor(nowMs / 1_000));
    if (options.json)
      writeJson(io, 'usage', { table, at: new Date(nowMs).toISOString(), quotas: usage });
    else writeLines(io, usageLines(usage, top, io));
    return EXIT.good;
  } catch (error) {
    const unasked = awsAccessError(error, io.env);
    if (unasked !== undefined || !(error instanceof QuotaTableError)) throw unasked ?? error;
    throw new CommandError('QUOTA_TABLE_UNREADABLE', error.message, { cause: error });
  }
}

/** Options of the other half of the command. */
function rejectOptions(
  options: UsageOptions,
  names: readonly (keyof UsageOptions)[],
): UsageOptions {
  const given = names.find(
    (name) =>
      options[name] !== undefined && !(Array.isArray(options[name]) && options[name].length === 0),
  );
  if (given === undefined) return options;
  const option =
    given === 'records'
      ? 'files of records'
      : `\`--${given.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}\``;
  throw new UsageError(
    `expected ${options.trend ? 'no' : '`--trend` beside'} ${option}${options.trend ? ' beside `--trend`' : ''}: see \`--help\``,
  );
}

function payersShown(text = '20'): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new UsageError(`--top: expected a whole number from 1, found \`${text}\``);
}

export const usage = defineCommand<UsageOptions>({
  name: 'usage',
  summary:
    'show the usage of each quota, from the quota table, or calls over time, from the audit trail',
  examples: [
    'usage --table access-orders-QuotaTable',
    'usage --table access-orders-QuotaTable --quota standard --json',
    'usage --trend',
    'usage .records --trend --by hour --format html -o trend.html',
    'usage --trend --since 30d --log-group /aws/lambda/access-orders',
  ],
  declare: (command) =>
    void declareAuditLogOptions(command)
      .addOption(
        new Option(
          '-t, --table <name>',
          'quota table: output `QuotaTable` of the stack (required without `--trend`)',
        ),
      )
      .addOption(new Option('-q, --quota <name>', 'this quota alone'))
      .addOption(
        new Option('--trend', 'calls over time by route, group and code, from the audit trail'),
      )
      .addOption(
        new Option(
          '--by <step>',
          'with `--trend`: length of a step (default: by the span)',
        ).choices(STEPS),
      )
      .addOption(
        new Option(
          '--format <format>',
          'with `--trend`: format of the trend (default: table)',
        ).choices(TREND_FORMATS),
      )
      .addOption(outputOption())
      .addOption(
        new Option(
          '--top <count>',
          'how many payers of each quota, or names of each kind, to show, the largest first (default: 20; JSON has all)',
        ),
      )
      .addOption(mapOption())
      .addOption(jsonOption()),
  run: (options, io) => runUsage(options, io, { read: readQuotaTable, now: Date.now }),
});
