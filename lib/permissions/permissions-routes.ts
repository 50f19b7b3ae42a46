/** The route of a permissions endpoint on each kind of API that this app deploys. */
import { Stack } from 'aws-cdk-lib';
import {
  CfnMethod,
  type CfnMethodProps,
  type CfnRestApi,
  type IResource,
  RestApiBase,
} from 'aws-cdk-lib/aws-apigateway';
import { CfnIntegration, CfnRoute } from 'aws-cdk-lib/aws-apigatewayv2';
import type { IConstruct } from 'constructs';
import { EXTENSION } from '../../lambda/core/contract/openapi-extensions.ts';
import { membersIn, type Node } from '../../lambda/core/json/json-object.ts';
import { type AnyRestApi, restApiResource } from '../resources/api-identity.ts';
import { hasBody, renderedBody } from '../resources/rendered.ts';
import { functionIntegration } from '../template-parts/function-integration.ts';
import type { Cors } from '../template-parts/gateway-responses.ts';
import { invocationUri } from '../template-parts/invoke-permission.ts';
import {
  OPENAPI_3,
  preflightMethod,
  preflightOperation,
  SWAGGER_2,
} from '../template-parts/rest-preflight.ts';
import type { PermissionsEndpoint } from './permissions-endpoint.ts';

/** Adds the route to an HTTP API. The CORS settings of the API apply to it. */
export function addHttpRoute(
  endpoint: PermissionsEndpoint,
  apiId: string,
  authorizerId: string,
): CfnRoute {
  const integration = new CfnIntegration(endpoint, 'Integration', {
    apiId,
    integrationType: 'AWS_PROXY',
    integrationUri: endpoint.function.functionArn,
    payloadFormatVersion: '2.0',
  });
  const target = `integrations/${integration.ref}`;
  return new CfnRoute(endpoint, 'Route', {
    apiId,
    routeKey: endpoint.routeKey,
    authorizationType: 'CUSTOM',
    authorizerId,
    target,
  });
}

/**
 * Adds the method to a protected REST API: to a resource, or to the body where the API has one. The
 * protection adds the authorizer.
 * @param cors undefined: no preflight is added.
 * @throws Error where the API has a method for the path already.
 */
export function addRestMethod(
  endpoint: PermissionsEndpoint,
  restApi: AnyRestApi,
  cors: Cors | undefined,
): void {
  const api = restApiResource(restApi);
  if (api !== undefined && hasBody(api)) writeMethods(endpoint, api, cors);
  else addMethods(endpoint, restApi, cors);
  const deployment = restApi instanceof RestApiBase ? restApi.latestDeployment : undefined;
  if (deployment === undefined) return;
  // A deployment is a snapshot: methods that other constructs write are live only in a new
  // deployment that follows them.
  const invoked: unknown = Stack.of(deployment).resolve(endpoint.function.functionArn);
  deployment.addToLogicalId({
    permissionsEndpoint: [endpoint.routeKey, cors ?? null, invoked, CACHE_KEYS],
  });
  const methods = endpoint.node.children.filter((child) => child instanceof CfnMethod);
  deployment.node.addDependency(endpoint.permission, ...methods);
}

function addMethods(
  endpoint: PermissionsEndpoint,
  restApi: AnyRestApi,
  cors: Cors | undefined,
): void {
  const resource = restApi.root.resourceForPath(endpoint.path);
  refuseTaken(
    endpoint,
    restApi,
    ['GET', 'ANY'].some((method) => hasMethod(resource, method)),
  );
  const place = { restApiId: restApi.restApiId, resourceId: resource.resourceId };
  new CfnMethod(endpoint, 'Method', {
    ...place,
    ...restMethod(endpoint),
  });
  if (cors === undefined || hasMethod(resource, 'OPTIONS')) return;
  new CfnMethod(endpoint, 'Preflight', {
    ...place,
    httpMethod: 'OPTIONS',
    authorizationType: 'NONE',
    ...preflightMethod(cors, ['GET']),
  });
}

/**
 * Keys of a stage's cache. The cache ignores `Cache-Control`; without these keys every caller would
 * get the answer for the first one. Source: API Gateway Developer Guide, "Cache
 * settings for REST APIs", method and integration parameters as cache keys.
 */
const CACHE_KEYS = ['Authorization', 'Origin', 'If-None-Match'].map(
  (name) => `method.request.header.${name}`,
);

/** The endpoint's method as a resource, without its place and its authorizer. */
export function restMethod(
  endpoint: PermissionsEndpoint,
): Pick<CfnMethodProps, 'httpMethod' | 'requestParameters' | 'integration'> {
  return {
    httpMethod: 'GET',
    requestParameters: Object.fromEntries(CACHE_KEYS.map((key) => [key, false])),
    integration: {
      type: 'AWS_PROXY',
      integrationHttpMethod: 'POST',
      uri: invocationUri(endpoint, endpoint.function.functionArn),
      cacheKeyParameters: CACHE_KEYS,
    },
  };
}

/**
 * The same as an operation of an OpenAPI document.
 * @param declared how the document's version declares the type of a parameter
 */
function restOperation(endpoint: PermissionsEndpoint, declared: Node): Node {
  const name = (key: string): string => key.slice(key.lastIndexOf('.') + 1);
  return {
    responses: {},
    parameters: CACHE_KEYS.map((key) => ({
      name: name(key),
      in: 'header',
      required: false,
      ...declared,
    })),
    [EXTENSION.integration]: {
      ...functionIntegration(invocationUri(endpoint, endpoint.function.functionArn)),
      cacheKeyParameters: CACHE_KEYS,
    },
  };
}

const hasMethod = ({ node }: IResource, method: string): boolean =>
  node.tryFindChild(method) !== undefined;

/** Writes by overrides, as the authorizer is written: they apply after everything in the body. */
function writeMethods(
  endpoint: PermissionsEndpoint,
  api: CfnRestApi,
  cors: Cors | undefined,
): void {
  const body = membersIn(renderedBody(api));
  const item = membersIn(membersIn(body['paths'])[endpoint.path]);
  refuseTaken(endpoint, api, item['get'] !== undefined || item[EXTENSION.anyMethod] !== undefined);
  const write = (method: string, operation: Node): void =>
    api.addPropertyOverride(
      ['Body', 'paths', endpoint.path.replaceAll('.', '\\.'), method].join('.'),
      operation,
    );
  const header = body['swagger'] === undefined ? OPENAPI_3 : SWAGGER_2;
  write('get', restOperation(endpoint, header));
  if (cors !== undefined && item['options'] === undefined)
    write('options', preflightOperation(cors, ['GET'], header));
}

function refuseTaken(endpoint: PermissionsEndpoint, { node }: IConstruct, taken: boolean): void {
  if (!taken) return;
  throw new Error(
    `${endpoint.node.path}: API \`${node.path}\`: expected no method for \`${endpoint.routeKey}\`, found one: ` +
      'give `permissionsEndpoint` another path',
  );
}
