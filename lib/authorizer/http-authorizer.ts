import { CfnAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2';
import { Construct } from 'constructs';
import type { AccessMap } from '../access-map/index.ts';
import type { AnyHttpApi } from '../template/api-identity.ts';
import { httpIdentitySources } from '../template/identity-sources.ts';
import { allowInvocation, invocationUri } from '../template/invoke-permission.ts';

export interface HttpAuthorizerOptions {
  /** Unique below the API. */
  readonly id: string;
  /** Name of the authorizer in API Gateway. */
  readonly name: string;
  readonly map: AccessMap;
  /** What the gateway invokes. */
  readonly functionArn: string;
}

/**
 * The authorizer of an HTTP API, and the permission to invoke what decides. Below the API, so that
 * its stack needs ours and never the other way: else an authorizer in a stack of its own would be a
 * cycle.
 */
export function httpAuthorizer(
  httpApi: AnyHttpApi,
  { id, name, map, functionArn }: HttpAuthorizerOptions,
): CfnAuthorizer {
  const scope = new Construct(httpApi, id);
  // With an identity source the gateway itself refuses calls without token, and a route that was
  // open must stay so in shadow mode.
  const admitsWithoutToken =
    httpApi.node.defaultChild === undefined && map.model.shadow !== undefined;
  const authorizer = new CfnAuthorizer(scope, 'Authorizer', {
    apiId: httpApi.apiId,
    name,
    authorizerType: 'REQUEST',
    authorizerPayloadFormatVersion: '2.0',
    enableSimpleResponses: false,
    ...(!admitsWithoutToken && { identitySource: httpIdentitySources(map.cache.mode) }),
    authorizerResultTtlInSeconds: map.cache.ttlSeconds,
    authorizerUri: invocationUri(scope, functionArn),
  });
  allowInvocation(scope, {
    functionArn,
    apiId: httpApi.apiId,
    source: `authorizers/${authorizer.ref}`,
  });
  return authorizer;
}
