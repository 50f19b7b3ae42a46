/** `usage --trend`: how calls develop, from the audit trail. */

import { type Trend, trendOf } from '../../audit-log/quota-trend.ts';
import { readTrail, type TrailSummary } from '../../audit-log/read-audit-log.ts';
import type { Step } from '../../audit-log/series.ts';
import { gaps, summaryJson, summaryLines } from '../log-input/log-notes.ts';
import { demandItems, openTrail, type TrailOptions, type TrailSources, withTrail } from '../log-input/log-source.ts';
import { EXIT, type ExitCode, type JsonOptions, type MapOptions } from '../shell/command.ts';
import { type Io, withoutTokens } from '../shell/io.ts';
import { readMap } from '../shell/map-file.ts';
import { type OutputOptions, writeOutput } from '../shell/output.ts';
import { timeOf } from './svg.ts';
import { trendLines } from './trend-lines.ts';
import { type TrendHead, trendPage } from './trend-page.ts';

export const TREND_FORMATS = ['table', 'json', 'html'] as const;

export interface TrendOptions extends MapOptions, JsonOptions, TrailOptions, OutputOptions {
  readonly by?: Step;
  readonly format?: (typeof TREND_FORMATS)[number];
}

/** @param top names shown of each kind. */
export function runTrend(options: TrendOptions, top: number, io: Io, sources: TrailSources): Promise<ExitCode> {
  const { json, format = json ? 'json' : 'table', output, by } = options;
  return withTrail(io, async () => {
    const { inputs, sinceMs } = openTrail(options, io, sources);
    const count = trendOf(by);
    const summary = await readTrail(inputs, count.add, sinceMs);
    demandItems(summary, false);
    const trend = count.result();
    const notes = [...gaps(summary, sinceMs, (io.now ?? Date.now)()), ...sourceNotes(summary, trend, by)];
    const about = { summary, notes };
    if (format === 'html') writeOutput(withoutTokens(trendPage(trend, headOf(options, io, about), top)), output, io);
    else if (format === 'json') writeOutput(withoutTokens(`${JSON.stringify(trendJson(trend, about))}\n`), output, io);
    else writeOutput(withoutTokens(tableText(trend, about, top, output === undefined ? io : {})), output, io);
    return EXIT.good;
  });
}

interface About {
  readonly summary: TrailSummary;
  readonly notes: readonly string[];
}

const tableText = (trend: Trend, { summary, notes }: About, top: number, io: Pick<Io, 'color'>): string =>
  [...summaryLines(summary, notes, io), ...trendLines(trend, top, io), ''].join('\n');

function sourceNotes({ accesses, decisions, sampled }: TrailSummary, { step }: Trend, by: Step | undefined): readonly string[] {
  return [
    ...(accesses === 0
      ? ['without the access log, calls that the gateway answered from its cache or refused by itself are not counted']
      : []),
    ...(decisions === 0 ? ['without decision records nothing is known of groups, codes and quotas'] : []),
    ...(sampled ? ['allowed calls are sampled: their numbers are estimates by weight'] : []),
    ...(by !== undefined && by !== step ? [`too many steps of one ${by}: shown by ${step}`] : []),
  ];
}

/** The API's name, where a map is at hand; the trail itself does not need one. */
function headOf({ map: file }: MapOptions, io: Io, { summary: { from = 0, to = 0 }, notes }: About): TrendHead {
  const { map } = readMap(file, io);
  return { name: map?.name ?? 'the API', from: timeOf(from, 'minute'), to: timeOf(to, 'minute'), notes };
}

function trendJson(trend: Trend, { summary, notes }: About): unknown {
  return { ...trend, starts: trend.starts.map((start) => new Date(start).toISOString()), trail: summaryJson(summary), notes };
}
