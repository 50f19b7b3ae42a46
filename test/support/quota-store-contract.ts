import { describe, expect, test } from '@jest/globals';
import type { Charge, ChargeWindow } from '../../lambda/core/quota/charge.ts';
import { windowAt } from '../../lambda/core/quota/window.ts';
import type { QuotaStore } from '../../lambda/ports.ts';
import { sized } from './tier.ts';

const at = (iso: string): number => Date.parse(iso) / 1_000;
const MORNING = at('2026-11-22T10:15:30Z');

let made = 0;
/** A charge of a payer that no other test uses. */
function charges(
  windows: readonly Pick<ChargeWindow, 'id' | 'per' | 'limit'>[],
): (second: number, units?: number, joins?: boolean) => Charge {
  const key = `standard#user:${++made}`;
  return (second, units = 1, joins = false) => ({
    key,
    units,
    windows: windows.map((window) => ({
      ...window,
      start: windowAt(window.per, second).start,
      joins,
    })),
    keepUntil: Math.max(...windows.map(({ per }) => windowAt(per, second).end)),
  });
}

const minute = (limit: number) => ({ id: 'minute', per: 'minute' as const, limit });
const month = (limit: number) => ({ id: 'month', per: 'month' as const, limit });

/** What every quota store must keep, whatever it is made of. */
export function quotaStoreContract(name: string, store: () => QuotaStore): void {
  const times = async (count: number, charge: Charge) => {
    const kinds: string[] = [];
    for (let n = 0; n < count; n++) kinds.push((await store().charge(charge)).kind);
    return kinds.filter((kind) => kind === 'admitted').length;
  };

  describe(`${name} keeps the contract of a quota store`, () => {
    test('counts from one, and tells what is used', async () => {
      const charge = charges([minute(3)])(MORNING);
      const start = at('2026-11-22T10:15:00Z');
      expect(await store().charge(charge)).toEqual({
        kind: 'admitted',
        units: 1,
        counts: [{ id: 'minute', start, used: 1, instances: 0 }],
      });
      expect(await store().charge(charge)).toEqual({
        kind: 'admitted',
        units: 1,
        counts: [{ id: 'minute', start, used: 2, instances: 0 }],
      });
    });

    test('admits the limit and not one more', async () => {
      const charge = charges([minute(3)])(MORNING);
      expect(await times(7, charge)).toBe(3);
      expect(await store().charge(charge)).toMatchObject({
        kind: 'exceeded',
        counts: [{ used: 3 }],
      });
    });

    test('starts again in the next window', async () => {
      const charge = charges([minute(2)]);
      expect(await times(5, charge(MORNING))).toBe(2);
      expect(await times(5, charge(MORNING + 60))).toBe(2);
    });

    test('takes nothing from any window when one of them is full', async () => {
      const charge = charges([minute(2), month(5)]);
      expect(await times(4, charge(MORNING))).toBe(2);
      expect(await times(4, charge(MORNING + 60))).toBe(2);
      // Five were asked of the month at most; four were taken, so exactly one is left.
      expect(await store().charge(charge(MORNING + 120))).toMatchObject({
        kind: 'admitted',
        counts: [{ used: 1 }, { used: 5 }],
      });
      expect(await store().charge(charge(MORNING + 120))).toMatchObject({
        kind: 'exceeded',
        counts: [{ used: 1 }, { used: 5 }],
      });
    });

    test('rolls one window over and leaves the other as it is', async () => {
      const charge = charges([minute(10), month(10)]);
      await times(3, charge(at('2026-11-30T23:59:59Z')));
      expect(await store().charge(charge(at('2026-12-01T00:00:00Z')))).toMatchObject({
        kind: 'admitted',
        counts: [{ used: 1 }, { used: 1 }],
      });
    });

    test('charges the later window when a clock lags behind another, and never gives units out twice', async () => {
      const charge = charges([minute(2)]);
      expect(await times(2, charge(MORNING + 60))).toBe(2);
      expect(await store().charge(charge(MORNING))).toMatchObject({
        kind: 'exceeded',
        counts: [{ start: at('2026-11-22T10:16:00Z'), used: 2 }],
      });
    });

    test('takes several units at once from every window', async () => {
      const charge = charges([minute(100), month(1_000)]);
      await store().charge(charge(MORNING));
      expect(await store().charge(charge(MORNING, 20))).toMatchObject({
        kind: 'admitted',
        units: 20,
        counts: [{ used: 21 }, { used: 21 }],
      });
    });

    test('grants no more than what is left, from any window, and at least one while one is left', async () => {
      const charge = charges([minute(100), month(5)]);
      await store().charge(charge(MORNING));
      const lease = await store().charge(charge(MORNING, 50));
      expect(lease).toMatchObject({
        kind: 'admitted',
        units: 1,
        counts: [{ used: 2 }, { used: 2 }],
      });
      expect(await times(5, charge(MORNING, 50))).toBe(3);
      expect(await store().charge(charge(MORNING, 50))).toMatchObject({
        kind: 'exceeded',
        counts: [{ used: 5 }, { used: 5 }],
      });
    });

    test('grants a quarter of an even share at most where the counts were not known before', async () => {
      const charge = charges([minute(100)]);
      expect(await store().charge(charge(MORNING, 100, true))).toMatchObject({
        units: 25,
        counts: [{ used: 25, instances: 1 }],
      });
      expect(await store().charge(charge(MORNING, 80, true))).toMatchObject({
        units: 18,
        counts: [{ used: 43, instances: 2 }],
      });
    });

    test('counts the environments that join a window, and again in the next one', async () => {
      const charge = charges([minute(1_000)]);
      await store().charge(charge(MORNING, 1, true));
      await store().charge(charge(MORNING, 1, true));
      expect(await store().charge(charge(MORNING, 1, false))).toMatchObject({
        counts: [{ used: 3, instances: 2 }],
      });
      expect(await store().charge(charge(MORNING + 60, 1, true))).toMatchObject({
        counts: [{ used: 1, instances: 1 }],
      });
    });

    test('keeps payers apart', async () => {
      await times(2, charges([minute(2)])(MORNING));
      expect(await times(2, charges([minute(2)])(MORNING))).toBe(2);
    });

    test('admits exactly the limit to callers all at once, at the start of a window and within it', async () => {
      const callers = sized(50, 20);
      const charge = charges([minute(callers / 2), month(callers * 1.2)]);
      const burst = async (second: number) => {
        const results = await Promise.all(
          Array.from({ length: callers }, () => store().charge(charge(second))),
        );
        return results.filter(({ kind }) => kind === 'admitted').length;
      };
      expect(await burst(MORNING)).toBe(callers / 2);
      expect(await burst(MORNING + 60)).toBe(callers / 2);
      expect(await burst(MORNING + 120)).toBe(callers / 5);
    }, 60_000);
  });
}
