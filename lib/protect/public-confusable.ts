/**
 * Public routes that a back end may read as a route of the app that the map does not have. Those of
 * the map are evaluated with it (`PUBLIC_BESIDE_CLOSED`).
 */
import { Annotations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { routesConfusableWith } from '../../lambda/gateway/confusable-routes.ts';
import { type AccessMap, pathsOfRoute } from '../access-map/index.ts';
import type { CoverageReport, ListedRoute } from './coverage-report.ts';

/** @param listed all routes of the API that the app has */
export function reportPublicConfusable(
  at: IConstruct,
  listed: readonly ListedRoute[],
  { map, report }: { readonly map: AccessMap; readonly report: CoverageReport },
): void {
  const keysOf = (
    of: readonly ListedRoute[],
    ...wanted: readonly ListedRoute['outcome'][]
  ): readonly string[] =>
    of.flatMap(({ key, outcome }) => (key !== undefined && wanted.includes(outcome) ? [key] : []));
  const unmapped = keysOf(listed, 'ours', 'unprotected').filter(
    (key) => report.routes.entry(key) === undefined,
  );
  // What somebody else decides is refused by its rules.
  const undecided = keysOf(
    listed.filter(({ authorizer }) => authorizer === ''),
    'public',
  );
  for (const key of undecided) {
    const paths = pathsOfRoute(map.model, key);
    const [closed] = paths === 'exact' ? [] : routesConfusableWith(key, unmapped);
    if (closed === undefined) continue;
    const says = `${report.describe(key)} is public in ${map.source}, so nothing refuses a call that a back end reads as \`${closed}\`, which is not: expected both, neither, or \`paths: exact\` on the first if the back end reads paths exactly`;
    if (paths === 'report')
      Annotations.of(at).addWarningV2(`okta-group-authorizer:publicBeside:${key}`, says);
    else report.refuse(at, says);
  }
}
