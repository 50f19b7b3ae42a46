import { describe, expect, test } from '@jest/globals';
import {
  isUnambiguousParameter,
  parametersOf,
} from '../../../../lambda/core/decision/path-parameter.ts';

describe('a path parameter', () => {
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
    ['a%2Fb', false, false],
    ['a%2fb', false, false],
    ['a\\b', false, false],
    ['a%5cb', false, false],
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
    ['%252f', false, false],
    ['a%25252fb', false, false],
    ['%252e%252e', false, false],
    ['%c0%af', false, false],
    ['%u002f', false, false],
    [`${'%25'.repeat(9)}2f`, false, false],
    ['100%', true, true],
    ['50%25', true, true],
    ['a;b', true, true],
    ['x%2Cy', true, true],
    ['%ff', true, true],
  ])('%j is unambiguous: %s as one segment, %s as a greedy one', (value, single, greedy) => {
    expect(isUnambiguousParameter(value, false)).toBe(single);
    expect(isUnambiguousParameter(value, true)).toBe(greedy);
  });

  test('is found in its template', () => {
    expect(parametersOf('/a/{id}/b/{rest+}')).toEqual([
      { name: 'id', greedy: false },
      { name: 'rest', greedy: true },
    ]);
    expect(parametersOf('$default')).toEqual([]);
  });
});
