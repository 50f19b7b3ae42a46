/**
 * What a principal may do before a route is asked for: who is blocked, whose groups count, and
 * which permissions come out of it.
 */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decide, grantsOn } from '../../../../lambda/core/decision/decide.ts';
import { entitlementsOf, MAX_TOKEN_GROUPS } from '../../../../lambda/core/decision/entitlements.ts';
import { rowFromHex } from '../../../../lambda/core/model/bits.ts';
import { parseModel } from '../../../../lambda/core/model/load-model.ts';
import type { AccessModel } from '../../../../lambda/core/model/model.ts';
import type { Principal } from '../../../../lambda/core/token/principal.ts';
import { type ModelSketch, model, modelFile, rowOf } from '../../../support/model.ts';

type User = Extract<Principal, { kind: 'user' }>;

const user = (groups: readonly string[], rest: Partial<User> = {}): User => ({
  kind: 'user',
  uid: '00u1',
  cid: '0oa1web',
  groups,
  scopes: [],
  ...rest,
});
const machine = (cid: string, block?: string): Principal => ({
  kind: 'machine',
  cid,
  scopes: [],
  ...(block !== undefined && { block }),
});

const routes = ['GET /orders', 'POST /orders', 'GET /invoices'];

/**
 * Two authorization servers: the partner's tokens may carry `suppliers` and `auditors`, ours any
 * group of the map.
 */
const blocks: ModelSketch = {
  routes,
  okta: { name: 'main' },
  moreOkta: [
    { name: 'partner', groups: ['suppliers', 'auditors'] },
    { name: 'guests', groups: [] },
  ],
  groups: {
    staff: { allow: routes },
    suppliers: { allow: ['GET /orders'] },
    auditors: { allow: ['GET /invoices'] },
  },
  machines: {
    '0oa1both': { groups: ['staff', 'suppliers'] },
    '0oa1staff': { groups: ['staff'] },
    '0oa1own': { allow: ['POST /orders'] },
  },
};

describe('a principal has the groups that its okta block may speak of, and no others', () => {
  const none = { groups: [], grants: [] };
  test.each([
    {
      name: 'a user of ours',
      who: user(['staff', 'suppliers'], { block: 'main' }),
      expected: { groups: ['staff', 'suppliers'], refusal: undefined },
    },
    {
      name: 'a user of the partner',
      who: user(['staff', 'suppliers'], { block: 'partner' }),
      expected: { groups: ['suppliers'], refusal: undefined },
    },
    {
      name: 'a user of the partner with a group of ours',
      who: user(['staff'], { block: 'partner' }),
      expected: { ...none, refusal: { code: 'GROUP_NOT_ALLOWED', reason: 'no_group_mapped' } },
    },
    {
      name: 'a user of a block without groups',
      who: user(['suppliers'], { block: 'guests' }),
      expected: { ...none, refusal: { code: 'GROUP_NOT_ALLOWED', reason: 'no_group_mapped' } },
    },
    {
      name: 'a machine of ours',
      who: machine('0oa1both', 'main'),
      expected: { groups: ['staff', 'suppliers'], refusal: undefined },
    },
    {
      name: 'a machine of the partner',
      who: machine('0oa1both', 'partner'),
      expected: { groups: ['suppliers'], refusal: undefined },
    },
    {
      name: 'a machine of the partner with groups of ours',
      who: machine('0oa1staff', 'partner'),
      expected: { ...none, refusal: { code: 'CLIENT_UNMAPPED', reason: 'groups_not_of_block' } },
    },
    {
      name: 'a machine of ours with rules of its own',
      who: machine('0oa1own', 'main'),
      expected: { groups: [], refusal: undefined },
    },
    {
      name: 'a machine of the partner with rules of its own',
      who: machine('0oa1own', 'partner'),
      expected: { ...none, refusal: { code: 'CLIENT_UNMAPPED', reason: 'groups_not_of_block' } },
    },
    // A block that the map does not have speaks of no group at all.
    {
      name: 'a user of no block',
      who: user(['staff'], { block: 'gone' }),
      expected: { ...none, refusal: { code: 'GROUP_NOT_ALLOWED', reason: 'no_group_mapped' } },
    },
    {
      name: 'a machine of no block',
      who: machine('0oa1both', 'gone'),
      expected: { ...none, refusal: { code: 'CLIENT_UNMAPPED', reason: 'groups_not_of_block' } },
    },
  ])('$name: $expected.groups', ({ who, expected }) => {
    const entitlements = entitlementsOf(model(blocks), who);
    expect(entitlements).toMatchObject(expected);
    if (entitlements.refusal)
      expect(decide(model(blocks), entitlements, 'GET /orders')).toMatchObject({
        effect: 'deny',
        ...entitlements.refusal,
      });
  });

  test('the group that is cut opens nothing: only the rest is evaluated', () => {
    const access = model(blocks);
    const [ours, theirs] = ['main', 'partner'].map((block) =>
      entitlementsOf(access, machine('0oa1both', block)),
    );
    expect(ours && decide(access, ours, 'POST /orders')).toMatchObject({
      effect: 'allow',
      reason: 'machine_allows',
    });
    expect(theirs && decide(access, theirs, 'GET /orders')).toMatchObject({
      effect: 'allow',
      reason: 'machine_allows',
    });
    expect(theirs && decide(access, theirs, 'POST /orders')).toMatchObject({
      effect: 'deny',
      reason: 'machine_not_allowed',
    });
  });

  test('a principal without a block belongs to the first one', () => {
    const first = model({ ...blocks, okta: { name: 'main', groups: ['auditors'] } });
    expect(entitlementsOf(first, user(['staff', 'auditors'])).groups).toEqual(['auditors']);
    expect(entitlementsOf(first, machine('0oa1own')).refusal).toMatchObject({
      reason: 'groups_not_of_block',
    });
  });

  const names = ['staff', 'suppliers', 'auditors'];
  const block = fc.record({
    name: fc.constantFrom('main', 'partner', 'guests'),
    groups: fc.option(fc.subarray(names), { nil: undefined }),
  });
  test('for any blocks, a user has those of its groups that are in the map and the block, and a machine those of its own', () => {
    const drawn = fc.record({
      lists: fc.uniqueArray(block, { minLength: 1, selector: ({ name }) => name }),
      carried: fc.subarray([...names, 'strangers']),
      given: fc.subarray(names, { minLength: 1 }),
      from: fc.nat(),
    });
    fc.assert(
      fc.property(drawn, ({ lists, carried, given, from }) => {
        const okta = lists.map(({ name, groups }) => ({ name, ...(groups && { groups }) }));
        const access = model({
          ...blocks,
          okta: okta[0] ?? {},
          moreOkta: okta.slice(1),
          machines: { '0oa1': { groups: given } },
        });
        const chosen = lists[from % lists.length];
        const within = (all: readonly string[]) =>
          all.filter((name) => chosen?.groups?.includes(name) ?? true);
        const people = entitlementsOf(access, user(carried, { block: chosen?.name ?? '' }));
        expect(people.groups).toEqual(within(carried.filter((name) => names.includes(name))));
        const batch = entitlementsOf(access, machine('0oa1', chosen?.name));
        expect(batch.groups).toEqual(within(given));
        expect(batch.grants.map(({ name }) => name)).toEqual(within(given));
        expect(batch.refusal === undefined).toBe(within(given).length > 0);
      }),
    );
  });
});

