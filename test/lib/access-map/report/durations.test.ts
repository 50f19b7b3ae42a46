import { describe, expect, test } from '@jest/globals';
import { parseDuration, parseDurationMs } from '../../../../lib/access-map/report/durations.ts';

describe('a duration is digits and a unit', () => {
  test.each([
    ['0s', 0],
    ['300ms', 300],
    ['5s', 5_000],
    ['5m', 300_000],
    ['24h', 86_400_000],
    ['90d', 7_776_000_000],
    ['05h', undefined],
    ['0100ms', undefined],
    ['5', undefined],
    ['5w', undefined],
    ['5 m', undefined],
    ['12345678s', undefined],
    ['5s\n', undefined],
    ['', undefined],
  ])('%j: %j ms, the same in seconds unless it is written in ms', (text, ms) => {
    expect(parseDurationMs(text)).toBe(ms);
    const seconds = ms === undefined || text.endsWith('ms') ? undefined : ms / 1_000;
    expect(parseDuration(text)).toBe(seconds);
  });
});
