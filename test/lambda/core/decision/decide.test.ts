import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decide } from '../../../../lambda/core/decision/decide.ts';
import { entitlementsOf } from '../../../../lambda/core/decision/entitlements.ts';
import { ModelError, parseModel } from '../../../../lambda/core/model/load-model.ts';
import type { Principal } from '../../../../lambda/core/token/principal.ts';
import { type ModelSketch, model, modelFile } from '../../../support/model.ts';

const sketch: ModelSketch = {
  routes: ['GET /orders', 'POST /orders', 'DELETE /orders/{id}', 'GET /health', 'GET /me'],
  public: ['GET /health'],
  signedIn: ['GET /me'],
  groups: {
    readers: { allow: ['GET /orders'] },
    admins: { allow: ['GET /orders', 'POST /orders', 'DELETE /orders/{id}'] },
    contractors: { deny: ['DELETE /orders/{id}'] },
    ['__proto__']: { allow: ['POST /orders'] },
  },
  machines: {
    '0oa1batch': { groups: ['readers'] },
    '0oa1own': { allow: ['POST /orders', 'DELETE /orders/{id}'], deny: ['DELETE /orders/{id}'] },
  },
  permissions: {
    'orders:read': ['GET /orders'],
    'orders:write': ['POST /orders', 'DELETE /orders/{id}'],
  },
};

const user = (groups: readonly string[], scopes: readonly string[] = []): Principal => ({
  kind: 'user',
  uid: '00u1',
  cid: '0oa1web',
  groups,
  scopes,
});
const machine = (cid: string): Principal => ({ kind: 'machine', cid, scopes: [] });
const many = Array.from({ length: 1_001 }, (_, n) => `group-${n}`);

describe('a decision follows the fixed order', () => {
  test.each([
    {
      who: user(['readers']),
      route: 'GET /orders',
      expected: { effect: 'allow', reason: 'group_allows' },
    },
    {
      who: user(['readers']),
      route: 'POST /orders',
      expected: { code: 'GROUP_NOT_ALLOWED', reason: 'no_group_allows' },
    },
    {
      who: user(['admins', 'contractors']),
      route: 'DELETE /orders/{id}',
      expected: { code: 'GROUP_DENIED', reason: 'group_denies' },
    },
    {
      who: user(['contractors', 'admins']),
      route: 'DELETE /orders/{id}',
      expected: { code: 'GROUP_DENIED', reason: 'group_denies' },
    },
    {
      who: user(['admins', 'contractors']),
      route: 'POST /orders',
      expected: { effect: 'allow', reason: 'group_allows' },
    },
    {
      who: user([]),
      route: 'GET /orders',
      expected: { code: 'GROUPS_MISSING', reason: 'no_groups_in_token' },
    },
    { who: user([]), route: 'GET /me', expected: { effect: 'allow', reason: 'signed_in' } },
    { who: user([]), route: 'GET /health', expected: { effect: 'allow', reason: 'public' } },
    {
      who: user([]),
      route: 'GET /nowhere',
      expected: { code: 'ROUTE_UNMAPPED', reason: 'not_in_inventory' },
    },
    {
      who: user(['strangers']),
      route: 'GET /orders',
      expected: { code: 'GROUP_NOT_ALLOWED', reason: 'no_group_mapped' },
    },
    {
      who: user(many),
      route: 'GET /orders',
      expected: { code: 'GROUPS_TOO_MANY', reason: 'over_1000' },
    },
    {
      who: user(['Readers']),
      route: 'GET /orders',
      expected: { code: 'GROUP_NOT_ALLOWED', reason: 'no_group_mapped' },
    },
    {
      who: user(['constructor', 'toString']),
      route: 'GET /orders',
      expected: { code: 'GROUP_NOT_ALLOWED', reason: 'no_group_mapped' },
    },
    {
      who: user(['__proto__']),
      route: 'POST /orders',
      expected: { effect: 'allow', reason: 'group_allows' },
    },
    {
      who: machine('0oa1batch'),
      route: 'GET /orders',
      expected: { effect: 'allow', reason: 'machine_allows' },
    },
    {
      who: machine('0oa1batch'),
      route: 'POST /orders',
      expected: { code: 'GROUP_NOT_ALLOWED', reason: 'machine_not_allowed' },
    },
    {
      who: machine('0oa1own'),
      route: 'POST /orders',
      expected: { effect: 'allow', reason: 'machine_allows' },
    },
    {
      who: machine('0oa1own'),
      route: 'DELETE /orders/{id}',
      expected: { code: 'GROUP_DENIED', reason: 'machine_denies' },
    },
    {
      who: machine('0oa1else'),
      route: 'GET /orders',
      expected: { code: 'CLIENT_UNMAPPED', reason: 'not_a_machine' },
    },
    {
      who: machine('0oa1else'),
      route: 'GET /me',
      expected: { effect: 'allow', reason: 'signed_in' },
    },
  ])('$who.kind on $route: $expected', ({ who, route, expected }) => {
    const access = model(sketch);
    expect(decide(access, entitlementsOf(access, who), route)).toMatchObject({
      route,
      ...expected,
    });
  });

  test('a user with the client id of a machine is evaluated by groups alone', () => {
    const access = model(sketch);
    const someone: Principal = {
      kind: 'user',
      uid: '00u1',
      cid: '0oa1own',
      groups: ['readers'],
      scopes: [],
    };
    expect(decide(access, entitlementsOf(access, someone), 'POST /orders')).toMatchObject({
      effect: 'deny',
    });
  });
});

