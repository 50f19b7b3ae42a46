import { CfnAuthorizer } from 'aws-cdk-lib/aws-apigateway';
import type { Construct, IConstruct } from 'constructs';
import { authorizerNameOf } from '../../lambda/core/contract/own-names.ts';
import type { AccessMap } from '../access-map/index.ts';
import { type AnyRestApi, restApiResource } from '../resources/api-identity.ts';
import { hasBody } from '../resources/rendered.ts';
import { restCaching } from '../template-parts/identity-sources.ts';
import { invocationUri } from '../template-parts/invoke-permission.ts';
import { BodyCoverage } from './body-coverage.ts';
import type { CoverageReport } from './coverage-report.ts';

/**
 * How an API's methods get the authorizer: as resources, or in the body that API Gateway imports.
 */
export type Covering =
  | { readonly by: 'resources'; readonly authorizer: CfnAuthorizer }
  | { readonly by: 'body'; readonly body: BodyCoverage };

export interface CoveringProps {
  readonly restApi: AnyRestApi;
  readonly functionArn: string;
  readonly map: AccessMap;
  /** Where warnings about the API as a whole are shown. */
  readonly reporter: IConstruct;
}

/** An API with a body has the authorizer in it: an import replaces all that is not in the body. */
export function chooseCovering(
  scope: Construct,
  { restApi, functionArn, map, reporter }: CoveringProps,
  report: CoverageReport,
): Covering {
  const name = authorizerNameOf(reporter.node.addr.slice(-8));
  const authorizerUri = invocationUri(scope, functionArn);
  const { cache } = map;
  const api = restApiResource(restApi);
  if (api !== undefined && hasBody(api))
    return { by: 'body', body: new BodyCoverage(report, { name, authorizerUri, cache }, map) };
  const authorizer = new CfnAuthorizer(scope, 'Authorizer', {
    restApiId: restApi.restApiId,
    name,
    type: 'REQUEST',
    ...restCaching(cache),
    authorizerUri,
  });
  return { by: 'resources', authorizer };
}
