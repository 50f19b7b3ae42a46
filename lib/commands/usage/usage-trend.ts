/** `usage --trend`: how calls develop, from the audit trail. */

import { type Trend, trendCounter } from '../../audit-log/quota-trend.ts';
import { type AuditLogSummary, readAuditLog } from '../../audit-log/read-audit-log.ts';
import type { TimeStep } from '../../audit-log/series.ts';
import { gaps, summaryJson, summaryLines } from '../log-input/log-notes.ts';
import {
  type AuditLogOptions,
  type AuditLogSources,
  assertNotEmpty,
  openAuditLog,
  withAuditLogErrors,
} from '../log-input/log-source.ts';
import { EXIT, type ExitCode, type JsonOptions, type MapOptions } from '../shell/command.ts';
import { type Io, redactTokens } from '../shell/io.ts';
import { readMap } from '../shell/map-file.ts';
import { type OutputOptions, writeOutput } from '../shell/output.ts';
import { jsonText } from '../shell/write-json.ts';
import { timeOf } from './svg.ts';
import { trendLines } from './trend-lines.ts';
import { type TrendHead, trendPage } from './trend-page.ts';

export const TREND_FORMATS = ['table', 'json', 'html'] as const;

export interface TrendOptions extends MapOptions, JsonOptions, AuditLogOptions, OutputOptions {
  readonly by?: TimeStep;
  readonly format?: (typeof TREND_FORMATS)[number];
}

/** @param top names shown of each kind. */
export function runTrend(
  options: TrendOptions,
  top: number,
  io: Io,
  sources: AuditLogSources,
): Promise<ExitCode> {
  const { json, format = json ? 'json' : 'table', output, by } = options;
  return withAuditLogErrors(io, async () => {
    const { inputs, sinceMs } = openAuditLog(options, io, sources);
    const count = trendCounter(by);
    const summary = await readAuditLog(inputs, count.add, sinceMs);
    assertNotEmpty(summary, false);
    const trend = count.result();
    const notes = [
      ...gaps(summary, sinceMs, (io.now ?? Date.now)()),
      ...sourceNotes(summary, trend, by),
    ];
    const about = { summary, notes };
    if (format === 'html')
      writeOutput(redactTokens(trendPage(trend, headOf(options, io, about), top)), output, io);
    else if (format === 'json')
      writeOutput(redactTokens(`${jsonText('usage', trendJson(trend, about))}\n`), output, io);
    else
      writeOutput(
        redactTokens(tableText(trend, about, top, output === undefined ? io : {})),
        output,
        io,
      );
    return EXIT.good;
  });
}

interface About {
  readonly summary: AuditLogSummary;
  readonly notes: readonly string[];
}

const tableText = (
  trend: Trend,
  { summary, notes }: About,
  top: number,
  io: Pick<Io, 'color'>,
): string => [...summaryLines(summary, notes, io), ...trendLines(trend, top, io), ''].join('\n');

function sourceNotes(
  { accesses, decisions, sampled }: AuditLogSummary,
  { step }: Trend,
  by: TimeStep | undefined,
): readonly string[] {
  return [
    ...(accesses === 0
      ? [
          'without the access log, calls that the gateway answered from its cache or refused by itself are not counted',
        ]
      : []),
    ...(decisions === 0
      ? ['without decision records nothing is known of groups, codes and quotas']
      : []),
    ...(sampled ? ['allowed calls are sampled: their numbers are estimates by weight'] : []),
    ...(by !== undefined && by !== step ? [`too many steps of one ${by}: shown by ${step}`] : []),
  ];
}

/** The API's name, where a map is at hand; the audit trail itself does not need one. */
function headOf(
  { map: file }: MapOptions,
  io: Io,
  { summary: { from = 0, to = 0 }, notes }: About,
): TrendHead {
  const { map } = readMap(file, io);
  return {
    name: map?.name ?? 'the API',
    from: timeOf(from, 'minute'),
    to: timeOf(to, 'minute'),
    notes,
  };
}

function trendJson(trend: Trend, { summary, notes }: About) {
  return {
    ...trend,
    starts: trend.starts.map((start) => new Date(start).toISOString()),
    trail: summaryJson(summary),
    notes,
  };
}