describe('a blocked user, client or token has no route, whatever the lists say', () => {
  const sketch: ModelSketch = {
    routes,
    public: ['GET /invoices'],
    groups: { staff: { allow: routes } },
    machines: { '0oa1batch': { groups: ['staff'] }, '00u1': { groups: ['staff'] } },
    blocked: { users: ['00u1'], clients: ['0oa1out', '0oa1batch'], tokens: ['AT.lost'] },
  };
  const access = model(sketch);
  test.each<{ name: string; who: Principal; reason: string | undefined }>([
    { name: 'a blocked user', who: user(['staff']), reason: 'user' },
    {
      name: 'a blocked user, client and token',
      who: user(['staff'], { cid: '0oa1out', tokenId: 'AT.lost' }),
      reason: 'user',
    },
    {
      name: 'a blocked client and token',
      who: user(['staff'], { uid: '00u2', cid: '0oa1out', tokenId: 'AT.lost' }),
      reason: 'client',
    },
    {
      name: 'a blocked token',
      who: user(['staff'], { uid: '00u2', tokenId: 'AT.lost' }),
      reason: 'token',
    },
    {
      name: 'another token',
      who: user(['staff'], { uid: '00u2', tokenId: 'AT.other' }),
      reason: undefined,
    },
    { name: 'no token', who: user(['staff'], { uid: '00u2' }), reason: undefined },
    { name: 'a blocked machine', who: machine('0oa1batch'), reason: 'client' },
    // The lists are of their own kinds: a client id among the users blocks nobody.
    { name: 'a machine with the id of a blocked user', who: machine('00u1'), reason: undefined },
    {
      name: 'a user with the id of a blocked client',
      who: user(['staff'], { uid: '0oa1out' }),
      reason: undefined,
    },
    {
      name: 'a blocked token of a machine',
      who: { ...machine('00u1'), tokenId: 'AT.lost' },
      reason: 'token',
    },
  ])('$name: $reason', ({ who, reason }) => {
    const entitlements = entitlementsOf(access, who);
    expect(entitlements.blocked).toEqual(reason && { code: 'BLOCKED', reason });
    for (const route of [...routes, 'GET /nowhere']) {
      if (reason)
        expect(decide(access, entitlements, route)).toEqual({
          effect: 'deny',
          route,
          code: 'BLOCKED',
          reason,
        });
      else expect(decide(access, entitlements, route)).not.toMatchObject({ code: 'BLOCKED' });
    }
  });
});

