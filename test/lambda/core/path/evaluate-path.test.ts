import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  evaluatePath,
  isRefusedForAll,
  type PathVerdict,
} from '../../../../lambda/core/path/evaluate-path.ts';
import type { OtherMethod } from '../../../../lambda/core/path/methods.ts';
import { pathWith } from '../../../../lambda/core/path/parameters.ts';
import { routeTable } from '../../../../lambda/core/path/route-table.ts';
import { parametersOf } from '../../../../lambda/core/path/route-template.ts';
import { sized } from '../../../support/tier.ts';

const table = routeTable([
  'GET /orders',
  'GET /orders/{id}',
  'GET /orders/export',
  'POST /orders/import',
  'GET /orders/{id}/items',
  'GET /users/{id}/keys',
  'GET /users/root/keys',
  'GET /docs/{id}',
  'GET /docs/v1.2',
  'GET /files/{name}/versions/{version}',
  'GET /files/{name}/versions/latest',
  'GET /vault/{id}',
  'GET /vault/keys/{path+}',
  'GET /lonely/{id}',
]);

const evaluated = (route: string, ...values: readonly string[]): PathVerdict => {
  const template = route.slice(route.indexOf(' ') + 1);
  const names = parametersOf(template).map(({ name }) => name);
  return evaluatePath(table, {
    arrived: route,
    paths: [
      pathWith(template, Object.fromEntries(names.map((name, index) => [name, values[index]]))),
    ],
  });
};

/** Routes that the caller must be allowed on too, each with how it is reached. */
const needs = ({ needs: found }: Pick<PathVerdict, 'needs'>): Readonly<Record<string, string>> =>
  Object.fromEntries(found.map(({ route, by }) => [route, by.join('+')]));

