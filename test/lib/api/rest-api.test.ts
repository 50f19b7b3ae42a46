import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { Template } from 'aws-cdk-lib/assertions';
import { AccessMapError } from '../../../lib/access-map/index.ts';
import { AccessStack, type AccessStackProps } from '../../../lib/stack/access-stack.ts';
import {
  accessMap,
  accessTemplate,
  newApp,
  only,
  resources,
  said,
  separatorVariants,
} from '../../support/synthesis.ts';
import { deepTest } from '../../support/tier.ts';

const api = {
  name: 'shop',
  kind: 'rest',
  upstream: { url: 'https://shop.example.com/v1' },
  cache: 'off',
};
const routes = [
  'GET /items',
  'POST /items',
  'GET /items/{id}',
  'ANY /files/{proxy+}',
  'GET /',
  'GET /health',
];
const rest = (
  overrides: Record<string, unknown> = {},
  apiOverrides: Record<string, unknown> = {},
) => accessMap({ api: { ...api, ...apiOverrides }, routes, ...overrides });
const cors = { origins: ['https://a.example.com'], headers: ['X-Trace'] };
const templateOf = (map = rest(), props: Partial<AccessStackProps> = {}): Template =>
  Template.fromStack(new AccessStack(newApp(), 'Access', { map, watch: false, ...props }));

interface Method {
  readonly security?: readonly Readonly<Record<string, readonly string[]>>[];
  readonly 'x-amazon-apigateway-integration': Readonly<Record<string, unknown>> & {
    readonly requestParameters: Readonly<Record<string, string>>;
  };
}
interface Body {
  readonly 'x-amazon-apigateway-binary-media-types'?: readonly string[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Method>>>>;
  readonly components: {
    readonly securitySchemes: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  };
  readonly 'x-amazon-apigateway-gateway-responses': Readonly<
    Record<string, Readonly<Record<string, unknown>>>
  >;
}
const bodyOf = (template: Template): Body =>
  only(template, 'AWS::ApiGateway::RestApi').Properties['Body'] as Body;
const methodOf = (template: Template, path: string, verb: string): Method => {
  const method = bodyOf(template).paths[path]?.[verb];
  if (method === undefined) throw new Error(`the body has no ${verb} ${path}`);
  return method;
};
const integrationOf = (template: Template, path: string, verb: string) =>
  methodOf(template, path, verb)['x-amazon-apigateway-integration'];

test('bodies pass as bytes to an upstream with a URL, and as its own choice to a function', () => {
  const typesOf = (upstream: object) =>
    bodyOf(templateOf(rest({}, { upstream })))['x-amazon-apigateway-binary-media-types'];
  expect(typesOf(api.upstream)).toEqual(['*/*']);
  expect(typesOf({ lambda: FUNCTION })).toBeUndefined();
});

test('every method has our authorizer but public ones and preflights', () => {
  const { paths, components } = bodyOf(templateOf(rest({}, { cors })));
  const [scheme, ...others] = Object.keys(components.securitySchemes);
  expect(others).toEqual([]);
  const unprotected = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).flatMap(([verb, { security }]) =>
      security === undefined ? [`${verb} ${path}`] : [],
    ),
  );
  expect(unprotected.toSorted()).toEqual(
    ['get /health', ...Object.keys(paths).map((path) => `options ${path}`)].toSorted(),
  );
  for (const item of Object.values(paths)) {
    for (const { security } of Object.values(item))
      if (security !== undefined) expect(security).toEqual([{ [String(scheme)]: [] }]);
  }
});

test('without a cache the authorizer gets each request, and only an authorizer of this API may invoke the function', () => {
  const template = templateOf();
  const functionArn = { 'Fn::GetAtt': [only(template, 'AWS::Lambda::Function').id, 'Arn'] };
  expect(Object.values(bodyOf(template).components.securitySchemes)).toEqual([
    {
      type: 'apiKey',
      name: 'Authorization',
      in: 'header',
      'x-amazon-apigateway-authtype': 'custom',
      'x-amazon-apigateway-authorizer': {
        type: 'request',
        identitySource: 'method.request.header.Authorization',
        authorizerResultTtlInSeconds: 0,
        authorizerUri: {
          'Fn::Join': [
            '',
            [
              'arn:',
              { Ref: 'AWS::Partition' },
              ':apigateway:',
              { Ref: 'AWS::Region' },
              ':lambda:path/2015-03-31/functions/',
              functionArn,
              '/invocations',
            ],
          ],
        },
      },
    },
  ]);
  expect(only(template, 'AWS::Lambda::Permission').Properties).toEqual({
    Action: 'lambda:InvokeFunction',
    Principal: 'apigateway.amazonaws.com',
    FunctionName: functionArn,
    SourceArn: {
      'Fn::Join': [
        '',
        [
          'arn:',
          { Ref: 'AWS::Partition' },
          ':execute-api:',
          { Ref: 'AWS::Region' },
          ':',
          { Ref: 'AWS::AccountId' },
          ':',
          { Ref: only(template, 'AWS::ApiGateway::RestApi').id },
          '/authorizers/*',
        ],
      ],
    },
  });
});

