/** The access map's REST API as an OpenAPI document: one resource of a stack, however many routes there are. */
import type { AccessMap, ApiSettings, GatewayRoute, Upstream } from './access-map/index.ts';
import { IDENTITY_HEADERS, OVERRIDE_HEADERS, spellings } from './upstream-mapping.ts';

type Cors = NonNullable<ApiSettings['cors']>;
type Node = Readonly<Record<string, unknown>>;

export interface RestDocumentOptions {
  readonly map: AccessMap;
  /** Invocation URI of a function. */
  readonly invocationUri: (functionArn: string) => string;
  /** Whether a 403 over quota carries `Retry-After`. */
  readonly retryAfterHeader: boolean;
  /**
   * Which spellings of the headers that must not arrive are overwritten: with hyphens or underscores alone (`plain`), or also with both in one
   * name where the header decides something.
   */
  readonly spellings: 'mixed' | 'plain';
}

/**
 * They inform and decide nothing. An overwritten header arrives, and back ends take 100 at most (Tomcat `maxHeaderCount`, Apache httpd
 * `LimitRequestFields`): 56 are ours as it is, the client's own come on top.
 */
const INFORMING: ReadonlySet<string> = new Set([
  IDENTITY_HEADERS.mapVersion,
  IDENTITY_HEADERS.quotaLimit,
  IDENTITY_HEADERS.quotaRemaining,
  IDENTITY_HEADERS.quotaReset,
]);

/** Methods that answer without authorizer until `OktaGroupAuthorizer.protect` has seen the document. */
export function restDocument({ map, invocationUri, retryAfterHeader, spellings: which }: RestDocumentOptions): Node {
  const { upstream, cors } = map.api;
  const integration = (route: GatewayRoute): Node =>
    upstream.kind === 'lambda' ? functionIntegration(invocationUri(upstream.functionArn)) : proxyIntegration(route, upstream, which);
  const paths = new Map<string, Record<string, unknown>>();
  for (const route of map.gatewayRoutes) {
    const item = paths.get(route.template) ?? {};
    item[wordOf(route)] = { ...parametersOf(route.template), responses: {}, 'x-amazon-apigateway-integration': integration(route) };
    paths.set(route.template, item);
  }
  if (cors !== undefined) {
    for (const [template, item] of paths) item['options'] ??= preflight(template, cors, map.gatewayRoutes);
  }
  return {
    openapi: '3.0.1',
    info: { title: map.name, version: map.version },
    // Without it the gateway reads every body as text; what a function gets is its own choice.
    ...(upstream.kind !== 'lambda' && { 'x-amazon-apigateway-binary-media-types': ['*/*'] }),
    paths: Object.fromEntries(paths),
    'x-amazon-apigateway-gateway-responses': gatewayResponses(cors, retryAfterHeader),
  };
}

const wordOf = ({ method }: GatewayRoute): string =>
  method === 'ANY' || method === undefined ? 'x-amazon-apigateway-any-method' : method.toLowerCase();

const namesIn = (template: string): readonly string[] => Array.from(template.matchAll(/\{([^}+]+)\+?\}/g), ([, name = '']) => name);

function parametersOf(template: string): Node {
  const parameters = namesIn(template).map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } }));
  return parameters.length === 0 ? {} : { parameters };
}

/** A REST integration can overwrite a header and not remove one, so that what must not arrive gets a value that says nothing. */
function proxyIntegration(
  { template, method, public: open }: GatewayRoute,
  upstream: Upstream,
  which: RestDocumentOptions['spellings'],
): Node {
  if (upstream.kind !== 'url') throw new Error('expected the URL of an upstream, which is all that a REST API takes beside functions');
  const path = namesIn(template).map((name) => [`integration.request.path.${name}`, `method.request.path.${name}`]);
  const identity = Object.entries(IDENTITY_HEADERS).map(
    ([field, header]) => [header, open ? literal('-') : `context.authorizer.${field}`] as const,
  );
  // The method that was decided, whichever of these a framework takes for the request's; of a path, nothing that names another route.
  const decided = method === 'ANY' || method === undefined ? 'context.httpMethod' : literal(method);
  const override = OVERRIDE_HEADERS.map((header) => [header, header.includes('method') ? decided : literal('-')] as const);
  const headers = [...identity, ...override].flatMap(([header, value]) =>
    overwritten(header, which).map((name) => [`integration.request.header.${name}`, value]),
  );
  return {
    type: 'http_proxy',
    httpMethod: method ?? 'ANY',
    uri: `${upstream.url}${template.replace('+}', '}')}`,
    passthroughBehavior: 'when_no_match',
    requestParameters: Object.fromEntries([...path, ...headers]),
    ...(upstream.vpcLink !== undefined && { connectionType: 'VPC_LINK', connectionId: upstream.vpcLink }),
  };
}

