/** A few orders of what the hub does; all of them: test/deep/hub-interleavings.test.ts. */
import { expect, test } from '@jest/globals';
import { withReader } from '../../support/hub-interleavings.ts';
import { deepTest } from '../../support/tier.ts';

test('a delivery and its retry beside a reader', async () => {
  expect(await withReader(0)).toBeGreaterThan(100);
}, 60_000);

deepTest('a delivery and its retry beside a reader, with a freeze of 15 s', async () => {
  expect(await withReader(15_000)).toBeGreaterThan(500);
});