test.each([
  {
    path: '/items',
    verb: 'get',
    uri: 'https://shop.example.com/v1/items',
    method: 'GET',
    decided: "'GET'",
  },
  {
    path: '/items/{id}',
    verb: 'get',
    uri: 'https://shop.example.com/v1/items/{id}',
    method: 'GET',
    parameter: 'id',
    decided: "'GET'",
  },
  { path: '/', verb: 'get', uri: 'https://shop.example.com/v1/', method: 'GET', decided: "'GET'" },
  {
    path: '/files/{proxy+}',
    verb: 'x-amazon-apigateway-any-method',
    uri: 'https://shop.example.com/v1/files/{proxy}',
    method: 'ANY',
    parameter: 'proxy',
    decided: 'context.httpMethod',
  },
])(
  '$verb $path goes to $uri with the identity that the authorizer found',
  ({ path, verb, uri, method, parameter, decided }) => {
    const integration = integrationOf(templateOf(), path, verb);
    expect(integration).toMatchObject({ type: 'http_proxy', httpMethod: method, uri });
    const names = [
      'uid',
      'cid',
      'groups',
      'scope',
      'map-version',
      'quota-exceeded',
      'quota-limit',
      'quota-remaining',
      'quota-reset',
    ];
    const camelCase = (name: string): string =>
      name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
    const informing = ['map-version', 'quota-limit', 'quota-remaining', 'quota-reset'].map(
      (name) => `x-access-${name}`,
    );
    const both = (header: string, value: string) =>
      (informing.includes(header)
        ? [header, header.replaceAll('-', '_')]
        : separatorVariants(...header.split('-'))
      ).map((name) => [`integration.request.header.${name}`, value]);
    expect(integration.requestParameters).toEqual({
      ...(parameter === undefined
        ? {}
        : { [`integration.request.path.${parameter}`]: `method.request.path.${parameter}` }),
      ...Object.fromEntries(
        names.flatMap((name) => both(`x-access-${name}`, `context.authorizer.${camelCase(name)}`)),
      ),
      ...Object.fromEntries(
        ['x-http-method-override', 'x-http-method', 'x-method-override'].flatMap((name) =>
          both(name, decided),
        ),
      ),
      ...Object.fromEntries(
        ['x-original-url', 'x-rewrite-url'].flatMap((name) => both(name, "'-'")),
      ),
    });
  },
);

test('a public method overwrites every identity header with nothing known', () => {
  const parameters = Object.entries(
    integrationOf(templateOf(), '/health', 'get').requestParameters,
  );
  const identity = parameters.filter(([name]) => /x[-_]access/.test(name));
  expect(identity).toHaveLength(32);
  expect(new Set(identity.map(([, value]) => value))).toEqual(new Set(["'-'"]));
});

test.each([
  { origins: ['https://a.example.com'], origin: "'https://a.example.com'" },
  { origins: ['https://a.example.com', 'https://b.example.com'], origin: "'*'" },
])('preflights and gateway responses name the origin $origin', ({ origins, origin }) => {
  const template = templateOf(rest({}, { cors: { origins, maxAge: '5m' } }));
  expect(integrationOf(template, '/items', 'options')).toMatchObject({
    type: 'mock',
    responses: {
      default: {
        statusCode: '204',
        responseParameters: {
          'method.response.header.Access-Control-Allow-Origin': origin,
          'method.response.header.Access-Control-Allow-Methods': "'GET,POST'",
          'method.response.header.Access-Control-Max-Age': "'300'",
        },
      },
    },
  });
  const responses = bodyOf(template)['x-amazon-apigateway-gateway-responses'];
  expect(Object.keys(responses)).toEqual([
    'ACCESS_DENIED',
    'UNAUTHORIZED',
    'DEFAULT_4XX',
    'DEFAULT_5XX',
  ]);
  for (const { responseParameters } of Object.values(responses)) {
    expect(responseParameters).toMatchObject({
      'gatewayresponse.header.Access-Control-Allow-Origin': origin,
    });
  }
});

