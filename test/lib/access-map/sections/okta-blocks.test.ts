/** What a list of okta blocks, and who is blocked, compile to. */
import { describe, expect, test } from '@jest/globals';
import type { AccessMapInput } from '../../../../lib/access-map/index.ts';
import { base, mapOf } from '../support.ts';

const groups = { staff: { allow: ['GET /orders'] }, partners: { allow: ['GET /orders'] } };
const main = { name: 'main', ...base.okta };
const partner = {
  name: 'partner',
  issuer: 'https://p.okta.com/oauth2/aus2',
  audience: 'api://p',
  clients: 'any',
  groups: ['partners'],
};
const compiled = (changes: Partial<AccessMapInput>) => mapOf({ groups, ...changes });

describe('several okta blocks', () => {
  test('are in the model in the order of the file, each with its name and a further one with its groups', () => {
    const { okta } = compiled({ okta: [main, partner] }).model;
    expect(okta).toMatchObject([
      { name: 'main', issuers: ['https://acme.okta.com/oauth2/default'] },
      {
        name: 'partner',
        issuers: ['https://p.okta.com/oauth2/aus2'],
        clients: 'any',
        groups: ['partners'],
      },
    ]);
    expect(okta[0]).not.toHaveProperty('groups');
  });

  test('may be one, with a list of groups of its own', () => {
    expect(
      compiled({ okta: { ...base.okta, name: 'main', groups: ['staff'] } }).model.okta,
    ).toMatchObject([{ name: 'main', groups: ['staff'] }]);
    expect(compiled({ okta: [main] }).model.okta).toHaveLength(1);
  });

  test('give another version by their order, since the first one’s tokens may carry every group', () => {
    const first = { ...main, groups: ['staff'] };
    const versions = [
      compiled({ okta: [first, partner] }).version,
      compiled({ okta: [partner, first] }).version,
    ];
    expect(new Set(versions).size).toBe(2);
  });

  test('give another version by the groups that one may carry, and not by their order', () => {
    const versionWith = (names: readonly string[]) =>
      compiled({ okta: [main, { ...partner, groups: names }] }).version;
    expect(versionWith(['partners'])).not.toBe(versionWith(['partners', 'staff']));
    expect(versionWith(['partners', 'staff'])).toBe(versionWith(['staff', 'partners']));
  });

  test('warn of a prefix in a group’s name only where every block strips one', () => {
    const prefixed = { 'app-staff': { allow: ['GET /orders'] } };
    const other = { ...partner, groups: ['app-staff'] };
    const warnings = (second: object) =>
      mapOf({
        groups: prefixed,
        okta: [
          { ...main, groupPrefix: 'app-' },
          { ...other, ...second },
        ],
      }).warnings.map(({ code }) => code);
    expect(warnings({ groupPrefix: 'app-' })).toEqual(['GROUP_PREFIXED']);
    expect(warnings({})).toEqual([]);
  });
});

describe('who is blocked', () => {
  test('is in the model as written', () => {
    const blocked = { users: ['00u1', '__proto__'], clients: ['0oa1'], tokens: ['AT.1'] };
    expect(compiled({ blocked }).model.blocked).toEqual(blocked);
    expect(compiled({}).model.blocked).toEqual({ users: [], clients: [], tokens: [] });
  });

  test('gives another version, and nobody gives the version without the key', () => {
    expect(compiled({ blocked: { users: ['00u1'] } }).version).not.toBe(compiled({}).version);
    expect(compiled({ blocked: { users: ['00u1'] } }).version).not.toBe(
      compiled({ blocked: { clients: ['00u1'] } }).version,
    );
    expect(compiled({ blocked: { users: [] } }).version).toBe(compiled({}).version);
  });
});
