import { describe, expect, test } from '@jest/globals';
import { exploreScenario, foreseenScenarios, scenarios } from '../../../support/interleavings.ts';

describe('in whatever order writes arrive, get lost or come twice', () => {
  test.each(scenarios)(
    'admitted calls never exceed the limit: $name',
    async (scenario) => {
      const { runs, most } = await exploreScenario(scenario);
      // The exploration is not empty, and in some run the limit is reached.
      expect(runs).toBeGreaterThan(50);
      expect(most).toBeGreaterThanOrEqual(scenario.limit);
    },
    60_000,
  );

  test.each(foreseenScenarios)(
    'a window that is begun unseen admits no more: $name',
    async (scenario) => {
      const { runs, most } = await exploreScenario(scenario);
      expect(runs).toBeGreaterThan(15);
      expect(most).toBeGreaterThanOrEqual(scenario.limit);
    },
    60_000,
  );
});
