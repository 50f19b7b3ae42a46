/** What synthesis says of a map: it refuses placeholders, runs the map's tests, warns. */
import { Annotations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { APP_CONTEXT } from '../../lambda/core/contract/app-context.ts';
import { type AccessMap, AccessMapError } from '../access-map/index.ts';
import { testProblems } from '../verdicts/map-tests.ts';

/**
 * Each failed test is an error annotation of its own, so that all are seen at once. Context
 * `skipTests` leaves the tests out.
 * @throws AccessMapError for a map with placeholders of `init`.
 */
export function annotateMap(scope: Construct, map: AccessMap): void {
  if (map.placeholders.length > 0) throw new AccessMapError(map.placeholders);
  const annotations = Annotations.of(scope);
  const skipTests: unknown = scope.node.tryGetContext(APP_CONTEXT.skipTests);
  const tested = skipTests === true || skipTests === 'true' ? [] : testProblems(map);
  for (const { severity, code, place, message } of [...map.warnings, ...tested]) {
    if (severity === 'error') annotations.addError(message);
    else annotations.addWarningV2(`okta-group-authorizer:${code}:${place.path}`, message);
  }
}