describe('the scope bridge', () => {
  const asked = ['orders:read', 'openid'];
  test('names the permissions all of whose routes are allowed after denies', () => {
    const access = model(sketch);
    expect(entitlementsOf(access, user(['admins'])).permissions).toEqual([
      'orders:read',
      'orders:write',
    ]);
    expect(entitlementsOf(access, user(['admins', 'contractors'])).permissions).toEqual([
      'orders:read',
    ]);
  });

  test.each([
    { scopes: asked, route: 'GET /orders', expected: { effect: 'allow' } },
    {
      scopes: asked,
      route: 'POST /orders',
      expected: { code: 'SCOPE_MISSING', reason: 'not_requested' },
    },
    { scopes: [] as string[], route: 'GET /orders', expected: { code: 'SCOPE_MISSING' } },
    { scopes: ['orders:write'], route: 'POST /orders', expected: { effect: 'allow' } },
  ])('intersect: $scopes on $route', ({ scopes, route, expected }) => {
    const access = model({ ...sketch, scopes: 'intersect' });
    const entitlements = entitlementsOf(access, user(['admins'], scopes));
    expect(decide(access, entitlements, route)).toMatchObject(expected);
    expect(entitlements.permissions).toEqual(
      ['orders:read', 'orders:write'].filter((name) => scopes.includes(name)),
    );
  });

  test('a scope never opens what the groups do not', () => {
    const access = model({ ...sketch, scopes: 'intersect' });
    const entitlements = entitlementsOf(access, user(['readers'], ['orders:write']));
    expect(decide(access, entitlements, 'POST /orders')).toMatchObject({
      code: 'GROUP_NOT_ALLOWED',
    });
  });
});

describe('deny is the default', () => {
  test('an empty map denies every route', () => {
    const access = model({ routes: [] });
    expect(decide(access, entitlementsOf(access, user(['admins'])), 'GET /orders')).toMatchObject({
      effect: 'deny',
    });
  });

  test.each([
    ['nothing', undefined],
    ['another format', { ...modelFile(sketch), format: 2 }],
    ['a row of another length', { ...modelFile(sketch), signedIn: '00' }],
    [
      'a quota that is not there',
      {
        ...modelFile(sketch),
        groups: [{ name: 'x', allow: '00000000', deny: '00000000', quota: 'gone' }],
      },
    ],
    ['no groups', { ...modelFile(sketch), groups: undefined }],
  ])('a broken model (%s) is refused as a whole', (_, broken) => {
    expect(() => parseModel(broken)).toThrow(ModelError);
  });

  test('adding a group with denies alone never opens a route, and a route is open only if some group allows and none denies it', () => {
    const routes = Array.from({ length: 70 }, (_, n) => `GET /r${n}`);
    const grants = fc.record({
      allow: fc.subarray(routes),
      deny: fc.subarray(routes, { maxLength: 5 }),
    });
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), grants),
        fc.subarray(['a', 'b', 'c', 'd', 'x']),
        fc.constantFrom(...routes),
        (groups, mine, route) => {
          const access = model({ routes, groups });
          const held = mine
            .filter((name) => Object.hasOwn(groups, name))
            .map((name) => groups[name]);
          const allowed =
            held.some((group) => group?.allow.includes(route)) &&
            !held.some((group) => group?.deny.includes(route));
          expect(decide(access, entitlementsOf(access, user(mine)), route).effect).toBe(
            allowed ? 'allow' : 'deny',
          );
        },
      ),
    );
  });
});
