import { expect, test } from '@jest/globals';
import {
  type App,
  AspectPriority,
  Aspects,
  CfnParameter,
  CfnResource,
  Duration,
  Stack,
  Stage,
} from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import {
  type CfnApi,
  CfnRoute,
  HttpApi,
  HttpMethod,
  HttpNoneAuthorizer,
  HttpRoute,
  HttpRouteKey,
  type IHttpApi,
  WebSocketApi,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpUrlIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IConstruct } from 'constructs';
import { OktaGroupAuthorizer } from '../../../lib/authorizer/okta-group-authorizer.ts';
import {
  accessMap,
  authorization,
  newStack,
  only,
  quietApp,
  resources,
  said,
} from '../../support/synthesis.ts';

const integration = (): HttpUrlIntegration =>
  new HttpUrlIntegration('Upstream', 'https://shop.example.com');

/**
 * A stack with an API and an authorizer for the routes `GET /items`, `POST /items` and, public,
 * `GET /health`.
 */
function shop(stack = newStack('Test', quietApp())) {
  const httpApi = new HttpApi(stack, 'Api');
  const authorizer = new OktaGroupAuthorizer(stack, 'Authorizer', { map: accessMap() });
  return { stack, httpApi, authorizer };
}

const path = (route: string): string => route.slice(route.indexOf(' ') + 1);
const method = (route: string): HttpMethod =>
  HttpMethod[route.slice(0, route.indexOf(' ')) as keyof typeof HttpMethod];

function addRoutes(httpApi: HttpApi, ...routes: readonly string[]): void {
  for (const route of routes)
    httpApi.addRoutes({ path: path(route), methods: [method(route)], integration: integration() });
}

const ALL = ['GET /items', 'POST /items', 'GET /health'] as const;
const errors = (stack: Stack): readonly unknown[] =>
  Annotations.fromStack(stack)
    .findError('*', Match.anyValue())
    .map((found) => found.entry.data);
const warnings = (stack: Stack): readonly unknown[] =>
  Annotations.fromStack(stack)
    .findWarning('*', Match.anyValue())
    .map((found) => found.entry.data);

test('protect covers routes that exist and routes that are added later, and leaves public ones open', () => {
  const { stack, httpApi, authorizer } = shop();
  addRoutes(httpApi, 'GET /items');
  authorizer.protect(httpApi);
  addRoutes(httpApi, 'POST /items', 'GET /health');
  expect(authorization(Template.fromStack(stack))).toEqual({
    'GET /items': 'CUSTOM',
    'POST /items': 'CUSTOM',
    'GET /health': 'NONE',
  });
  expect([errors(stack), warnings(stack)]).toEqual([[], []]);
});

test('protect makes one authorizer an API, and each route names it', () => {
  const { stack, httpApi, authorizer } = shop();
  addRoutes(httpApi, ...ALL);
  authorizer.protect(httpApi);
  authorizer.protect(httpApi);
  const template = Template.fromStack(stack);
  const { id } = only(template, 'AWS::ApiGatewayV2::Authorizer');
  const named = resources(template, 'AWS::ApiGatewayV2::Route').map(
    ({ Properties }) => Properties['AuthorizerId'],
  );
  expect(named).toEqual([{ Ref: id }, { Ref: id }, undefined]);
});

test.each([
  { how: 'CfnRoute by apiId', apiId: (api: HttpApi) => api.apiId },
  { how: 'CfnRoute by ref', apiId: (api: HttpApi) => (api.node.defaultChild as CfnApi).ref },
  {
    how: 'CfnRoute by attribute',
    apiId: (api: HttpApi) => (api.node.defaultChild as CfnApi).attrApiId,
  },
])('protect covers a $how', ({ apiId }) => {
  const { stack, httpApi, authorizer } = shop();
  authorizer.protect(httpApi);
  new CfnRoute(stack, 'Items', { apiId: apiId(httpApi), routeKey: 'GET /items' });
  new CfnRoute(stack, 'Health', { apiId: apiId(httpApi), routeKey: 'GET /health' });
  expect(authorization(Template.fromStack(stack))).toEqual({
    'GET /items': 'CUSTOM',
    'GET /health': 'NONE',
  });
});

