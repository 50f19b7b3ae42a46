/** What items of the quota table say, without a map's file and without the command. */
import { expect, test } from '@jest/globals';
import type { QuotaFile } from '../../../lambda/core/model/model-file.ts';
import { quotaUsage, type UsageItem } from '../../../lib/quota-usage/quota-usage.ts';

const NOW = Date.parse('2026-11-22T10:15:30Z') / 1_000;
const MINUTE = NOW - 30;
const quota = (name: string, windows: QuotaFile['windows']): QuotaFile => ({
  ...{ name, windows, by: 'user', accuracy: 'exact' },
  ...{ onStoreFailure: 'deny', onExceeded: 'refuse' },
});
const perMinute = quota('standard', [{ id: 'm', per: 'minute', limit: 60 }]);
const item = (key: string, numbers: Readonly<Record<string, number>>): UsageItem => ({
  key,
  numbers: (name) => numbers[name],
});

test.each<[string, Readonly<Record<string, number>>, number, readonly (readonly number[])[]]>([
  ['calls of this window are current', { m_start: MINUTE, m_used: 5 }, 5, []],
  [
    'those of a window that has ended are not',
    { m_start: MINUTE - 60, m_used: 5 },
    0,
    [[MINUTE - 60, 5]],
  ],
  [
    'the window before the counted one is kept, the last first',
    { m_start: MINUTE - 60, m_used: 5, m_before_start: MINUTE - 300, m_before_used: 9 },
    0,
    [
      [MINUTE - 60, 5],
      [MINUTE - 300, 9],
    ],
  ],
  [
    'a window that begins at the next second is current: another clock is ahead',
    { m_start: MINUTE + 60, m_used: 2 },
    2,
    [],
  ],
  ['half an item is none', { m_start: MINUTE }, 0, []],
  [
    'counts of a window that the quota no longer has are none',
    { h_start: MINUTE, h_used: 5 },
    0,
    [],
  ],
])('%s', (_, numbers, used, recent) => {
  const [{ payers } = { payers: [] }] = quotaUsage(
    [perMinute],
    [item('standard#user:00u1', numbers)],
    NOW,
  );
  const [window] = payers[0]?.windows ?? [];
  expect(window?.current.used).toBe(used);
  expect(window?.recent.map(({ start, used: before }) => [start, before])).toEqual(recent);
});

test('payers are in the order of the share of their tightest window, then of their names', () => {
  const windows: QuotaFile['windows'] = [
    { id: 'm', per: 'minute', limit: 10 },
    { id: 'd', per: 'day', limit: 1_000 },
  ];
  const day = Math.floor(NOW / 86_400) * 86_400;
  const used = (minute: number, ofDay: number) => ({
    ...{ m_start: MINUTE, m_used: minute },
    ...{ d_start: day, d_used: ofDay },
  });
  const items = [
    item('q#few', used(1, 200)),
    item('q#b', used(5, 0)),
    item('q#a', used(0, 500)),
    item('q#most', used(0, 900)),
  ];
  const [{ payers } = { payers: [] }] = quotaUsage([quota('q', windows)], items, NOW);
  expect(payers.map(({ payer }) => payer)).toEqual(['most', 'a', 'b', 'few']);
});

test('a quota takes the items of its own name, not of one whose name begins so', () => {
  const items = [
    item('standard#user:a', { m_start: MINUTE, m_used: 1 }),
    item('standard-2#user:b', { m_start: MINUTE, m_used: 1 }),
    item('gone#user:c', { m_start: MINUTE, m_used: 1 }),
  ];
  const usage = quotaUsage([perMinute, quota('unused', perMinute.windows)], items, NOW);
  expect(usage.map(({ quota: name, payers }) => [name, payers.map(({ payer }) => payer)])).toEqual([
    ['standard', ['user:a']],
    ['unused', []],
  ]);
});

test('a window over some routes says so', () => {
  const windows: QuotaFile['windows'] = [
    { id: 'm', per: 'minute', limit: 10, routes: '1' },
    { id: 'd', per: 'day', limit: 10 },
  ];
  const [{ payers } = { payers: [] }] = quotaUsage([quota('q', windows)], [item('q#a', {})], NOW);
  expect(payers[0]?.windows.map(({ per, someRoutes }) => [per, someRoutes])).toEqual([
    ['minute', true],
    ['day', false],
  ]);
});
