import { describe, expect, test } from '@jest/globals';
import {
  clientSubject,
  ENTRY_LIFE_MS,
  entryExpiry,
  entrySortKey,
  groupSubject,
  HEARTBEAT_EVERY_MS,
  HEARTBEAT_SORT_KEY,
  HEARTBEAT_STALE_MS,
  HUB_SORT_KEYS_FROM,
  MAX_WRITE_MS,
  READ_OVERLAP_MS,
  SNAPSHOT_SORT_KEY,
  sortKeyFrom,
  userClientSubject,
  userSubject,
  writtenAtOf,
} from '../../../../lambda/core/contract/revocation.ts';

describe('the keys of the list of revoked tokens', () => {
  test('are as tables in use have them', () => {
    expect(entrySortKey(1_732_800_000_123, 'a-b#2')).toBe('1#001732800000123#a-b#2');
    expect([HEARTBEAT_SORT_KEY, SNAPSHOT_SORT_KEY]).toEqual(['2#heartbeat', '2#snapshot']);
    expect([userSubject('u'), userClientSubject('u', 'c'), clientSubject('c')]).toEqual([
      'user:u',
      'user-client:u c',
      'client:c',
    ]);
    expect(groupSubject('a b')).toBe('group:a b');
  });

  test('sort by the time of writing, the hub’s own items last', () => {
    const keys = [
      entrySortKey(9, 'z'),
      entrySortKey(10, 'a'),
      entrySortKey(1_732_800_000_000, '0'),
      HEARTBEAT_SORT_KEY,
      SNAPSHOT_SORT_KEY,
    ];
    expect(keys.toSorted()).toEqual(keys);
    expect(keys.filter((key) => key >= HUB_SORT_KEYS_FROM)).toEqual(keys.slice(3));
  });

  test.each([
    [sortKeyFrom(10) <= entrySortKey(10, ''), true],
    [sortKeyFrom(11) > entrySortKey(10, 'zzz'), true],
    [sortKeyFrom(-5), '1#000000000000000'],
  ])('begin a read with what was written from a time on (%#)', (found, wanted) => {
    expect(found).toBe(wanted);
  });

  test.each([
    [entrySortKey(12, 'x'), 12],
    [HEARTBEAT_SORT_KEY, undefined],
    [sortKeyFrom(12), undefined],
    ['1#00000000000001x#a', undefined],
    ['', undefined],
  ])('tell the time of writing: %s', (key, writtenAt) => {
    expect(writtenAtOf(key)).toBe(writtenAt);
  });
});

describe('the lengths of revocation', () => {
  test('leave a reader time to see what took longest to write, and clocks 20 s to differ', () => {
    expect(MAX_WRITE_MS + 20_000).toBeLessThan(READ_OVERLAP_MS);
    expect(2 * HEARTBEAT_EVERY_MS).toBeLessThan(HEARTBEAT_STALE_MS);
  });

  test('keep an entry for longer than any token can be good', () => {
    expect(ENTRY_LIFE_MS).toBe(24 * 3_600_000 + 600_000);
    expect(entryExpiry(1)).toBe(87_001);
  });
});
