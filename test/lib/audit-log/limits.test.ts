import { describe, expect, test } from '@jest/globals';
import type { DecisionRecord } from '../../../lambda/core/contract/decision-record.ts';
import { callerCounter } from '../../../lib/audit-log/callers.ts';
import { limitCounter } from '../../../lib/audit-log/limits.ts';
import { trendCounter } from '../../../lib/audit-log/quota-trend.ts';

type By = NonNullable<DecisionRecord['quota']>['by'];

const record = (
  principal: DecisionRecord['principal'],
  by: By = 'user',
  groups: readonly string[] = [],
) =>
  ({
    ...{ effect: 'allow', reason: 'group', weight: 1, principal, groups },
    quota: { name: 'standard', by, limit: 1, remaining: 0, endsAt: 1 },
  }) as unknown as DecisionRecord;
const user = (id: string, block?: string) =>
  ({ kind: 'user', id, cid: '0oa1', ...(block !== undefined && { block }) }) as const;

const atLimit = (...records: readonly DecisionRecord[]) => {
  const limits = limitCounter();
  for (const one of records) limits.add(one);
  return limits.counted().map(({ by, payer, atLimit: calls }) => [by, payer, calls]);
};

describe('a payer at its limit is', () => {
  test.each<readonly [string, readonly DecisionRecord[], readonly unknown[]]>([
    ['a user', [record(user('00u1')), record(user('00u1'))], [['user', '00u1', 2]]],
    [
      'a user of one Okta org: the same id in another one is somebody else',
      [record(user('00u1', 'eu')), record(user('00u1', 'us'))],
      [
        ['user', 'eu/00u1', 1],
        ['user', 'us/00u1', 1],
      ],
    ],
    [
      'a client of one Okta org',
      [record(user('00u1', 'eu'), 'client'), record(user('00u1', 'us'), 'client')],
      [
        ['client', 'eu/0oa1', 1],
        ['client', 'us/0oa1', 1],
      ],
    ],
    [
      'of one kind: a user and a group of the same name are two',
      [record(user('staff')), record(user('00u1'), 'group', ['staff'])],
      [
        ['user', 'staff', 1],
        ['group', 'staff', 1],
      ],
    ],
    [
      'a group of the map, whichever org names it',
      [record(user('00u1', 'eu'), 'group', ['a']), record(user('00u2', 'us'), 'group', ['a'])],
      [['group', 'a', 2]],
    ],
  ])('%s', (_, records, expected) => {
    expect(atLimit(...records)).toEqual(expected);
  });
});

test('callers of the same id in two Okta orgs are two', () => {
  const callers = callerCounter();
  const trend = trendCounter();
  for (const block of ['eu', 'us']) {
    callers.add(record(user('00u1', block)), 1);
    trend.add({ kind: 'decision', at: 1, record: record(user('00u1', block)) });
  }
  expect(callers.counted()).toMatchObject({ callers: 2, names: ['eu/00u1', 'us/00u1'] });
  expect(trend.result().callers).toBe(2);
});
