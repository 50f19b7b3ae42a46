/** The page about leavers says the bound in the words of the code. */
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { boundSentence } from '../../lambda/core/contract/revocation-bound.ts';

test('the page says the bound as `check`, the warning and the alarm do', () => {
  const page = readFileSync('docs/explanation/leavers.md', 'utf8').replaceAll(/\s+/g, ' ');
  const sentence = boundSentence({
    ...{ withinSeconds: 10, ttlSeconds: 10, hook: true, pollSeconds: 300 },
    onStoreFailure: 'allow',
  });
  expect(page).toContain(sentence);
});
