import { ArnFormat, Stack } from 'aws-cdk-lib';
import { CfnPermission } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { functionUri } from '../../lambda/core/contract/authorizer-uri.ts';

export interface InvocationProps {
  readonly functionArn: string;
  readonly apiId: string;
  /**
   * Which part of the API may invoke the function: stage, method and path. Default: every route, as
   * for integrations.
   */
  readonly source?: string;
}

/** Lets one API invoke a function, and nothing else of API Gateway. */
export function allowInvocation(
  scope: Construct,
  { functionArn, apiId, source = '*' }: InvocationProps,
): CfnPermission {
  return new CfnPermission(scope, 'Permission', {
    action: 'lambda:InvokeFunction',
    functionName: functionArn,
    principal: 'apigateway.amazonaws.com',
    sourceArn: Stack.of(scope).formatArn({
      service: 'execute-api',
      resource: apiId,
      resourceName: source,
      arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
    }),
  });
}

/** The URI by which the API Gateway of the stack invokes a function. */
export const invocationUri = (scope: Construct, functionArn: string): string =>
  functionUri(Stack.of(scope), functionArn);