test('protect covers a route written as an untyped resource', () => {
  const { stack, httpApi, authorizer } = shop();
  authorizer.protect(httpApi);
  const properties = { ApiId: httpApi.apiId, RouteKey: 'GET /items' };
  new CfnResource(stack, 'Items', { type: 'AWS::ApiGatewayV2::Route', properties });
  expect(authorization(Template.fromStack(stack))).toEqual({ 'GET /items': 'CUSTOM' });
});

test('protect covers a route that an aspect of somebody else adds', () => {
  const { stack, httpApi, authorizer } = shop();
  authorizer.protect(httpApi);
  Aspects.of(stack).add({
    visit(node) {
      if (node === httpApi && httpApi.node.tryFindChild('Late') === undefined) {
        new CfnRoute(httpApi, 'Late', { apiId: httpApi.apiId, routeKey: 'GET /items' });
      }
    },
  });
  expect(authorization(Template.fromStack(stack))).toEqual({ 'GET /items': 'CUSTOM' });
});

test('protect covers routes in other stacks', () => {
  const { stack, httpApi, authorizer } = shop();
  const other = newStack('Other', stack.node.root as App);
  authorizer.protect(httpApi);
  new HttpRoute(other, 'Items', {
    httpApi,
    routeKey: HttpRouteKey.with('/items', HttpMethod.GET),
    integration: integration(),
  });
  expect(authorization(Template.fromStack(other))).toEqual({ 'GET /items': 'CUSTOM' });
});

test('an authorizer in a stack of its own protects an API of another stack without a cycle', () => {
  const app = quietApp();
  const stack = newStack('Shop', app);
  const httpApi = new HttpApi(stack, 'Api');
  addRoutes(httpApi, ...ALL);
  const authorizer = new OktaGroupAuthorizer(newStack('Security', app), 'Authorizer', {
    map: accessMap(),
  });
  authorizer.protect(httpApi);
  const template = Template.fromStack(stack);
  expect(authorization(template)).toEqual({
    'GET /items': 'CUSTOM',
    'POST /items': 'CUSTOM',
    'GET /health': 'NONE',
  });
  expect(resources(template, 'AWS::Lambda::Permission')).toHaveLength(1);
});

test('protect works inside a stage of an app', () => {
  const stage = new Stage(quietApp(), 'Prod');
  const { stack, httpApi, authorizer } = shop(new Stack(stage, 'Shop'));
  authorizer.protect(httpApi);
  addRoutes(httpApi, 'GET /items');
  expect(authorization(Template.fromStack(stack))).toEqual({ 'GET /items': 'CUSTOM' });
});

test('protect covers a route whose owner turned the authorizer off', () => {
  const { stack, httpApi, authorizer } = shop();
  authorizer.protect(httpApi);
  httpApi.addRoutes({
    path: '/items',
    methods: [HttpMethod.GET],
    integration: integration(),
    authorizer: new HttpNoneAuthorizer(),
  });
  expect(authorization(Template.fromStack(stack))).toEqual({ 'GET /items': 'CUSTOM' });
});

test('protect leaves the routes of other APIs alone', () => {
  const { stack, httpApi, authorizer } = shop();
  authorizer.protect(httpApi);
  addRoutes(new HttpApi(stack, 'Other'), 'GET /items');
  expect(authorization(Template.fromStack(stack))).toEqual({ 'GET /items': 'NONE' });
});

test.each([
  ['GET /items', ['has an authorizer of its own (AWS_IAM)'], []],
  ['GET /health', [], ['and has an authorizer of its own (AWS_IAM), which decides its calls']],
] as const)(
  'a foreign authorizer on %s stays: an error, and on a public route a warning',
  (route, refused, warned) => {
    const { stack, httpApi, authorizer } = shop();
    httpApi.addRoutes({
      path: path(route),
      methods: [HttpMethod.GET],
      integration: integration(),
      authorizer: new HttpIamAuthorizer(),
    });
    authorizer.protect(httpApi);
    expect(authorization(Template.fromStack(stack))).toEqual({ [route]: 'AWS_IAM' });
    const ofRoute = (texts: readonly string[]) =>
      texts.filter((text) => text.startsWith(`route \`${route}\` `) && text.includes('of its own'));
    const findingOf = (texts: readonly string[]) =>
      texts.map((text) => expect.stringContaining(text));
    expect(errors(stack)).toEqual(findingOf(refused));
    expect(ofRoute(said(stack, 'findWarning'))).toEqual(findingOf(warned));
  },
);

