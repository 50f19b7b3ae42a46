/**
 * Events of an Okta org, with the shapes that recorded ones have: an app that is taken away names
 * an `AppUser` beside the `User`, a lock has no targets and the locked user as actor.
 */
import { describe, expect, test } from '@jest/globals';
import { entryItem } from '../../../../lambda/core/revocation/hub-items.ts';
import { meaningOf, OKTA_EVENT_TYPES } from '../../../../lambda/core/revocation/okta-events.ts';

const T = 1_000_000;
const GROUPS = { removed: new Set(['readers', 'writers']), added: new Set(['contractors']) };
const ADMIN = { id: '00uadmin', type: 'User', displayName: 'Admin', alternateId: 'admin@x' };
const USER = { id: '00ureader', type: 'User', displayName: 'Reader', alternateId: 'reader@x' };
const APP = { id: '0oaweb', type: 'AppInstance', displayName: 'OpenID Connect Client' };
const APP_USER = { id: '0uareader', type: 'AppUser', displayName: 'Reader' };
const group = (displayName: string) => ({
  id: `00g${displayName}`,
  type: 'UserGroup',
  displayName,
});

const event = (eventType: string, target: unknown, more: object = {}) => ({
  uuid: 'f1d0b993-cc19-11ed-a688-db22c99ef6c4',
  published: '2026-08-25T17:41:22.359Z',
  eventType,
  actor: ADMIN,
  outcome: { result: 'SUCCESS', reason: null },
  target,
  ...more,
});

const revokes = (value: unknown) =>
  meaningOf(value, GROUPS, T)?.revocations.map(
    ({ subject, reason, withMargin }) => `${subject} ${reason}${withMargin ? ' +margin' : ''}`,
  ) ?? [];

describe('an event of Okta revokes', () => {
  test.each<readonly [string, unknown, readonly string[]]>([
    ['user.lifecycle.deactivate', [USER], ['user:00ureader user_deactivated +margin']],
    ['user.lifecycle.suspend', [USER], ['user:00ureader user_suspended +margin']],
    ['user.lifecycle.delete.initiated', [USER], ['user:00ureader user_deleted +margin']],
    ['user.account.lock', [USER], ['user:00ureader user_locked +margin']],
    ['user.session.clear', [USER], ['user:00ureader sessions_revoked']],
    ['app.oauth2.as.consent.revoke.user', [USER], ['user:00ureader sessions_revoked']],
    ['user.account.reset_password', [USER], ['user:00ureader password_reset']],
    [
      'group.user_membership.remove',
      [USER, group('readers')],
      ['user:00ureader group_removed +margin'],
    ],
    ['group.user_membership.remove', [USER, group('unmapped')], []],
    ['group.user_membership.remove', [group('readers')], []],
    [
      'group.user_membership.add',
      [USER, group('contractors')],
      ['user:00ureader group_added +margin'],
    ],
    ['group.user_membership.add', [USER, group('readers')], []],
    [
      'application.user_membership.remove',
      [APP_USER, APP, USER],
      ['user-client:00ureader 0oaweb app_unassigned +margin'],
    ],
    ['application.lifecycle.deactivate', [APP], ['client:0oaweb client_deactivated +margin']],
    [
      'application.lifecycle.deactivate',
      [{ ...APP, id: 'my.app' }],
      ['client:my.app client_deactivated +margin'],
    ],
    ['application.lifecycle.delete', [APP], ['client:0oaweb client_deactivated +margin']],
    ['group.lifecycle.delete', [group('writers')], ['group:writers group_deleted +margin']],
    ['group.lifecycle.delete', [group('unmapped')], []],
    ['user.session.start', [USER], []],
    ['user.lifecycle.activate', [USER], []],
    ['user.lifecycle.reactivate', [USER], []],
    ['constructor', [USER], []],
    ['user.lifecycle.deactivate', [APP_USER], []],
    ['user.lifecycle.deactivate', null, []],
    ['user.lifecycle.deactivate', 'everyone', []],
    ['user.lifecycle.deactivate', [null, 7, [], {}], []],
  ])('%s of %j: %j', (type, target, expected) => {
    expect(revokes(event(type, target))).toEqual(expected);
  });

  test.each([
    ['SUCCESS', 1],
    ['UNKNOWN', 1],
    ['FAILURE', 0],
    ['SKIPPED', 0],
    ['DENY', 0],
  ])('a deactivation with the outcome %s: %d', (result, entries) => {
    const value = event('user.lifecycle.deactivate', [USER], { outcome: { result } });
    expect(revokes(value)).toHaveLength(entries);
  });

  test('a lock, which Okta tells as a failed sign-in of the user without a target', () => {
    const lock = {
      actor: USER,
      outcome: { result: 'FAILURE', reason: 'LOCKED_OUT' },
    };
    expect(revokes(event('user.account.lock', null, lock))).toEqual([
      'user:00ureader user_locked +margin',
    ]);
    expect(revokes(event('user.lifecycle.deactivate', null, { actor: USER }))).toEqual([]);
  });

  test('nothing of a user who resets a password', () => {
    expect(revokes(event('user.account.reset_password', [USER], { actor: USER }))).toEqual([]);
  });

  test('a user once who is taken out of two groups of the map, and says which', () => {
    const value = event('group.user_membership.remove', [USER, group('readers'), group('writers')]);
    expect(meaningOf(value, GROUPS, T)).toEqual({
      uuid: value.uuid,
      lostGroups: ['readers', 'writers'],
      revocations: [
        { subject: 'user:00ureader', issuedUpTo: T, reason: 'group_removed', withMargin: true },
      ],
    });
  });

  test.each([
    ['a forged id that runs on into another key', { ...USER, id: '00ureader 0oaweb' }],
    ['an endless id', { ...USER, id: 'x'.repeat(101) }],
    ['an id that is no text', { ...USER, id: ['00ureader'] }],
    ['no id', { ...USER, id: undefined }],
  ])('nobody by %s', (_, target) => {
    expect(revokes(event('user.lifecycle.deactivate', [target]))).toEqual([]);
  });

  test('under keys of its uuid alone: an id with the sign of another item forges no key', () => {
    const forged = event('user.lifecycle.deactivate', [{ ...USER, id: 'x#event#y' }]);
    const { uuid = '', revocations = [] } = meaningOf(forged, GROUPS, T) ?? {};
    const keys = revocations.map((one) => {
      const { pk, sk, k } = entryItem('acme.okta.com', T, uuid, one);
      return [pk, sk, k];
    });
    const S = `1#000000001000000#${forged.uuid}`;
    expect(keys).toEqual([[{ S: 'acme.okta.com' }, { S }, { S: 'user:x#event#y' }]]);
  });

  test.each([undefined, '', 7, 'a b', 'x'.repeat(101), 'a#1'])(
    'nothing with the uuid %j',
    (uuid) => {
      expect(revokes(event('user.lifecycle.deactivate', [USER], { uuid }))).toEqual([]);
    },
  );

  test.each([null, 'event', 7, [], {}])('nothing by %j', (value) => {
    expect(revokes(value)).toEqual([]);
  });
});

test('a hook asks for each type once, and for none that the table lacks', () => {
  expect(new Set(OKTA_EVENT_TYPES).size).toBe(OKTA_EVENT_TYPES.length);
  expect(OKTA_EVENT_TYPES).toHaveLength(13);
});