test('a 403 stays a 403 with the code in its body, and the header that no account has confirmed can be turned off', () => {
  const denied = (props: Partial<AccessStackProps>) =>
    bodyOf(templateOf(rest(), props))['x-amazon-apigateway-gateway-responses']['ACCESS_DENIED'];
  const responseTemplates = {
    'application/json':
      '{"message":"Forbidden","code":"$context.authorizer.code","quotaReset":"$context.authorizer.quotaReset"}',
  };
  const header = { 'gatewayresponse.header.Retry-After': 'context.authorizer.retryAfter' };
  expect(denied({})).toEqual({ statusCode: 403, responseParameters: header, responseTemplates });
  expect(denied({ retryAfterHeader: false })).toEqual({
    statusCode: 403,
    responseParameters: {},
    responseTemplates,
  });
});

test('without cors in the map there is no OPTIONS method', () => {
  expect(Object.values(bodyOf(templateOf()).paths).flatMap(Object.keys)).not.toContain('options');
});

test('an OPTIONS route of the map is a route like another', () => {
  const map = rest({ routes: ['OPTIONS /items'], public: [], groups: {} }, { cors });
  expect(methodOf(templateOf(map), '/items', 'options')).toMatchObject({
    security: [expect.anything()],
  });
});

test('a URL behind a VPC link is called through it', () => {
  const template = templateOf(
    rest({}, { upstream: { url: 'http://nlb.internal', vpcLink: 'vl-1' } }),
  );
  for (const path of ['/items', '/health']) {
    expect(integrationOf(template, path, 'get')).toMatchObject({
      type: 'http_proxy',
      connectionType: 'VPC_LINK',
      connectionId: 'vl-1',
    });
  }
});

const FUNCTION = 'arn:aws:lambda:eu-west-1:123456789012:function:shop';
test('a function as upstream is invoked by this API alone', () => {
  const template = templateOf(rest({}, { upstream: { lambda: FUNCTION } }));
  const integration = integrationOf(template, '/items', 'post');
  expect(integration).toMatchObject({ type: 'aws_proxy', httpMethod: 'POST' });
  expect(JSON.stringify(integration['uri'])).toContain(`functions/${FUNCTION}/invocations`);
  const permissions = resources(template, 'AWS::Lambda::Permission').filter(
    ({ Properties }) => Properties['FunctionName'] === FUNCTION,
  );
  expect(permissions).toHaveLength(1);
  expect(JSON.stringify(permissions[0]?.Properties['SourceArn'])).toContain(
    only(template, 'AWS::ApiGateway::RestApi').id,
  );
});

test('an HTTP API reaches a listener through its VPC link, and a function with payload 2.0', () => {
  const listener =
    'arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/shop/50dc6c495c0c9188/f2f7dc8efc522ab2';
  const linked = accessTemplate(
    accessMap({ api: { name: 'shop', upstream: { listener, vpcLink: 'vl-1' } } }),
  );
  expect(
    resources(linked, 'AWS::ApiGatewayV2::Integration').map(({ Properties }) => Properties),
  ).toEqual(
    Array(2).fill(
      expect.objectContaining({
        IntegrationUri: listener,
        ConnectionType: 'VPC_LINK',
        ConnectionId: 'vl-1',
      }),
    ),
  );
  const invoked = accessTemplate(
    accessMap({ api: { name: 'shop', upstream: { lambda: FUNCTION } } }),
  );
  const integrations = resources(invoked, 'AWS::ApiGatewayV2::Integration');
  expect(integrations.map(({ Properties }) => Properties)).toEqual(
    Array(2).fill(
      expect.objectContaining({
        IntegrationType: 'AWS_PROXY',
        IntegrationUri: FUNCTION,
        PayloadFormatVersion: '2.0',
      }),
    ),
  );
  const permitted = resources(invoked, 'AWS::Lambda::Permission').filter(
    ({ Properties }) => Properties['FunctionName'] === FUNCTION,
  );
  expect(permitted).toHaveLength(1);
});

