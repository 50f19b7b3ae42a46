import { describe, expect, test } from '@jest/globals';
import type { DecisionRecord } from '../../../lambda/core/contract/decision-record.ts';
import { parseModel } from '../../../lambda/core/model/load-model.ts';
import { reevaluate } from '../../../lib/audit-log/reevaluate.ts';
import { type ModelSketch, modelFile, rowOf } from '../../support/model.ts';

const SKETCH: ModelSketch = {
  routes: ['GET /a', 'GET /b', 'GET /open', 'GET /public'],
  public: ['GET /public'],
  signedIn: ['GET /open'],
  groups: { g: { allow: ['GET /a'] } },
  machines: { m1: { allow: ['GET /a'] } },
  permissions: { 'a:read': ['GET /a'] },
};

const record = (more: Partial<DecisionRecord> = {}): DecisionRecord => ({
  record: 'decision',
  v: 1,
  time: '2026-11-22T10:00:00.000Z',
  apiId: 'a',
  stage: '$default',
  route: 'GET /a',
  effect: 'allow',
  mode: 'enforce',
  reason: 'group_allows',
  principal: { kind: 'user', id: '00u1', cid: '0oa1web' },
  groups: ['g'],
  unmappedGroups: 0,
  mapVersion: 'x',
  durationMs: 1,
  weight: 1,
  ...more,
});

const outcome = (more: Partial<DecisionRecord>, sketch: Partial<ModelSketch> = {}): string => {
  const result = reevaluate(parseModel(modelFile({ ...SKETCH, ...sketch })), record(more));
  if (result.kind === 'unknown') return `unknown ${result.why}`;
  if (result.kind === 'unaffected') return 'unaffected';
  const { decision } = result;
  return decision.effect === 'deny' ? decision.code : decision.reason;
};

const MACHINE = { kind: 'machine', id: 'm1', cid: 'm1' } as const;

describe('a recorded call is evaluated by another map', () => {
  test.each<readonly [string, Partial<DecisionRecord>, string]>([
    ['by its groups', {}, 'group_allows'],
    ['on a route that the group may not call', { route: 'GET /b' }, 'GROUP_NOT_ALLOWED'],
    ['on a route that the map does not have', { route: 'GET /c' }, 'ROUTE_UNMAPPED'],
    ['without any group', { groups: [] }, 'GROUPS_MISSING'],
    [
      'with groups that the map does not know',
      { groups: [], unmappedGroups: 3 },
      'GROUP_NOT_ALLOWED',
    ],
    [
      'with groups that it does not know, on a route for every token',
      { groups: [], unmappedGroups: 3, route: 'GET /open' },
      'signed_in',
    ],
    ['of a machine', { principal: MACHINE }, 'machine_allows'],
    ['of a user whose id is hashed', { principal: { kind: 'user', id: 'ab12' } }, 'group_allows'],
    [
      'of a machine whose id is hashed',
      { principal: { kind: 'machine', id: 'ab12' } },
      'unknown hashed',
    ],
    [
      'of a client that the map does not accept',
      { principal: { kind: 'user', id: '00u1', cid: 'other' } },
      'TOKEN_CLIENT',
    ],
    [
      'of a user who comes with the client of a machine',
      { principal: { kind: 'user', id: '00u1', cid: 'm1' } },
      'TOKEN_CLIENT',
    ],
    ['without its groups', { groups: undefined as never }, 'unknown groups'],
    [
      'on a public route, whoever called',
      { route: 'GET /public', principal: undefined as never, code: 'NO_TOKEN', effect: 'deny' },
      'public',
    ],
    [
      'refused before anybody was known',
      { principal: undefined as never, code: 'NO_TOKEN', effect: 'deny' },
      'unaffected',
    ],
    ['refused for its path', { code: 'PATH_REFUSED', effect: 'deny' }, 'unaffected'],
    [
      'refused for more than 1,000 groups',
      { code: 'GROUPS_TOO_MANY', effect: 'deny', groups: [] },
      'unaffected',
    ],
    [
      'refused for a blocked token, whose id no record has',
      { code: 'BLOCKED', reason: 'token', effect: 'deny' },
      'unaffected',
    ],
    [
      'refused for a blocked user, whom this map does not block',
      { code: 'BLOCKED', reason: 'user', effect: 'deny' },
      'group_allows',
    ],
    [
      'of no route',
      { route: undefined as never, code: 'EVENT_MALFORMED', effect: 'deny' },
      'unaffected',
    ],
  ])('%s', (_name, more, expected) => {
    expect(outcome(more)).toBe(expected);
  });

  const ITEMS: Partial<ModelSketch> = {
    routes: ['GET /a/{id}', 'GET /a/b', 'GET $default'],
    public: [],
    signedIn: [],
    machines: {},
    permissions: {},
    groups: { g: { allow: ['GET /a/{id}'] }, h: { allow: ['GET /a/b'] } },
  };
  const read = { by: ['case'], routes: ['GET /a/b'] };
  const onItem = { route: 'GET /a/{id}', reading: read } as const;
  const refused = {
    ...onItem,
    ...({ code: 'PATH_REFUSED', reason: 'closed_route', effect: 'deny' } as const),
  };
  test.each<readonly [string, Partial<DecisionRecord>, string]>([
    ['whose path reads as a route that is closed still', refused, 'PATH_REFUSED'],
    [
      'whose path reads as a route that is open now',
      { ...refused, groups: ['g', 'h'] },
      'group_allows',
    ],
    ['that was reported', onItem, 'PATH_REFUSED'],
    ['whose reading is not recorded', { ...refused, reading: undefined as never }, 'unknown path'],
    [
      'whose path reads as a route that the map does not have',
      { ...refused, reading: { by: ['case'], routes: ['GET /a/c'] } },
      'unknown path',
    ],
    [
      'on a route that it does not open any more',
      { ...refused, groups: ['x'] },
      'GROUP_NOT_ALLOWED',
    ],
  ])('%s', (_name, more, expected) => {
    expect(outcome(more, ITEMS)).toBe(expected);
  });

  test('whose path is read exactly passes', () => {
    const file = modelFile({ ...SKETCH, ...ITEMS });
    const exact = parseModel({ ...file, exactPaths: rowOf(ITEMS.routes ?? [], ['GET /a/{id}']) });
    expect(reevaluate(exact, record(refused))).toMatchObject({
      kind: 'decided',
      decision: { effect: 'allow' },
    });
  });

  test.each<readonly [Partial<DecisionRecord>, string]>([
    [{ scopes: ['a:read'] }, 'group_allows'],
    [{ scopes: [] }, 'SCOPE_MISSING'],
    [{}, 'unknown scopes'],
    [{ route: 'GET /b' }, 'GROUP_NOT_ALLOWED'],
    [{ route: 'GET /open' }, 'signed_in'],
  ])('with `scopes: intersect`: %j is %s', (more, expected) => {
    expect(outcome(more, { scopes: 'intersect' })).toBe(expected);
  });

  test.each([
    ['one', 'group_allows'],
    ['two', 'GROUP_NOT_ALLOWED'],
    ['three', 'unknown block'],
  ])('of the okta block `%s`, whose tokens carry what the map says: %s', (block, expected) => {
    const blocks = { okta: { name: 'one' }, moreOkta: [{ name: 'two', groups: ['h'] }] };
    expect(
      outcome({ principal: { kind: 'user', id: '00u1', cid: '0oa1web', block } }, blocks),
    ).toBe(expected);
  });
});
