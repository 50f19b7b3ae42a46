/** `usage`: what of each quota is used, by payer, from the quota table. */
import { Option } from 'commander';
import { quotaUsage, type UsageItem } from '../usage/quota-usage.ts';
import { QuotaTableError, readQuotaTable } from '../usage/read-quota-table.ts';
import {
  defineCommand,
  EXIT,
  type ExitCode,
  type JsonOptions,
  jsonOption,
  type MapOptions,
  mapOption,
  PROGRAM,
  requiredOption,
  UsageError,
} from './shell/command.ts';
import { type Io, withoutTokens, writeJson, writeLines } from './shell/io.ts';
import { requireMap } from './shell/map-file.ts';
import { usageLines } from './usage/render.ts';

export interface UsageOptions extends MapOptions, JsonOptions {
  readonly table: string;
  readonly quota?: string;
  /** Payers shown a quota; a whole number from 1. */
  readonly top?: string;
}

/** What the command takes from outside; tests hand in their own. */
export interface UsageSources {
  readonly read: (table: string) => Promise<readonly UsageItem[]>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export async function runUsage(options: UsageOptions, io: Io, sources: UsageSources): Promise<ExitCode> {
  const top = payersShown(options.top);
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
    const usage = quotaUsage(quotas, await sources.read(options.table), Math.floor(nowMs / 1_000));
    if (options.json) writeJson(io, { table: options.table, at: new Date(nowMs).toISOString(), quotas: usage });
    else writeLines(io, usageLines(usage, top, io));
    return EXIT.good;
  } catch (error) {
    if (!(error instanceof QuotaTableError)) throw error;
    io.err(`${PROGRAM}: ${withoutTokens(error.message)}\n`);
    return EXIT.problem;
  }
}

function payersShown(text = '20'): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new UsageError(`--top: expected a whole number from 1, found \`${text}\``);
}

export const usage = defineCommand<UsageOptions>({
  name: 'usage',
  summary: 'show what of each quota is used, by payer, from the quota table',
  examples: ['usage --table access-orders-QuotaTable', 'usage --table access-orders-QuotaTable --quota standard --json'],
  declare: (command) =>
    void command
      .addOption(requiredOption('-t, --table <name>', 'quota table: output `QuotaTable` of the stack'))
      .addOption(new Option('-q, --quota <name>', 'this quota alone'))
      .addOption(new Option('--top <count>', 'payers shown a quota, those that used most first (default: 20; JSON has all)'))
      .addOption(mapOption())
      .addOption(jsonOption()),
  run: (options, io) => runUsage(options, io, { read: readQuotaTable, now: Date.now }),
});