test('the event of a function behind an HTTP API has the headers of the authorizer, on a public route none, and no path of ours', () => {
  const template = accessTemplate(
    accessMap({ api: { name: 'shop', upstream: { lambda: FUNCTION } } }),
  );
  const parametersOf = (routeKey: string): Readonly<Record<string, string>> => {
    const route = resources(template, 'AWS::ApiGatewayV2::Route').find(
      ({ Properties }) => Properties['RouteKey'] === routeKey,
    );
    const integrations = resources(template, 'AWS::ApiGatewayV2::Integration');
    const integration = integrations.find(({ id }) =>
      JSON.stringify(route?.Properties['Target']).includes(`"${id}"`),
    );
    return integration?.Properties['RequestParameters'] as Readonly<Record<string, string>>;
  };
  const forged = {
    'remove:header.x_access_uid': '',
    'remove:header.x-access_uid': '',
    'remove:header.x-http-method-override': '',
  };
  expect(parametersOf('GET /items')).toMatchObject({
    ...forged,
    'overwrite:header.x-access-uid': '$context.authorizer.uid',
  });
  expect(parametersOf('GET /health')).toMatchObject({
    ...forged,
    'remove:header.x-access-uid': '',
  });
  for (const key of ['GET /items', 'GET /health'])
    expect(parametersOf(key)).not.toHaveProperty(['overwrite:path']);
});

test('whatever changes is deployed again, and what does not change is not', () => {
  const deploymentOf = (map = rest(), props: Partial<AccessStackProps> = {}): string =>
    only(templateOf(map, props), 'AWS::ApiGateway::Deployment').id;
  const changed = [
    rest({ groups: { staff: { allow: ['GET /items'] } } }),
    rest({ routes: [...routes, 'GET /more'] }),
    rest({ public: [] }),
    rest({}, { cors }),
    rest({}, { upstream: { url: 'https://other.example.com' } }),
  ].map((map) => deploymentOf(map));
  const ids = [deploymentOf(), ...changed, deploymentOf(rest(), { retryAfterHeader: false })];
  expect(new Set(ids).size).toBe(ids.length);
  expect(deploymentOf()).toBe(ids[0]);
});

test('the stage is throttled and logged, and the Region’s account settings are left alone unless asked for', () => {
  const template = templateOf();
  expect(only(template, 'AWS::ApiGateway::Stage').Properties).toMatchObject({
    StageName: 'live',
    MethodSettings: [
      { HttpMethod: '*', ResourcePath: '/*', ThrottlingRateLimit: 1000, ThrottlingBurstLimit: 500 },
    ],
    DeploymentId: { Ref: only(template, 'AWS::ApiGateway::Deployment').id },
  });
  const { Format } = only(template, 'AWS::ApiGateway::Stage').Properties['AccessLogSetting'] as {
    Format: string;
  };
  expect(JSON.parse(Format)).toMatchObject({
    routeKey: '$context.httpMethod $context.resourcePath',
    code: '$context.authorizer.code',
  });
  expect(Format).not.toMatch(/context\.path|header|query/i);
  expect(resources(template, 'AWS::ApiGateway::Account')).toEqual([]);
  expect(
    resources(templateOf(rest(), { apiGatewayAccountRole: true }), 'AWS::ApiGateway::Account'),
  ).toHaveLength(1);
  expect(
    only(templateOf(rest(), { stageName: 'v1' }), 'AWS::ApiGateway::Stage').Properties,
  ).toMatchObject({ StageName: 'v1' });
});

test('an import that warns, as of a security requirement that it drops, is not deployed', () => {
  expect(only(templateOf(), 'AWS::ApiGateway::RestApi').Properties).toMatchObject({
    FailOnWarnings: true,
    EndpointConfiguration: { Types: ['REGIONAL'] },
  });
});

test.each([
  ['http', cors],
  ['rest', undefined],
])(
  'a map of 300 routes on 150 paths, kind %s (cors: %j), stays below 500 resources and 1 MB',
  (kind, ownCors) => {
    const many = Array.from(
      { length: 300 },
      (_, index) =>
        `${index % 2 ? 'GET' : 'PUT'} /area-${index % 20}/collection-${index >> 1}/{id}`,
    );
    const app = newApp();
    const map = accessMap({
      api: { ...api, kind, ...(ownCors && { cors: ownCors }) },
      routes: many,
      public: [],
      groups: { staff: { allow: ['ANY /**'] } },
    });
    new AccessStack(app, 'Access', { map });
    const [artifact] = app.synth().stacks;
    const text = artifact === undefined ? '' : readFileSync(artifact.templateFullPath, 'utf8');
    expect(Object.keys((JSON.parse(text) as { Resources: object }).Resources).length).toBeLessThan(
      500,
    );
    expect(Buffer.byteLength(text)).toBeLessThan(1_000_000);
  },
);

