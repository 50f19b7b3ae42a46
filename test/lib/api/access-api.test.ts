import { expect, test } from '@jest/globals';
import { AccessMapError } from '../../../lib/access-map/index.ts';
import {
  accessMap,
  accessTemplate,
  authorization,
  exampleMap,
  only,
  resources,
  separatorVariants,
} from '../../support/synthesis.ts';

const template = accessTemplate(exampleMap());

const ROUTE = 'AWS::ApiGatewayV2::Route';
const INTEGRATION = 'AWS::ApiGatewayV2::Integration';

const HEADERS = [
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
const camelCase = (header: string): string =>
  header.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
const OVERRIDES = [
  'http-method-override',
  'http-method',
  'method-override',
  'original-url',
  'rewrite-url',
];
const EVERY_REQUEST = {
  'overwrite:path': '$request.path',
  ...Object.fromEntries(
    OVERRIDES.flatMap((name) => separatorVariants('x', ...name.split('-'))).map((name) => [
      `remove:header.${name}`,
      '',
    ]),
  ),
  ...Object.fromEntries(
    HEADERS.flatMap((header) =>
      separatorVariants('x', 'access', ...header.split('-')).filter((name) => name.includes('_')),
    ).map((name) => [`remove:header.${name}`, '']),
  ),
};

function requestParametersOf(routeKey: string, of = template): unknown {
  const route = resources(of, ROUTE).find(({ Properties }) => Properties['RouteKey'] === routeKey);
  const target = JSON.stringify(route?.Properties['Target']);
  const integration = resources(of, INTEGRATION).find(({ id }) => target.includes(`"${id}"`));
  return integration?.Properties['RequestParameters'];
}

test('an authorized request reaches the upstream with the identity that the authorizer found', () => {
  expect(requestParametersOf('GET /orders')).toEqual({
    ...EVERY_REQUEST,
    ...Object.fromEntries(
      HEADERS.map((header) => [
        `overwrite:header.x-access-${header}`,
        `$context.authorizer.${camelCase(header)}`,
      ]),
    ),
  });
});

test('a public request reaches the upstream without any identity', () => {
  expect(requestParametersOf('GET /health')).toEqual({
    ...EVERY_REQUEST,
    ...Object.fromEntries(HEADERS.map((header) => [`remove:header.x-access-${header}`, ''])),
  });
});

test('all routes share two integrations of the upstream', () => {
  expect(resources(template, INTEGRATION).map(({ Properties }) => Properties)).toEqual(
    Array(2).fill(
      expect.objectContaining({
        IntegrationType: 'HTTP_PROXY',
        IntegrationMethod: 'ANY',
        IntegrationUri: 'https://orders.example.com',
      }),
    ),
  );
});

test.each([
  { url: 'https://shop.example.com', path: '$request.path' },
  { url: 'https://shop.example.com/', path: '$request.path' },
  { url: 'https://shop.example.com/v1/api', path: '/v1/api${request.path}' },
  { url: 'https://shop.example.com/v1/', path: '/v1${request.path}' },
])('a request goes to $path below $url', ({ url, path }) => {
  const template = accessTemplate(accessMap({ api: { name: 'shop', upstream: { url } } }));
  expect(requestParametersOf('GET /items', template)).toHaveProperty(['overwrite:path'], path);
});

test('a map of 300 routes stays below the 500 resources of a stack', () => {
  const routes = Array.from({ length: 300 }, (_, index) => `GET /items/${index}`);
  const template = accessTemplate(
    accessMap({ routes, public: [], groups: { staff: { allow: ['GET /items/*'] } } }),
  );
  expect(resources(template, ROUTE)).toHaveLength(300);
  expect(Object.keys(template.toJSON()['Resources']).length).toBeLessThan(330);
});

test.each([
  [
    '300 `ANY` routes with preflights',
    'ANY',
    300,
    { origins: ['https://a.example.com'] },
    /, found 6\d\d, of which 300 are routes and some 300 their preflights: split the map into several APIs .*, or name the methods/,
  ],
  [
    '500 routes',
    'GET',
    500,
    undefined,
    /: expected a stack of at most 500 resources, .*, found 5\d\d, of which 500 are routes: split the map into several APIs \([^)]*\)$/,
  ],
])(
  '%s pass the 500 resources of a stack: refused with what to do',
  (_, method, count, cors, message) => {
    const routes = Array.from({ length: count }, (_route, index) => `${method} /items/${index}`);
    const api = {
      name: 'shop',
      upstream: { url: 'https://shop.example.com' },
      cache: 'off',
      ...(cors && { cors }),
    };
    const make = () =>
      accessTemplate(
        accessMap({ api, routes, public: [], groups: { staff: { allow: ['ANY /items/*'] } } }),
      );
    expect(make).toThrow(AccessMapError);
    expect(make).toThrow(message);
  },
);