describe('groups', () => {
  const names = Array.from({ length: MAX_TOKEN_GROUPS }, (_, n) => `group-${n}`);

  test.each([
    { groups: [], code: 'GROUPS_MISSING' },
    { groups: ['strangers'], code: 'GROUP_NOT_ALLOWED' },
    { groups: [...names, 'readers'], code: 'GROUPS_TOO_MANY' },
  ])('a refusal leaves nothing behind: $code', ({ groups, code }) => {
    const access = model({ routes, groups: { readers: { allow: ['GET /orders'] } } });
    const entitlements = entitlementsOf(access, user(groups));
    expect(entitlements).toMatchObject({
      refusal: { code },
      groups: [],
      grants: [],
      permissions: [],
    });
    expect(entitlements.allowed).toEqual(rowFromHex('00000000', 1));
  });

  test('a client that is no machine has nothing', () => {
    const entitlements = entitlementsOf(model({ routes }), machine('0oa1else'));
    expect(entitlements).toMatchObject({
      refusal: { code: 'CLIENT_UNMAPPED', reason: 'not_a_machine' },
      groups: [],
      grants: [],
    });
  });

  test(`${MAX_TOKEN_GROUPS} groups in one token are evaluated, one more is refused`, () => {
    const access = model({ routes, groups: { readers: { allow: ['GET /orders'] } } });
    const most = ['readers', ...names.slice(1)];
    expect(entitlementsOf(access, user(most))).toMatchObject({
      refusal: undefined,
      groups: ['readers'],
    });
    expect(entitlementsOf(access, user([...most, 'x']))).toMatchObject({
      refusal: { code: 'GROUPS_TOO_MANY', reason: 'over_1000' },
    });
  });

  test('a former name counts as the group, once', () => {
    const file = modelFile({ routes, groups: { readers: { allow: ['GET /orders'] } } });
    const access = parseModel({
      ...file,
      groups: file.groups.map((group) => ({ ...group, was: ['viewers'] })),
    });
    for (const groups of [['viewers'], ['viewers', 'readers'], ['readers', 'viewers']])
      expect(entitlementsOf(access, user(groups))).toMatchObject({
        groups: ['readers'],
        grants: [{ name: 'readers' }],
      });
  });

  test('a machine whose group is no longer in the map has no grants of it', () => {
    const access = model({ routes, machines: { '0oa1': { groups: ['gone'] } } });
    expect(entitlementsOf(access, machine('0oa1'))).toMatchObject({
      groups: ['gone'],
      grants: [],
      refusal: undefined,
    });
  });
});

describe('rows and permissions', () => {
  const many = Array.from({ length: 70 }, (_, n) => `GET /r${n}`);
  const grants = fc.record({ allow: fc.subarray(many), deny: fc.subarray(many, { maxLength: 5 }) });
  const sketches = fc.record({
    scopes: fc.constantFrom('groups' as const, 'intersect' as const),
    groups: fc.dictionary(fc.constantFrom('a', 'b', 'c'), grants, { minKeys: 1 }),
    permissions: fc.dictionary(fc.constantFrom('p', 'q', 'r'), fc.subarray(many, { maxLength: 4 })),
  });

  test('denied is what any grant denies; allowed what some grant allows and none denies; a permission needs all of its routes', () => {
    fc.assert(
      fc.property(sketches, fc.subarray(['p', 'q', 'r', 'openid']), (sketch, scopes) => {
        const access = model({ routes: many, ...sketch });
        const held = Object.values(sketch.groups);
        const denied = many.filter((route) => held.some(({ deny }) => deny.includes(route)));
        const allowed = many.filter(
          (route) => held.some(({ allow }) => allow.includes(route)) && !denied.includes(route),
        );
        const asked = Object.entries(sketch.permissions).filter(
          ([name]) => sketch.scopes === 'groups' || scopes.includes(name),
        );
        const entitlements = entitlementsOf(access, user(Object.keys(sketch.groups), { scopes }));
        expect(entitlements.denied).toEqual(row(denied));
        expect(entitlements.allowed).toEqual(row(allowed));
        expect(entitlements.requested).toEqual(
          sketch.scopes === 'groups' ? undefined : row(asked.flatMap(([, list]) => list)),
        );
        const whole = asked.filter(
          ([, list]) => list.length > 0 && list.every((route) => allowed.includes(route)),
        );
        expect(entitlements.permissions).toEqual(whole.map(([name]) => name));
      }),
    );
  });

  const row = (chosen: readonly string[]) => rowFromHex(rowOf(many, chosen), 3);
});

describe('the grants that open a route', () => {
  const access: AccessModel = model({
    routes,
    groups: {
      readers: { allow: ['GET /orders'] },
      writers: { allow: ['GET /orders', 'POST /orders'] },
    },
  });
  test.each([
    { route: 'GET /orders', expected: ['writers', 'readers'] },
    { route: 'POST /orders', expected: ['writers'] },
    { route: 'GET /invoices', expected: [] },
    { route: 'GET /nowhere', expected: [] },
  ])('of $route are $expected', ({ route, expected }) => {
    const opening = grantsOn(
      access,
      entitlementsOf(access, user(['writers', 'readers'])),
      route,
      'allow',
    );
    expect(opening.map(({ name }) => name)).toStrictEqual(expected);
  });
});
