import { ArnFormat, Stack } from 'aws-cdk-lib';
import { CfnAuthorizer, type IRestApi } from 'aws-cdk-lib/aws-apigateway';
import { CfnPermission, type IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';

/** Our authorizer on an imported REST API, with the permission to call the function, in a scope of their own. */
export function restAuthorizer(restApi: IRestApi, name: string, decides: IFunction): CfnAuthorizer {
  const stack = Stack.of(restApi);
  const scope = new Construct(restApi, name);
  const { restApiId } = restApi;
  const integration = `2015-03-31/functions/${decides.functionArn}/invocations`;
  const authorizer = new CfnAuthorizer(scope, 'Authorizer', {
    restApiId,
    name,
    type: 'REQUEST',
    identitySource: 'method.request.header.Authorization',
    authorizerResultTtlInSeconds: 0,
    authorizerUri: stack.formatArn({ service: 'apigateway', account: 'lambda', resource: 'path', resourceName: integration }),
  });
  new CfnPermission(scope, 'Permission', {
    action: 'lambda:InvokeFunction',
    functionName: decides.functionArn,
    principal: 'apigateway.amazonaws.com',
    sourceArn: stack.formatArn({
      service: 'execute-api',
      resource: restApiId,
      resourceName: `authorizers/${authorizer.ref}`,
      arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
    }),
  });
  return authorizer;
}
