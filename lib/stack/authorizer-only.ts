import { ArnFormat, CfnOutput, Stack } from 'aws-cdk-lib';
import { CfnPermission } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { AccessMap } from '../access-map/index.ts';
import type { OktaGroupAuthorizer } from '../authorizer/okta-group-authorizer.ts';

/**
 * The authorizer for APIs that another tool deploys: outputs of the stack say what to configure
 * there.
 */
export class AuthorizerOnly extends Construct {
  constructor(scope: Construct, id: string, { invokedArn: functionArn, map }: OktaGroupAuthorizer) {
    super(scope, id);
    new CfnPermission(this, 'Permission', {
      action: 'lambda:InvokeFunction',
      functionName: functionArn,
      principal: 'apigateway.amazonaws.com',
      // Only authorizers of this account and Region; which API will call is not known here.
      sourceArn: Stack.of(this).formatArn({
        service: 'execute-api',
        resource: '*',
        resourceName: 'authorizers/*',
        arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
      }),
    });
    for (const [name, value] of Object.entries(outputsFor(this, functionArn, map)))
      new CfnOutput(this, name, { value }).overrideLogicalId(name);
  }
}

/** What the tool that deploys the API sets on its authorizer. */
function outputsFor(
  scope: Construct,
  functionArn: string,
  { kind }: AccessMap,
): Readonly<Record<string, string>> {
  const isHttp = kind === 'http';
  return {
    AuthorizerArn: functionArn,
    AuthorizerUri: Stack.of(scope).formatArn({
      service: 'apigateway',
      account: 'lambda',
      resource: 'path',
      resourceName: `2015-03-31/functions/${functionArn}/invocations`,
    }),
    IdentitySource: isHttp
      ? '$request.header.Authorization'
      : 'method.request.header.Authorization',
    PayloadFormatVersion: isHttp ? '2.0' : '1.0',
    ResultTtlSeconds: '0',
  };
}
