/**
 * Public routes that a back end may read as a route of the app that the map does not have. Those of
 * the map are evaluated with it (`PUBLIC_BESIDE_CLOSED`).
 */
import { Annotations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import {
  publicExposureSentence,
  publicExposures,
  publicNeighbours,
} from '../../lambda/gateway/confusable-routes.ts';
import { type AccessMap, mapNeighbours } from '../access-map/index.ts';
import type { CoverageReport, ListedRoute } from './coverage-report.ts';

/** @param listed all routes of the API that the app has */
export function reportPublicConfusable(
  at: IConstruct,
  listed: readonly ListedRoute[],
  { map, report }: { readonly map: AccessMap; readonly report: CoverageReport },
): void {
  for (const found of publicExposures({ ...mapNeighbours(map), ...publicNeighbours(listed) })) {
    const says = publicExposureSentence(found, map.source);
    if (found.isReported)
      Annotations.of(at).addWarningV2(`okta-group-authorizer:publicBeside:${found.key}`, says);
    else report.refuse(at, says);
  }
}
