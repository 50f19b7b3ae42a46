import { CfnResource } from 'aws-cdk-lib';
import { CfnMethod, CfnResource as CfnPathPart } from 'aws-cdk-lib/aws-apigateway';
import type { IConstruct } from 'constructs';
import { type AnyRestApi, elementOf, restApiResource } from '../template/api-identity.ts';
import { renderedProperties, writtenProperty } from '../template/rendered.ts';
import { isNode } from '../template/values.ts';
import { type Authorization, authorizationIn } from './authorization.ts';

/**
 * A method of some REST API as the template will say it, whoever wrote its resource and whatever
 * overrides it has.
 */
export interface MethodResource extends Authorization {
  readonly apiId: unknown;
  /** Undefined where it is known at deploy time only. */
  readonly httpMethod: string | undefined;
  readonly resourceId: unknown;
  readonly integrationType: unknown;
}

/**
 * Reads typed methods (of any construct or `CfnMethod`) and untyped resources of the same type;
 * undefined for anything else.
 */
export function methodResource(node: IConstruct): MethodResource | undefined {
  if (!CfnResource.isCfnResource(node) || node.cfnResourceType !== CfnMethod.CFN_RESOURCE_TYPE_NAME)
    return undefined;
  const rendered = renderedProperties(node);
  const integration = rendered['Integration'];
  return {
    ...authorizationIn(node, rendered),
    apiId: writtenProperty(node, rendered, { typed: 'restApiId', name: 'RestApiId' }),
    httpMethod: known(rendered['HttpMethod']),
    resourceId: writtenProperty(node, rendered, { typed: 'resourceId', name: 'ResourceId' }),
    integrationType: isNode(integration) ? integration['Type'] : undefined,
  };
}

const known = (value: unknown): string | undefined =>
  typeof value === 'string' ? value : undefined;

/**
 * Template of the API's resource with this id, e.g. `/orders/{id}`; undefined where it is known at
 * deploy time only.
 */
export function templateOf(
  restApi: AnyRestApi,
  { resource, resourceId }: MethodResource,
): string | undefined {
  const segments: string[] = [];
  let at: CfnResource = resource;
  let id = resourceId;
  for (;;) {
    const target = elementOf(at, id);
    if (
      target === undefined
        ? id !== undefined && id === restApi.restApiRootResourceId
        : target === restApiResource(restApi)
    ) {
      return `/${segments.join('/')}`;
    }
    if (
      target === undefined ||
      !CfnResource.isCfnResource(target) ||
      target.cfnResourceType !== CfnPathPart.CFN_RESOURCE_TYPE_NAME
    ) {
      return undefined;
    }
    const rendered = renderedProperties(target);
    const part = known(rendered['PathPart']);
    if (part === undefined) return undefined;
    segments.unshift(part);
    id = writtenProperty(target, rendered, { typed: 'parentId', name: 'ParentId' });
    at = target;
  }
}
