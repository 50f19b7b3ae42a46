/** Which routes the callers of a route may spell, told from the templates alone. */
import { describe, expect, test } from '@jest/globals';
import {
  confusableRoutesOf,
  confusableTemplates,
  overriddenByPost,
} from '../../../../lambda/core/path/confusable-templates.ts';
import { routeTree } from '../../../../lambda/core/path/route-tree.ts';

const told = (found: readonly { readonly template: string; readonly how: string }[]) =>
  Object.fromEntries(found.map(({ template, how }) => [template, how]));

test.each<[string, readonly string[], Readonly<Record<string, string>>]>([
  ['/orders/{id}', ['/orders/export', '/users/x'], { '/orders/export': 'literal' }],
  ['/orders/{id}', ['/orders/{id}/items'], { '/orders/{id}/items': 'deeper' }],
  ['/users/{id}/keys', ['/users/root/keys', '/users/root'], { '/users/root/keys': 'literal' }],
  ['/files/{path+}', ['/files/a/b', '/other'], { '/files/a/b': 'below' }],
  ['$default', ['/a', '/b/{id}'], { '/a': 'below', '/b/{id}': 'below' }],
  ['/{kind}/list', ['/shops/{rest+}'], { '/shops/{rest+}': 'literal' }],
  ['/orders/export', ['/orders/{id}'], {}],
])('%s beside %j', (template, others, expected) => {
  expect(told(confusableTemplates(routeTree([template, ...others]), template))).toEqual(expected);
});

const treesOf = (routes: Readonly<Record<string, readonly string[]>>) =>
  new Map(Object.entries(routes).map(([method, templates]) => [method, routeTree(templates)]));

describe('over the methods whose handlers run', () => {
  const keys = (key: string, routes: Readonly<Record<string, readonly string[]>>) =>
    confusableRoutesOf(treesOf(routes), key).map((one) => `${one.key} ${one.how}`);

  test.each<[string, string, Readonly<Record<string, readonly string[]>>, readonly string[]]>([
    [
      'HEAD has the literals of GET',
      'HEAD /o/{id}',
      { HEAD: ['/o/{id}'], GET: ['/o/export'] },
      ['GET /o/export literal'],
    ],
    [
      'HEAD of a value of a parameter that GET has',
      'HEAD /o/latest',
      { HEAD: ['/o/latest'], GET: ['/o/{id}'] },
      ['GET /o/{id} served'],
    ],
    [
      'of one template the rules say what is open',
      'HEAD /o/{id}',
      { HEAD: ['/o/{id}'], GET: ['/o/{id}'] },
      [],
    ],
    ['GET runs no HEAD', 'GET /o/{id}', { GET: ['/o/{id}'], HEAD: ['/o/export'] }, []],
  ])('%s', (_, key, routes, expected) => {
    expect(keys(key, routes)).toEqual(expected);
  });

  test.each<[string, Readonly<Record<string, readonly string[]>>, readonly string[]]>([
    ['POST /o/{id}', { POST: ['/o/{id}'], DELETE: ['/o/{id}'] }, ['DELETE /o/{id}']],
    ['POST /o/{id}', { POST: ['/o/{id}'], DELETE: ['/o/{key}'] }, ['DELETE /o/{key}']],
    ['POST /o/latest', { POST: ['/o/latest'], DELETE: ['/o/{id}'] }, ['DELETE /o/{id}']],
    ['POST /o/{id}', { POST: ['/o/{id}'], DELETE: ['/o/export'] }, ['DELETE /o/export']],
    ['POST /o', { POST: ['/o'], PUT: ['/p'] }, []],
    ['PUT /o', { PUT: ['/o'], DELETE: ['/o'] }, []],
  ])('%s of %j may name %j', (key, routes, expected) => {
    expect(overriddenByPost(treesOf(routes), key)).toEqual(expected);
  });
});
