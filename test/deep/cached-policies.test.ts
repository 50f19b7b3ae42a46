import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { cases, wrongAnswers } from '../lib/access-map/cache/policy.property.ts';

test('10,000 random maps: no cached answer, replayed on any other request, is wrong', async () => {
  await fc.assert(
    fc.asyncProperty(cases, async (one) => {
      expect(await wrongAnswers(one)).toEqual([]);
    }),
    { numRuns: 10_000 },
  );
}, 1_800_000);
