/** How the commands show calls that passed only since their route says `paths: report`. */
import type { ReportedPaths } from '../../audit-log/reported-paths.ts';
import { escapeControls, type Io, paint, pluralize } from '../shell/io.ts';
import { minuteOf } from './log-notes.ts';

const SHOWN = 20;

export function reportedLines(
  reported: readonly ReportedPaths[],
  io: Pick<Io, 'color'>,
): readonly string[] {
  if (reported.length === 0) return [];
  const rest = reported.length - SHOWN;
  return [
    '',
    `${paint(io, 'bold', 'paths that a back end may read as a closed route, let in by `paths: report`')}:`,
    ...reported
      .slice(0, SHOWN)
      .flatMap((one) => [
        `  ${escapeControls(one.route)}  ${pluralize(one.calls, 'call')} of ${pluralize(one.callers, 'caller')}`,
        `    read by ${one.by.map(escapeControls).join(', ')} as ${readAs(one)}, ${minuteOf(one.first)} to ${minuteOf(one.last)}`,
      ]),
    ...(rest > 0 ? [`  and ${rest} more kinds (--json has all)`] : []),
  ];
}

const readAs = ({ routes }: ReportedPaths): string =>
  routes.length === 0 ? 'no route of the map' : routes.map(escapeControls).join(', ');

export const reportedJson = (reported: readonly ReportedPaths[]) =>
  reported.map((one) => ({
    ...one,
    first: new Date(one.first).toISOString(),
    last: new Date(one.last).toISOString(),
  }));
