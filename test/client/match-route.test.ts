import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { matchRoute } from '../../client/src/match-route.ts';
import { otherReadings } from '../../client/src/path-readings.ts';
import { routeIndex } from '../../client/src/route-index.ts';
import { evaluatePath, isRefusedForAll } from '../../lambda/core/path/evaluate-path.ts';
import { pathWith } from '../../lambda/core/path/parameters.ts';
import { routeTable } from '../../lambda/core/path/route-table.ts';
import { createRouteSelector } from '../../local/gateway-emulator/routes.ts';
import { sized } from '../support/tier.ts';

const ROUTES = [
  'GET /',
  'GET /orders',
  'GET /orders/{id}',
  'GET /orders/export',
  'DELETE /orders/{id}',
  'GET /files/{path+}',
  'GET /files/{id}/raw',
];

test.each([
  ['GET', '/', 'GET /'],
  ['GET', '/orders', 'GET /orders'],
  ['GET', '/orders?limit=3#top', 'GET /orders'],
  ['GET', '/orders/42', 'GET /orders/{id}'],
  ['GET', '/orders/a%20b', 'GET /orders/{id}'],
  // A REST API refuses the first, and answers that are kept the second.
  ['GET', '/orders/50%', undefined],
  ['GET', '/orders/50%25', undefined],
  ['GET', '/orders/50%c3%a9', 'GET /orders/{id}'],
  ['GET', '/orders/export', 'GET /orders/export'],
  ['DELETE', '/orders/export', 'DELETE /orders/{id}'],
  ['GET', '/files/a/b/c', 'GET /files/{path+}'],
  ['GET', '/files/a/raw', 'GET /files/{id}/raw'],
  ['POST', '/orders', undefined],
  ['GET', '/orders/', undefined],
  ['GET', '/orders/42/items', undefined],
  ['GET', '/files', undefined],
  ['GET', '/files/', undefined],
  ['GET', 'orders', undefined],
  ['GET', '', undefined],
  ['GET', '/orders/..', undefined],
  ['GET', '/orders/%2e%2E', undefined],
  ['GET', '/orders/a%2Fb', undefined],
  ['GET', '/orders/a%252Fb', undefined],
  ['GET', '/orders/a%5Cb', undefined],
  ['GET', '/orders/a%00', undefined],
  ['GET', '/orders/a\\b', undefined],
  ['GET', '/files/a/../b', undefined],
  // Answers that are kept refuse these three.
  ['GET', '/files/a//b', undefined],
  ['GET', '/files/a//', undefined],
  ['GET', '/files/a%2Fb', undefined],
  ['GET', '/files/a%5Cb', undefined],
  ['GET', '/files/a%5C..%5Cb', undefined],
  ['GET', '/files/a%252F..', undefined],
])('%s %s is %s', (method, path, route) => {
  expect(matchRoute(ROUTES, method, path)).toBe(route);
});

test('the default route takes what no other does', () => {
  expect(matchRoute([...ROUTES, 'GET $default'], 'GET', '/orders/1/2')).toBe('GET $default');
  expect(matchRoute([...ROUTES, 'GET $default'], 'GET', '/orders/')).toBeUndefined();
  expect(matchRoute([...ROUTES, 'GET $default'], 'GET', '/orders/42')).toBe('GET /orders/{id}');
  expect(matchRoute([...ROUTES, 'GET $default'], 'POST', '/orders')).toBeUndefined();
});

test('any order of routes gives the same answer, and it is the gateway’s where the authorizer takes the path', () => {
  const segment = fc.constantFrom('a', 'b', '{x}');
  const template = fc
    .tuple(fc.array(segment, { maxLength: 3 }), fc.boolean())
    .map(
      ([segments, greedy]) =>
        `/${[...segments, ...(greedy ? ['{rest+}'] : [])].map((text, at) => (text === '{x}' ? `{x${at}}` : text)).join('/')}`,
    );
  const route = fc.tuple(fc.constantFrom('GET', 'POST'), template).map((parts) => parts.join(' '));
  const path = fc
    .array(fc.constantFrom('a', 'b', 'c', '', '..', 'a%2Fb', '%'), { maxLength: 4 })
    .map((segments) => `/${segments.join('/')}`);
  fc.assert(
    fc.property(
      fc.uniqueArray(route, { maxLength: 8 }),
      fc.constantFrom('GET', 'POST'),
      path,
      (routes, method, path) => {
        const select = createRouteSelector(
          routes.map((routeKey) => ({ routeKey, authorizer: undefined, integration: INTEGRATION })),
        );
        const selected = select(method, path);
        const expected = selected && isTaken(selected.route.routeKey, selected.pathParameters);
        // Answers that are kept refuse such paths.
        const asked = /\/\/|.\/$|%/.test(path) ? undefined : expected;
        expect(matchRoute(routes, method, path)).toBe(asked);
        expect(matchRoute(routes.toReversed(), method, path)).toBe(asked);
      },
    ),
    { numRuns: sized(2_000, 400) },
  );
});

/** The route, where the authorizer takes the path on it. */
function isTaken(
  routeKey: string,
  values: Readonly<Record<string, string>> = {},
): string | undefined {
  const path = pathWith(routeKey.slice(routeKey.indexOf(' ') + 1), values);
  const verdict = evaluatePath(routeTable([routeKey]), { arrived: routeKey, paths: [path] });
  return isRefusedForAll(verdict) ? undefined : routeKey;
}

const INTEGRATION = {
  target: { kind: 'http', uri: 'http://localhost', method: 'ANY' },
  requestParameters: {},
  timeoutMs: 1,
} as const;

describe('the routes near a path', () => {
  const literal = fc.constantFrom('orders', 'Orders', 'export', 'v1.json', 'a;b', '');
  const segment = fc.oneof(literal, fc.constantFrom('{id}', '{name}'));
  const template = fc.oneof(
    fc.array(segment, { minLength: 1, maxLength: 4 }).map((parts) => `/${parts.join('/')}`),
    fc.array(segment, { maxLength: 3 }).map((parts) => `/${[...parts, '{rest+}'].join('/')}`),
    fc.constant('$default'),
  );
  const method = fc.constantFrom('GET', 'POST');
  const routes = fc.uniqueArray(fc.tuple(method, template).map((parts) => parts.join(' ')));
  const sent = fc.oneof(
    literal,
    fc.constantFrom('42', 'ORDERS.json', 'orders.', '%6frders', '%2F', 'export;v=1', 'export '),
  );
  const path = fc
    .tuple(fc.array(sent, { maxLength: 5 }), fc.constantFrom('', '?q=/a', '#/a'))
    .map(([parts, tail]) => `/${parts.join('/')}${tail}`);

  test('give the same route and the same readings as all routes do', () => {
    fc.assert(
      fc.property(routes, method, path, (all, asked, given) => {
        const near = routeIndex(all)(asked, given);
        const route = matchRoute(all, asked, given);
        expect(matchRoute(near, asked, given)).toBe(route);
        const readings = route === undefined ? [] : otherReadings(all, route, given);
        expect(route === undefined ? [] : [...otherReadings(near, route, given)].sort()).toEqual(
          [...readings].sort(),
        );
      }),
      { numRuns: sized(500, 150) },
    );
  });
});
