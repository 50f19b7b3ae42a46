import { describe, expect, test } from '@jest/globals';
import { windowAt } from '../../lambda/core/quota/window.ts';
import type { QuotaStore } from '../../lambda/ports.ts';
import { shareLimit } from './shared-limit.ts';
import { sampled } from './tier.ts';

const NOW = Date.parse('2026-11-22T10:15:30Z');
const MINUTE = windowAt('minute', NOW / 1_000);
let made = 0;

/** What every quota store must keep with many writers at once. */
export function quotaLoadContract(name: string, store: () => QuotaStore, attempts = 200): void {
  const limit = 25 * attempts;
  describe(`${name} under load`, () => {
    test(`admits exactly ${limit} of 50 writers x ${attempts} attempts with a limit of ${limit}`, async () => {
      const windows = [
        { id: 'minute', per: 'minute' as const, limit, start: MINUTE.start, joins: false },
      ];
      const charge = {
        key: `standard#user:load${++made}`,
        units: 1,
        windows,
        keepUntil: MINUTE.end,
      };
      let admitted = 0;
      const writer = async (): Promise<void> => {
        for (let attempt = 0; attempt < attempts; attempt++)
          if ((await store().charge(charge)).kind === 'admitted') admitted++;
      };
      await Promise.all(Array.from({ length: 50 }, writer));
      expect(admitted).toBe(limit);
    }, 300_000);

    test.each(sampled([50, 20, 1], 3))(
      'never admits more than the limit to %i environments with leases, and strands next to nothing',
      async (environments) => {
        const limit = 1_000;
        const { admitted, charges } = await shareLimit({
          store: store(),
          accuracy: 'leased',
          limit,
          environments,
        });
        expect(admitted).toBeLessThanOrEqual(limit);
        expect(admitted).toBeGreaterThanOrEqual(limit * 0.99);
        expect(charges).toBeLessThan(limit + 2 * environments);
      },
      300_000,
    );
  });
}