describe('a parameter’s value beside a literal', () => {
  test.each([
    ['export', 'plain'],
    ['Export', 'case'],
    ['EXPORT', 'case'],
    ['%65xport', 'decode'],
    ['%2565xport', 'decode'],
    ['%c1%a5xport', 'overlong'],
    ['%u0065xport', 'overlong'],
    ['export;x', 'matrix'],
    ['export;x=1;y', 'matrix'],
    ['export%3Bx', 'decode+matrix'],
    ['export.json', 'suffix'],
    ['export.tar.gz', 'suffix'],
    ['export%2Ejson', 'decode+suffix'],
    ['export.', 'trailing_dot_or_space'],
    ['export . .', 'trailing_dot_or_space'],
    ['export%20', 'decode+trailing_dot_or_space'],
    ['export/', 'trailing_slash'],
    ['export%2F', 'decode+trailing_slash'],
    ['export//', 'slashes+trailing_slash'],
    ['export\\', 'backslash+trailing_slash'],
    ['export?x=1', 'query'],
    ['export%23x', 'decode+query'],
    ['export%00.png', 'decode+nul'],
    ['./export', 'dots'],
    ['x/../export', 'dots'],
    ['x%2f..%3b%2fexport', 'decode+matrix+dots'],
    ['.../export', 'trailing_dot_or_space+slashes'],
    ['EXPORT;x.json', 'matrix'],
    ['e%78PORT%20%3b.json', 'decode+matrix'],
    ['export%3B%2Fx', 'decode+matrix'],
  ])('%s may be read as `export` (%s)', (value, by) => {
    expect(needs(evaluated('GET /orders/{id}', value))['GET /orders/export']).toBe(by);
  });

  test.each([
    '42',
    'exports',
    'export-2026',
    'xexport',
    'éxport',
    'import',
    'export x',
    'json.export',
    'ex.port',
    'a;export',
    '123e4567-e89b-42d3-a456-426614174000',
    '100%',
    'C++',
    'what?',
    'C%23',
    '.env',
    'a..b',
    '東京',
    'o%E2%82%ACo',
    'a%20b',
    'me@example.com',
  ])('%s is an order’s id', (value) => {
    expect(evaluated('GET /orders/{id}', value)).toEqual({
      route: 'GET /orders/{id}',
      needs: [],
      misses: [],
      odd: [],
      unbounded: false,
    });
  });

  test.each([
    ['GET /users/{id}/keys', ['root'], 'GET /users/root/keys'],
    ['GET /users/{id}/keys', ['ROOT;x'], 'GET /users/root/keys'],
    ['GET /users/{id}/keys', ['ro%6ft.'], 'GET /users/root/keys'],
    ['GET /docs/{id}', ['V1.2'], 'GET /docs/v1.2'],
    ['GET /docs/{id}', ['v1.2.json'], 'GET /docs/v1.2'],
    ['GET /files/{name}/versions/{version}', ['a', 'LATEST'], 'GET /files/{name}/versions/latest'],
    [
      'GET /files/{name}/versions/{version}',
      ['a/versions/latest?', '1'],
      'GET /files/{name}/versions/latest',
    ],
    ['GET /orders/{id}', ['7%2Fitems'], 'GET /orders/{id}/items'],
    ['GET /orders/{id}', ['../users/root/keys'], 'GET /users/root/keys'],
    // A mount point answers for its own path, too.
    ['GET /vault/{id}', ['keys'], 'GET /vault/keys/{path+}'],
    ['GET /vault/{id}', ['KEYS%2fx'], 'GET /vault/keys/{path+}'],
  ])('%s with %j may be %s', (route, values, other) => {
    expect(Object.keys(needs(evaluated(route, ...values)))).toEqual([other]);
  });

  test('a format suffix is one of the last segment alone', () => {
    expect(evaluated('GET /users/{id}/keys', 'root.json').needs).toEqual([]);
  });

  test.each([
    ['GET /lonely/{id}', 'a%2Fb', [['decode']]],
    ['GET /lonely/{id}', 'a\\b', [['backslash']]],
    ['GET /users/{id}/keys', 'x?', [['query']]],
    ['GET /users/{id}/keys', 'x%c0%afy', [['overlong']]],
  ])('%s with %s reads as a path that no route has', (route, value, misses) => {
    const verdict = evaluated(route, value);
    expect(verdict).toMatchObject({ needs: [], misses });
    expect(isRefusedForAll(verdict)).toBe(true);
  });

  test.each([
    ['', 'slashes'],
    ['/', 'slashes'],
    ['..', 'dots'],
    ['.', 'dots'],
    ['%252e%252e', 'dots'],
    ['..;x=1', 'dots'],
    [' ..', 'dots'],
    ['...json', 'dots'],
    ['a%00', 'nul'],
    ['a\n', 'nul'],
    ['a\ufffd', 'decode'],
    ['1?_method=DELETE', 'method'],
    ['1%3Fa=b&_method=DELETE', 'method'],
    ['1%3Fa=b;.method=DELETE', 'method'],
  ])('%j is refused whatever stands beside it', (value, odd) => {
    const verdict = evaluated('GET /lonely/{id}', value);
    expect(verdict.odd).toContain(odd);
    expect(isRefusedForAll(verdict)).toBe(true);
  });

  test('what has more readings than are followed is refused', () => {
    expect(isRefusedForAll(evaluated('GET /lonely/{id}', 'a%2525252525'))).toBe(true);
  });

  test('an invalid byte that a lenient decoder drops is the caller’s own', () => {
    expect(isRefusedForAll(evaluated('GET /lonely/{id}', '%ff'))).toBe(false);
  });

  test('what every call of a template may be read as is the map’s own doing', () => {
    const twins = routeTable([
      'GET /a/{id}/x.json',
      'GET /a/{id}/x',
      'GET /Box/{id}',
      'GET /box/{id}',
      'GET /box/lid',
      'GET /{x+}',
    ]);
    const at = (arrived: string, path: string) => evaluatePath(twins, { arrived, paths: [path] });
    expect(at('GET /a/{id}/x.json', '/a/7/x.json').needs).toEqual([]);
    expect(at('GET /Box/{id}', '/Box/7').needs).toEqual([]);
    expect(at('GET /Box/{id}', '/Box/LID').needs).toEqual([
      { route: 'GET /box/lid', by: ['case'] },
    ]);
  });
});

