import { describe, expect, test } from '@jest/globals';
import { isUnambiguousParameter, parametersOf } from '../../lambda/core/path-parameter.ts';

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
