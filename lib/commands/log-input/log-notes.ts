/** What was read, and what is missing from it: said before anything that is concluded from it. */
import { DAY_MS } from '../../../lambda/core/contract/periods.ts';
import type { AuditLogSummary } from '../../audit-log/read-audit-log.ts';
import { formatCount, type Io, paint, pluralize } from '../shell/io.ts';

/** `2026-11-22T10:15Z` */
export const minuteOf = (ms: number): string => `${new Date(ms).toISOString().slice(0, 16)}Z`;

/** Begun more than a day after the time asked for: part of the span is not in the data. */
export function beginsLate({ from }: AuditLogSummary, sinceMs: number | undefined): boolean {
  return sinceMs !== undefined && from !== undefined && from - sinceMs > DAY_MS;
}

const days = (ms: number): string => pluralize(Math.max(1, Math.round(ms / DAY_MS)), 'day');

/** One sentence each. */
export function gaps(
  summary: AuditLogSummary,
  sinceMs: number | undefined,
  nowMs: number,
): readonly string[] {
  const { from, bad, badPlaces, emptyDays } = summary;
  const moreBad = bad > badPlaces.length ? ['and more'] : [];
  return [
    ...(from !== undefined && sinceMs !== undefined && beginsLate(summary, sinceMs)
      ? [
          `the data begin ${minuteOf(from)}: ${days(nowMs - from)} of the ${days(nowMs - sinceMs)} asked for`,
        ]
      : []),
    ...(emptyDays > 0
      ? [`${pluralize(emptyDays, 'day')} between the first line and the last have no lines`]
      : []),
    ...(bad > 0
      ? [`${pluralize(bad, 'line')} cannot be read: ${[...badPlaces, ...moreBad].join('; ')}`]
      : []),
  ];
}

export function summaryLines(
  summary: AuditLogSummary,
  more: readonly string[],
  io: Pick<Io, 'color'>,
): readonly string[] {
  const { decisions, accesses, others, older, from, to, sampled, mapVersions } = summary;
  const span =
    from === undefined || to === undefined ? '' : `, ${minuteOf(from)} to ${minuteOf(to)}`;
  const left = [
    ...(older > 0 ? [`${formatCount(older)} older`] : []),
    ...(others > 0 ? [`${formatCount(others)} of something else`] : []),
  ];
  return [
    `${pluralize(decisions, 'decision record')}, ${pluralize(accesses, 'line')} of the access log${span}` +
      `${mapVersions.length > 1 ? `, ${mapVersions.length} map versions` : ''}${sampled ? ', allowed calls sampled' : ''}`,
    ...(left.length > 0 ? [paint(io, 'dim', `left out: ${left.join(', ')}`)] : []),
    ...more.map((text) => `${paint(io, 'yellow', 'note')}: ${text}`),
  ];
}

export function summaryJson(summary: AuditLogSummary) {
  const iso = (ms: number | undefined): string | null =>
    ms === undefined ? null : new Date(ms).toISOString();
  return { ...summary, from: iso(summary.from), to: iso(summary.to) };
}
