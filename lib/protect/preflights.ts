/**
 * Preflights of an HTTP API with CORS, which the authorizer would refuse: browsers send no token.
 */
import { CfnResource, Stack } from 'aws-cdk-lib';
import { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { OVERRIDE_HEADERS } from '../../lambda/core/contract/overrides.ts';
import { isObject, membersIn, type Node } from '../../lambda/core/json/json-object.ts';
import { preflightPaths } from '../../lambda/gateway/preflight.ts';
import type { MappedRoutes } from '../access-map/index.ts';
import { hasCorsSettings } from '../openapi/resource-facts.ts';
import { type AnyHttpApi, apiResource, elementOf } from '../resources/api-identity.ts';
import { renderedProperties } from '../resources/rendered.ts';
import { spellings } from '../template-parts/header-spellings.ts';
import { addPreflightRoute } from '../template-parts/preflight-route.ts';
import { outermost } from './deployments.ts';
import type { RouteResource } from './route-resource.ts';

/** Whether the gateway of the API answers preflights. */
export function hasCors(api: AnyHttpApi): boolean {
  const resource = apiResource(api);
  return resource !== undefined && hasCorsSettings(renderedProperties(resource));
}

/**
 * Adds the OPTIONS routes that `route` needs, where a copy of its integration can take what is no
 * preflight, and the map protects none of that key; nothing elsewhere, which is an error at the
 * end.
 * @param present keys of all routes; those that are added are put in.
 */
export function addPreflights(
  api: AnyHttpApi,
  route: RouteResource,
  present: Set<string>,
  routes: MappedRoutes,
): void {
  const missing = preflightPaths(route.routeKey ?? '').filter((path) => {
    const key = `OPTIONS ${path}`;
    return !present.has(key) && routes.entry(key)?.public !== false;
  });
  const integration = missing.length === 0 ? undefined : integrationOf(route);
  const properties = integration && withoutCredentials(renderedProperties(integration));
  if (!(api instanceof HttpApi) || integration === undefined || properties === undefined) return;
  if (outermost(api) !== outermost(integration) || Stack.of(api) !== Stack.of(integration)) return;
  const id = `${integration.node.id}Preflight`;
  const { scope = api } = integration.node;
  const copy =
    scope.node.tryFindChild(id) ?? new CfnResource(scope, id, { type: INTEGRATION, properties });
  for (const path of missing) {
    addPreflightRoute(api, path, `integrations/${(copy as CfnResource).ref}`);
    present.add(`OPTIONS ${path}`);
  }
}

const INTEGRATION = 'AWS::ApiGatewayV2::Integration';

/** The integration in this app that a route sends its calls to. */
function integrationOf({ resource }: RouteResource): CfnResource | undefined {
  const { 'Fn::Join': join } = membersIn(renderedProperties(resource)['Target']);
  const [separator, parts] = Array.isArray(join) ? (join as readonly unknown[]) : [];
  if (separator !== '' || !Array.isArray(parts) || parts[0] !== 'integrations/') return undefined;
  const found = parts.length === 2 ? elementOf(resource, parts[1]) : undefined;
  return CfnResource.isCfnResource(found) && found.cfnResourceType === INTEGRATION
    ? found
    : undefined;
}

/** Headers that let nobody in, and name no other method or path. */
const DROPPED = ['authorization', ...OVERRIDE_HEADERS.flatMap(spellings)];

/**
 * The integration for calls without a token: what the authorizer's context would have filled is
 * removed as well. Undefined for an integration that does more than pass calls on.
 */
function withoutCredentials(rendered: Node): Node | undefined {
  const { IntegrationType: type, IntegrationSubtype: subtype } = rendered;
  if ((type !== 'HTTP_PROXY' && type !== 'AWS_PROXY') || subtype !== undefined) return undefined;
  const given = rendered['RequestParameters'] ?? {};
  if (!isObject(given)) return undefined;
  const dropped = new Set(DROPPED);
  const kept = Object.entries(given).flatMap(([name, value]): readonly [string, unknown][] => {
    const [, target = '', field = ''] = /^(?:\w+):(\w+)\.?(.*)$/.exec(name) ?? [];
    if (target === 'header' && dropped.has(field.toLowerCase())) return [];
    if (!JSON.stringify(value).includes('context.authorizer')) return [[name, value]];
    return [[`remove:${target}.${field}`, '']];
  });
  if (kept.some(([name]) => name.startsWith('remove:path'))) return undefined;
  const removed = DROPPED.map((name): readonly [string, unknown] => [`remove:header.${name}`, '']);
  return { ...rendered, RequestParameters: Object.fromEntries([...kept, ...removed]) };
}