describe('a path below a greedy or default route', () => {
  const keys = ['GET', 'HEAD', 'POST', 'DELETE'].map((method) => `${method} /{proxy+}`);
  const below = routeTable([
    ...keys,
    'GET /orders',
    'GET /orders/{id}',
    'GET /orders/new',
    'GET /admin/{id}',
    'DELETE /admin/{id}',
    'GET /a:b',
    'GET /Orders/old',
  ]);
  const at = (method: string, path: string, methods: readonly OtherMethod[] = []) =>
    evaluatePath(below, { arrived: `${method} /{proxy+}`, paths: [path], methods });

  test.each([
    ['GET', '/orders', 'GET /orders'],
    ['GET', '/orders/1', 'GET /orders/{id}'],
    ['GET', '/orders/new', 'GET /orders/new'],
    ['GET', '/orders/a%20b', 'GET /orders/{id}'],
    ['GET', '/a:b', 'GET /a:b'],
    ['GET', '/other/1/2', 'GET /{proxy+}'],
    ['GET', '/admin', 'GET /{proxy+}'],
    ['POST', '/orders/1', 'POST /{proxy+}'],
    ['GET', '/static/a//b.css', 'GET /{proxy+}'],
  ])('%s %s means %s and nothing else', (method, path, route) => {
    expect(at(method, path)).toEqual({ route, needs: [], misses: [], odd: [], unbounded: false });
  });

  test.each([
    ['GET', '/;x/orders', 'GET /{proxy+}', 'GET /orders'],
    ['GET', '/;/admin/1', 'GET /{proxy+}', 'GET /admin/{id}'],
    ['DELETE', '/;/admin/1', 'DELETE /{proxy+}', 'DELETE /admin/{id}'],
    ['DELETE', '/x/..;/admin/1', 'DELETE /{proxy+}', 'DELETE /admin/{id}'],
    ['GET', '/admin%c0%af1', 'GET /{proxy+}', 'GET /admin/{id}'],
    ['GET', '/admin%2f1', 'GET /{proxy+}', 'GET /admin/{id}'],
    ['GET', '/admin\\1', 'GET /{proxy+}', 'GET /admin/{id}'],
    ['GET', '/ADMIN/1', 'GET /{proxy+}', 'GET /admin/{id}'],
    ['GET', '//orders', 'GET /{proxy+}', 'GET /orders'],
    ['GET', '/orders/', 'GET /{proxy+}', 'GET /orders'],
    ['GET', '/orders/', 'GET /{proxy+}', 'GET /orders/{id}'],
    ['GET', '/orders;x/y', 'GET /{proxy+}', 'GET /orders'],
    ['GET', '/orders.json', 'GET /{proxy+}', 'GET /orders'],
    ['GET', '/%6frders', 'GET /{proxy+}', 'GET /orders'],
    ['GET', '/orders%3F/other', 'GET /{proxy+}', 'GET /orders'],
    ['GET', '/orders/NEW', 'GET /orders/{id}', 'GET /orders/new'],
    ['GET', '/orders/old', 'GET /orders/{id}', 'GET /Orders/old'],
    ['GET', '/orders/a%2Fb', 'GET /orders/{id}', 'GET /{proxy+}'],
  ])('%s %s means %s, and may mean %s', (method, path, route, other) => {
    const verdict = at(method, path);
    expect(verdict.route).toBe(route);
    expect(Object.keys(needs(verdict))).toContain(other);
  });

  test('a prefix of the greedy route cannot be left', () => {
    const files = routeTable(['GET /files/{path+}', 'GET /admin']);
    const inside = evaluatePath(files, {
      arrived: 'GET /files/{path+}',
      paths: ['/files/a%2Fb//c'],
    });
    const outside = evaluatePath(files, {
      arrived: 'GET /files/{path+}',
      paths: ['/files/a?/x', '/files/a'],
    });
    expect([inside.needs, inside.misses, outside.misses]).toEqual([[], [], []]);
    expect(
      evaluatePath(files, { arrived: 'GET /files/{path+}', paths: ['/files/..%2fadmin'] }),
    ).toMatchObject({
      needs: [{ route: 'GET /admin' }],
      odd: ['dots'],
    });
    expect(
      evaluatePath(files, { arrived: 'GET /files/{path+}', paths: ['/files/..%2fsecret'] }).misses,
    ).not.toEqual([]);
  });

  test('a path that the event has in two forms is read in both', () => {
    const verdict = evaluatePath(below, {
      arrived: 'GET /{proxy+}',
      paths: ['/orders', '/%6frders'],
    });
    expect(verdict).toMatchObject({ route: 'GET /orders', needs: [{ route: 'GET /{proxy+}' }] });
  });

  test('the default route takes what nothing else does', () => {
    const fallback = routeTable(['GET $default', 'GET /a/{x}', 'GET /']);
    const of = (path: string) => evaluatePath(fallback, { arrived: 'GET $default', paths: [path] });
    expect(['/a/1', '/b', '/', '/A/1'].map((path) => [of(path).route, needs(of(path))])).toEqual([
      ['GET /a/{x}', {}],
      ['GET $default', {}],
      ['GET /', {}],
      ['GET $default', { 'GET /a/{x}': 'case' }],
    ]);
  });

  test('HEAD runs the handler of a GET that the map has there', () => {
    const get = [{ method: 'GET', demanded: false }];
    expect(needs(at('HEAD', '/orders', get))).toEqual({ 'GET /orders': 'method' });
    expect(needs(at('HEAD', '/ORDERS', get))).toEqual({ 'GET /orders': 'case+method' });
    expect(needs(at('HEAD', '/other', get))).toEqual({});
    const single = routeTable(['HEAD /a/{id}', 'GET /a/{id}', 'GET /a/b', 'HEAD /c/{id}']);
    const head = (arrived: string, path: string) =>
      evaluatePath(single, { arrived, paths: [path], methods: get });
    expect(head('HEAD /a/{id}', '/a/7').needs).toEqual([]);
    expect(needs(head('HEAD /a/{id}', '/a/B'))).toEqual({ 'GET /a/b': 'case+method' });
    expect(head('HEAD /c/{id}', '/c/7')).toMatchObject({ needs: [], misses: [] });
  });

  test('a POST that names another method needs its route, and the map to have one', () => {
    const routes = routeTable(['POST /a/{id}', 'DELETE /a/{id}', 'POST /b/{id}']);
    const named = [{ method: 'DELETE', demanded: true }];
    expect(
      needs(evaluatePath(routes, { arrived: 'POST /a/{id}', paths: ['/a/7'], methods: named })),
    ).toEqual({ 'DELETE /a/{id}': 'method' });
    expect(
      evaluatePath(routes, { arrived: 'POST /b/{id}', paths: ['/b/7'], methods: named }),
    ).toMatchObject({
      needs: [],
      misses: [['method']],
    });
  });

  test('a stage or base path before the path may not hide a route', () => {
    const shop = routeTable(['GET $default', 'GET /orders', 'GET /{any}', 'GET /{a}/{b}']);
    const of = (path: string) =>
      needs(
        evaluatePath(shop, {
          arrived: 'GET $default',
          paths: [path],
          prefixes: { texts: ['/prod', '/shop/v1'], segments: 0 },
        }),
      );
    expect([
      of('/prod/orders'),
      of('/PROD/;x/orders'),
      of('/shop/v1/orders'),
      of('/prod/7'),
      of('/x/y/z'),
    ]).toEqual([
      { 'GET /orders': 'prefix' },
      expect.objectContaining({ 'GET /orders': expect.stringContaining('prefix') }),
      { 'GET /orders': 'prefix' },
      {},
      {},
    ]);
  });
});

