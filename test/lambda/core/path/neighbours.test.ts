import { describe, expect, test } from '@jest/globals';
import { confusableTemplates } from '../../../../lambda/core/path/confusable-templates.ts';
import { METHODS } from '../../../../lambda/core/path/http-methods.ts';
import { otherMethods } from '../../../../lambda/core/path/methods.ts';
import { prefixesOf, sameFrame, withoutPrefixes } from '../../../../lambda/core/path/prefixes.ts';
import { routeTree } from '../../../../lambda/core/path/route-tree.ts';

describe('the routes that a template may spell', () => {
  const tree = routeTree([
    '/orders',
    '/orders/{id}',
    '/orders/export',
    '/orders/{id}/items',
    '/orders/export/now',
    '/orders/archive/{path+}',
    '/users/{id}/keys',
    '/users/root/keys',
    '/users/root',
    '/{any}/keys/{more+}',
    '/Lone/{id}',
    '$default',
  ]);

  test.each([
    [
      '/orders/{id}',
      [
        'literal /orders/export',
        'literal /orders/archive/{path+}',
        'literal /{any}/keys/{more+}',
        'deeper /orders/{id}/items',
        'deeper /orders/export/now',
      ],
    ],
    ['/orders/{id}/items', ['literal /orders/archive/{path+}', 'literal /{any}/keys/{more+}']],
    ['/users/{id}/keys', ['literal /users/root/keys', 'literal /{any}/keys/{more+}']],
    ['/Lone/{id}', ['literal /{any}/keys/{more+}']],
    ['/orders/export', []],
    ['/orders/archive/{path+}', ['below /orders/{id}/items']],
  ])('%s: %j', (template, expected) => {
    expect(
      confusableTemplates(tree, template)
        .map(({ how, template: other }) => `${how} ${other}`)
        .toSorted(),
    ).toEqual(expected.toSorted());
  });

  test('a greedy route may spell all below it, the default route all there is', () => {
    const wider = routeTree(['/a/{path+}', '/a/b', '/a/{x}/c', '/b', '/{y}', '$default']);
    const of = (template: string) =>
      confusableTemplates(wider, template).map(({ how, template: other }) => `${how} ${other}`);
    expect(of('/a/{path+}').toSorted()).toEqual(['below /a/b', 'below /a/{x}/c']);
    expect(of('$default').toSorted()).toEqual([
      'below /a/b',
      'below /a/{path+}',
      'below /a/{x}/c',
      'below /b',
      'below /{y}',
    ]);
  });
});

describe('the methods of a request', () => {
  test.each([
    ['GET', [], []],
    ['GET', ['DELETE'], []],
    ['HEAD', [], [{ method: 'GET', demanded: false }]],
    ['POST', [], []],
    ['POST', ['post', ' '], []],
    ['POST', ['delete'], [{ method: 'DELETE', demanded: true }]],
    [
      'POST',
      [' put , PATCH', 'PUT'],
      [
        { method: 'PUT', demanded: true },
        { method: 'PATCH', demanded: true },
      ],
    ],
    ['POST', ['PURGE'], undefined],
    ['TRACE', [], undefined],
    ['get', [], undefined],
    ['Get', [], undefined],
    ['CONNECT', [], undefined],
    ['', [], undefined],
  ])('%s with overrides %j may be read as %j too', (method, overrides, expected) => {
    expect(otherMethods({ method, overrides }, METHODS)).toEqual(expected);
  });
});

describe('what may stand before a path', () => {
  test.each([
    [
      { stage: '$default', basePaths: undefined, customDomain: false },
      { texts: [], segments: 0 },
    ],
    [
      { stage: 'prod', basePaths: undefined, customDomain: false },
      { texts: ['/prod', '/prod/prod'], segments: 0 },
    ],
    [
      { stage: 'prod', basePaths: undefined, customDomain: true },
      { texts: ['/prod', '/prod/prod'], segments: 3 },
    ],
    [
      { stage: '$default', basePaths: [], customDomain: true },
      { texts: [], segments: 0 },
    ],
    [
      { stage: '$default', basePaths: ['shop/v1', '/x/', '/'], customDomain: true },
      { texts: ['/shop/v1', '/x'], segments: 0 },
    ],
  ] as const)('%j: %j', (facts, expected) => {
    expect(prefixesOf(facts)).toEqual(expected);
  });

  test.each([
    ['/prod/a/b', ['/a/b']],
    ['/PROD/a', ['/a']],
    ['/prod', ['/']],
    ['/production/a', []],
    ['/prod/prod/a', ['/prod/a', '/a']],
  ])('%s without the stage: %j', (path, expected) => {
    expect(withoutPrefixes(path, { texts: ['/prod', '/prod/prod'], segments: 0 })).toEqual(
      expected,
    );
  });

  test('on a custom domain up to three segments may be a base path', () => {
    expect(withoutPrefixes('/a/b/c/d/e', { texts: [], segments: 3 })).toEqual([
      '/b/c/d/e',
      '/c/d/e',
      '/d/e',
    ]);
    expect(withoutPrefixes('/a', { texts: [], segments: 3 })).toEqual([]);
  });

  test.each([
    ['/orders', '/orders', '/orders'],
    ['/orders', '/prod/orders', '/orders'],
    ['/orders', '/shop/v1/orders', '/orders'],
    ['/a b', '/prod/a%20b', '/a%20b'],
    ['/orders', '/orders/', '/orders/'],
    ['/orders', '/prod//orders', '//orders'],
    ['/orders', '/admin', undefined],
    ['/orders', '/a/b/c/d/orders', undefined],
    ['/orders', '/orders/x', undefined],
  ])('%s and %s are one path: %s', (path, other, expected) => {
    expect(sameFrame(path, other, { texts: ['/prod'], segments: 0 })).toBe(expected);
  });
});
