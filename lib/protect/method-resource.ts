import { CfnResource } from 'aws-cdk-lib';
import { CfnMethod, CfnResource as CfnPathPart } from 'aws-cdk-lib/aws-apigateway';
import type { IConstruct } from 'constructs';
import { isObject } from '../../lambda/core/json/json-object.ts';
import { isMockPreflight } from '../../lambda/gateway/preflight.ts';
import { type AnyRestApi, elementOf, restApiResource } from '../resources/api-identity.ts';
import { renderedProperties, writtenProperty } from '../resources/rendered.ts';
import { type Authorization, authorizationIn } from './authorization.ts';

/** A method of some REST API as the template will have it, with the overrides of its resource. */
export interface MethodResource extends Authorization {
  readonly apiId: unknown;
  /** Undefined where it is known at deploy time only. */
  readonly httpMethod: string | undefined;
  readonly resourceId: unknown;
  readonly integrationType: unknown;
  /** Whether it takes the key of a usage plan, or may. */
  readonly takesKey: boolean;
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
    integrationType: isObject(integration) ? integration['Type'] : undefined,
    takesKey: !['undefined', 'false'].includes(String(rendered['ApiKeyRequired'])),
  };
}

/** An OPTIONS method that the gateway answers itself. */
export const isMock = ({ httpMethod, integrationType }: MethodResource): boolean =>
  isMockPreflight(httpMethod, integrationType);

const known = (value: unknown): string | undefined =>
  typeof value === 'string' ? value : undefined;

/**
 * Template of a method's resource, e.g. `/orders/{id}`; undefined where it is known at deploy time
 * only.
 */
function templateOf(
  restApi: AnyRestApi,
  { resource, resourceId }: MethodResource,
): string | undefined {
  const segments: string[] = [];
  let [at, id]: readonly [CfnResource, unknown] = [resource, resourceId];
  for (;;) {
    const target = elementOf(at, id);
    if (isRoot(restApi, target, id)) return `/${segments.join('/')}`;
    const part = pathPartOf(target);
    if (part === undefined) return undefined;
    segments.unshift(part.segment);
    [at, id] = [part.resource, part.parentId];
  }
}

const isRoot = (restApi: AnyRestApi, target: IConstruct | undefined, id: unknown): boolean =>
  target === undefined
    ? id !== undefined && id === restApi.restApiRootResourceId
    : target === restApiResource(restApi);

interface PathPart {
  readonly resource: CfnResource;
  readonly segment: string;
  readonly parentId: unknown;
}

/** One segment of a path; undefined for another resource, and for a segment from deploy time. */
function pathPartOf(target: IConstruct | undefined): PathPart | undefined {
  if (
    target === undefined ||
    !CfnResource.isCfnResource(target) ||
    target.cfnResourceType !== CfnPathPart.CFN_RESOURCE_TYPE_NAME
  )
    return undefined;
  const rendered = renderedProperties(target);
  const segment = known(rendered['PathPart']);
  if (segment === undefined) return undefined;
  const parentId = writtenProperty(target, rendered, { typed: 'parentId', name: 'ParentId' });
  return { resource: target, segment, parentId };
}

/** `GET /orders`; undefined where it is known at deploy time only. */
export function keyOf(restApi: AnyRestApi, method: MethodResource): string | undefined {
  const template = templateOf(restApi, method);
  return template === undefined || method.httpMethod === undefined
    ? undefined
    : `${method.httpMethod} ${template}`;
}
