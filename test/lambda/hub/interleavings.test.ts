/** A few orders of what the hub does; all of them: test/deep/hub-interleavings.test.ts. */
import { expect, test } from '@jest/globals';
import { besideReader } from '../../support/hub-interleavings.ts';

test.each([
  ['no freeze', 0, 100],
  ['a freeze of 15 s', 15_000, 500],
])(
  'a delivery and its retry beside a reader, with %s',
  async (_, freezeMs, least) => {
    expect(await besideReader(freezeMs)).toBeGreaterThan(least);
  },
  60_000,
);
