import { describe, expect, test } from '@jest/globals';
import {
  isObject,
  isSame,
  isStrings,
  membersIn,
  membersOf,
} from '../../../../lambda/core/json/json-object.ts';

describe('a value of JSON', () => {
  test.each([
    [{}, true],
    [{ a: 1 }, true],
    [[], false],
    [null, false],
    [undefined, false],
    ['{}', false],
    [1, false],
  ])('%j is an object: %s', (value, expected) => {
    expect(isObject(value)).toBe(expected);
    expect(membersIn(value)).toEqual(expected ? value : {});
  });

  test.each([
    [[], true],
    [['a', ''], true],
    [['a', 1], false],
    [[null], false],
    ['a', false],
    [{ 0: 'a' }, false],
  ])('%j is a list of texts: %s', (value, expected) => {
    expect(isStrings(value)).toBe(expected);
  });
});

test.each([
  ['{"a":1}', { a: 1 }],
  ['[1]', {}],
  ['null', {}],
  ['"a"', {}],
  ['{"a":', {}],
  ['', {}],
])('the text %s has the members %j', (text, members) => {
  expect(membersOf(text)).toEqual(members);
});

test.each([[null], [[1]], ['text'], [undefined]])('%j has no properties', (value) => {
  expect(membersIn(value)).toEqual({});
});

test.each([
  [{ a: 1 }, { a: 1 }, true],
  [{ a: 1, b: 2 }, { b: 2, a: 1 }, false],
  [[], {}, false],
  [undefined, undefined, true],
  [1, '1', false],
])('%j and %j are the same: %s', (one, other, expected) => {
  expect(isSame(one, other)).toBe(expected);
});
