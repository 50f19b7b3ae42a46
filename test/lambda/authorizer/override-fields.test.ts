/** Which fields of the query may name another method. */
import { expect, test } from '@jest/globals';
import { overridesIn } from '../../../lambda/authorizer/request.ts';

test.each<[string, boolean]>([
  ['_method', true],
  ['_METHOD', true],
  ['.method', true],
  ['[method', true],
  [' _method', true],
  ['  .Method', true],
  ['+_method', true],
  ['_method\0', true],
  ['_method\0x', true],
  ['method', false],
  [' method', false],
  ['a_method', false],
  ['_methods', false],
  ['_method.x', false],
  ['', false],
])('the field %j: %s', (name, names) => {
  expect(overridesIn([], [{ [name]: 'DELETE' }])).toEqual(names ? ['DELETE'] : []);
});
