import { describe, expect, test } from '@jest/globals';
import { storeClock } from '../../../lambda/adapters/store-clock.ts';

const NOON = Date.parse('2026-11-22T12:00:00Z');
const field = (ms: number): string => new Date(ms).toUTCString();

describe("the store's clock", () => {
  test('is taken for right before any answer', () => {
    expect(storeClock().isSkewed()).toBe(false);
  });

  test.each([
    [300_000, false],
    [301_000, true],
    [-300_000, false],
    [-301_000, true],
  ])('with a difference of %i ms is off: %p', (difference, off) => {
    const clock = storeClock();
    clock.observe(field(NOON + difference), NOON - 20, NOON);
    expect(clock.isSkewed()).toBe(off);
  });

  test.each([
    ['without a date', undefined, 20],
    ['with text for a date', 'yesterday', 20],
    [
      'read an hour after it was asked for, as of a frozen environment',
      field(NOON - 3_600_000),
      3_600_000,
    ],
  ])('learns nothing from an answer %s', (_name, date, underWayMs) => {
    const clock = storeClock();
    clock.observe(date, NOON - underWayMs, NOON);
    expect(clock.isSkewed()).toBe(false);
  });
});
