/**
 * The two tiers of the tests. `npm test` is the quick one: every rule, table and contract, and one
 * pass of each kind from end to end. `npm run test:deep` runs each file that imports this module
 * once more at full size (jest.deep.config.cjs finds them).
 */
import { test } from '@jest/globals';

const isDeep = process.env['TEST_TIER'] === 'deep';

/** How often a property is tried, or where else a test has a size. */
export const sized = (full: number, quick: number): number => (isDeep ? full : quick);

/**
 * Cases of one kind, of which each is costly: all of them in the deep tier, in the quick one the
 * first and every `step`th after it.
 */
export const sampled = <T>(cases: readonly T[], step: number): readonly T[] =>
  isDeep ? cases : cases.filter((_, index) => index % step === 0);

/** A test of the deep tier alone; the quick one counts it as skipped. */
export const deepTest = isDeep ? test : test.skip;
