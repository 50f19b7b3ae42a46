import { expect, test } from '@jest/globals';
import { intrinsicIn } from '../../../lib/openapi/intrinsic.ts';

test.each([
  [{ 'Fn::If': ['a', 1, 2] }, 'Fn::If'],
  [{ Ref: 'Api' }, 'Ref'],
  [{ type: 'object', 'Fn::Transform': {} }, 'Fn::Transform'],
  [{ Refs: 'x', 'x-Fn::If': [] }, undefined],
  ['Fn::If', undefined],
  [[{ Ref: 'Api' }], undefined],
  [null, undefined],
])('the function of CloudFormation in %j is %s', (value, key) => {
  expect(intrinsicIn(value)).toBe(key);
});
