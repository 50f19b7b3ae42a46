import { CfnResource } from 'aws-cdk-lib';
import { CfnRestApi } from 'aws-cdk-lib/aws-apigateway';
import { CfnApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { isHttpApi, isRestApi } from '../resources/api-identity.ts';
import { type AuthorizerContext, contextError } from './authorizer-context.ts';

/**
 * A caller in plain JavaScript may pass anything.
 * @throws Error for a value that is not a construct of an API; it says how to make one.
 */
export function assertApi(context: AuthorizerContext, api: unknown): void {
  if (isHttpApi(api) || isRestApi(api)) return;
  throw contextError(
    context,
    `expected an HTTP API (\`HttpApi\`) or a REST API (\`RestApi\`), ${foundOf(api)}`,
  );
}

function foundOf(api: unknown): string {
  if (typeof api !== 'object' || api === null) return `found \`${String(api)}\``;
  if (!CfnResource.isCfnResource(api))
    return 'found another; WebSocket APIs have no routes of the map';
  if (api.cfnResourceType === CfnApi.CFN_RESOURCE_TYPE_NAME)
    return 'found a `CfnApi`: pass `HttpApi.fromHttpApiAttributes(this, ID, { httpApiId: api.ref })`';
  if (api.cfnResourceType === CfnRestApi.CFN_RESOURCE_TYPE_NAME)
    return 'found a `CfnRestApi`: pass `RestApi.fromRestApiAttributes(this, ID, { restApiId: api.ref, rootResourceId: api.attrRootResourceId })`';
  return `found a resource \`${api.cfnResourceType}\``;
}
