/** Keys of the map are checked by the compiler; what is read is not trusted. */
import { describe, expect, test } from '@jest/globals';
import {
  at,
  type Cursor,
  choice,
  entries,
  has,
  is,
  items,
  oneOrMore,
} from '../../../../lib/access-map/report/cursor.ts';
import type { AccessMapInput } from '../../../../lib/access-map/schema/schema.ts';

const mapOf = (value: unknown): Cursor<AccessMapInput> => ({ value, pointer: '' });

describe('what the schema does not have does not compile', () => {
  const map = mapOf({});
  const api = at(map, 'api');

  test.each([
    // @ts-expect-error a misspelt section
    ['a section', () => at(map, 'permisions')],
    // @ts-expect-error a misspelt key of a section
    ['a key of a section', () => at(api, 'unauthorised')],
    // @ts-expect-error a key of another section
    ['a key of another section', () => at(api, 'issuer')],
    // @ts-expect-error a misspelt key below a key
    ['a key below a key', () => at(at(api, 'attachTo'), 'restApi')],
    // @ts-expect-error a text has no keys
    ['a key of a text', () => at(at(api, 'name'), 'length')],
    // @ts-expect-error a list has no keys
    ['a key of a list', () => at(at(map, 'public'), 'length')],
    // @ts-expect-error a misspelt key of a route
    ['a key of an item', () => items(at(map, 'routes')).map((route) => at(route, 'sensitve'))],
    // @ts-expect-error a misspelt key of a group
    ['a key of an entry', () => entries(at(map, 'groups')).map(([, group]) => at(group, 'alow'))],
    // @ts-expect-error a misspelt key of one block, or of each in a list
    ['a key of a block', () => oneOrMore(at(map, 'okta')).map((block) => at(block, 'isuer'))],
    // @ts-expect-error a misspelt key
    ['a key that is asked for', () => has(api, 'atachTo')],
    // @ts-expect-error a value that the schema does not allow
    ['a value', () => is(at(api, 'kind'), 'websocket')],
    // @ts-expect-error a value that the schema does not allow
    ['a choice', () => choice(at(api, 'unauthorized'), ['throw', 'denied'])],
  ])('%s', (_, read) => {
    // At run time, an unknown key is an absent one.
    expect(read).not.toThrow();
  });

  test('a reader takes its own section alone', () => {
    const readQuotas = (quotas: Cursor<NonNullable<AccessMapInput['quotas']>>) => entries(quotas);
    expect(readQuotas(at(map, 'quotas'))).toEqual([]);
    // @ts-expect-error groups are not quotas
    expect(readQuotas(at(map, 'groups'))).toEqual([]);
  });
});

describe('what is read may have any shape', () => {
  test.each([undefined, null, 'text', 7, true, [], ['api']])(
    '%j has no keys and no entries',
    (value) => {
      const map = mapOf(value);
      expect(at(map, 'api')).toEqual({ value: undefined, pointer: '/api' });
      expect(has(map, 'api')).toBe(false);
      expect(entries(map)).toEqual([]);
      expect(items(at(map, 'public'))).toEqual([]);
    },
  );

  test('a key is its own: nothing is inherited', () => {
    expect(at(at(mapOf({ groups: {} }), 'groups'), 'toString').value).toBeUndefined();
  });

  test('pointers escape the names that the author chose', () => {
    const groups = at(mapOf({ groups: { 'a/b~c': { allow: ['GET /a'] } } }), 'groups');
    const [[name, group] = []] = entries(groups);
    expect(name).toBe('a/b~c');
    expect(group && items(at(group, 'allow'))).toEqual([
      { value: 'GET /a', pointer: '/groups/a~1b~0c/allow/0' },
    ]);
    expect(at(groups, 'a/b~c').pointer).toBe('/groups/a~1b~0c');
  });

  test('one block and a list of blocks read alike', () => {
    const block = { audience: 'api://orders' };
    const audiences = (okta: unknown) =>
      oneOrMore(at(mapOf({ okta }), 'okta')).map((one) => at(one, 'audience'));
    expect(audiences(block)).toEqual([{ value: 'api://orders', pointer: '/okta/audience' }]);
    expect(audiences([block])).toEqual([{ value: 'api://orders', pointer: '/okta/0/audience' }]);
  });

  test('a choice is one of those that are named', () => {
    const scopes = (value: unknown) =>
      choice(at(mapOf({ scopes: value }), 'scopes'), ['groups', 'intersect']);
    expect([scopes('intersect'), scopes('union'), scopes(null), scopes(['groups'])]).toEqual([
      'intersect',
      undefined,
      undefined,
      undefined,
    ]);
  });
});
