/** `protect`, and the authorizer on single routes, for APIs whose routes the app makes itself. */

import type { Stack } from 'aws-cdk-lib';
import type { RestApi, SpecRestApi } from 'aws-cdk-lib/aws-apigateway';
import type { HttpApi, HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { CORS, type CompareCase, ENDPOINT, type Kit, LIMITED } from './kit.ts';

export const ROUTES = ['GET /items', 'POST /items', 'GET /health'] as const;
const URL = 'https://shop.example.com';
const PROXY = {
  'x-amazon-apigateway-integration': { type: 'http_proxy', httpMethod: 'GET', uri: URL },
};
const PREFLIGHT = { 'x-amazon-apigateway-integration': { type: 'MOCK' } };

export const httpIntegration = (kit: Kit) =>
  new kit.cdk.aws_apigatewayv2_integrations.HttpUrlIntegration('Upstream', URL);
export const restIntegration = (kit: Kit) => new kit.cdk.aws_apigateway.HttpIntegration(URL);

export function addRoutes(kit: Kit, api: HttpApi, routes: readonly string[]): void {
  for (const route of routes) {
    const [method = '', path = ''] = route.split(' ');
    api.addRoutes({ path, methods: [method as HttpMethod], integration: httpIntegration(kit) });
  }
}

export function addMethods(kit: Kit, api: RestApi, routes: readonly string[]): void {
  for (const route of routes) {
    const [method = '', path = ''] = route.split(' ');
    api.root.resourceForPath(path).addMethod(method, restIntegration(kit));
  }
}

export const newHttpApi = (kit: Kit, stack: Stack): HttpApi =>
  new kit.cdk.aws_apigatewayv2.HttpApi(stack, 'Api');
export const newRestApi = (kit: Kit, stack: Stack): RestApi =>
  new kit.cdk.aws_apigateway.RestApi(stack, 'Api', { cloudWatchRole: false });
export const newSpecApi = (kit: Kit, stack: Stack, body: object): SpecRestApi => {
  const { ApiDefinition, SpecRestApi } = kit.cdk.aws_apigateway;
  return new SpecRestApi(stack, 'Api', {
    apiDefinition: ApiDefinition.fromInline(body),
    cloudWatchRole: false,
  });
};

const bodyOf = (version: object): object => ({
  ...version,
  paths: {
    '/items': { get: PROXY, post: { ...PROXY, security: [] }, options: PREFLIGHT, parameters: [] },
    '/health': { get: PROXY },
  },
});

function httpApi(kit: Kit, overrides: Record<string, unknown> = {}): Stack {
  const stack = kit.newStack();
  const api = newHttpApi(kit, stack);
  const authorizer = kit.authorizer(stack, kit.map({ ...LIMITED, ...ENDPOINT, ...overrides }));
  addRoutes(kit, api, ['GET /items']);
  authorizer.protect(api);
  addRoutes(kit, api, ['POST /items', 'GET /health']);
  authorizer.addPermissionsEndpoint(api);
  return stack;
}

function restApi(kit: Kit, overrides: Record<string, unknown> = {}): Stack {
  const stack = kit.newStack();
  const api = newRestApi(kit, stack);
  const map = kit.map({
    api: { name: 'shop', kind: 'rest', upstream: { url: URL }, cache: 'off', cors: CORS },
    ...LIMITED,
    ...ENDPOINT,
    ...overrides,
  });
  const authorizer = kit.authorizer(stack, map);
  addMethods(kit, api, ['GET /items']);
  api.root.resourceForPath('/items').addCorsPreflight({ allowOrigins: [...CORS.origins] });
  authorizer.protect(api);
  addMethods(kit, api, ['POST /items', 'GET /health']);
  authorizer.addPermissionsEndpoint(api);
  return stack;
}

function specApi(kit: Kit, version: object, overrides: Record<string, unknown> = {}): Stack {
  const stack = kit.newStack();
  const api = newSpecApi(kit, stack, bodyOf(version));
  const authorizer = kit.authorizer(stack, kit.restMap({ ...ENDPOINT, ...overrides }));
  authorizer.protect(api);
  authorizer.addPermissionsEndpoint(api);
  return stack;
}

/**
 * Two APIs behind one authorizer, one of them in another stack, and routes in forms that the CDK
 * has beside its own.
 */
function httpApisOfTwoStacks(kit: Kit): Stack {
  const app = kit.newApp();
  const [stack, security] = [kit.newStack(app, 'Shop'), kit.newStack(app, 'Security')];
  const [first, second] = [
    newHttpApi(kit, stack),
    new kit.cdk.aws_apigatewayv2.HttpApi(security, 'Second'),
  ];
  const authorizer = kit.authorizer(security, kit.map(), { provisionedConcurrentExecutions: 2 });
  for (const api of [first, second]) authorizer.protect(api);
  addRoutes(kit, second, ROUTES);
  new kit.cdk.aws_apigatewayv2.CfnRoute(stack, 'Get', {
    apiId: first.apiId,
    routeKey: 'ANY /items',
  });
  const properties = { ApiId: first.apiId, RouteKey: 'GET /health' };
  new kit.cdk.CfnResource(stack, 'Health', { type: 'AWS::ApiGatewayV2::Route', properties });
  return stack;
}

function restApiOfAnotherStack(kit: Kit): Stack {
  const app = kit.newApp();
  const [stack, security] = [kit.newStack(app, 'Shop'), kit.newStack(app, 'Security')];
  const api = newRestApi(kit, stack);
  addMethods(kit, api, ROUTES);
  kit.authorizer(security, kit.restMap(), { provisionedConcurrentExecutions: 2 }).protect(api);
  return stack;
}

function inAStage(kit: Kit): Stack {
  const stage = new kit.cdk.Stage(kit.newApp(), 'Prod');
  const stack = new kit.cdk.Stack(stage, 'Shop');
  const api = newHttpApi(kit, stack);
  addRoutes(kit, api, ROUTES);
  const authorizer = kit.authorizer(stack, kit.map(LIMITED));
  authorizer.protect(api);
  new kit.product.Watch(stack, 'Watch', { authorizer });
  return stack;
}

/** A deployment that its owner makes, after a method that is written by hand. */
function ownDeployment(kit: Kit): Stack {
  const { CfnMethod, Deployment, RestApi } = kit.cdk.aws_apigateway;
  const stack = kit.newStack();
  const api = new RestApi(stack, 'Api', { deploy: false, cloudWatchRole: false });
  addMethods(kit, api, ROUTES);
  new Deployment(stack, 'Own', { api: api as ConstructorParameters<typeof Deployment>[2]['api'] });
  kit.authorizer(stack, kit.restMap()).protect(api);
  new CfnMethod(stack, 'ByHand', {
    restApiId: api.restApiId,
    resourceId: api.root.resourceId,
    httpMethod: 'GET',
  });
  return stack;
}

/** The API's own deployment takes in a method that is written by hand: it depends on it. */
function methodByHand(kit: Kit): Stack {
  const stack = kit.newStack();
  const api = newRestApi(kit, stack);
  addMethods(kit, api, ROUTES);
  kit.authorizer(stack, kit.restMap()).protect(api);
  const props = { restApiId: api.restApiId, resourceId: api.root.resourceId, httpMethod: 'GET' };
  new kit.cdk.aws_apigateway.CfnMethod(stack, 'ByHand', props);
  return stack;
}

function proxyOfAFunction(kit: Kit): Stack {
  const stack = kit.newStack();
  const handler = kit.cdk.aws_lambda.Function.fromFunctionName(stack, 'Shop', 'shop');
  const api = new kit.cdk.aws_apigateway.LambdaRestApi(stack, 'Api', {
    handler,
    cloudWatchRole: false,
  });
  kit
    .authorizer(stack, kit.restMap({ routes: ['ANY /', 'ANY /{proxy+}'], public: [], groups: {} }))
    .protect(api);
  return stack;
}

function singleRoutes(kit: Kit): Stack {
  const stack = kit.newStack();
  const api = newHttpApi(kit, stack);
  const authorizer = kit.authorizer(stack, kit.map());
  const methods = [kit.cdk.aws_apigatewayv2.HttpMethod.GET];
  api.addRoutes({ path: '/items', methods, integration: httpIntegration(kit), authorizer });
  addRoutes(kit, api, ['POST /items']);
  return stack;
}

const CACHED_HTTP = {
  api: { name: 'shop', upstream: { url: URL } },
  quotas: {},
  groups: { staff: { allow: ['ANY /items'] } },
};
const CACHED_REST = { ...CACHED_HTTP, api: { ...CACHED_HTTP.api, kind: 'rest' } };

export const protectedApis: readonly CompareCase[] = [
  {
    name: 'protect an HttpApi, with a permissions endpoint',
    needs: 'template',
    make: (kit) => httpApi(kit),
  },
  {
    name: 'protect an HttpApi whose answers are cached',
    needs: 'template',
    make: (kit) => httpApi(kit, CACHED_HTTP),
  },
  {
    name: 'protect two HttpApis of two stacks, warm',
    needs: 'template',
    make: httpApisOfTwoStacks,
  },
  { name: 'protect an HttpApi in a stage, watched', needs: 'template', make: inAStage },
  { name: 'the authorizer on single routes of an HttpApi', needs: 'template', make: singleRoutes },
  {
    name: 'protect a RestApi, with a permissions endpoint',
    needs: 'template',
    make: (kit) => restApi(kit),
  },
  {
    name: 'protect a RestApi whose answers are cached',
    needs: 'template',
    make: (kit) => restApi(kit, CACHED_REST),
  },
  {
    name: 'protect a RestApi of another stack, warm',
    needs: 'template',
    make: restApiOfAnotherStack,
  },
  {
    name: 'protect a RestApi with a deployment of its owner',
    needs: 'warning',
    make: ownDeployment,
  },
  { name: 'protect a RestApi with a method by hand', needs: 'warning', make: methodByHand },
  { name: 'protect a LambdaRestApi', needs: 'template', make: proxyOfAFunction },
  {
    name: 'protect a SpecRestApi in OpenAPI 3',
    needs: 'template',
    make: (kit) => specApi(kit, { openapi: '3.0.1' }),
  },
  {
    name: 'protect a SpecRestApi in Swagger 2',
    needs: 'template',
    make: (kit) => specApi(kit, { swagger: '2.0' }),
  },
  {
    name: 'protect a SpecRestApi whose answers are cached',
    needs: 'template',
    make: (kit) => specApi(kit, { openapi: '3.0.1' }, CACHED_REST),
  },
];
