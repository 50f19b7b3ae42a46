/**
 * The URI by which API Gateway invokes a function, as authorizer or integration. Source: API
 * Gateway API reference, `authorizerUri` of CreateAuthorizer.
 */
import { parseFunctionArn } from './function-arn.ts';

/** Where the gateway is. A stack of the CDK is such a place, with tokens for its values. */
export interface GatewayPlace {
  readonly partition: string;
  readonly region: string;
}

export const functionUri = ({ partition, region }: GatewayPlace, functionArn: string): string =>
  `arn:${partition}:apigateway:${region}:lambda:path/2015-03-31/functions/${functionArn}/invocations`;

const FUNCTION_URI =
  /^arn:[^:]+:apigateway:[^:]+:lambda:path\/2015-03-31\/functions\/([^/]+)\/invocations$/;

/**
 * ARN of the function in such a URI, with its qualifier; undefined where a stage variable names the
 * function, and for any other text.
 */
export function arnInUri(uri: string | undefined): string | undefined {
  const [, arn] = FUNCTION_URI.exec(uri ?? '') ?? [];
  return parseFunctionArn(arn) && arn;
}
