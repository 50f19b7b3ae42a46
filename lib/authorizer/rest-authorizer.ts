import { CfnAuthorizer, type IRestApi } from 'aws-cdk-lib/aws-apigateway';
import { Construct } from 'constructs';
import { TOKEN_SOURCE } from '../../lambda/core/contract/identity-source.ts';
import { allowInvocation, invocationUri } from '../template-parts/invoke-permission.ts';

export interface RestAuthorizerOptions {
  /** Name of the authorizer in API Gateway. */
  readonly name: string;
  /** ARN that the gateway invokes. */
  readonly functionArn: string;
  /**
   * Whether calls without a token reach the authorizer: shadow mode must let them through on routes
   * that were unprotected.
   */
  readonly admitsWithoutToken: boolean;
}

/**
 * Our authorizer on an imported REST API and the permission to invoke the function, in a scope of
 * their own. It caches nothing: a change of an authorizer is live only with a deployment of the
 * API, and an attachment deploys only where routes change.
 */
export function restAuthorizer(
  restApi: IRestApi,
  { name, functionArn, admitsWithoutToken }: RestAuthorizerOptions,
): CfnAuthorizer {
  const scope = new Construct(restApi, name);
  const { restApiId } = restApi;
  const authorizer = new CfnAuthorizer(scope, 'Authorizer', {
    restApiId,
    name,
    type: 'REQUEST',
    ...(admitsWithoutToken ? {} : { identitySource: TOKEN_SOURCE.rest }),
    authorizerResultTtlInSeconds: 0,
    authorizerUri: invocationUri(scope, functionArn),
  });
  allowInvocation(scope, {
    functionArn,
    apiId: restApiId,
    source: `authorizers/${authorizer.ref}`,
  });
  return authorizer;
}
