import { CfnAuthorizer, type IRestApi } from 'aws-cdk-lib/aws-apigateway';
import { Construct } from 'constructs';
import type { CachePlan } from '../access-map/index.ts';
import { restCaching } from '../identity-sources.ts';
import { allowInvocation, invocationUri } from '../invoke-permission.ts';

export interface RestAuthorizerProps {
  readonly name: string;
  readonly functionArn: string;
  readonly cache: CachePlan;
}

/** Our authorizer on an imported REST API, with the permission to call the function, in a scope of their own. */
export function restAuthorizer(restApi: IRestApi, { name, functionArn, cache }: RestAuthorizerProps): CfnAuthorizer {
  const scope = new Construct(restApi, name);
  const { restApiId } = restApi;
  const authorizer = new CfnAuthorizer(scope, 'Authorizer', {
    restApiId,
    name,
    type: 'REQUEST',
    ...restCaching(cache),
    authorizerUri: invocationUri(scope, functionArn),
  });
  allowInvocation(scope, { functionArn, apiId: restApiId, source: `authorizers/${authorizer.ref}` });
  return authorizer;
}