test('preflights are answered by the gateway for the origins of the map and the methods of its inventory', () => {
  expect(only(template, 'AWS::ApiGatewayV2::Api').Properties['CorsConfiguration']).toEqual({
    AllowOrigins: ['https://app.example.com'],
    AllowHeaders: ['authorization', 'content-type'],
    AllowMethods: ['GET', 'POST', 'DELETE'],
    MaxAge: expect.any(Number),
  });
});

test('without cors in the map the API answers no preflight', () => {
  expect(only(accessTemplate(accessMap()), 'AWS::ApiGatewayV2::Api').Properties).not.toHaveProperty(
    'CorsConfiguration',
  );
});

test.each([
  { route: 'ANY /{proxy+}', preflights: ['OPTIONS /{proxy+}'] },
  { route: 'ANY /files/{proxy+}', preflights: ['OPTIONS /files/{proxy+}'] },
  { route: 'ANY /items', preflights: ['OPTIONS /items'] },
  { route: '$default', preflights: ['OPTIONS /', 'OPTIONS /{proxy+}'] },
  { route: 'GET /items', preflights: [] },
])('beside $route preflights are open on $preflights when cors is on', ({ route, preflights }) => {
  const api = { name: 'shop', upstream: { url: 'https://shop.example.com' } };
  const routes = { routes: [route], public: [], groups: {} };
  const on = accessTemplate(
    accessMap({
      api: { ...api, cors: { origins: ['https://a.example.com'], headers: ['X-Trace'] } },
      ...routes,
    }),
  );
  expect(authorization(on)).toEqual({
    [route]: 'CUSTOM',
    ...Object.fromEntries(preflights.map((key) => [key, 'NONE'])),
  });
  expect(only(on, 'AWS::ApiGatewayV2::Api').Properties).toMatchObject({
    CorsConfiguration: { AllowHeaders: ['authorization', 'content-type', 'x-trace'] },
  });
  expect(authorization(accessTemplate(accessMap({ api, ...routes })))).toEqual({
    [route]: 'CUSTOM',
  });
});

test('an OPTIONS route of the map is a route like another, also where a preflight route would be', () => {
  const map = accessMap({
    api: {
      name: 'shop',
      upstream: { url: 'https://shop.example.com' },
      cors: { origins: ['https://a.example.com'] },
    },
    routes: ['ANY /{proxy+}', 'OPTIONS /{proxy+}'],
    public: [],
    groups: {},
  });
  expect(authorization(accessTemplate(map))).toEqual({
    'ANY /{proxy+}': 'CUSTOM',
    'OPTIONS /{proxy+}': 'CUSTOM',
  });
});

test('the stage deploys by itself and is throttled', () => {
  expect(only(template, 'AWS::ApiGatewayV2::Stage').Properties).toMatchObject({
    StageName: '$default',
    AutoDeploy: true,
    DefaultRouteSettings: { ThrottlingRateLimit: 1000, ThrottlingBurstLimit: 500 },
  });
});

test('the access log tells who called which route and what came of it, never a header, a path or a query string', () => {
  const { Format } = only(template, 'AWS::ApiGatewayV2::Stage').Properties['AccessLogSettings'] as {
    Format: string;
  };
  expect(JSON.parse(Format)).toEqual({
    requestId: '$context.requestId',
    time: '$context.requestTime',
    ip: '$context.identity.sourceIp',
    routeKey: '$context.routeKey',
    status: '$context.status',
    protocol: '$context.protocol',
    responseLength: '$context.responseLength',
    integrationStatus: '$context.integrationStatus',
    integrationLatency: '$context.integrationLatency',
    integrationError: '$context.integrationErrorMessage',
    uid: '$context.authorizer.uid',
    cid: '$context.authorizer.cid',
    mapVersion: '$context.authorizer.mapVersion',
    code: '$context.authorizer.code',
    authorizerError: '$context.authorizer.error',
    authorizerLatency: '$context.authorizer.latency',
  });
});
