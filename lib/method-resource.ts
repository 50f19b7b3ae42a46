import { CfnResource, Token } from 'aws-cdk-lib';
import { CfnMethod, CfnResource as CfnPathPart } from 'aws-cdk-lib/aws-apigateway';
import type { IConstruct } from 'constructs';
import { type AnyRestApi, referenceIn, restApiResource } from './api-identity.ts';

/** A method of some REST API as its CloudFormation resource says it, whoever wrote that resource. */
export interface MethodResource {
  readonly resource: CfnResource;
  readonly apiId: unknown;
  /** Undefined where it is known at deploy time only. */
  readonly httpMethod: string | undefined;
  readonly resourceId: unknown;
  readonly authorizationType: unknown;
  readonly authorizerId: unknown;
  readonly integrationType: unknown;
}

/** Reads typed methods (of any construct or `CfnMethod`) and untyped resources of the same type; undefined for anything else. */
export function methodResource(node: IConstruct): MethodResource | undefined {
  if (!CfnResource.isCfnResource(node) || node.cfnResourceType !== CfnMethod.CFN_RESOURCE_TYPE_NAME) return undefined;
  const httpMethod = propertyOf(node, 'httpMethod', 'HttpMethod');
  const integration = propertyOf(node, 'integration', 'Integration') as { readonly type?: unknown; readonly Type?: unknown } | undefined;
  return {
    resource: node,
    apiId: propertyOf(node, 'restApiId', 'RestApiId'),
    httpMethod: known(httpMethod),
    resourceId: propertyOf(node, 'resourceId', 'ResourceId'),
    authorizationType: propertyOf(node, 'authorizationType', 'AuthorizationType'),
    authorizerId: propertyOf(node, 'authorizerId', 'AuthorizerId'),
    integrationType: integration?.type ?? integration?.Type,
  };
}

/** A resource made from its type's name keeps its properties under CloudFormation's names, where the class hides them. */
function propertyOf(node: CfnResource, typed: string, name: string): unknown {
  const isTyped = node instanceof CfnMethod || node instanceof CfnPathPart;
  return isTyped ? Reflect.get(node, typed) : (Reflect.get(node, 'cfnProperties') as Readonly<Record<string, unknown>>)[name];
}

const known = (value: unknown): string | undefined => (typeof value === 'string' && !Token.isUnresolved(value) ? value : undefined);

/** Template of the API's resource with this id, e.g. `/orders/{id}`; undefined where it is known at deploy time only. */
export function templateOf(restApi: AnyRestApi, resourceId: unknown): string | undefined {
  const segments: string[] = [];
  let id = resourceId;
  for (;;) {
    if (isRoot(restApi, id)) return `/${segments.join('/')}`;
    const target = referenceIn(id)?.target;
    if (target === undefined || !CfnResource.isCfnResource(target) || target.cfnResourceType !== CfnPathPart.CFN_RESOURCE_TYPE_NAME) {
      return undefined;
    }
    const part = known(propertyOf(target, 'pathPart', 'PathPart'));
    if (part === undefined) return undefined;
    segments.unshift(part);
    id = propertyOf(target, 'parentId', 'ParentId');
  }
}

function isRoot(restApi: AnyRestApi, resourceId: unknown): boolean {
  const target = referenceIn(resourceId)?.target;
  if (target !== undefined) return target === restApiResource(restApi);
  return resourceId !== undefined && resourceId === restApi.restApiRootResourceId;
}

export function hasNoAuthorizer({ authorizationType }: MethodResource): boolean {
  return authorizationType === undefined || authorizationType === 'NONE';
}

export function setAuthorizer({ resource }: MethodResource, authorizerId: string): void {
  if (resource instanceof CfnMethod) {
    resource.authorizationType = 'CUSTOM';
    resource.authorizerId = authorizerId;
    return;
  }
  resource.addPropertyOverride('AuthorizationType', 'CUSTOM');
  resource.addPropertyOverride('AuthorizerId', authorizerId);
}
