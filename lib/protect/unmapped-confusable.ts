/**
 * Routes of an app's API that the map does not have, beside or below those that it guards: closed
 * to everybody whose path, or method, a back end may take for one of them.
 */
import type { IConstruct } from 'constructs';
import { routesResolved } from '../../lambda/gateway/confusable-routes.ts';
import { isCovered } from '../../lambda/gateway/route-protection.ts';
import { type AccessMap, mapNeighbours } from '../access-map/index.ts';
import { formatCount } from '../access-map/report/layout.ts';
import type { CoverageReport, ListedRoute } from './coverage-report.ts';

/** Environment variables have 4 KB in all. Source: AWS Lambda quotas. */
export const MAX_UNMAPPED_CHARACTERS = 3_000;

/** @returns whether the authorizer has room for the keys. */
export type DenyUnmapped = (keys: readonly string[]) => boolean;

/** @param listed all routes of the API that the app has */
export function denyUnmappedConfusable(
  at: IConstruct,
  listed: readonly ListedRoute[],
  {
    map,
    report,
    close,
  }: {
    readonly map: AccessMap;
    readonly report: CoverageReport;
    readonly close: DenyUnmapped;
  },
): void {
  const keyed = listed.flatMap(({ key, outcome }) => (key === undefined ? [] : [{ key, outcome }]));
  const guarded = keyed
    .filter(({ outcome }) => isCovered(outcome))
    .filter(({ key }) => report.routes.decidesSome(key))
    .map(({ key }) => key);
  const unmapped = keyed.filter(({ outcome }) => outcome !== 'preflight').map(({ key }) => key);
  const { hasCell, pathsOf } = mapNeighbours(map);
  const closed = routesResolved({ guarded, unmapped, hasCell });
  if (closed.length > 0 && !close(closed))
    report.refuse(
      at,
      `${closed.length} routes of the API are not in ${map.source}, and callers of its routes can reach them by another spelling: expected keys of at most ${formatCount(MAX_UNMAPPED_CHARACTERS)} characters, for an environment variable; add them to \`routes\``,
    );
  if (map.cache.mode === 'off') return;
  const arriving = guarded.filter((key) => pathsOf(key) !== 'exact');
  for (const key of routesResolved({ guarded: arriving, unmapped, hasCell }))
    report.refuse(
      at,
      `${report.describe(key)} is not in ${map.source}, or not with all its methods, and a back end may read a call of a neighbouring route as one of it. So that no cached answer allows it, add it to \`routes\`, set \`paths: exact\` of that route, or set \`api.cache\` to \`off\``,
    );
}
