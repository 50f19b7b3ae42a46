import { expect, test } from '@jest/globals';
import { spellings } from '../../../lib/template-parts/header-spellings.ts';

test.each([
  ['authorization', ['authorization']],
  ['x-uid', ['x-uid', 'x_uid']],
  ['x-access-uid', ['x-access-uid', 'x_access-uid', 'x-access_uid', 'x_access_uid']],
])('%s is written as %j', (header, all) => {
  expect(spellings(header)).toEqual(all);
});
