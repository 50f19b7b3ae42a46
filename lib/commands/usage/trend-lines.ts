/** How `usage --trend` shows calls over time in a terminal: a sparkline for each name. */
import type { AtLimit } from '../../audit-log/limits.ts';
import type { Trend } from '../../audit-log/quota-trend.ts';
import type { Series } from '../../audit-log/series.ts';
import { escapeControls, formatCount, type Io, paint, table } from '../shell/io.ts';

const WIDTH = 40;
const BLOCKS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;

export function trendLines(trend: Trend, top: number, io: Pick<Io, 'color'>): readonly string[] {
  const { starts, step, outcomes, routes, groups, codes, statuses, atLimit, routesFrom } = trend;
  const span =
    starts.length > WIDTH ? `, ${WIDTH} columns of ${Math.ceil(starts.length / WIDTH)}` : '';
  const section = (title: string, series: readonly Series[]): readonly string[] =>
    series.length === 0 ? [] : ['', `${paint(io, 'bold', title)}:`, ...seriesLines(series, top)];
  return [
    `each column one ${step}, UTC${span}`,
    ...section('calls', outcomes),
    ...section(`by route (${routesFrom})`, routes),
    ...section('by group', groups),
    ...section('refusals by code', codes),
    ...section('answers (access log)', statuses),
    ...limitLines(atLimit, top, io),
  ];
}

function seriesLines(series: readonly Series[], top: number): readonly string[] {
  const rest = series.length - top;
  const rows = series
    .slice(0, top)
    .map(({ name, total, counts }) => [
      escapeControls(name),
      sparkline(counts),
      formatCount(total),
    ]);
  return [
    ...table(rows),
    ...(rest > 0 ? [`  and ${formatCount(rest)} more (--top ${series.length} shows all)`] : []),
  ];
}

/** Heights by the largest column of the same line; a column without calls is a dot. */
function sparkline(counts: readonly number[]): string {
  const size = Math.max(1, Math.ceil(counts.length / WIDTH));
  const columns = Array.from({ length: Math.ceil(counts.length / size) }, (_, at) =>
    counts.slice(at * size, (at + 1) * size).reduce((sum, count) => sum + count, 0),
  );
  const most = Math.max(...columns, 1);
  return columns
    .map((count) =>
      count === 0 ? '·' : (BLOCKS[Math.min(7, Math.ceil((count / most) * 8) - 1)] ?? '█'),
    )
    .join('');
}

function limitLines(
  atLimit: readonly AtLimit[],
  top: number,
  io: Pick<Io, 'color'>,
): readonly string[] {
  if (atLimit.length === 0) return [];
  const rows = atLimit
    .slice(0, top)
    .map(({ quota, by, payer, exceeded, atLimit: last }) => [
      escapeControls(quota),
      `${by} ${escapeControls(payer)}`,
      `${formatCount(Math.round(exceeded))} over the limit, ${formatCount(Math.round(last))} at it`,
    ]);
  const rest = atLimit.length - top;
  return [
    '',
    `${paint(io, 'bold', 'quotas at their limit')}:`,
    ...table(rows),
    ...(rest > 0 ? [`  and ${formatCount(rest)} more`] : []),
  ];
}
