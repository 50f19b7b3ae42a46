/** What every user holds, and groups that nobody may hold together. */
import { describe, expect, test } from '@jest/globals';
import { decide } from '../../../../lambda/core/decision/decide.ts';
import { entitlementsOf, MAX_TOKEN_GROUPS } from '../../../../lambda/core/decision/entitlements.ts';
import type { Principal } from '../../../../lambda/core/token/principal.ts';
import { model } from '../../../support/model.ts';

const routes = ['GET /a', 'POST /a', 'GET /b', 'POST /pay', 'GET /pay'];
const access = model({
  routes,
  okta: { name: 'one' },
  moreOkta: [
    { name: 'partners', groups: ['makers'] },
    { name: 'guests', groups: ['makers', 'everyone'] },
    { name: 'unlisted' },
  ],
  blocked: { users: ['00ublocked'] },
  everyone: { allow: ['GET /a'], deny: ['GET /b'] },
  groups: {
    makers: { allow: ['POST /pay', 'GET /pay'] },
    checkers: { allow: ['POST /pay', 'GET /pay'] },
    readers: { allow: ['GET /b', 'POST /a'] },
  },
  machines: { '0oa1m': { groups: ['makers'] }, '0oa2m': { groups: ['makers', 'checkers'] } },
  conflicts: [{ groups: ['makers', 'checkers', 'readers'], routes: ['POST /pay'] }],
  permissions: { 'pay:all': ['POST /pay', 'GET /pay'], 'a:read': ['GET /a'] },
});
const user = (groups: readonly string[], more: Partial<Principal> = {}): Principal =>
  ({
    kind: 'user',
    uid: '00u1',
    cid: '0oa1',
    scopes: [],
    block: 'one',
    groups,
    ...more,
  }) as Principal;
const said = (principal: Principal, route: string): string => {
  const decision = decide(access, entitlementsOf(access, principal), route);
  return decision.effect === 'allow' ? decision.reason : `${decision.code} ${decision.reason}`;
};

describe('everyone', () => {
  test.each([
    ['lets in a user without groups', user([]), 'GET /a', 'everyone_allows'],
    ['lets in a user whose groups are not mapped', user(['x']), 'GET /a', 'everyone_allows'],
    ['lets in beside groups that do not', user(['readers']), 'GET /a', 'everyone_allows'],
    [
      'leaves a user without groups out of the rest',
      user([]),
      'POST /a',
      'GROUPS_MISSING no_groups_in_token',
    ],
    ['denies what a group allows', user(['readers']), 'GET /b', 'GROUP_DENIED everyone_denies'],
    [
      'who lacks groups is reported as such where every user is denied',
      user([]),
      'GET /b',
      'GROUPS_MISSING no_groups_in_token',
    ],
    [
      'no machine',
      { kind: 'machine', cid: '0oa1m', scopes: [], block: 'one' } as Principal,
      'GET /a',
      'GROUP_NOT_ALLOWED machine_not_allowed',
    ],
    [
      'too many groups are refused first',
      user(Array.from({ length: MAX_TOKEN_GROUPS + 1 }, (_, n) => `g${n}`)),
      'GET /a',
      'GROUPS_TOO_MANY over_1000',
    ],
    ['a blocked user is refused first', user([], { uid: '00ublocked' }), 'GET /a', 'BLOCKED user'],
    [
      'no user of a further okta block',
      user(['makers'], { block: 'partners' }),
      'GET /a',
      'GROUP_NOT_ALLOWED no_group_allows',
    ],
    [
      'users of a further block that lists the word',
      user([], { block: 'guests' }),
      'GET /a',
      'everyone_allows',
    ],
    [
      'a user without a block, who is one of the first',
      { kind: 'user', uid: '00u1', cid: '0oa1', scopes: [], groups: [] } as Principal,
      'GET /a',
      'everyone_allows',
    ],
    [
      'no user of a further block that lists no groups',
      user(['makers'], { block: 'unlisted' }),
      'GET /a',
      'GROUP_NOT_ALLOWED no_group_allows',
    ],
    [
      'denies in every block',
      user(['makers'], { block: 'partners' }),
      'GET /b',
      'GROUP_DENIED everyone_denies',
    ],
  ])('%s', (_, principal, route, expected) => {
    expect(said(principal, route)).toBe(expected);
  });

  test('is among neither the groups nor the permissions of groups alone', () => {
    const { groups, permissions } = entitlementsOf(access, user(['makers']));
    expect([groups, permissions]).toEqual([['makers'], ['pay:all', 'a:read']]);
  });
});

describe('conflicts', () => {
  test.each([
    ['who holds one of the groups is let in', user(['makers']), 'POST /pay', 'group_allows'],
    [
      'who holds two is refused',
      user(['makers', 'checkers']),
      'POST /pay',
      'CONFLICT groups_conflict',
    ],
    ['any two of three', user(['checkers', 'readers']), 'POST /pay', 'CONFLICT groups_conflict'],
    [
      'on the routes of the conflict alone',
      user(['makers', 'checkers']),
      'GET /pay',
      'group_allows',
    ],
    [
      'a machine too',
      { kind: 'machine', cid: '0oa2m', scopes: [], block: 'one' } as Principal,
      'POST /pay',
      'CONFLICT groups_conflict',
    ],
    [
      'a group that the block may not carry is not held',
      user(['makers', 'checkers'], { block: 'partners' }),
      'POST /pay',
      'group_allows',
    ],
  ])('%s', (_, principal, route, expected) => {
    expect(said(principal, route)).toBe(expected);
  });

  test('take away a permission that has a route of them', () => {
    expect(entitlementsOf(access, user(['makers', 'checkers'])).permissions).toEqual(['a:read']);
  });

  test('are evaluated after a deny and before what no group allows', () => {
    const strict = model({
      routes,
      groups: { a: { deny: ['GET /a'] }, b: {} },
      conflicts: [{ groups: ['a', 'b'], routes: ['GET /a', 'POST /a'] }],
    });
    const codeOf = (route: string) => {
      const decision = decide(
        strict,
        entitlementsOf(strict, user(['a', 'b'], { block: undefined } as never)),
        route,
      );
      return decision.effect === 'deny' && decision.code;
    };
    expect([codeOf('GET /a'), codeOf('POST /a')]).toEqual(['GROUP_DENIED', 'CONFLICT']);
  });
});
