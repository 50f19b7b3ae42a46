import { CfnResource, Token } from 'aws-cdk-lib';
import { CfnRoute } from 'aws-cdk-lib/aws-apigatewayv2';
import type { IConstruct } from 'constructs';

/** A route of some HTTP API as its CloudFormation resource says it, whoever wrote that resource. */
export interface RouteResource {
  readonly resource: CfnResource;
  readonly apiId: unknown;
  /** Undefined where it is known at deploy time only. */
  readonly routeKey: string | undefined;
  readonly authorizationType: unknown;
  readonly authorizerId: unknown;
}

/** Reads typed routes (of any construct or `CfnRoute`) and untyped resources of the same type; undefined for anything else. */
export function routeResource(node: IConstruct): RouteResource | undefined {
  if (!CfnResource.isCfnResource(node) || node.cfnResourceType !== CfnRoute.CFN_RESOURCE_TYPE_NAME) return undefined;
  // A resource made from its type's name keeps its properties under CloudFormation's names, where the class hides them.
  const raw: Readonly<Record<string, unknown>> = node instanceof CfnRoute ? {} : Reflect.get(node, 'cfnProperties');
  const read = (typed: keyof CfnRoute & string, name: string): unknown => (node instanceof CfnRoute ? node[typed] : raw[name]);
  const routeKey = read('routeKey', 'RouteKey');
  return {
    resource: node,
    apiId: read('apiId', 'ApiId'),
    routeKey: typeof routeKey === 'string' && !Token.isUnresolved(routeKey) ? routeKey : undefined,
    authorizationType: read('authorizationType', 'AuthorizationType'),
    authorizerId: read('authorizerId', 'AuthorizerId'),
  };
}

export function hasNoAuthorizer(route: RouteResource): boolean {
  return route.authorizationType === undefined || route.authorizationType === 'NONE';
}

export function setAuthorizer(route: RouteResource, authorizerId: string): void {
  if (route.resource instanceof CfnRoute) {
    route.resource.authorizationType = 'CUSTOM';
    route.resource.authorizerId = authorizerId;
    return;
  }
  route.resource.addPropertyOverride('AuthorizationType', 'CUSTOM');
  route.resource.addPropertyOverride('AuthorizerId', authorizerId);
}