test('a foreign authorizer that the map accepts is no error, and stays', () => {
  const stack = newStack('Test', quietApp());
  const httpApi = new HttpApi(stack, 'Api');
  for (const verb of [HttpMethod.GET, HttpMethod.POST])
    httpApi.addRoutes({
      path: '/items',
      methods: [verb],
      integration: integration(),
      authorizer: new HttpIamAuthorizer(),
    });
  const api = { name: 'shop', cache: 'off', accept: { foreign: ['GET /items'] } };
  new OktaGroupAuthorizer(stack, 'Authorizer', { map: accessMap({ api }) }).protect(httpApi);
  expect(errors(stack)).toEqual([
    expect.stringMatching(/^route `POST \/items` has an authorizer of its own/),
  ]);
});

test('a route that loses our authorizer to something else in the app is an error', () => {
  const { stack, httpApi, authorizer } = shop();
  addRoutes(httpApi, ...ALL);
  authorizer.protect(httpApi);
  const unprotected = {
    visit: (node: IConstruct) =>
      void (node instanceof CfnRoute && Object.assign(node, { authorizationType: 'NONE' })),
  };
  Aspects.of(stack).add(unprotected, { priority: AspectPriority.MUTATING + 10 });
  expect(errors(stack)).toEqual([
    expect.stringMatching(
      /^route `GET \/items` has no authorizer, though the access map does not list it as public/,
    ),
    expect.stringMatching(/^route `POST \/items` has no authorizer/),
  ]);
});

test('with the recommended flags a foreign authorizer stops the synthesis', () => {
  const { stack, httpApi, authorizer } = shop(newStack());
  httpApi.addRoutes({
    path: '/items',
    methods: [HttpMethod.GET],
    integration: integration(),
    authorizer: new HttpIamAuthorizer(),
  });
  authorizer.protect(httpApi);
  expect(() => (stack.node.root as App).synth()).toThrow(
    'route `GET /items` has an authorizer of its own (AWS_IAM)',
  );
});

test('the authorizer of another access map is a foreign one', () => {
  const { stack, httpApi, authorizer } = shop();
  const other = new OktaGroupAuthorizer(stack, 'Other', { map: accessMap() });
  httpApi.addRoutes({
    path: '/items',
    methods: [HttpMethod.GET],
    integration: integration(),
    authorizer: other,
  });
  authorizer.protect(httpApi);
  expect(errors(stack)).toEqual([
    expect.stringMatching(/^route `GET \/items` has an authorizer of its own \(CUSTOM\)/),
  ]);
});

test('a route that is not in the map is covered with a warning that it will be refused', () => {
  const { stack, httpApi, authorizer } = shop();
  addRoutes(httpApi, ...ALL, 'GET /extra');
  authorizer.protect(httpApi);
  expect(warnings(stack)).toEqual([
    expect.stringMatching(/^route `GET \/extra` is not in the routes of .* \(403 ROUTE_UNMAPPED\)/),
  ]);
  expect(authorization(Template.fromStack(stack))).toMatchObject({ 'GET /extra': 'CUSTOM' });
});

test('an `ANY` route of the API carries the routes of the map for its methods, without a warning', () => {
  const { stack, httpApi, authorizer } = shop();
  addRoutes(httpApi, 'ANY /items', 'GET /health');
  authorizer.protect(httpApi);
  expect(warnings(stack)).toEqual([]);
});

test('a route of the map that the API lacks is a warning', () => {
  const { stack, httpApi, authorizer } = shop();
  addRoutes(httpApi, 'GET /items', 'GET /health');
  authorizer.protect(httpApi);
  expect(warnings(stack)).toEqual([
    expect.stringMatching(/^route `POST \/items` of .* is not a route of the API `Test\/Api`/),
  ]);
});

test('passed as authorizer of single routes it covers these and no others', () => {
  const { stack, httpApi, authorizer } = shop();
  httpApi.addRoutes({
    path: '/items',
    methods: [HttpMethod.GET],
    integration: integration(),
    authorizer,
  });
  addRoutes(httpApi, 'POST /items');
  expect(authorization(Template.fromStack(stack))).toEqual({
    'GET /items': 'CUSTOM',
    'POST /items': 'NONE',
  });
  expect([errors(stack), warnings(stack)]).toEqual([[], []]);
});

