/** `paths: report` made the default: what would be refused then, and what to change in the map. */
import { hasBit } from '../../../lambda/core/model/bits.ts';
import type { AccessModel } from '../../../lambda/core/model/model.ts';
import type { ReportedPaths } from '../../audit-log/reported-paths.ts';
import { reportedJson, reportedLines } from '../log-input/reported-lines.ts';
import { escapeControls, type Io, paint, pluralize } from '../shell/io.ts';

export interface PromotedPaths {
  /** Routes of the map that say `paths: report`, by the gateway's key. */
  readonly routes: readonly string[];
  /** Recorded calls that the default would refuse. */
  readonly reported: readonly ReportedPaths[];
}

export function promotedPaths(
  { routes, reportPaths }: AccessModel,
  reported: readonly ReportedPaths[],
): PromotedPaths {
  const keys = routes.flatMap(({ key, gateway = key }, index) =>
    hasBit(reportPaths, index) ? [gateway] : [],
  );
  return { routes: [...new Set(keys)], reported };
}

export const PATHS_CHANGE =
  'leave `paths: report` out, of `api` or of the entry; allow the callers the routes above first, or say `exact` where the back end reads paths exactly';

export function promotedPathLines(
  { routes, reported }: PromotedPaths,
  io: Pick<Io, 'color'>,
): readonly string[] {
  if (routes.length === 0) return reportedLines(reported, io);
  const calls = reported.reduce((sum, one) => sum + one.calls, 0);
  const verdict =
    calls === 0
      ? paint(io, 'green', 'the default would refuse none of the recorded calls')
      : paint(io, 'red', `the default would refuse ${pluralize(calls, 'call')}`);
  return [
    ...reportedLines(reported, io),
    '',
    `${paint(io, 'bold', '`paths: report`')} of ${routes.map(escapeControls).join(', ')}: ${verdict}`,
    `  to make it the default: ${PATHS_CHANGE}`,
  ];
}

export const promotedPathsJson = ({ routes, reported }: PromotedPaths) => ({
  routes,
  reported: reportedJson(reported),
  change: PATHS_CHANGE,
});
