/** The route of a permissions endpoint on each kind of API that this app deploys. */
import { Token } from 'aws-cdk-lib';
import { CfnMethod, type IResource, RestApiBase } from 'aws-cdk-lib/aws-apigateway';
import { CfnIntegration, CfnRoute } from 'aws-cdk-lib/aws-apigatewayv2';
import { type AnyRestApi, restApiResource } from './api-identity.ts';
import { invocationUri } from './invoke-permission.ts';
import type { PermissionsEndpoint } from './permissions-endpoint.ts';
import { functionIntegration } from './rest-document.ts';
import { type Cors, preflightMethod, preflightOperation, SWAGGER_2 } from './rest-preflight.ts';

type Node = Readonly<Record<string, unknown>>;

/** On an HTTP API, whose own CORS settings hold for this route as for all. */
export function addHttpRoute(endpoint: PermissionsEndpoint, apiId: string, authorizerId: string): CfnRoute {
  const integration = new CfnIntegration(endpoint, 'Integration', {
    apiId,
    integrationType: 'AWS_PROXY',
    integrationUri: endpoint.function.functionArn,
    payloadFormatVersion: '2.0',
  });
  const target = `integrations/${integration.ref}`;
  return new CfnRoute(endpoint, 'Route', { apiId, routeKey: endpoint.routeKey, authorizationType: 'CUSTOM', authorizerId, target });
}

/**
 * On a REST API that is protected: a method of a resource, or of the body where the API has one. The authorizer comes from the protection.
 * @param cors absent: no preflight beyond what the API has by itself.
 * @throws Error where the API serves the path already, or has a body that is known at deploy time only.
 */
export function addRestMethod(endpoint: PermissionsEndpoint, restApi: AnyRestApi, cors: Cors | undefined): void {
  const body: unknown = restApiResource(restApi)?.body;
  if (body === undefined) addMethods(endpoint, restApi, cors);
  else writeMethods(endpoint, restApi, cors, body);
  const deployment = restApi instanceof RestApiBase ? restApi.latestDeployment : undefined;
  // A deployment is a snapshot: what is written beside its own constructs is live only if it is made anew, after it.
  deployment?.addToLogicalId({ permissionsEndpoint: [endpoint.routeKey, cors ?? null] });
  for (const method of endpoint.node.children.filter((child) => child instanceof CfnMethod)) deployment?.node.addDependency(method);
}

function addMethods(endpoint: PermissionsEndpoint, restApi: AnyRestApi, cors: Cors | undefined): void {
  const resource = restApi.root.resourceForPath(endpoint.path);
  refuseTaken(
    endpoint,
    restApi,
    ['GET', 'ANY'].some((method) => hasMethod(resource, method)),
  );
  const place = { restApiId: restApi.restApiId, resourceId: resource.resourceId };
  new CfnMethod(endpoint, 'Method', {
    ...place,
    httpMethod: 'GET',
    integration: { type: 'AWS_PROXY', integrationHttpMethod: 'POST', uri: invocationUri(endpoint, endpoint.function.functionArn) },
  });
  if (cors === undefined || hasMethod(resource, 'OPTIONS')) return;
  new CfnMethod(endpoint, 'Preflight', { ...place, httpMethod: 'OPTIONS', authorizationType: 'NONE', ...preflightMethod(cors, ['GET']) });
}

const hasMethod = ({ node }: IResource, method: string): boolean => node.tryFindChild(method) !== undefined;

function writeMethods(endpoint: PermissionsEndpoint, restApi: AnyRestApi, cors: Cors | undefined, body: unknown): void {
  const api = restApiResource(restApi);
  if (api === undefined || Token.isUnresolved(body)) {
    throw errorOf(endpoint, `API \`${restApi.node.path}\`: expected a body as an object, found one that is known at deploy time only`);
  }
  const paths = nodeOf(nodeOf(body)['paths']);
  const item = nodeOf(paths[endpoint.path]);
  refuseTaken(endpoint, restApi, item['get'] !== undefined || item['x-amazon-apigateway-any-method'] !== undefined);
  const uri = invocationUri(endpoint, endpoint.function.functionArn);
  const get = { responses: {}, 'x-amazon-apigateway-integration': functionIntegration(uri) };
  const header = nodeOf(body)['swagger'] === undefined ? undefined : SWAGGER_2;
  const options = cors === undefined || item['options'] !== undefined ? {} : { options: preflightOperation(cors, ['GET'], header) };
  api.body = { ...nodeOf(body), paths: { ...paths, [endpoint.path]: { ...item, get, ...options } } };
}

function refuseTaken(endpoint: PermissionsEndpoint, restApi: AnyRestApi, taken: boolean): void {
  if (!taken) return;
  throw errorOf(
    endpoint,
    `API \`${restApi.node.path}\`: expected no method for \`${endpoint.routeKey}\`, found one: give \`permissionsEndpoint\` another path`,
  );
}

const errorOf = ({ node }: PermissionsEndpoint, message: string): Error => new Error(`${node.path}: ${message}`);
const nodeOf = (value: unknown): Node => (typeof value === 'object' && value !== null ? (value as Node) : {});
