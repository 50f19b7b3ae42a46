import { CfnAuthorizer, type IRestApi } from 'aws-cdk-lib/aws-apigateway';
import { Construct } from 'constructs';
import { allowInvocation, invocationUri } from '../template/invoke-permission.ts';

/**
 * Our authorizer on an imported REST API, with the permission to call the function, in a scope of
 * their own. It caches nothing: what changes on an authorizer is live with a deployment of the API
 * only, and an attachment makes one where routes change.
 *
 * @param admitsWithoutToken calls without token reach the authorizer: in shadow mode a route that
 * was open stays so.
 */
export function restAuthorizer(
  restApi: IRestApi,
  name: string,
  functionArn: string,
  admitsWithoutToken: boolean,
): CfnAuthorizer {
  const scope = new Construct(restApi, name);
  const { restApiId } = restApi;
  const authorizer = new CfnAuthorizer(scope, 'Authorizer', {
    restApiId,
    name,
    type: 'REQUEST',
    ...(admitsWithoutToken ? {} : { identitySource: 'method.request.header.Authorization' }),
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