test('passed as authorizer of a route that the map does not have it warns', () => {
  const { stack, httpApi, authorizer } = shop();
  httpApi.addRoutes({
    path: '/extra',
    methods: [HttpMethod.GET],
    integration: integration(),
    authorizer,
  });
  expect(warnings(stack)).toEqual([expect.stringMatching(/ROUTE_UNMAPPED/)]);
});

test('as default of an API it says which public routes it covers, and which closed one opted out', () => {
  const stack = newStack('Test', quietApp());
  const defaultAuthorizer = new OktaGroupAuthorizer(stack, 'Authorizer', { map: accessMap() });
  const httpApi = new HttpApi(stack, 'Api', { defaultAuthorizer });
  addRoutes(httpApi, 'GET /items', 'GET /health');
  const authorizer = new HttpNoneAuthorizer();
  for (const optedOut of ['/items', '/unmapped'])
    httpApi.addRoutes({
      path: optedOut,
      methods: [HttpMethod.POST],
      integration: integration(),
      authorizer,
    });
  expect(errors(stack)).toEqual([
    expect.stringMatching(/^route `POST \/items` has no authorizer, though .* protects it/),
  ]);
  expect(warnings(stack)).toEqual([
    expect.stringMatching(/^route `GET \/health` is public in .* and has the authorizer/),
  ]);
});

test.each<[what: string, optedOut: string, found: number, foreign?: readonly string[]]>([
  ['a greedy route', 'GET /{proxy+}', 1],
  ['a parameter route', 'GET /{name}', 1],
  ['a greedy route of another method', 'PUT /{proxy+}', 0],
  [
    'a greedy route, where another authorizer would be accepted,',
    'GET /{proxy+}',
    1,
    ['GET /items'],
  ],
])(
  'as default of an API it refuses %s that opted out and takes the calls of a closed one',
  (_, optedOut, found, foreign = []) => {
    const stack = newStack('Test', quietApp());
    const map = accessMap({ api: { name: 'shop', cache: 'off', accept: { foreign } } });
    const defaultAuthorizer = new OktaGroupAuthorizer(stack, 'Authorizer', { map });
    const httpApi = new HttpApi(stack, 'Api', { defaultAuthorizer });
    addRoutes(httpApi, 'POST /items');
    const [method = '', path = ''] = optedOut.split(' ');
    httpApi.addRoutes({
      path,
      methods: [method as HttpMethod],
      integration: integration(),
      authorizer: new HttpNoneAuthorizer(),
    });
    expect(errors(stack)).toHaveLength(found);
    for (const error of errors(stack))
      expect(error).toMatch(/^route `GET \/items` of .* is not a route .* served by/);
  },
);

test('as default of an API on which no route has it, it refuses closed routes that opted out', () => {
  const stack = newStack('Test', quietApp());
  const defaultAuthorizer = new OktaGroupAuthorizer(stack, 'Authorizer', { map: accessMap() });
  addRoutes(new HttpApi(stack, 'First', { defaultAuthorizer }), 'GET /items', 'POST /items');
  const second = new HttpApi(stack, 'Second', { defaultAuthorizer });
  for (const path of ['/items', '/health', '/unmapped'])
    second.addRoutes({
      path,
      methods: [HttpMethod.GET],
      integration: integration(),
      authorizer: new HttpNoneAuthorizer(),
    });
  expect(errors(stack)).toEqual([
    expect.stringMatching(/^route `GET \/items` has no authorizer, though .* protects it/),
  ]);
});

test('on single routes of an API with CORS it warns of preflights that it would refuse', () => {
  const stack = newStack('Test', quietApp());
  const authorizer = new OktaGroupAuthorizer(stack, 'Authorizer', {
    map: accessMap({ routes: ['ANY /items'], public: [], groups: {} }),
  });
  const corsPreflight = { allowOrigins: ['https://shop.example.com'] };
  const httpApi = new HttpApi(stack, 'Api', { corsPreflight });
  const methods = [HttpMethod.ANY];
  httpApi.addRoutes({ path: '/items', methods, integration: integration(), authorizer });
  expect(errors(stack)).toEqual([]);
  expect(warnings(stack)).toEqual([expect.stringContaining('add `OPTIONS /items`')]);
});

