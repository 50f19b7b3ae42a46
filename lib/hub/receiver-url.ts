import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnPermission, CfnUrl } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';

/**
 * The address that Okta delivers to: a function URL, which everybody may call, since Okta signs
 * nothing; the function checks the secret first.
 *
 * Both permissions are needed since October 2025. Source: AWS Lambda Developer Guide, "Control
 * access to Lambda function URLs".
 */
export class ReceiverUrl extends Construct {
  readonly url: string;

  constructor(scope: Construct, id: string, { functionArn }: IFunction) {
    super(scope, id);
    const resource = new CfnUrl(this, 'Url', { authType: 'NONE', targetFunctionArn: functionArn });
    this.url = resource.attrFunctionUrl;
    new CfnPermission(this, 'MayCall', {
      action: 'lambda:InvokeFunctionUrl',
      functionName: functionArn,
      principal: '*',
      functionUrlAuthType: 'NONE',
    });
    // By an override: older releases of aws-cdk-lib do not have the property.
    new CfnPermission(this, 'MayInvoke', {
      action: 'lambda:InvokeFunction',
      functionName: functionArn,
      principal: '*',
    }).addPropertyOverride('InvokedViaFunctionUrl', true);
  }
}
