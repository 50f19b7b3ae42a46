/** The order in which a path chooses among routes; test/agreement holds every tool to it. */
import { describe, expect, test } from '@jest/globals';
import { gatewayChoices, writtenRoutes } from '../../../../lambda/core/path/route-choice.ts';
import { routeOn, routeTable } from '../../../../lambda/core/path/route-table.ts';
import { routeTree } from '../../../../lambda/core/path/route-tree.ts';

describe('a full match comes before a greedy one', () => {
  const templates = ['/a/{p+}', '/{x}/b', '/{proxy+}'];
  const tree = routeTree(templates);

  test('below a catch-all route as at an HTTP API', () => {
    const table = routeTable(templates.map((template) => `GET ${template}`));
    expect(routeOn(table, 'GET /{proxy+}', '/a/b')).toBe('GET /{x}/b');
    expect(gatewayChoices('http', tree, '/a/b')).toEqual(['/{x}/b']);
  });

  test('but a REST API may take either, and the caller needs both', () => {
    expect(gatewayChoices('rest', tree, '/a/b')).toEqual(['/{x}/b', '/a/{p+}']);
    expect(writtenRoutes(tree, '/a/b')).toEqual(['/{x}/b', '/a/{p+}']);
  });
});

test('of two full matches neither is known to be chosen', () => {
  const tree = routeTree(['/{area}/new', '/orders/{id}']);
  expect(gatewayChoices('http', tree, '/orders/new')).toEqual(['/orders/{id}', '/{area}/new']);
  expect(gatewayChoices('http', tree, '/other')).toEqual([]);
});