test('a route whose key is known at deploy time only is said to be unknown, as a literal one would be', () => {
  const { stack, httpApi, authorizer } = shop();
  addRoutes(httpApi, ...ALL);
  authorizer.protect(httpApi);
  const routeKey = new CfnParameter(stack, 'Key', { default: 'GET /extra' }).valueAsString;
  new CfnRoute(stack, 'Late', { apiId: httpApi.apiId, routeKey });
  expect(warnings(stack)).toEqual([
    expect.stringMatching(/^the route `Test\/Late` has a key that is known at deploy time only/),
  ]);
});

test('one construct serves several APIs, each with an authorizer and a permission of its own', () => {
  const { stack, httpApi, authorizer } = shop();
  const second = new HttpApi(stack, 'Second');
  for (const api of [httpApi, second]) {
    addRoutes(api, ...ALL);
    authorizer.protect(api);
  }
  const template = Template.fromStack(stack);
  expect(resources(template, 'AWS::Lambda::Function')).toHaveLength(1);
  const authorizers = resources(template, 'AWS::ApiGatewayV2::Authorizer');
  expect(authorizers).toHaveLength(2);
  for (const { Properties } of resources(template, 'AWS::ApiGatewayV2::Route')) {
    const named = authorizers.find(
      ({ id }) => id === (Properties['AuthorizerId'] as { Ref: string } | undefined)?.Ref,
    );
    if (Properties['RouteKey'] !== 'GET /health')
      expect(named?.Properties['ApiId']).toEqual(Properties['ApiId']);
  }
  const sources = resources(template, 'AWS::Lambda::Permission').map(({ Properties }) =>
    JSON.stringify(Properties['SourceArn']),
  );
  expect(new Set(sources).size).toBe(2);
});

test('on an imported API it covers the routes of this app', () => {
  const { stack, authorizer } = shop();
  const imported = HttpApi.fromHttpApiAttributes(stack, 'Imported', { httpApiId: 'abc123' });
  authorizer.protect(imported);
  new HttpRoute(stack, 'Items', {
    httpApi: imported,
    routeKey: HttpRouteKey.with('/items', HttpMethod.GET),
    integration: integration(),
  });
  new CfnRoute(stack, 'More', { apiId: 'abc123', routeKey: 'POST /items' });
  expect(authorization(Template.fromStack(stack))).toEqual({
    'GET /items': 'CUSTOM',
    'POST /items': 'CUSTOM',
  });
  expect(warnings(stack)).toEqual([]);
});

test('a WebSocket API is refused with a sentence that says so', () => {
  const { stack, authorizer } = shop();
  const api = new WebSocketApi(stack, 'Sockets') as unknown as IHttpApi;
  expect(() => authorizer.protect(api)).toThrow('Test/Authorizer: expected an HTTP API');
});

test('an API whose routes come from a document is refused, because they cannot be seen', () => {
  const { httpApi, authorizer } = shop();
  (httpApi.node.defaultChild as CfnApi).body = { openapi: '3.0.1' };
  expect(() => authorizer.protect(httpApi)).toThrow(
    'expected routes as resources of the app, found `body` or `target`',
  );
});

test.each([
  [Duration.millis(50), '50'],
  [Duration.seconds(3), '3000'],
])('a quota may be charged for %s at most', (quotaBudget, variable) => {
  const stack = newStack();
  const map = accessMap({
    quotas: { standard: { limit: 60, per: 'minute', by: 'user' } },
    groups: { staff: { allow: ['ANY /items'], quota: 'standard' } },
  });
  new OktaGroupAuthorizer(stack, 'Authorizer', { map, quotaBudget });
  const lambda = only(Template.fromStack(stack), 'AWS::Lambda::Function');
  expect(lambda.Properties['Environment']).toMatchObject({
    Variables: { QUOTA_BUDGET_MS: variable },
  });
});

test.each([Duration.millis(49), Duration.millis(3_001)])(
  'a charge of %s is refused as a budget',
  (quotaBudget) => {
    expect(
      () => new OktaGroupAuthorizer(newStack(), 'Authorizer', { map: accessMap(), quotaBudget }),
    ).toThrow('`quotaBudget`: expected 50 to 3000 whole milliseconds, found');
  },
);
