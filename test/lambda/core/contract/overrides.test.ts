/** Which fields of a query, and which paths, may name another method. */
import { expect, test } from '@jest/globals';
import {
  METHOD_OVERRIDE_FIELD,
  METHOD_OVERRIDE_IN_PATH,
} from '../../../../lambda/core/contract/overrides.ts';

test.each([
  ['_method', true],
  ['_METHOD', true],
  ['.method', true],
  ['[method', true],
  [' _method', true],
  ['+\t.Method', true],
  ['method', false],
  ['a_method', false],
  ['_methods', false],
  ['-method', false],
])('the field %j: %s', (name, names) => {
  expect(METHOD_OVERRIDE_FIELD.test(name)).toBe(names);
});

test.each([
  ['/a?_method=DELETE', true],
  ['/a;.method=PUT', true],
  ['/a?x=1&+[Method=PUT', true],
  ['/a/_method=PUT', false],
  ['/a?_methods=PUT', false],
  ['/a?method=PUT', false],
])('the path %s: %s', (path, names) => {
  expect(METHOD_OVERRIDE_IN_PATH.test(path)).toBe(names);
});
