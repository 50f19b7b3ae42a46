/** Rules of an attachment, held by `protect` in the same sentences. */
import { describe, expect, test } from '@jest/globals';
import { CfnParameter, Fn, type Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import {
  ApiDefinition,
  ApiKeySourceType,
  AuthorizationType,
  HttpIntegration,
  type MethodOptions,
  RestApi,
  SpecRestApi,
} from 'aws-cdk-lib/aws-apigateway';
import {
  CfnAuthorizer,
  CfnIntegration,
  CfnRoute,
  CorsHttpMethod,
  HttpApi,
  HttpMethod,
} from 'aws-cdk-lib/aws-apigatewayv2';
import {
  HttpLambdaIntegration,
  HttpUrlIntegration,
} from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { AnyPrincipal, Effect, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { OktaGroupAuthorizer } from '../../../lib/authorizer/okta-group-authorizer.ts';
import {
  accessMap,
  authorization,
  newStack,
  quietApp,
  resources,
  restMap,
  said,
} from '../../support/synthesis.ts';

const URL = 'https://shop.example.com';
const accepting = (...findings: readonly string[]) => ({ accept: { findings } });
const FROM_TOKEN = { 'overwrite:path': '/users/$context.authorizer.uid' };
const ITEMS = { routes: ['GET /items'], public: [], groups: {} };

const everybody = { principals: [new AnyPrincipal()], actions: ['execute-api:Invoke'] };
const policy = (...statements: readonly PolicyStatement[]) =>
  new PolicyDocument({ statements: [...statements] });
const allowAll = new PolicyStatement({ ...everybody, resources: ['execute-api:/*'] });
const IpAddress = { 'aws:SourceIp': ['10.0.0.0/8'] };
const allowSome = new PolicyStatement({
  ...everybody,
  resources: ['execute-api:/*'],
  conditions: { IpAddress },
});
const denyOthers = new PolicyStatement({
  ...everybody,
  effect: Effect.DENY,
  resources: ['execute-api:/*'],
  conditions: { NotIpAddress: IpAddress },
});

describe('a REST API', () => {
  const build = (
    props: (stack: Stack) => ConstructorParameters<typeof RestApi>[2],
    {
      api = {},
      apiKeyRequired = false,
      method = {},
    }: { api?: object; apiKeyRequired?: boolean; method?: MethodOptions } = {},
  ): Stack => {
    const stack = newStack('Test', quietApp());
    const restApi = new RestApi(stack, 'Api', { cloudWatchRole: false, ...props(stack) });
    restApi.root
      .addResource('items')
      .addMethod('GET', new HttpIntegration(URL), { apiKeyRequired, ...method });
    const settings = { name: 'shop', kind: 'rest', cache: 'off', ...api };
    const map = restMap({ ...ITEMS, api: settings });
    new OktaGroupAuthorizer(stack, 'Authorizer', { map }).protect(restApi);
    return stack;
  };

  test.each([
    { what: 'that allows some addresses only', of: policy(allowSome), errors: 1 },
    { what: 'that allows all and denies others', of: policy(allowAll, denyOthers), errors: 0 },
    { what: 'that allows nothing', of: policy(denyOthers), errors: 1 },
    {
      what: 'accepted by name',
      of: policy(allowSome),
      errors: 0,
      api: accepting('resourcePolicy'),
    },
  ])('with a resource policy $what: $errors errors', ({ of, errors, api = {} }) => {
    expect(
      said(
        build(() => ({ policy: of }), { api }),
        'findError',
      ),
    ).toEqual(
      Array.from({ length: errors }, () =>
        expect.stringMatching(
          /^expected a resource policy on API `Test\/Api` that restricts by Deny, found one that restricts only by what it allows/,
        ),
      ),
    );
  });

  test('with a policy from deploy time: cannot be evaluated', () => {
    const stack = build(() => ({}));
    const api = stack.node.findChild('Api').node.defaultChild;
    Reflect.set(api as object, 'policy', Fn.importValue('policy'));
    expect(said(stack, 'findError')).toEqual([
      expect.stringContaining('known at deploy time only (`Fn::ImportValue`)'),
    ]);
  });

  test('that takes keys of usage plans from the authorizer: every call would get 403', () => {
    const apiKeySourceType = ApiKeySourceType.AUTHORIZER;
    const keyed = build(() => ({ apiKeySourceType }), { apiKeyRequired: true });
    expect(said(keyed, 'findError')).toEqual([
      expect.stringMatching(/`apiKeySourceType: HEADER` on API `Test\/Api`.*`GET \/items`.*403/),
    ]);
    expect(
      said(
        build(() => ({ apiKeySourceType })),
        'findError',
      ),
    ).toEqual([]);
    // The authorizer of somebody else may return one.
    const foreign = build(() => ({ apiKeySourceType }), {
      apiKeyRequired: true,
      api: { accept: { foreign: ['GET /items'] } },
      method: { authorizationType: AuthorizationType.IAM },
    });
    expect(said(foreign, 'findError')).toEqual([]);
    expect(
      said(
        build(() => ({}), { apiKeyRequired: true }),
        'findError',
      ),
    ).toEqual([]);
  });

  test('whose body restricts by Allow and takes keys from the authorizer', () => {
    const stack = newStack('Test', quietApp());
    const restApi = new SpecRestApi(stack, 'Api', {
      cloudWatchRole: false,
      apiDefinition: ApiDefinition.fromInline({
        openapi: '3.0.1',
        'x-amazon-apigateway-policy': policy(allowSome).toJSON(),
        'x-amazon-apigateway-api-key-source': 'AUTHORIZER',
        components: {
          securitySchemes: { key: { type: 'apiKey', name: 'x-api-key', in: 'header' } },
        },
        paths: { '/items': { get: { security: [{ key: [] }] } } },
      }),
    });
    new OktaGroupAuthorizer(stack, 'Authorizer', { map: restMap(ITEMS) }).protect(restApi);
    expect(said(stack, 'findError')).toEqual([
      expect.stringContaining('restricts only by what it allows'),
      expect.stringContaining('`apiKeySourceType: HEADER`'),
    ]);
  });

  test('with CORS and an `ANY` method without a MOCK OPTIONS: the preflight would be refused', () => {
    const any = (api: object, apiKeyRequired = false) => {
      const stack = newStack('Test', quietApp());
      const restApi = new RestApi(stack, 'Api', { cloudWatchRole: false });
      const user = restApi.root.addResource('user');
      user.addMethod('ANY', new HttpIntegration(URL), { apiKeyRequired });
      const items = restApi.root.addResource('items');
      items.addMethod('ANY', new HttpIntegration(URL));
      items.addCorsPreflight({ allowOrigins: ['https://a.example.com'] });
      const settings = { name: 'shop', kind: 'rest', cache: 'off', ...api };
      const routes = { ...ITEMS, routes: ['ANY /user', 'ANY /items'] };
      const map = restMap({ ...routes, api: settings });
      new OktaGroupAuthorizer(stack, 'Authorizer', { map }).protect(restApi);
      return said(stack, 'findError');
    };
    expect(any({})).toEqual([
      expect.stringMatching(/found that `ANY \/user` would refuse them: add `OPTIONS \/user`/),
    ]);
    expect(any(accepting('preflight'))).toEqual([]);
    // A preflight brings no key of a usage plan: the gateway refuses it without us.
    expect(any({}, true)).toEqual([]);
  });
});

describe('an HTTP API with CORS', () => {
  const corsPreflight = {
    allowOrigins: ['https://a.example.com'],
    allowMethods: [CorsHttpMethod.ANY],
  };
  const MAP = { ...ITEMS, routes: ['ANY /user', 'GET /items', '$default'] };
  const build = (
    add: (api: HttpApi, stack: Stack) => void,
    more: object = {},
    routes: readonly string[] = MAP.routes,
  ): Stack => {
    const stack = newStack('Test', quietApp());
    const httpApi = new HttpApi(stack, 'Api', { corsPreflight });
    add(httpApi, stack);
    const api = { name: 'shop', cache: 'off', ...more };
    const map = accessMap({ ...MAP, routes, api });
    new OktaGroupAuthorizer(stack, 'Authorizer', { map }).protect(httpApi);
    return stack;
  };
  const anyUser = (integration: HttpUrlIntegration | HttpLambdaIntegration) => (api: HttpApi) =>
    void api.addRoutes({ path: '/user', methods: [HttpMethod.ANY], integration });

  test.each([
    ['a URL', () => new HttpUrlIntegration('Upstream', URL)],
    [
      'a function',
      (stack: Stack) =>
        new HttpLambdaIntegration('Fn', LambdaFunction.fromFunctionName(stack, 'Fn', 'shop')),
    ],
  ])(
    'gets the OPTIONS route beside an `ANY` route to %s, without a token on the way',
    (_, make) => {
      const stack = build((api, of) => anyUser(make(of))(api));
      const template = Template.fromStack(stack);
      expect(authorization(template)).toEqual({ 'ANY /user': 'CUSTOM', 'OPTIONS /user': 'NONE' });
      expect(said(stack, 'findError')).toEqual([]);
      const [given, copy] = resources(template, 'AWS::ApiGatewayV2::Integration');
      expect(copy?.Properties).toEqual({
        ...given?.Properties,
        RequestParameters: expect.objectContaining({
          'remove:header.authorization': '',
          'remove:header.x-http-method-override': '',
        }),
      });
    },
  );

  test('gets two beside a default route, and none where the map or the owner has one', () => {
    const integration = new HttpUrlIntegration('Upstream', URL);
    const byDefault = build(
      (api) =>
        new CfnRoute(api, 'D', { apiId: api.apiId, routeKey: '$default', target: targetIn(api) }),
    );
    expect(authorization(Template.fromStack(byDefault))).toEqual({
      $default: 'CUSTOM',
      'OPTIONS /': 'NONE',
      'OPTIONS /{proxy+}': 'NONE',
    });
    const named = build((api) => {
      anyUser(integration)(api);
      api.addRoutes({ path: '/user', methods: [HttpMethod.OPTIONS], integration });
    });
    expect(said(named, 'findError')).toEqual([
      expect.stringMatching(/found that `OPTIONS \/user` would refuse them/),
    ]);
  });

  test('opens no OPTIONS route that the map protects', () => {
    const add = anyUser(new HttpUrlIntegration('Upstream', URL));
    const stack = build(add, {}, ['ANY /user', 'OPTIONS /user']);
    expect(authorization(Template.fromStack(stack))).toEqual({ 'ANY /user': 'CUSTOM' });
    expect(said(stack, 'findError')).toEqual([
      expect.stringMatching(/found that `ANY \/user` would refuse them: add `OPTIONS \/user`/),
    ]);
  });

  test.each([
    ['a service', { integrationType: 'AWS_PROXY', integrationSubtype: 'SQS-SendMessage' }],
    ['a path from the token', { integrationType: 'HTTP_PROXY', requestParameters: FROM_TOKEN }],
  ])('is an error with the route to add where the route leads to %s', (_, integration) => {
    const add = (api: HttpApi) =>
      void new CfnRoute(api, 'U', {
        apiId: api.apiId,
        routeKey: 'ANY /user',
        target: targetIn(api, integration),
      });
    expect(said(build(add), 'findError')).toEqual([
      expect.stringMatching(/found that `ANY \/user` would refuse them: add `OPTIONS \/user`/),
    ]);
    expect(said(build(add, accepting('preflight')), 'findError')).toEqual([]);
  });

  test('what the authorizer would have filled is removed for calls without it', () => {
    const requestParameters = {
      'overwrite:header.x-user': '$context.authorizer.uid',
      'append:header.Authorization': 'secret',
      'overwrite:header.x-shop': 'one',
    };
    const stack = build(
      (api) =>
        new CfnRoute(api, 'U', {
          apiId: api.apiId,
          routeKey: 'ANY /user',
          target: targetIn(api, { integrationType: 'HTTP_PROXY', requestParameters }),
        }),
    );
    const copy = resources(Template.fromStack(stack), 'AWS::ApiGatewayV2::Integration').at(-1);
    const parameters = copy?.Properties['RequestParameters'] as Record<string, unknown>;
    expect(parameters).toMatchObject({
      'remove:header.x-user': '',
      'overwrite:header.x-shop': 'one',
    });
    expect(JSON.stringify(parameters)).not.toMatch(/secret|context\.authorizer/);
  });
});

const targetIn = (api: HttpApi, props: object = { integrationType: 'HTTP_PROXY' }): string =>
  Fn.join('', [
    'integrations/',
    new CfnIntegration(api, 'Target', {
      apiId: api.apiId,
      integrationType: 'HTTP_PROXY',
      integrationUri: URL,
      payloadFormatVersion: '1.0',
      ...props,
    }).ref,
  ]);

test('an eleventh authorizer is an error, unless its quota is accepted', () => {
  const build = (api: object) => {
    const stack = newStack('Test', quietApp());
    const httpApi = new HttpApi(stack, 'Api');
    new CfnRoute(stack, 'Items', { apiId: httpApi.apiId, routeKey: 'GET /items' });
    for (let at = 0; at < 10; at++)
      new CfnAuthorizer(stack, `A${at}`, {
        apiId: httpApi.apiId,
        authorizerType: 'JWT',
        name: `a${at}`,
      });
    const map = accessMap({ ...ITEMS, api: { name: 'shop', cache: 'off', ...api } });
    new OktaGroupAuthorizer(stack, 'Authorizer', { map }).protect(httpApi);
    return said(stack, 'findError');
  };
  expect(build({})).toEqual([expect.stringContaining('found 10, the most it can have by default')]);
  expect(build(accepting('authorizerQuota'))).toEqual([]);
});

test.each([
  { kind: 'http' as const, count: 299, warnings: 0 },
  { kind: 'http' as const, count: 300, warnings: 1 },
])('an API of $count routes: $warnings warnings of AWS’s default quota', ({ count, warnings }) => {
  const stack = newStack('Test', quietApp());
  const httpApi = new HttpApi(stack, 'Api');
  const routes = Array.from({ length: count }, (_, at) => `GET /o${at}`);
  for (const routeKey of routes) new CfnRoute(stack, routeKey, { apiId: httpApi.apiId, routeKey });
  const map = accessMap({ ...ITEMS, routes });
  new OktaGroupAuthorizer(stack, 'Authorizer', { map }).protect(httpApi);
  expect(said(stack, 'findWarning')).toEqual(
    Array.from({ length: warnings }, () => expect.stringContaining('quota "Routes per API"')),
  );
});

test('the body of an HTTP API that came after `protect` is an error', () => {
  const stack = newStack('Test', quietApp());
  const httpApi = new HttpApi(stack, 'Api');
  new OktaGroupAuthorizer(stack, 'Authorizer', { map: accessMap(ITEMS) }).protect(httpApi);
  const parameter = new CfnParameter(stack, 'Target').valueAsString;
  Reflect.set(httpApi.node.defaultChild as object, 'target', parameter);
  expect(said(stack, 'findError')).toEqual([expect.stringContaining('routes by `Target`')]);
});
