/** `protect` that would protect nothing: made right, or stopped with a sentence. */
import { describe, expect, test } from '@jest/globals';
import { CfnParameter, Fn, type Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import {
  CfnDeployment,
  CfnMethod,
  CfnStage,
  HttpIntegration,
  type IRestApi,
  RestApi,
} from 'aws-cdk-lib/aws-apigateway';
import {
  CfnApi,
  CfnRoute,
  HttpApi,
  CfnDeployment as HttpDeployment,
  HttpMethod,
  CfnStage as HttpStage,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpUrlIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { OktaGroupAuthorizer } from '../../../lib/authorizer/okta-group-authorizer.ts';
import { Watch } from '../../../lib/watch/watch.ts';
import {
  accessMap,
  newStack,
  only,
  quietApp,
  resources,
  restMap,
  said,
} from '../../support/synthesis.ts';

const UPSTREAM = 'https://shop.example.com';
const ROUTES = { routes: ['GET /items'], public: [], groups: { staff: { allow: ['GET /items'] } } };
const OTHER_GROUPS = { ...ROUTES, groups: { others: { allow: ['GET /items'] } } };
const authorizerOf = (stack: Stack, kind: 'http' | 'rest', overrides: object = ROUTES) =>
  new OktaGroupAuthorizer(stack, 'Authorizer', {
    map: (kind === 'http' ? accessMap : restMap)({ ...overrides }),
  });

interface Deployed {
  readonly id: string;
  readonly DependsOn?: readonly string[];
}

describe.each([
  { kind: 'http', prefix: 'AWS::ApiGatewayV2', route: 'Route' },
  { kind: 'rest', prefix: 'AWS::ApiGateway', route: 'Method' },
] as const)('a deployment and a stage by hand ($kind)', ({ kind, prefix, route }) => {
  const build = (
    overrides: object | undefined,
    { stageFirst = false, deploymentId = (id: string) => id } = {},
  ): Stack => {
    const stack = newStack('Test', quietApp());
    const stage = (apiId: string, id: string) =>
      kind === 'http'
        ? new HttpStage(stack, 'Prod', { apiId, stageName: 'prod', deploymentId: id })
        : new CfnStage(stack, 'Prod', { restApiId: apiId, stageName: 'prod', deploymentId: id });
    const api =
      kind === 'http'
        ? new HttpApi(stack, 'Api', { createDefaultStage: false })
        : new RestApi(stack, 'Api', { deploy: false, cloudWatchRole: false });
    const apiId = api instanceof HttpApi ? api.apiId : api.restApiId;
    if (stageFirst) stage(apiId, deploymentId(Fn.ref('Deployed')));
    const deployment =
      kind === 'http'
        ? new HttpDeployment(stack, 'Deployed', { apiId })
        : new CfnDeployment(stack, 'Deployed', { restApiId: apiId });
    if (!stageFirst) stage(apiId, deploymentId(deployment.ref));
    if (api instanceof HttpApi) new CfnRoute(stack, 'Items', { apiId, routeKey: 'GET /items' });
    else api.root.addResource('items').addMethod('GET', new HttpIntegration(UPSTREAM));
    if (overrides !== undefined) authorizerOf(stack, kind, overrides).protect(api);
    return stack;
  };
  const deployedIn = (stack: Stack) =>
    only(Template.fromStack(stack), `${prefix}::Deployment`) as Deployed;

  test('the id is new with protection, and new with another map; the deployment follows route and authorizer', () => {
    const found = [undefined, ROUTES, OTHER_GROUPS].map((map) => deployedIn(build(map)));
    expect(new Set(found.map(({ id }) => id)).size).toBe(3);
    const template = Template.fromStack(build(ROUTES));
    const authorizer = only(template, `${prefix}::Authorizer`).id;
    expect(deployedIn(build(ROUTES)).DependsOn).toEqual(
      expect.arrayContaining([only(template, `${prefix}::${route}`).id, authorizer]),
    );
    expect(only(template, `${prefix}::Stage`).Properties['DeploymentId']).toEqual({
      Ref: found[1]?.id,
    });
    expect(said(build(ROUTES), 'findError')).toEqual([]);
  });

  test('the same app and map give the same id', () => {
    expect(deployedIn(build(ROUTES)).id).toBe(deployedIn(build(ROUTES)).id);
  });

  test('a stage that names the former id as text, or a deployment of elsewhere, is an error', () => {
    const byText = said(build(ROUTES, { stageFirst: true }), 'findError');
    const elsewhere = said(build(ROUTES, { deploymentId: () => 'abc123' }), 'findError');
    expect(byText).toEqual([
      expect.stringMatching(/^expected the stage `prod` of API `Test\/Api`/),
    ]);
    expect(elsewhere).toEqual([expect.stringContaining('found the deployment `abc123`')]);
  });

  test('a locked id is an error that says so', () => {
    const stack = build(undefined);
    const deployment = stack.node.findChild('Deployed') as CfnDeployment;
    (Reflect.get(deployment, '_lockLogicalId') as () => void).call(deployment);
    authorizerOf(stack, kind).protect(stack.node.findChild('Api') as HttpApi);
    expect(said(stack, 'findError')).toEqual([
      expect.stringContaining('the id of the deployment `Test/Deployed` is fixed'),
    ]);
  });
});

test('an HTTP API whose stage does not deploy automatically is an error with the way out', () => {
  const stack = newStack('Test', quietApp());
  const api = new HttpApi(stack, 'Api', { createDefaultStage: false });
  api.addStage('Prod', { stageName: 'prod' });
  new CfnRoute(stack, 'Items', { apiId: api.apiId, routeKey: 'GET /items' });
  authorizerOf(stack, 'http').protect(api);
  expect(said(stack, 'findError')).toEqual([
    expect.stringMatching(/stage `prod` .* no automatic deployment .* `autoDeploy: true`/),
  ]);
});

test('a deployment that moves a stage by its name needs no stage of the app', () => {
  const stack = newStack('Test', quietApp());
  const api = new RestApi(stack, 'Api', { deploy: false, cloudWatchRole: false });
  api.root.addResource('items').addMethod('GET', new HttpIntegration(UPSTREAM));
  const { restApiId } = api;
  new CfnDeployment(stack, 'Deployed', { restApiId, stageName: 'prod' });
  authorizerOf(stack, 'rest').protect(api);
  const { id } = only(Template.fromStack(stack), 'AWS::ApiGateway::Deployment');
  expect(id).toMatch(/^Deployed[0-9a-f]{16}$/);
  expect([said(stack, 'findError'), said(stack, 'findWarning')]).toEqual([[], []]);
});

test('a canary is an error: its callers, or the others, get another deployment', () => {
  const stack = newStack('Test', quietApp());
  const api = new RestApi(stack, 'Api', { cloudWatchRole: false });
  api.root.addResource('items').addMethod('GET', new HttpIntegration(UPSTREAM));
  const stage = api.deploymentStage.node.defaultChild as CfnStage;
  stage.canarySetting = { deploymentId: 'abc123', percentTraffic: 10 };
  authorizerOf(stack, 'rest').protect(api);
  expect(said(stack, 'findError')).toEqual([expect.stringContaining('without a canary')]);
});

describe('an imported API without a route in this app', () => {
  test.each([
    {
      how: 'HttpApi.fromHttpApiAttributes',
      kind: 'http' as const,
      api: (stack: Stack) => HttpApi.fromHttpApiAttributes(stack, 'X', { httpApiId: 'a1b2c3' }),
    },
    {
      how: 'RestApi.fromRestApiAttributes',
      kind: 'rest' as const,
      api: (stack: Stack) =>
        RestApi.fromRestApiAttributes(stack, 'X', { restApiId: 'a1b2c3', rootResourceId: 'r' }),
    },
    {
      how: 'RestApi.fromRestApiId',
      kind: 'rest' as const,
      api: (stack: Stack): IRestApi => RestApi.fromRestApiId(stack, 'X', 'a1b2c3'),
    },
  ])('$how: `protect` is an error, `attach` is taken', ({ kind, api }) => {
    const protectedStack = newStack('Test', quietApp());
    authorizerOf(protectedStack, kind).protect(api(protectedStack));
    expect(said(protectedStack, 'findError')).toEqual([
      expect.stringMatching(/is imported and has no (route|method) in this app.*`attach`/),
    ]);
    const attachedStack = newStack('Test', quietApp());
    const stage = kind === 'rest' ? { stage: 'prod' } : {};
    authorizerOf(attachedStack, kind).attach(api(attachedStack), stage);
    expect(
      resources(Template.fromStack(attachedStack), 'Custom::OktaGroupAttachment'),
    ).toHaveLength(1);
  });

  test('an API of this app imported by its resource is this app’s', () => {
    const stack = newStack('Test', quietApp());
    const { ref } = new CfnApi(stack, 'Raw', { name: 'raw', protocolType: 'HTTP' });
    const imported = HttpApi.fromHttpApiAttributes(stack, 'X', { httpApiId: ref });
    const authorizer = authorizerOf(stack, 'http');
    expect(() => authorizer.attach(imported)).toThrow(
      'found a resource of this app: use `protect`',
    );
    new CfnRoute(stack, 'Items', { apiId: ref, routeKey: 'GET /items' });
    authorizer.protect(imported);
    expect(said(stack, 'findError')).toEqual([]);
  });
});

describe('an authorizer that is on no API', () => {
  const unused = [expect.stringContaining('is on no API, so that it protects nothing')];

  test('is a warning that can be acknowledged; to watch it is not to use it', () => {
    const stack = newStack('Test', quietApp());
    const authorizer = authorizerOf(stack, 'http');
    new Watch(stack, 'Watch', { authorizer });
    expect(said(stack, 'findWarning')).toEqual(unused);
  });

  test.each([
    ['function', (authorizer: OktaGroupAuthorizer) => authorizer.function],
    ['invokedArn', (authorizer: OktaGroupAuthorizer) => authorizer.invokedArn],
    [
      'authorizerIdFor',
      (authorizer: OktaGroupAuthorizer) =>
        authorizer.authorizerIdFor(new HttpApi(authorizer, 'Api')),
    ],
    [
      'planAttachment',
      (authorizer: OktaGroupAuthorizer) =>
        authorizer.planAttachment(
          HttpApi.fromHttpApiAttributes(authorizer, 'X', { httpApiId: 'a1b2c3' }),
        ),
    ],
    [
      'authorizer: of a route',
      (authorizer: OktaGroupAuthorizer) =>
        new HttpApi(authorizer, 'Api').addRoutes({
          path: '/items',
          methods: [HttpMethod.GET],
          integration: new HttpUrlIntegration('Upstream', UPSTREAM),
          authorizer,
        }),
    ],
  ])('%s is use', (_, use) => {
    const stack = newStack('Test', quietApp());
    use(authorizerOf(stack, 'http'));
    expect(said(stack, 'findWarning')).toEqual([]);
  });
});

test('plain JavaScript that passes the construct to methods of a REST API is told to `protect`', () => {
  const stack = newStack('Test', quietApp());
  const authorizer = authorizerOf(stack, 'rest') as never;
  const api = new RestApi(stack, 'Api', { defaultMethodOptions: { authorizer } });
  expect(() => api.root.addMethod('GET')).toThrow('expected `protect(api)` for the methods');
});

test.each([
  ['CfnApi', (stack: Stack) => new CfnApi(stack, 'Raw', {}), 'HttpApi.fromHttpApiAttributes'],
  ['CfnParameter', (stack: Stack) => new CfnParameter(stack, 'Raw'), 'expected an HTTP API'],
  ['null', () => null, 'found `null`'],
  ['text', () => 'a1b2c3d4e5', 'found `a1b2c3d4e5`'],
])('a %s is refused with the construct to make of it', (_, make, told) => {
  const stack = newStack('Test', quietApp());
  const authorizer = authorizerOf(stack, 'http');
  const api = make(stack) as never;
  for (const use of ['protect', 'attach', 'planAttachment'] as const)
    expect(() => authorizer[use](api)).toThrow(told);
});

test('methods beside the authorizer of a REST API in another stack are such an error too', () => {
  const app = quietApp();
  const shop = newStack('Shop', app);
  const api = new RestApi(shop, 'Api', { cloudWatchRole: false });
  api.root.addMethod('GET', new HttpIntegration(UPSTREAM));
  const stack = newStack('Team', app);
  new CfnMethod(stack, 'Items', {
    restApiId: api.restApiId,
    resourceId: api.restApiRootResourceId,
    httpMethod: 'POST',
  });
  authorizerOf(stack, 'rest').protect(api);
  expect(() => app.synth()).toThrow('found it in `Team` beside the route `Team/Items`');
});

test('routes beside the authorizer of an API in another stack are an error that names what to move', () => {
  const app = quietApp();
  const api = new HttpApi(newStack('Shop', app), 'Api');
  const stack = newStack('Team', app);
  new CfnRoute(stack, 'Items', { apiId: api.apiId, routeKey: 'GET /items' });
  authorizerOf(stack, 'http').protect(api);
  expect(() => app.synth()).toThrow(
    'expected this authorizer in the stack of its API `Shop/Api` (`Shop`) or its own, found it in `Team` beside the route `Team/Items`',
  );
});
