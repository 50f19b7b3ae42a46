import { expect, test } from '@jest/globals';
import { issuingBlock } from '../../../../lambda/core/model/okta-block.ts';
import { modelFile } from '../../../support/model.ts';

const one = modelFile({ routes: ['GET /a'] });
const two = modelFile({
  routes: ['GET /a'],
  okta: { name: 'one' },
  moreOkta: [{ name: 'two' }],
});

test.each([
  ['no name', one, undefined, one.okta[0]],
  ['any name', one, 'two', one.okta[0]],
  ['no name', two, undefined, two.okta[0]],
  ['the first name', two, 'one', two.okta[0]],
  ['the second name', two, 'two', two.okta[1]],
  ['an unknown name', two, 'three', undefined],
  ['no name', { okta: [] }, undefined, undefined],
  ['any name', { okta: [] }, 'one', undefined],
])('%s in a map with these blocks means', (_, model, name, block) => {
  expect(issuingBlock(model, name)).toBe(block);
});
