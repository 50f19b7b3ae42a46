import { CfnAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2';
import type { CfnPermission } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { PAYLOAD_FORMAT, SIMPLE_RESPONSES } from '../../lambda/core/contract/identity-source.ts';
import type { AccessMap } from '../access-map/index.ts';
import { type AnyHttpApi, apiResource } from '../resources/api-identity.ts';
import { httpIdentitySources } from '../template-parts/identity-sources.ts';
import { allowInvocation, invocationUri } from '../template-parts/invoke-permission.ts';

export interface HttpAuthorizerOptions {
  /** Unique below the API. */
  readonly id: string;
  /** Name of the authorizer in API Gateway. */
  readonly name: string;
  readonly map: AccessMap;
  /** ARN that the gateway invokes. */
  readonly functionArn: string;
}

export interface HttpAuthorizer {
  readonly authorizer: CfnAuthorizer;
  readonly permission: CfnPermission;
}

/**
 * The authorizer of an HTTP API and the permission to invoke the function. Created below the API,
 * so that its stack depends on ours and not the reverse: an authorizer in its own stack would
 * create a dependency cycle.
 */
export function httpAuthorizer(
  httpApi: AnyHttpApi,
  { id, name, map, functionArn }: HttpAuthorizerOptions,
): HttpAuthorizer {
  const scope = new Construct(httpApi, id);
  // With an identity source the gateway refuses calls without a token, and shadow mode must let
  // them through on routes that were unprotected.
  const admitsWithoutToken = apiResource(httpApi) === undefined && map.model.shadow !== undefined;
  const authorizer = new CfnAuthorizer(scope, 'Authorizer', {
    apiId: httpApi.apiId,
    name,
    authorizerType: 'REQUEST',
    authorizerPayloadFormatVersion: PAYLOAD_FORMAT.http,
    enableSimpleResponses: SIMPLE_RESPONSES,
    ...(!admitsWithoutToken && { identitySource: httpIdentitySources(map.cache.mode) }),
    authorizerResultTtlInSeconds: map.cache.ttlSeconds,
    authorizerUri: invocationUri(scope, functionArn),
  });
  const permission = allowInvocation(scope, {
    functionArn,
    apiId: httpApi.apiId,
    source: `authorizers/${authorizer.ref}`,
  });
  return { authorizer, permission };
}
