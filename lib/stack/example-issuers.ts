import { Annotations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { type AccessMap, exampleIssuers } from '../access-map/index.ts';

/** A warning only, so that the examples of this repository still synthesize. */
export function warnOfExamples(scope: Construct, map: AccessMap): void {
  for (const host of exampleIssuers(map.model.okta))
    Annotations.of(scope).addWarningV2(
      `okta-group-authorizer:ISSUER_EXAMPLE:${host}`,
      `${map.source}: tokens of \`${host}\` would be accepted, the org of the examples, which may belong to somebody: name your own in \`okta.issuer\``,
    );
}
