import { CfnAuthorizer, type IRestApi } from 'aws-cdk-lib/aws-apigateway';
import { Construct } from 'constructs';
import { allowInvocation, invocationUri } from '../invoke-permission.ts';

/** Our authorizer on an imported REST API, with the permission to call the function, in a scope of their own. */
export function restAuthorizer(restApi: IRestApi, name: string, functionArn: string): CfnAuthorizer {
  const scope = new Construct(restApi, name);
  const { restApiId } = restApi;
  const authorizer = new CfnAuthorizer(scope, 'Authorizer', {
    restApiId,
    name,
    type: 'REQUEST',
    identitySource: 'method.request.header.Authorization',
    authorizerResultTtlInSeconds: 0,
    authorizerUri: invocationUri(scope, functionArn),
  });
  allowInvocation(scope, { functionArn, apiId: restApiId, source: `authorizers/${authorizer.ref}` });
  return authorizer;
}
