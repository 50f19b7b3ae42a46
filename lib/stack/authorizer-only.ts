import { ArnFormat, CfnOutput, Stack } from 'aws-cdk-lib';
import { CfnPermission } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { AccessMap } from '../access-map/index.ts';
import type { OktaGroupAuthorizer } from '../authorizer/okta-group-authorizer.ts';
import { noteFloods } from '../resources/note-floods.ts';
import { authorizerSettings } from './authorizer-settings.ts';

/**
 * The authorizer for APIs that another tool deploys: outputs of the stack say what to configure
 * there.
 */
export class AuthorizerOnly extends Construct {
  constructor(scope: Construct, id: string, { invokedArn: functionArn, map }: OktaGroupAuthorizer) {
    super(scope, id);
    noteFloods(this, map.source);
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
  map: AccessMap,
): Readonly<Record<string, string>> {
  const { identitySource, payloadFormatVersion, resultTtlSeconds } = authorizerSettings(map);
  return {
    AuthorizerArn: functionArn,
    AuthorizerUri: Stack.of(scope).formatArn({
      service: 'apigateway',
      account: 'lambda',
      resource: 'path',
      resourceName: `2015-03-31/functions/${functionArn}/invocations`,
    }),
    IdentitySource: identitySource,
    PayloadFormatVersion: payloadFormatVersion,
    ResultTtlSeconds: String(resultTtlSeconds),
  };
}
