/** The context, field by field: texts alone, none of them empty. */
import { expect, test } from '@jest/globals';
import { entitlementsOf } from '../../../../lambda/core/decision/entitlements.ts';
import { authorizerContext, type ContextFacts } from '../../../../lambda/core/policy/context.ts';
import type { Principal } from '../../../../lambda/core/token/principal.ts';
import { model } from '../../../support/model.ts';
import { CONTEXT_FIELDS } from '../../../support/wire/context.ts';

const held = model({
  routes: ['GET /a'],
  groups: { équipe: { allow: ['GET /a'] }, 'a"b': {} },
  machines: { '0oa1batch': { groups: ['équipe'] } },
  permissions: { 'a:read': ['GET /a'] },
});
const of = (principal: Principal | undefined, over: Partial<ContextFacts> = {}) =>
  authorizerContext({
    mapVersion: 'v',
    entitlements: principal && entitlementsOf(held, principal),
    ...{ code: undefined, quota: undefined, quotaExceeded: false, now: 36_500 },
    ...over,
  });
const user: Principal = {
  ...{ kind: 'user', uid: '00u1', cid: '0oa1web', scopes: [] },
  groups: ['équipe', 'a"b'],
};

test('of nobody every field is there, and none is empty', () => {
  expect(of(undefined)).toEqual({
    ...{ principalId: '-', uid: '-', cid: '-', groups: '[]', scope: '-', mapVersion: 'v' },
    ...{ code: '-', quotaLimit: '-', quotaRemaining: '-', quotaReset: '-' },
    quotaExceeded: 'false',
  });
});

test('of a user: groups as JSON in ASCII, permissions by blanks', () => {
  const context = of(user);
  expect(context).toMatchObject({ uid: '00u1', cid: '0oa1web', scope: 'a:read' });
  expect(context.groups).toBe('["\\u00e9quipe","a\\"b"]');
  expect(JSON.parse(context.groups)).toEqual(['équipe', 'a"b']);
  expect(Object.keys(context)).toEqual([...CONTEXT_FIELDS]);
});

test('of a machine no uid', () => {
  const context = of({ kind: 'machine', cid: '0oa1batch', scopes: [] });
  expect(context).toMatchObject({ uid: '-', cid: '0oa1batch', groups: '["\\u00e9quipe"]' });
});

test.each([
  ['in whole seconds, rounded up', 60, '24'],
  ['at least one', 30, '1'],
])('the end of a quota is told from now: %s', (_, endsAt, reset) => {
  const quota = { quota: 'q', payer: 'user:00u1', limit: 60, remaining: 0, endsAt };
  expect(of(user, { quota, quotaExceeded: true, code: 'QUOTA_EXCEEDED' })).toMatchObject({
    ...{ quotaLimit: '60', quotaRemaining: '0', quotaReset: reset },
    ...{ quotaExceeded: 'true', code: 'QUOTA_EXCEEDED' },
  });
});

test('a pseudonym is a field of its own', () => {
  expect(of(user, { pseudonym: 'a1' })).toEqual({ ...of(user), principal: 'a1' });
});
