import { describe, expect, test } from '@jest/globals';
import type { WorldSketch } from '../../support/revocation-sketch.ts';
import { runWorld } from '../../support/revocation-world.ts';

const SMALL: Omit<WorldSketch, 'seed' | 'cached' | 'onStoreFailure' | 'faults'> = {
  ...{ environments: 12, users: 400, revoked: 60, withinSeconds: 10 },
  ...{ tokensACall: 15, seconds: 120 },
};

describe('after the bound no revoked token is admitted, and none is refused that no entry names', () => {
  test.each<
    [string, Pick<WorldSketch, 'seed' | 'cached' | 'onStoreFailure' | 'faults' | 'pauseSeconds'>]
  >([
    ['a store that never fails', { seed: 1, cached: false, onStoreFailure: 'deny', faults: 0 }],
    ['with kept answers', { seed: 2, cached: true, onStoreFailure: 'deny', faults: 0 }],
    ['a store that fails', { seed: 3, cached: false, onStoreFailure: 'deny', faults: 0.1 }],
    // Most calls meet a list that is young enough, or is read beside them.
    ['busy', { seed: 6, cached: false, onStoreFailure: 'deny', faults: 0.1, pauseSeconds: 2 }],
    ['both', { seed: 4, cached: true, onStoreFailure: 'deny', faults: 0.1 }],
  ])('%s', async (_, given) => {
    const report = await runWorld({ ...SMALL, ...given });
    expect(report).toMatchObject({ late: [], wronged: [] });
    // The world was hard enough to tell.
    expect(report.evaluatedLate).toBeGreaterThan(100);
    expect(report.refused).toBeGreaterThan(100);
    expect(report.duplicates).toBeGreaterThan(10);
    expect(report.coldStarts).toBeGreaterThan(1);
    if (given.faults > 0) expect(report.storeFaults).toBeGreaterThan(10);
  });

  test('with `allow` what passes unread is reported, and nothing else passes late', async () => {
    const given = { seed: 5, cached: false, onStoreFailure: 'allow', faults: 0.5 } as const;
    const report = await runWorld({ ...SMALL, ...given });
    expect(report).toMatchObject({ late: [], wronged: [] });
    expect(report.unread).toBeGreaterThan(10);
  });
});
