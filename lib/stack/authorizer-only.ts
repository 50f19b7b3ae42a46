import { ArnFormat, CfnOutput, Stack } from 'aws-cdk-lib';
import { CfnPermission } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { OktaGroupAuthorizer } from '../authorizer/okta-group-authorizer.ts';

/**
 * The authorizer for APIs that another tool deploys: what that tool has to be told are outputs of
 * the stack.
 */
export class AuthorizerOnly extends Construct {
  constructor(scope: Construct, id: string, { function: decides, map }: OktaGroupAuthorizer) {
    super(scope, id);
    const stack = Stack.of(this);
    new CfnPermission(this, 'Permission', {
      action: 'lambda:InvokeFunction',
      functionName: decides.functionArn,
      principal: 'apigateway.amazonaws.com',
      // Authorizers of this account and Region only; which API will call is not known here.
      sourceArn: stack.formatArn({
        service: 'execute-api',
        resource: '*',
        resourceName: 'authorizers/*',
        arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
      }),
    });
    const integration = `2015-03-31/functions/${decides.functionArn}/invocations`;
    const outputs = {
      AuthorizerArn: decides.functionArn,
      AuthorizerUri: stack.formatArn({
        service: 'apigateway',
        account: 'lambda',
        resource: 'path',
        resourceName: integration,
      }),
      IdentitySource:
        map.kind === 'http'
          ? '$request.header.Authorization'
          : 'method.request.header.Authorization',
      PayloadFormatVersion: map.kind === 'http' ? '2.0' : '1.0',
      ResultTtlSeconds: '0',
    };
    for (const [name, value] of Object.entries(outputs))
      new CfnOutput(this, name, { value }).overrideLogicalId(name);
  }
}