test('a map with no room for mixed spellings warns, and has the plain ones', () => {
  const many = Array.from({ length: 250 }, (_, index) => `GET /collection-${index}/{id}`);
  const stack = new AccessStack(newApp(), 'Access', {
    map: rest({ routes: many, public: [], groups: {} }),
  });
  const warnings = said(stack, 'findWarning').filter((text) =>
    text.includes('mix hyphens and underscores'),
  );
  expect(warnings).toEqual([
    expect.stringContaining('250 routes leave no room in a template to overwrite names'),
  ]);
  const integration = integrationOf(Template.fromStack(stack), '/collection-0/{id}', 'get');
  const names = Object.keys(integration.requestParameters).filter((name) => name.endsWith('uid'));
  expect(names).toEqual([
    'integration.request.header.x-access-uid',
    'integration.request.header.x_access_uid',
  ]);
});

test('a map that does not fit into a template says so and what to do', () => {
  const many = Array.from({ length: 900 }, (_, index) => `GET /collection-${index}/{id}`);
  const map = rest({ routes: many, public: [], groups: {} }, { cors });
  expect(() => templateOf(map)).toThrow(AccessMapError);
  expect(() => templateOf(map)).toThrow(
    /^cdk\.json#\/context\/accessMap\/routes: expected routes whose OpenAPI document has at most \d+ bytes.*, found 900 routes and their preflights of \d+ bytes: split the map/,
  );
});

deepTest(
  'the map that the stack holds is counted too: many groups leave less room for routes',
  () => {
    const many = Array.from({ length: 340 }, (_, index) => `GET /collection-${index}/{id}`);
    const groups = Object.fromEntries(
      Array.from({ length: 600 }, (_, group) => [
        `group-with-a-long-name-${group}`,
        { allow: many.filter((_route, index) => (index + group) % 7 < 3) },
      ]),
    );
    const messageOf = (few: Record<string, unknown>): string => {
      try {
        templateOf(rest({ routes: many, public: [], groups: few }));
        return 'fits';
      } catch (error) {
        return error instanceof AccessMapError ? error.message : 'another error';
      }
    };
    expect(messageOf({ staff: { allow: ['GET /**'] } })).toBe('fits');
    const said = messageOf(groups);
    const [, room] = /document has at most (\d+) bytes/.exec(said) ?? [];
    expect(Number(room)).toBeLessThan(800_000);
    expect(said).toMatch(
      /found 340 routes of \d+ bytes: split the map into several APIs \(context `accessMap` may be a glob\)$/,
    );
  },
);

test('the API of the other kind is asked for in vain', () => {
  expect(() => new AccessStack(newApp(), 'Access', { map: rest() }).httpApi).toThrow(
    'expected a map of kind `http`, found `rest`',
  );
  expect(() => new AccessStack(newApp(), 'Access', { map: accessMap() }).restApi).toThrow(
    'expected a map of kind `rest`, found `http`',
  );
});

interface Guarded {
  readonly Parameters: { readonly ApiKind: { readonly Default: string } };
  readonly Rules: {
    readonly ApiKindUnchanged: {
      readonly Assertions: readonly {
        readonly Assert: { 'Fn::Equals': readonly unknown[] };
        readonly AssertDescription: string;
      }[];
    };
  };
}

/**
 * What CloudFormation does with the rule when a stack is updated and, as `cdk deploy` asks, the
 * parameter keeps its value.
 */
function refusalOf(update: Guarded, previous: Guarded): string | undefined {
  const value = previous.Parameters.ApiKind.Default;
  const failed = update.Rules.ApiKindUnchanged.Assertions.find(({ Assert }) => {
    const [left, right] = Assert['Fn::Equals'].map((side) =>
      typeof side === 'string' ? side : value,
    );
    return left !== right;
  });
  return failed?.AssertDescription;
}

test('a changed kind of a deployed stack is refused with a sentence, an unchanged one is not', () => {
  const [asHttp, asRest] = [accessTemplate(accessMap()), templateOf()].map(
    (template) => template.toJSON() as Guarded,
  );
  if (asHttp === undefined || asRest === undefined) throw new Error('two templates');
  expect(refusalOf(asRest, asHttp)).toBe(
    'this stack was deployed with another api.kind than rest: the change would delete the API and its URL. ' +
      'Give api.name another value, which makes a second stack, and delete this one when its callers have moved',
  );
  expect(refusalOf(asHttp, asRest)).toMatch(/another api\.kind than http/);
  expect([refusalOf(asHttp, asHttp), refusalOf(asRest, asRest)]).toEqual([undefined, undefined]);
});
