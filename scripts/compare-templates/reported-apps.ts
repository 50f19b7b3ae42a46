/** Apps of which something is said at synthesis: warnings, errors, and refusals by an exception. */

import type { Stack } from 'aws-cdk-lib';
import type { CfnRestApi } from 'aws-cdk-lib/aws-apigateway';
import type { CompareCase, Kit, Need } from './kit.ts';
import {
  addMethods,
  addRoutes,
  httpIntegration,
  newHttpApi,
  newRestApi,
  newSpecApi,
  ROUTES,
  restIntegration,
} from './protected-apis.ts';

const said = (needs: Need, name: string, build: (kit: Kit, stack: Stack) => void): CompareCase => ({
  name,
  needs,
  make(kit) {
    const stack = kit.newStack();
    build(kit, stack);
    return stack;
  },
});

const PROXY = {
  'x-amazon-apigateway-integration': {
    type: 'http_proxy',
    httpMethod: 'GET',
    uri: 'https://shop.example.com',
  },
};
const cachedMap = (kit: Kit, kind = 'http') =>
  kit.map({ api: { name: 'shop', kind, upstream: { url: 'https://shop.example.com' } } });

const warnings: readonly CompareCase[] = [
  said(
    'warning',
    'routes that the map does not have, and one that the HttpApi lacks',
    (kit, stack) => {
      const api = newHttpApi(kit, stack);
      addRoutes(kit, api, ['GET /items', 'GET /health', 'GET /extra']);
      kit.authorizer(stack, kit.map()).protect(api);
    },
  ),
  said(
    'warning',
    'methods that the map does not have, and one that the RestApi lacks',
    (kit, stack) => {
      const api = newRestApi(kit, stack);
      addMethods(kit, api, ['GET /items', 'GET /health', 'GET /extra/{id}']);
      kit.authorizer(stack, kit.restMap()).protect(api);
    },
  ),
  said('warning', 'an imported RestApi with methods of the app', (kit, stack) => {
    const api = kit.cdk.aws_apigateway.RestApi.fromRestApiAttributes(stack, 'Api', {
      restApiId: 'abc123',
      rootResourceId: 'root1',
    });
    kit.authorizer(stack, kit.restMap()).protect(api);
    api.root.addMethod('GET', restIntegration(kit));
  }),
  said('warning', 'a route of an API that is known at deploy time only', (kit, stack) => {
    const api = newHttpApi(kit, stack);
    addRoutes(kit, api, ROUTES);
    kit.authorizer(stack, kit.map()).protect(api);
    const apiId = new kit.cdk.CfnParameter(stack, 'Which').valueAsString;
    new kit.cdk.aws_apigatewayv2.CfnRoute(stack, 'Unknown', { apiId, routeKey: 'GET /items' });
  }),
  {
    name: 'a map with warnings of its own',
    needs: 'warning',
    make: (kit) =>
      kit.accessApp(
        kit.map({
          api: { name: 'shop', upstream: { url: 'http://shop.example.com' }, cache: 'off' },
          quotas: { unused: { limit: 1, per: 'minute', by: 'user' } },
          permissions: { unused: ['GET /items'] },
          groups: {
            staff: { allow: ['ANY /items'], deny: ['ANY /items'] },
            guests: { allow: ['GET /health'] },
          },
        }),
      ),
  },
  {
    name: 'more quotas by group than alarms',
    needs: 'warning',
    make: (kit) => {
      const names = Array.from({ length: 40 }, (_, index) => `q${index}`);
      return kit.accessApp(
        kit.map({
          quotas: Object.fromEntries(
            names.map((name) => [name, { limit: 9, per: 'hour', by: 'group' }]),
          ),
          groups: Object.fromEntries(
            names.map((name) => [`group-${name}`, { allow: ['GET /items'], quota: name }]),
          ),
        }),
      );
    },
  },
];

