/**
 * The access map's REST API as an OpenAPI document: one resource of a stack, however many routes
 * there are.
 */
import {
  contextVariable,
  IDENTITY_FIELDS,
  IDENTITY_HEADERS,
} from '../../lambda/core/contract/context-fields.ts';
import { EXTENSION } from '../../lambda/core/contract/openapi-extensions.ts';
import { OVERRIDE_HEADERS } from '../../lambda/core/contract/overrides.ts';
import { parametersOf, withParameters } from '../../lambda/core/path/route-template.ts';
import type { AccessMap, GatewayRoute, Upstream } from '../access-map/index.ts';
import { functionIntegration } from '../template-parts/function-integration.ts';
import { type Cors, gatewayResponses, literal } from '../template-parts/gateway-responses.ts';
import { spellings } from '../template-parts/header-spellings.ts';
import { preflightOperation } from '../template-parts/rest-preflight.ts';

type Node = Readonly<Record<string, unknown>>;

export interface RestDocumentOptions {
  readonly map: AccessMap;
  /** Invocation URI of a function. */
  readonly invocationUri: (functionArn: string) => string;
  /** Whether a 403 over quota carries `Retry-After`. */
  readonly retryAfterHeader: boolean;
  /**
   * Which spellings of the headers that must not arrive are overwritten: with hyphens or
   * underscores alone (`plain`), or also with both in one name where the header decides something.
   */
  readonly spellings: 'mixed' | 'plain';
}

/**
 * They inform and decide nothing. An overwritten header arrives, and back ends accept 100 at most
 * (Tomcat `maxHeaderCount`, Apache httpd `LimitRequestFields`): 56 are ours already, and the client
 * adds its own.
 */
const INFORMING: ReadonlySet<string> = new Set([
  IDENTITY_HEADERS.mapVersion,
  IDENTITY_HEADERS.quotaLimit,
  IDENTITY_HEADERS.quotaRemaining,
  IDENTITY_HEADERS.quotaReset,
]);

/** Its methods have no authorizer until `OktaGroupAuthorizer.protect` adds it to the document. */
export function restDocument({
  map,
  invocationUri,
  retryAfterHeader,
  spellings: which,
}: RestDocumentOptions): Node {
  const { upstream, cors } = map.api;
  const integration = (route: GatewayRoute): Node =>
    upstream.kind === 'lambda'
      ? functionIntegration(invocationUri(upstream.functionArn))
      : proxyIntegration(route, upstream, which);
  const paths = pathItems(map, integration);
  if (cors !== undefined) addPreflights(paths, map, cors);
  return {
    openapi: '3.0.1',
    info: { title: map.name, version: map.version },
    // Without it the gateway reads every body as text; what a function gets is its own choice.
    ...(upstream.kind !== 'lambda' && { [EXTENSION.binaryMediaTypes]: ['*/*'] }),
    paths: Object.fromEntries(paths),
    [EXTENSION.gatewayResponses]: gatewayResponses(cors, retryAfterHeader),
  };
}

/** Operations by path template and method. */
type PathItems = ReadonlyMap<string, Record<string, unknown>>;

function pathItems(map: AccessMap, integration: (route: GatewayRoute) => Node): PathItems {
  const paths = new Map<string, Record<string, unknown>>();
  for (const route of map.gatewayRoutes) {
    const item = paths.get(route.template) ?? {};
    item[methodKey(route)] = {
      ...pathParameters(route.template),
      responses: {},
      [EXTENSION.integration]: integration(route),
    };
    paths.set(route.template, item);
  }
  return paths;
}

/** A route of the map that is itself `OPTIONS` stays. */
function addPreflights(paths: PathItems, map: AccessMap, cors: Cors): void {
  for (const [template, item] of paths) {
    const methods = map.gatewayRoutes
      .filter((route) => route.template === template)
      .map(({ method }) => method ?? 'ANY');
    item['options'] ??= { ...pathParameters(template), ...preflightOperation(cors, methods) };
  }
}

const methodKey = ({ method }: GatewayRoute): string =>
  method === 'ANY' || method === undefined ? EXTENSION.anyMethod : method.toLowerCase();

function pathParameters(template: string): Node {
  const parameters = parametersOf(template).map(({ name }) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
  return parameters.length === 0 ? {} : { parameters };
}

/**
 * A REST integration can overwrite a header but not remove it, so unwanted headers get the neutral
 * value `-`.
 */
function proxyIntegration(
  route: GatewayRoute,
  upstream: Upstream,
  which: RestDocumentOptions['spellings'],
): Node {
  const { template, method } = route;
  if (upstream.kind !== 'url')
    throw new Error(
      'expected the URL of an upstream, which is all that a REST API takes beside functions',
    );
  const path = parametersOf(template).map(({ name }) => [
    `integration.request.path.${name}`,
    `method.request.path.${name}`,
  ]);
  return {
    type: 'http_proxy',
    httpMethod: method ?? 'ANY',
    uri: `${upstream.url}${withParameters(template, (name) => `{${name}}`)}`,
    passthroughBehavior: 'when_no_match',
    requestParameters: Object.fromEntries([...path, ...headerParameters(route, which)]),
    ...(upstream.vpcLink !== undefined && {
      connectionType: 'VPC_LINK',
      connectionId: upstream.vpcLink,
    }),
  };
}

/**
 * Identity and override headers. The override headers carry the method that was authorized and no
 * path, so that no framework serves another route.
 */
function headerParameters(
  { method, public: isPublic }: GatewayRoute,
  which: RestDocumentOptions['spellings'],
): readonly (readonly [string, string])[] {
  const identity = IDENTITY_FIELDS.map(
    (field) => [IDENTITY_HEADERS[field], isPublic ? literal('-') : contextVariable(field)] as const,
  );
  const decided = method === 'ANY' || method === undefined ? 'context.httpMethod' : literal(method);
  const override = OVERRIDE_HEADERS.map(
    (header) => [header, header.includes('method') ? decided : literal('-')] as const,
  );
  return [...identity, ...override].flatMap(([header, value]) =>
    overwritten(header, which).map(
      (name) => [`integration.request.header.${name}`, value] as const,
    ),
  );
}

function overwritten(header: string, which: RestDocumentOptions['spellings']): readonly string[] {
  const all = spellings(header);
  return which === 'mixed' && !INFORMING.has(header) ? all : [header, ...all.slice(-1)];
}
