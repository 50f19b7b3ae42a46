import { describe, expect, test } from '@jest/globals';
import type { RouteView } from '../../../local/cloud-assembly.ts';
import { createRouteSelector } from '../../../local/gateway-emulator/routes.ts';

const integration = {
  target: { kind: 'http', uri: 'http://127.0.0.1', method: 'ANY' },
  requestParameters: {},
  timeoutMs: 1,
} as const;

function selector(...routeKeys: readonly string[]) {
  const select = createRouteSelector(
    routeKeys.map((routeKey): RouteView => ({ routeKey, authorizer: undefined, integration })),
  );
  return (request: string) => {
    const [method = '', path = ''] = request.split(' ');
    return select(method, path);
  };
}

const pets = selector(
  'GET /pets',
  'GET /pets/dog/1',
  'GET /pets/dog/{id}',
  'GET /pets/{proxy+}',
  'ANY /{proxy+}',
  'POST /pets',
  'ANY /pets',
  'GET /',
  '$default',
);

describe('the most specific route answers', () => {
  test.each([
    ['GET /pets', 'GET /pets'],
    ['POST /pets', 'POST /pets'],
    ['DELETE /pets', 'ANY /pets'],
    ['GET /pets/dog/1', 'GET /pets/dog/1'],
    ['GET /pets/dog/2', 'GET /pets/dog/{id}'],
    ['POST /pets/dog/1', 'ANY /{proxy+}'],
    ['GET /pets/cat/1', 'GET /pets/{proxy+}'],
    ['GET /pets/dog/1/toys', 'GET /pets/{proxy+}'],
    ['GET /cats', 'ANY /{proxy+}'],
    ['GET /', 'GET /'],
    ['POST /', '$default'],
    ['GET /Pets', 'ANY /{proxy+}'],
    ['GET /pets/', 'ANY /{proxy+}'],
    ['GET //pets', 'ANY /{proxy+}'],
  ])('%s goes to %s', (request, routeKey) => {
    expect(pets(request)?.route.routeKey).toBe(routeKey);
  });
});

describe('without a catch-all route', () => {
  const orders = selector('GET /orders', 'GET /orders/{id}', 'DELETE /orders/{id}');

  test.each([
    'GET /orders/',
    'GET //orders',
    'GET /orders/1/',
    'GET /orders/1/2',
    'PUT /orders',
    'HEAD /orders',
    'GET /orders//',
    'GET /ORDERS',
    'GET /',
  ])('%s has no route', (request) => {
    expect(orders(request)).toBeUndefined();
  });

  test.each([
    ['GET /orders/a%20b', { id: 'a b' }],
    ['GET /orders/a%2Fb', { id: 'a/b' }],
    ['GET /orders/a+b', { id: 'a+b' }],
    ['GET /orders/%zz', { id: '%zz' }],
    ['GET /orders/..', { id: '..' }],
  ])('%s has decoded parameters', (request, parameters) => {
    expect(orders(request)?.pathParameters).toEqual(parameters);
  });
});

test('a greedy parameter takes the rest of the path, and never nothing', () => {
  const files = selector('GET /files/{proxy+}');
  expect(files('GET /files/a//b%20c/')?.pathParameters).toEqual({ proxy: 'a//b c/' });
  expect(files('GET /files/')).toBeUndefined();
  expect(files('GET /files')).toBeUndefined();
});

test.each(['GET orders', 'GET /orders/', 'FETCH /orders', '/orders', 'undefined /x'])(
  'the route key %s is refused',
  (routeKey) => {
    expect(() => selector(routeKey)).toThrow(`\`${routeKey}\``);
  },
);
