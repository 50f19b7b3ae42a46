/** Which rules made a decision, for each code and reason. */
import { expect, test } from '@jest/globals';
import { decide } from '../../../../lambda/core/decision/decide.ts';
import { entitlementsOf } from '../../../../lambda/core/decision/entitlements.ts';
import { determiningRules } from '../../../../lambda/core/record/determining-rules.ts';
import type { Principal } from '../../../../lambda/core/token/principal.ts';
import { model } from '../../../support/model.ts';

const held = model({
  routes: ['GET /a', 'POST /a', 'DELETE /a', 'GET /health', 'GET /me', 'GET /all', 'PUT /a'],
  public: ['GET /health'],
  signedIn: ['GET /me'],
  scopes: 'intersect',
  permissions: { read: ['GET /a', 'GET /all'], write: ['POST /a'], put: ['PUT /a'] },
  everyone: { allow: ['GET /all'] },
  groups: {
    readers: { allow: ['GET /a', 'PUT /a'] },
    writers: { allow: ['GET /a', 'POST /a', 'DELETE /a', 'PUT /a'] },
    barred: { deny: ['DELETE /a'] },
    shut: { deny: ['DELETE /a'] },
  },
  conflicts: [
    { groups: ['barred', 'shut'], routes: ['PUT /a'] },
    { groups: ['readers', 'writers'], routes: ['GET /a'] },
    { groups: ['readers', 'writers'], routes: ['PUT /a'] },
  ],
  machines: { '0oa1batch': { allow: ['GET /a'], deny: ['POST /a'] } },
  blocked: { users: ['00ublocked'], clients: ['0oablocked'], tokens: ['AT.blocked'] },
});
const user = (groups: readonly string[], over: Partial<Principal> = {}) =>
  ({
    ...{ kind: 'user', uid: '00u1', cid: '0oa1web', groups, scopes: ['read'] },
    ...over,
  }) as Principal;
const batch: Principal = { kind: 'machine', cid: '0oa1batch', scopes: ['read'] };
const grants = (effect: 'allow' | 'deny', ...names: readonly string[]) => ({
  kind: 'grants',
  effect,
  grants: names.map((name) => expect.objectContaining({ name })),
});

test.each<[string, Principal, string, unknown]>([
  ['public', user([]), 'GET /health', { kind: 'public' }],
  ['signed in', user([]), 'GET /me', { kind: 'signedIn' }],
  ['a group', user(['writers']), 'GET /a', grants('allow', 'writers')],
  ['every user', user([]), 'GET /all', grants('allow', 'everyone')],
  ['a machine', batch, 'GET /a', grants('allow', '0oa1batch')],
  [
    'denied by two, the allow beside them aside',
    user(['writers', 'barred', 'shut']),
    'DELETE /a',
    grants('deny', 'barred', 'shut'),
  ],
  ['denied to a machine', batch, 'POST /a', grants('deny', '0oa1batch')],
  [
    'a scope that is missing',
    user(['writers']),
    'POST /a',
    { kind: 'scopes', grants: [expect.objectContaining({ name: 'writers' })] },
  ],
  [
    'the first conflict of the caller on the route',
    user(['readers', 'writers']),
    'PUT /a',
    {
      kind: 'conflict',
      at: 2,
    },
  ],
  [
    'a blocked user',
    user([], { uid: '00ublocked' } as Partial<Principal>),
    'GET /a',
    { kind: 'blocked', list: 'users', name: '00ublocked' },
  ],
  [
    'a blocked client',
    user([], { cid: '0oablocked' }),
    'GET /a',
    { kind: 'blocked', list: 'clients', name: '0oablocked' },
  ],
  [
    'a blocked token',
    user([], { tokenId: 'AT.blocked' }),
    'GET /a',
    { kind: 'blocked', list: 'tokens', name: 'AT.blocked' },
  ],
  ['no grant', user(['barred']), 'GET /a', { kind: 'nothing' }],
  ['a route that the map does not have', user(['writers']), 'GET /b', { kind: 'nothing' }],
])('%s', (_, principal, route, expected) => {
  const entitlements = entitlementsOf(held, principal);
  const decision = decide(held, entitlements, route);
  expect(determiningRules(held, entitlements, decision)).toEqual(expected);
});
