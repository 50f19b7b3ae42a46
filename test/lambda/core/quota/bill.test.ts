/** Who pays: strict quotas beside those by turn, and what every user holds. */
import { describe, expect, test } from '@jest/globals';
import { entitlementsOf } from '../../../../lambda/core/decision/entitlements.ts';
import type { ModelFile } from '../../../../lambda/core/model/model-file.ts';
import { billFor, keyOf } from '../../../../lambda/core/quota/bill.ts';
import { model, rowOf } from '../../../support/model.ts';

const routes = ['GET /a', 'POST /a', 'GET /b'];
const day = (limit: number) => ({ id: 'day', per: 'day' as const, limit });
const QUOTAS: readonly (Partial<ModelFile['quotas'][number]> &
  Pick<ModelFile['quotas'][number], 'name' | 'windows'>)[] = [
  { name: 'wide-open', windows: [day(9)] },
  { name: 'shared', windows: [day(5)] },
  { name: 'daily', strict: true, windows: [day(3)] },
  { name: 'soft', strict: true, onExceeded: 'pass', windows: [day(2)] },
  { name: 'some', strict: true, windows: [{ ...day(1), routes: rowOf(routes, ['POST /a']) }] },
];
const access = model({
  routes,
  quotas: QUOTAS,
  groups: {
    staff: { allow: routes, quota: 'shared' },
    more: { allow: routes, quota: 'wide-open' },
    free: { allow: routes },
    limited: { allow: routes, quota: 'daily' },
    marked: { allow: routes, quota: 'soft' },
    part: { allow: routes, quota: 'some' },
  },
});
const every = model({
  routes,
  quotas: QUOTAS,
  everyone: { allow: ['GET /b'], quota: 'daily' },
  groups: { staff: { allow: ['GET /a'], quota: 'shared' }, free: { allow: ['GET /a'] } },
});
const user = (of: typeof access, ...groups: string[]) =>
  entitlementsOf(of, { kind: 'user', uid: '00u1', cid: '0oa1', groups, scopes: [] });

const billed = (of: typeof access, groups: readonly string[], route = 'GET /a') => {
  const { strict, shared } = billFor(of, user(of, ...groups), route);
  return [strict.map(keyOf), shared === 'free' ? shared : shared.map(keyOf)];
};

describe('the bill', () => {
  test.each([
    [
      'a strict quota beside one by turn',
      access,
      ['staff', 'limited'],
      [['daily#user:00u1'], ['shared#user:00u1']],
    ],
    [
      'a strict quota where another group is free',
      access,
      ['free', 'limited'],
      [['daily#user:00u1'], 'free'],
    ],
    [
      'several strict ones from the most generous on',
      access,
      ['marked', 'limited'],
      [['daily#user:00u1', 'soft#user:00u1'], 'free'],
    ],
    [
      'nothing strict on a route that it does not count',
      access,
      ['part', 'staff'],
      [[], ['shared#user:00u1']],
    ],
    [
      'what every user has where a group opens the route',
      every,
      ['staff'],
      [['daily#user:00u1'], ['shared#user:00u1']],
    ],
    ['what every user has where a free group does', every, ['free'], [['daily#user:00u1'], 'free']],
  ] as const)('has %s', (_, of, groups, expected) => {
    expect(billed(of, groups)).toEqual(expected);
  });

  test('is no free one where every user has the route without a quota', () => {
    const sketch = { routes, quotas: QUOTAS, everyone: { allow: ['GET /a'] } };
    const without = model({ ...sketch, groups: { staff: { allow: ['GET /a'], quota: 'shared' } } });
    expect(billed(without, ['staff'])).toEqual([[], ['shared#user:00u1']]);
    expect(billed(without, [])).toEqual([[], 'free']);
  });

  test('has what every user has on a route that it opens itself', () => {
    expect(billed(every, [], 'GET /b')).toEqual([['daily#user:00u1'], 'free']);
  });
});
