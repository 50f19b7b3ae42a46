import { describe, expect, test } from '@jest/globals';
import { createCatchAllRouter } from '../../../lambda/authorizer/catch-all-router.ts';

const routes = [
  'GET /{proxy+}',
  'POST /{proxy+}',
  'GET /orders',
  'GET /orders/{id}',
  'GET /orders/{id}/items',
  'GET /orders/new',
  'GET /a:b',
];
const router = createCatchAllRouter({ routes: routes.map((key) => ({ key })) });
const match = (matched: string, sent: string, path = sent) => router(matched, { path, sent });
const refused = { code: 'PATH_REFUSED', reason: 'ambiguous_path' };

describe('a path below a greedy route', () => {
  test.each([
    ['GET', '/orders', 'GET /orders'],
    ['GET', '/orders/1', 'GET /orders/{id}'],
    ['GET', '/orders/new', 'GET /orders/new'],
    ['GET', '/orders/1/items', 'GET /orders/{id}/items'],
    ['GET', '/orders/a%20b', 'GET /orders/{id}'],
    ['GET', '/a:b', 'GET /a:b'],
    ['GET', '/other/1/2', 'GET /{proxy+}'],
    ['POST', '/orders/1', 'POST /{proxy+}'],
  ])('%s %s means %s', (method, path, route) => {
    expect(match(`${method} /{proxy+}`, path)).toBe(route);
  });

  test.each([
    '//orders',
    '/orders%3F/other',
    '/orders%23/other',
    '/orders/1%3f/items',
    '/orders%253F/x',
    '/orders//1',
    '/x/../orders',
    '/./orders',
    '/x/%2e%2e/orders',
    '/orders%2F1',
    '/orders/1%2fitems',
    '/orders\\1',
    '/orders%5C1',
    '/orders%00',
    '/orders/%',
    '/orders/a%2525',
    // What a less strict back end would read as another route.
    '/Orders',
    '/ORDERS/1',
    '/orders/',
    '/orders/1/',
    '/%6frders',
    '/orders/%6eew',
    '/orders/NEW',
    '/orders;v=1',
    '/orders/new;x',
    'orders',
  ])('%s is refused', (path) => {
    expect(match('GET /{proxy+}', path)).toEqual(refused);
  });
});

test('below the default route, what no route takes is the default route', () => {
  const ofDefault = createCatchAllRouter({
    routes: [{ key: 'GET $default' }, { key: 'GET /a/{x}' }],
  });
  expect(
    ['/a/1', '/b', '/A/1'].map((path) => ofDefault('GET $default', { path, sent: path })),
  ).toEqual(['GET /a/{x}', 'GET $default', refused]);
});

test.each([
  ['/orders%2F1', '/orders/1'],
  ['/%6frders', '/orders'],
  ['/prod/orders%5C', '/orders\\'],
])('%s, which the gateway has decoded to %s, is refused', (sent, path) => {
  expect(match('GET /{proxy+}', sent, path)).toEqual(refused);
});
