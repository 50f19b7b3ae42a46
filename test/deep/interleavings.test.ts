import { describe, expect, test } from '@jest/globals';
import { exploreScenario, longScenarios } from '../support/interleavings.ts';

describe('in whatever order writes arrive, get lost or come twice', () => {
  test.each(longScenarios)(
    'admitted calls never exceed the limit: $name',
    async (scenario) => {
      const { runs, most } = await exploreScenario(scenario);
      expect(runs).toBeGreaterThan(1_000);
      expect(most).toBeGreaterThanOrEqual(scenario.limit);
    },
    // Every schedule is run: what takes minutes on a quiet machine takes many on a busy one.
    1_800_000,
  );
});