const errors: readonly CompareCase[] = [
  said('error', 'a foreign authorizer on a route, and one that is taken off', (kit, stack) => {
    const api = newHttpApi(kit, stack);
    const { CfnRoute, HttpMethod } = kit.cdk.aws_apigatewayv2;
    const authorizer = new kit.cdk.aws_apigatewayv2_authorizers.HttpIamAuthorizer();
    api.addRoutes({
      path: '/items',
      methods: [HttpMethod.GET],
      integration: httpIntegration(kit),
      authorizer,
    });
    addRoutes(kit, api, ['POST /items', 'GET /health']);
    kit.authorizer(stack, kit.map()).protect(api);
    const priority = kit.cdk.AspectPriority.MUTATING + 10;
    const visit = (node: unknown) =>
      void (node instanceof CfnRoute && Object.assign(node, { authorizationType: 'NONE' }));
    kit.cdk.Aspects.of(stack).add({ visit }, { priority });
  }),
  said('error', 'a foreign authorizer on a method', (kit, stack) => {
    const api = newRestApi(kit, stack);
    const authorizationType = kit.cdk.aws_apigateway.AuthorizationType.IAM;
    api.root.addResource('items').addMethod('GET', restIntegration(kit), { authorizationType });
    kit.authorizer(stack, kit.restMap()).protect(api);
  }),
  said('error', 'an unmapped route of an HttpApi whose answers are cached', (kit, stack) => {
    const api = newHttpApi(kit, stack);
    addRoutes(kit, api, [...ROUTES, 'GET /extra']);
    kit.authorizer(stack, cachedMap(kit)).protect(api);
  }),
  said('error', 'an unmapped method of a RestApi whose answers are cached', (kit, stack) => {
    const api = newRestApi(kit, stack);
    addMethods(kit, api, [...ROUTES, 'GET /extra']);
    kit.authorizer(stack, cachedMap(kit, 'rest')).protect(api);
  }),
  said(
    'error',
    'a body with a foreign authorizer, a part known at deploy time only and a method beside it',
    (kit, stack) => {
      const paths = {
        '/items': { get: { ...PROXY, security: [{ theirs: [] }] }, post: { Ref: 'Operation' } },
        '/extra': { get: PROXY },
      };
      const api = newSpecApi(kit, stack, { openapi: '3.0.1', paths });
      kit.authorizer(stack, kit.restMap()).protect(api);
      const props = { restApiId: api.restApiId, resourceId: 'abc', httpMethod: 'GET' };
      new kit.cdk.aws_apigateway.CfnMethod(stack, 'Beside', props);
    },
  ),
  said('error', 'a body that comes after protect', (kit, stack) => {
    const api = newRestApi(kit, stack);
    addMethods(kit, api, ['GET /items']);
    kit.authorizer(stack, kit.restMap()).protect(api);
    (api.node.defaultChild as CfnRestApi).addPropertyOverride('Body', {
      openapi: '3.0.1',
      paths: { '/items': { get: PROXY } },
    });
  }),
];

const refusals: readonly CompareCase[] = [
  said('refusal', 'an API of another kind than the map’s', (kit, stack) =>
    kit.authorizer(stack, kit.map()).protect(newRestApi(kit, stack)),
  ),
  said('refusal', 'an attachment of a map whose answers are cached', (kit, stack) => {
    const api = kit.cdk.aws_apigatewayv2.HttpApi.fromHttpApiAttributes(stack, 'Api', {
      httpApiId: 'abc123',
    });
    kit.authorizer(stack, cachedMap(kit)).attach(api);
  }),
  said('refusal', 'an endpoint before protect', (kit, stack) => {
    const map = kit.restMap({ permissionsEndpoint: { path: '/permissions' } });
    kit.authorizer(stack, map).addPermissionsEndpoint(newRestApi(kit, stack));
  }),
  said(
    'refusal',
    'an option out of its bounds',
    (kit, stack) =>
      void kit.authorizer(stack, kit.map(), { maxStaleKeys: kit.cdk.Duration.minutes(9) }),
  ),
  said(
    'refusal',
    'a map with mistakes',
    (kit) =>
      void kit.map({
        routes: ['GET /items', 'FETCH /x'],
        public: ['GET /helth'],
        groups: { staff: { allow: ['GET /itmes'], quota: 'none' } },
      }),
  ),
];

export const reportedApps: readonly CompareCase[] = [...warnings, ...errors, ...refusals];
