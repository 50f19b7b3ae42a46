/**
 * The whole size of "a revoked token is refused after the bound": test/lambda/authorizer has a
 * small one.
 */
import { describe, expect, test } from '@jest/globals';
import { runWorld } from '../support/revocation-world.ts';

describe('50 environments, 10,000 users, 1,000 of them revoked in a minute', () => {
  const rows = [1, 10, 60].flatMap((withinSeconds) =>
    [false, true].flatMap((cached) =>
      [0, 0.1].map((faults) => ({
        withinSeconds,
        cached,
        faults,
        pauseSeconds: 3 * withinSeconds,
      })),
    ),
  );
  // Most calls meet a list that is young enough, or is read beside them.
  const busy = [false, true].map((cached) => ({
    ...{ withinSeconds: 10, cached, faults: 0.1, pauseSeconds: 2 },
  }));

  test.each([...rows, ...busy])(
    'within $withinSeconds s, kept answers $cached, faults $faults, a call every $pauseSeconds s',
    async ({ withinSeconds, cached, faults, pauseSeconds }) => {
      const report = await runWorld({
        ...{ seed: 1_000 + withinSeconds, environments: 50, users: 10_000, revoked: 1_000 },
        ...{ withinSeconds, cached, faults, pauseSeconds, onStoreFailure: 'deny' },
        ...{ tokensACall: 40, seconds: Math.max(60, 10 * pauseSeconds) },
      });
      expect(report).toMatchObject({ late: [], wronged: [] });
      expect(report.evaluatedLate).toBeGreaterThan(1_000);
      expect(report.duplicates).toBeGreaterThan(300);
      expect(report.coldStarts).toBeGreaterThan(20);
      expect(report.freezes).toBeGreaterThan(50);
    },
  );
});