test('a path that does not begin with a slash is refused', () => {
  expect(
    isRefusedForAll(evaluatePath(table, { arrived: 'GET /lonely/{id}', paths: ['lonely/7'] })),
  ).toBe(true);
});

describe('whatever spelling of a sibling', () => {
  /**
   * What an attacker may do to a segment's text, and to the path, so that some back end undoes it.
   */
  const escapeAt = (text: string, at: number): string => {
    const index = at % text.length;
    return `${text.slice(0, index)}%${text.charCodeAt(index).toString(16).padStart(2, '0')}${text.slice(index + 1)}`;
  };
  const decoded = (text: string): string => {
    const once = text.replace(/%[0-7][0-9a-f]/gi, (found) => decodeURIComponent(found));
    return once === text ? text : decoded(once);
  };
  const disguises: readonly ((text: string, at: number) => string)[] = [
    escapeAt,
    (text, at) => text.slice(0, at % text.length) + text.slice(at % text.length).toUpperCase(),
    (text) => `${text};x=1`,
    // Not after a slash: a format is one of a name.
    (text) => (/[/\\]$/.test(decoded(text)) ? text : `${text}.json`),
    (text) => `${text}.`,
    (text) => `${text}%20`,
    (text) => `${text}/`,
    (text) => `${text}%2f`,
    (text) => `${text}?q`,
    (text) => `${text}%00`,
    (text) => `./${text}`,
    (text) => `x%2f..;%2f${text}`,
    (text) => `;y//${text}`,
    (text) => text.replace('e', '%c1%a5'),
    (text) => text.replaceAll('/', '\\'),
  ];

  const spellings = fc
    .array(fc.tuple(fc.nat(disguises.length - 1), fc.nat(40)), { maxLength: 5 })
    .map((steps) =>
      steps.reduce((text, [disguise, at]) => disguises[disguise]?.(text, at) ?? text, 'export'),
    );
  const isNeeded = ({ needs: routes }: PathVerdict): boolean =>
    routes.some(({ route }) => route === 'GET /orders/export');

  test('it is needed, or the path is refused', () => {
    fc.assert(
      fc.property(spellings, (value) => {
        const verdict = evaluated('GET /orders/{id}', value);
        return isNeeded(verdict) || verdict.unbounded;
      }),
      { numRuns: sized(5_000, 300) },
    );
  });

  test('most are read to the end', () => {
    const read = fc
      .sample(spellings, { numRuns: 300, seed: 7 })
      .filter((value) => isNeeded(evaluated('GET /orders/{id}', value)));
    expect(read.length).toBeGreaterThan(240);
  });
});