function overwritten(header: string, which: RestDocumentOptions['spellings']): readonly string[] {
  const all = spellings(header);
  return which === 'mixed' && !INFORMING.has(header) ? all : [header, ...all.slice(-1)];
}

/** Functions are invoked by POST, whatever the request's method. */
const functionIntegration = (uri: string): Node => ({ type: 'aws_proxy', httpMethod: 'POST', uri, passthroughBehavior: 'when_no_match' });

const literal = (text: string): string => `'${text}'`;

/** `*` where several are listed: a static header holds one value, and no credentials are used that `*` would forbid. */
const originOf = ({ origins }: Cors): string => (origins.length === 1 ? (origins[0] ?? '*') : '*');

function preflight(template: string, cors: Cors, routes: readonly GatewayRoute[]): Node {
  const methods = routes.filter((route) => route.template === template).map(({ method }) => method ?? 'ANY');
  const allowed = methods.includes('ANY') ? ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] : methods;
  const headers = {
    'Access-Control-Allow-Origin': originOf(cors),
    'Access-Control-Allow-Methods': [...new Set(allowed)].join(','),
    'Access-Control-Allow-Headers': [...new Set(['authorization', 'content-type', ...cors.headers.map((name) => name.toLowerCase())])].join(
      ',',
    ),
    'Access-Control-Max-Age': String(cors.maxAgeSeconds),
  };
  const entries = Object.entries(headers);
  return {
    ...parametersOf(template),
    responses: {
      204: { description: 'preflight', headers: Object.fromEntries(entries.map(([name]) => [name, { schema: { type: 'string' } }])) },
    },
    'x-amazon-apigateway-integration': {
      type: 'mock',
      // With `*/*` as binary a request without body would else not be read as JSON, and the mock would answer 500.
      contentHandling: 'CONVERT_TO_TEXT',
      passthroughBehavior: 'when_no_match',
      requestTemplates: { 'application/json': '{"statusCode":204}' },
      responses: {
        default: {
          statusCode: '204',
          responseParameters: Object.fromEntries(entries.map(([name, value]) => [`method.response.header.${name}`, literal(value)])),
        },
      },
    },
  };
}

/** Errors that the gateway itself answers: readable by browsers of the listed origins; the 403 of a decision tells its code. */
function gatewayResponses(cors: Cors | undefined, retryAfterHeader: boolean): Node {
  const shared = cors === undefined ? {} : responseHeaders({ 'Access-Control-Allow-Origin': literal(originOf(cors)) });
  const denied = {
    ...shared,
    ...(retryAfterHeader && responseHeaders({ 'Retry-After': 'context.authorizer.retryAfter' })),
    ...(retryAfterHeader && cors !== undefined && responseHeaders({ 'Access-Control-Expose-Headers': literal('Retry-After') })),
  };
  const body = '{"message":"Forbidden","code":"$context.authorizer.code","quotaReset":"$context.authorizer.quotaReset"}';
  return {
    ACCESS_DENIED: { statusCode: 403, responseParameters: denied, responseTemplates: { 'application/json': body } },
    UNAUTHORIZED: {
      statusCode: 401,
      responseParameters: shared,
      responseTemplates: { 'application/json': '{"message":$context.error.messageString}' },
    },
    DEFAULT_4XX: { responseParameters: shared },
    DEFAULT_5XX: { responseParameters: shared },
  };
}

const responseHeaders = (headers: Readonly<Record<string, string>>): Node =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [`gatewayresponse.header.${name}`, value]));
