import { describe, expect, test } from '@jest/globals';
import {
  fallbackOf,
  type HeldKeys,
  keyState,
  NEVER,
  newerOf,
  softAge,
  sourceOf,
} from '../../../lambda/adapters/key-state.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const NOW = Date.parse('2026-11-22T12:00:00Z');

const held = (ageMs: number, source: HeldKeys['source'] = 'issuer'): HeldKeys => ({
  keys: new Map(),
  fetchedAt: NOW - ageMs,
  softAgeMs: 5 * MINUTE,
  source,
});

describe('the state of an issuer’s keys', () => {
  test.each([
    ['none', undefined, NEVER, { isUsable: false, fetch: 'await' }],
    ['none, after a failure', undefined, NOW - 1, { isUsable: false, fetch: 'await' }],
    ['fresh', 5 * MINUTE - 1, NEVER, { isUsable: true, fetch: 'none' }],
    ['fresh, after a failure', 0, NOW, { isUsable: true, fetch: 'none' }],
    ['past the soft age', 5 * MINUTE, NEVER, { isUsable: true, fetch: 'background' }],
    ['almost at the hard age', 10 * MINUTE - 1, NEVER, { isUsable: true, fetch: 'background' }],
    ['past the hard age', 10 * MINUTE, NEVER, { isUsable: true, fetch: 'await' }],
    [
      'past it, 9.999 s after a failure',
      HOUR,
      NOW - 9_999,
      { isUsable: true, fetch: 'background' },
    ],
    ['past it, 10 s after a failure', HOUR, NOW - 10_000, { isUsable: true, fetch: 'await' }],
    ['almost a day old', DAY - 1, NEVER, { isUsable: true, fetch: 'await' }],
    ['a day old', DAY, NEVER, { isUsable: false, fetch: 'await' }],
    ['a day old, after a failure', DAY, NOW - 1, { isUsable: false, fetch: 'await' }],
  ] as const)('%s', (_, ageMs, lastFailureAt, state) => {
    const keys = ageMs === undefined ? undefined : held(ageMs);
    expect(keyState(NOW, keys, lastFailureAt, DAY)).toEqual(state);
  });

  test('follows the limit of the deployment', () => {
    expect(keyState(NOW, held(HOUR), NEVER, HOUR).isUsable).toBe(false);
    expect(keyState(NOW, held(HOUR - 1), NEVER, HOUR).isUsable).toBe(true);
  });

  test.each([
    [undefined, 'none', 'none'],
    [held(0), 'issuer', 'memory'],
    [held(10 * MINUTE - 1), 'issuer', 'memory'],
    [held(10 * MINUTE), 'memory', 'memory'],
    [held(0, 'copy'), 'copy', 'copy'],
    [held(DAY, 'copy'), 'copy', 'copy'],
  ])('names the source of %j: %s, after a failed fetch %s', (keys, source, fallback) => {
    expect([sourceOf(NOW, keys), fallbackOf(keys)]).toEqual([source, fallback]);
  });

  test('keeps the keys that were fetched later, and those in use when both were fetched at once', () => {
    const [older, newer, same] = [held(2), held(1), held(1)];
    expect(newerOf(undefined, older)).toBe(older);
    expect(newerOf(older, newer)).toBe(newer);
    expect(newerOf(newer, older)).toBe(newer);
    expect(newerOf(newer, same)).toBe(newer);
  });

  test.each([
    [undefined, 5 * MINUTE],
    [0, MINUTE],
    [MINUTE - 1, MINUTE],
    [2 * MINUTE, 2 * MINUTE],
    [HOUR, 5 * MINUTE],
  ])('a lifetime of %s ms gives a soft age of %d ms', (maxAgeMs, ms) => {
    expect(softAge(maxAgeMs)).toBe(ms);
  });
});
