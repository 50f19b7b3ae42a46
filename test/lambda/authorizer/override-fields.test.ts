/** Which fields of the query may name another method. */
import { expect, test } from '@jest/globals';
import { overridesIn } from '../../../lambda/authorizer/gateway-request.ts';

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
  ['%5Fmethod', true],
  ['method', false],
  [' method', false],
  ['a_method', false],
  ['_methods', false],
  ['_method.x', false],
  ['', false],
])('the field %j: %s', (name, names) => {
  expect(overridesIn([], [{ [name]: 'DELETE' }])).toEqual(names ? ['DELETE'] : []);
});

test.each<[string, string | readonly string[], readonly string[]]>([
  ['a', '1;_method=DELETE', ['DELETE']],
  ['a', '1;b=2; .Method=PUT;c', ['PUT']],
  ['a', ['1', '2;_method=PATCH'], ['PATCH']],
  ['a', '1;_method', ['']],
  ['a', '1&_method=PUT', ['PUT']],
  ['_method', 'DELETE;x', ['DELETE']],
  ['a;_method', 'DELETE', ['DELETE']],
  ['a', ';_method=DELETE&_method=PUT', ['DELETE', 'PUT']],
  ['a', '1;method=DELETE', []],
  ['a', 'see _method=DELETE', []],
  ['a', '1;the_method=DELETE', []],
])('what a parser that ends a field at `;` finds in %j=%j: %j', (name, value, methods) => {
  expect(overridesIn([], [{ [name]: value }])).toEqual(methods);
});
