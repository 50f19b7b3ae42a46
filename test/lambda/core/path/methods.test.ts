import { expect, test } from '@jest/globals';
import { methodsServing, otherMethods } from '../../../../lambda/core/path/methods.ts';

const KNOWN = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE'];

test.each<[string, readonly string[], readonly string[] | undefined]>([
  ['GET', ['DELETE'], []],
  ['HEAD', [], ['GET']],
  ['POST', [], []],
  ['POST', ['DELETE'], ['DELETE !']],
  ['POST', [' delete , put', 'PUT'], ['DELETE !', 'PUT !']],
  ['POST', ['POST', ''], []],
  ['POST', ['PURGE'], undefined],
  ['get', [], undefined],
  ['PURGE', [], undefined],
])('%s with %j may be read as %j', (method, overrides, others) => {
  const found = otherMethods({ method, overrides }, KNOWN);
  expect(found?.map((one) => `${one.method}${one.demanded ? ' !' : ''}`)).toEqual(others);
});

test.each([
  ['HEAD', ['HEAD', 'GET']],
  ['GET', ['GET']],
  ['POST', ['POST']],
])('%s runs handlers of %j', (method, serving) => {
  expect(methodsServing(method)).toEqual(serving);
});
