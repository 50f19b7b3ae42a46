import { describe, expect, test } from '@jest/globals';
import { quotaKeeper } from '../../lambda/authorizer/quota-keeper.ts';
import { standingOf } from '../../lambda/core/standing.ts';
import { windowAt } from '../../lambda/core/window.ts';
import type { QuotaStore } from '../../lambda/ports.ts';
import { model } from './model.ts';

const route = 'GET /orders';
const NOW = Date.parse('2026-11-22T10:15:30Z');
const MINUTE = windowAt('minute', NOW / 1_000);
let made = 0;

/** What every quota store must keep with many writers at once. */
export function quotaLoadContract(name: string, store: () => QuotaStore, attempts = 200): void {
  const limit = 25 * attempts;
  describe(`${name} under load`, () => {
    test(`admits exactly ${limit} of 50 writers x ${attempts} attempts with a limit of ${limit}`, async () => {
      const windows = [{ id: 'minute', per: 'minute' as const, limit, start: MINUTE.start, joins: false }];
      const charge = { key: `standard#user:load${++made}`, units: 1, windows, keepUntil: MINUTE.end };
      let admitted = 0;
      const writer = async (): Promise<void> => {
        for (let attempt = 0; attempt < attempts; attempt++) if ((await store().charge(charge)).kind === 'admitted') admitted++;
      };
      await Promise.all(Array.from({ length: 50 }, writer));
      expect(admitted).toBe(limit);
    }, 120_000);

    test.each([1, 20, 50])(
      'never admits more than the limit to %i environments with leases, and strands next to nothing',
      async (environments) => {
        const limit = 1_000;
        const { admitted, writes } = await lease(store(), limit, environments);
        expect(admitted).toBeLessThanOrEqual(limit);
        expect(admitted).toBeGreaterThanOrEqual(limit * 0.99);
        expect(writes).toBeLessThan(limit + 2 * environments);
      },
      120_000,
    );
  });
}

/** Environments that share 1.5 times the limit in calls; time passes by a tenth of a second a call and environment. */
async function lease(store: QuotaStore, limit: number, environments: number) {
  const quota = { name: `leased${++made}`, by: 'group' as const, accuracy: 'leased' as const };
  const access = model({
    routes: [route],
    quotas: [{ ...quota, windows: [{ id: 'month', per: 'month', limit }] }],
    groups: { partners: { allow: [route], quota: quota.name } },
  });
  const standing = standingOf(access, { kind: 'user', uid: '00u1', cid: '0oa1web', groups: ['partners'], scopes: [] });
  let calls = limit * 1.5;
  let admitted = 0;
  let writes = 0;
  const counted: QuotaStore = {
    charge: (charge) => {
      writes++;
      return store.charge(charge);
    },
  };
  const environment = async (): Promise<void> => {
    let nowMs = NOW;
    const keep = quotaKeeper(access, counted, { now: () => nowMs });
    while (calls-- > 0) {
      nowMs += 100;
      if ((await keep(standing, route)).kind === 'admitted') admitted++;
      // Calls from the lease wait for nothing; without this one environment would use up all of them at once.
      await new Promise<void>((done) => void setImmediate(done));
    }
  };
  await Promise.all(Array.from({ length: environments }, environment));
  return { admitted, writes };
}
