import { describe, expect, test } from '@jest/globals';
import { evaluatePath, isRefusedForAll } from '../../../../lambda/core/path/evaluate-path.ts';
import { pathWith } from '../../../../lambda/core/path/parameters.ts';
import { routeTable } from '../../../../lambda/core/path/route-table.ts';
import { parametersOf } from '../../../../lambda/core/path/route-template.ts';

/** Whether the value passes where the map has no other route. */
function passes(arrived: string, value: string): boolean {
  const [, template = ''] = arrived.split(' ');
  const paths = [pathWith(template, { value })];
  return !isRefusedForAll(evaluatePath(routeTable([arrived]), { arrived, paths }));
}

describe('a parameter’s value', () => {
  test.each([
    ['42', true, true],
    ['a.b', true, true],
    ['a..b', true, true],
    ['...', true, true],
    ['über 1', true, true],
    ['a%20b', true, true],
    ['', false, false],
    ['.', false, false],
    ['..', false, false],
    ['%2e%2E', false, false],
    ['.%2e', false, false],
    ['a/b', false, true],
    ['a//b', false, true],
    ['a/', false, true],
    ['a/../b', false, false],
    ['a/./b', false, false],
    ['a%2Fb', false, true],
    ['a%2fb', false, true],
    ['a\\b', false, true],
    ['a%5cb', false, true],
    ['a\u0000', false, false],
    ['a%00', false, false],
    ['a\nb', false, false],
    ['1?', true, true],
    ['1%3Fx', true, true],
    ['a#b', true, true],
    ['a%2523b', true, true],
    ['..;', false, false],
    ['..;x=1', false, false],
    ['a/..;/b', false, false],
    [' ..', false, false],
    ['%252f', false, true],
    ['a%25252fb', false, true],
    ['%252e%252e', false, false],
    ['%c0%af', false, true],
    ['%u002f', false, true],
    [`${'%25'.repeat(9)}2f`, false, true],
    [`%${'25'.repeat(9)}2f`, false, false],
    ['100%', true, true],
    ['50%25', true, true],
    ['a;b', true, true],
    ['x%2Cy', true, true],
    ['%ff', true, true],
  ])(
    '%j is one in every reading: %s as one segment, %s as a greedy one',
    (value, single, greedy) => {
      expect(passes('GET /orders/{value}', value)).toBe(single);
      expect(passes('GET /files/{value+}', value)).toBe(greedy);
    },
  );

  test.each([
    ['1%2F2', ['slashes', 'decode']],
    ['1/2', ['slashes']],
    ['1\\2', ['slashes', 'backslash']],
    ['1%5C2', ['slashes', 'decode', 'backslash']],
    ['%c0%af', ['slashes', 'overlong']],
  ])(
    '%j is several segments to some reader, even where the route that it spells is open',
    (value, how) => {
      const routes = ['GET /orders/{value}', 'GET /orders/{value}/{line}', 'GET /orders//{line}'];
      const [arrived = ''] = routes;
      const paths = [pathWith('/orders/{value}', { value })];
      expect(evaluatePath(routeTable(routes), { arrived, paths }).odd).toEqual(how);
    },
  );

  test('is found in its template', () => {
    expect(parametersOf('/a/{id}/b/{rest+}')).toEqual([
      { name: 'id', greedy: false },
      { name: 'rest', greedy: true },
    ]);
    expect(parametersOf('$default')).toEqual([]);
  });
});
