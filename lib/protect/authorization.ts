/** The authorizer of a route or of a method, in the properties that both kinds of API have. */
import { type CfnResource, Stack } from 'aws-cdk-lib';
import { CfnMethod } from 'aws-cdk-lib/aws-apigateway';
import { CfnRoute } from 'aws-cdk-lib/aws-apigatewayv2';
import { isSame, type Node } from '../../lambda/core/json/json-object.ts';
import {
  type ProtectionFacts,
  protectionOf,
  type RouteProtection,
} from '../../lambda/gateway/route-protection.ts';
import { renderedProperties } from '../resources/rendered.ts';

/** As the template will have it. */
export interface Authorization {
  readonly resource: CfnResource;
  readonly authorizationType: unknown;
  readonly authorizerId: unknown;
}

export function authorizationIn(resource: CfnResource, rendered: Node): Authorization {
  return {
    resource,
    authorizationType: rendered['AuthorizationType'],
    authorizerId: rendered['AuthorizerId'],
  };
}

function hasNoAuthorizer({ authorizationType }: Authorization): boolean {
  return authorizationType === undefined || authorizationType === 'NONE';
}

function hasOurAuthorizer(
  { resource, authorizationType, authorizerId }: Authorization,
  ourId: string,
): boolean {
  return authorizationType === 'CUSTOM' && isSame(authorizerId, Stack.of(resource).resolve(ourId));
}

/** What the outcome depends on beside the authorizer itself. */
export interface ClassifiedAs extends Pick<ProtectionFacts, 'isPreflight' | 'mapped'> {
  readonly ourId: string;
  /** Whether the caller of `protect` gives up the authorizer that it has. */
  readonly isReplaced?: boolean;
}

export const classify = (
  authorization: Authorization,
  { ourId, isReplaced = false, ...facts }: ClassifiedAs,
): RouteProtection =>
  protectionOf({
    ...facts,
    isOurs: hasOurAuthorizer(authorization, ourId),
    isForeign: !hasNoAuthorizer(authorization),
    isReplaced,
  });

/** The authorizer in a word, for messages; empty where there is none. */
export function authorizerName(authorization: Authorization): string {
  const { authorizationType: type } = authorization;
  if (hasNoAuthorizer(authorization)) return '';
  return typeof type === 'string' ? type : 'known at deploy time only';
}

/** A type that is known at deploy time only may be the one of signed requests. */
export const isIam = ({ authorizationType }: Authorization): boolean =>
  typeof authorizationType !== 'string' || authorizationType === 'AWS_IAM';

/**
 * Overrides win over properties: a resource that has some needs one more. Scopes are those of the
 * authorizer that ours replaces: the gateway refuses them beside ours.
 */
export function setAuthorizer({ resource }: Authorization, authorizerId: string): void {
  if (renderedProperties(resource)['AuthorizationScopes'] !== undefined)
    resource.addPropertyDeletionOverride('AuthorizationScopes');
  if (resource instanceof CfnMethod || resource instanceof CfnRoute) {
    resource.authorizationType = 'CUSTOM';
    resource.authorizerId = authorizerId;
  }
  if (hasOurAuthorizer(authorizationIn(resource, renderedProperties(resource)), authorizerId))
    return;
  resource.addPropertyOverride('AuthorizationType', 'CUSTOM');
  resource.addPropertyOverride('AuthorizerId', authorizerId);
}
