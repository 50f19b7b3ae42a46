import { expect, test } from '@jest/globals';
import { isMockPreflight } from '../../../lambda/gateway/preflight.ts';

test.each([
  ['OPTIONS', 'MOCK', true],
  ['OPTIONS', 'mock', true],
  ['OPTIONS', 'HTTP_PROXY', false],
  ['OPTIONS', undefined, false],
  ['OPTIONS', { Ref: 'Type' }, false],
  ['GET', 'MOCK', false],
  ['ANY', 'MOCK', false],
  [undefined, 'MOCK', false],
])('a %s method with an integration of type %j is a preflight: %s', (method, type, expected) => {
  expect(isMockPreflight(method, type)).toBe(expected);
});
