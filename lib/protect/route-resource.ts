import { CfnResource } from 'aws-cdk-lib';
import { CfnRoute } from 'aws-cdk-lib/aws-apigatewayv2';
import type { IConstruct } from 'constructs';
import { renderedProperties, writtenProperty } from '../resources/rendered.ts';
import { type Authorization, authorizationIn } from './authorization.ts';

/** A route of some HTTP API as the template will have it, with the overrides of its resource. */
export interface RouteResource extends Authorization {
  readonly apiId: unknown;
  /** Undefined where it is known at deploy time only. */
  readonly routeKey: string | undefined;
}

/**
 * Reads typed routes (of any construct or `CfnRoute`) and untyped resources of the same type;
 * undefined for anything else.
 */
export function routeResource(node: IConstruct): RouteResource | undefined {
  if (!CfnResource.isCfnResource(node) || node.cfnResourceType !== CfnRoute.CFN_RESOURCE_TYPE_NAME)
    return undefined;
  const rendered = renderedProperties(node);
  const routeKey = rendered['RouteKey'];
  return {
    ...authorizationIn(node, rendered),
    apiId: writtenProperty(node, rendered, { typed: 'apiId', name: 'ApiId' }),
    routeKey: typeof routeKey === 'string' ? routeKey : undefined,
  };
}
