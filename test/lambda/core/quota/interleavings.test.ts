import { describe, expect, test } from '@jest/globals';
import {
  exploreScenario,
  exploreStrict,
  foreseenScenarios,
  scenarios,
  strictScenarios,
} from '../../../support/interleavings.ts';
import { sampled } from '../../../support/tier.ts';

describe('in whatever order writes arrive, get lost or come twice', () => {
  test.each(sampled(scenarios, 9))(
    'admitted calls never exceed the limit: $name',
    async (scenario) => {
      const { runs, most } = await exploreScenario(scenario);
      // The exploration is not empty, and in some run the limit is reached.
      expect(runs).toBeGreaterThan(50);
      expect(most).toBeGreaterThanOrEqual(scenario.limit);
    },
    60_000,
  );

  test.each(sampled(foreseenScenarios, 8))(
    'a window that is begun unseen admits no more: $name',
    async (scenario) => {
      const { runs, most } = await exploreScenario(scenario);
      expect(runs).toBeGreaterThan(15);
      expect(most).toBeGreaterThanOrEqual(scenario.limit);
    },
    60_000,
  );

  test.each(sampled(strictScenarios, 2))(
    'two strict quotas each hold: $name',
    async (scenario) => {
      const { runs, most } = await exploreStrict(scenario);
      expect(runs).toBeGreaterThan(20);
      expect(most).toBeGreaterThanOrEqual(1);
    },
    60_000,
  );
});
