import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { ClaimGroup } from '../../../lib/okta/claim-expression.ts';
import {
  type ClaimFilter,
  evaluateFilter,
  groupsExpression,
  idsInExpression,
  spreadOverClaims,
} from '../../../lib/okta/claim-filter.ts';
import { evaluateClaim } from '../../../local/okta-org/claim-rules.ts';
import type { OrgGroup } from '../../../local/okta-org/org-group.ts';

/** Names that are easily taken for one another, and names that mean something to a filter. */
const name = fc.oneof(
  fc.constantFrom(
    'readers',
    'Readers',
    'readers ',
    'readers-eu',
    'eu-readers',
    'read.rs',
    'read?rs',
    '.*',
    '^readers$',
    '(a|b)',
    'а',
    'a',
    'ﬀ',
    'ff',
    'ſ',
    's',
    'İ',
    'é',
    'e\u0301',
    '"',
    '\\',
    '", "x',
    '__proto__',
  ),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }),
);
const groups = fc
  .array(fc.record({ name, type: fc.constantFrom('OKTA_GROUP', 'APP_GROUP', 'BUILT_IN') }), {
    maxLength: 40,
  })
  .map((all): readonly OrgGroup[] =>
    all.map((group, index) => ({ ...group, id: `00g${index}` }) as OrgGroup),
  );

/** The groups alone; nothing where that cannot be said of every one. */
function passesClaim<Group extends ClaimGroup>(
  filter: ClaimFilter,
  memberOf: readonly Group[],
): readonly Group[] | undefined {
  const passed = evaluateFilter(filter, memberOf);
  return passed?.unsure.length === 0 ? passed.groups : undefined;
}

test('the expression yields exactly the mapped groups, whatever else the user is in', () => {
  fc.assert(
    fc.property(groups, fc.array(fc.boolean(), { maxLength: 40 }), (memberOf, chosen) => {
      const mapped = memberOf.filter((_, index) => chosen[index]);
      const value = groupsExpression(mapped.map(({ id }) => id));
      const filter = { valueType: 'EXPRESSION', value };
      expect(evaluateClaim(filter, memberOf)).toEqual(mapped.map((group) => group.name));
      expect(passesClaim(filter, memberOf)).toEqual(mapped);
      expect(idsInExpression(filter)).toEqual(mapped.map(({ id }) => id));
    }),
  );
});

test('the evaluation of other filters agrees with Okta’s rules', () => {
  const kind = fc.constantFrom('STARTS_WITH', 'EQUALS', 'CONTAINS', 'REGEX');
  fc.assert(
    fc.property(groups, kind, name, (memberOf, filterType, value) => {
      const evaluated = passesClaim({ valueType: 'GROUPS', filterType, value }, memberOf);
      fc.pre(evaluated !== undefined);
      expect(evaluated?.map((group) => group.name)).toEqual(
        evaluateClaim(
          {
            valueType: 'GROUPS',
            group_filter_type: filterType,
            value: filterType === 'REGEX' ? `(?:${value})` : value,
          },
          memberOf,
        ),
      );
    }),
  );
});

test.each([
  ['STARTS_WITH', 'READ', ['readers', 'Readers', 'readers-eu']],
  ['EQUALS', 'readers', ['readers', 'Readers']],
  ['CONTAINS', '-E', ['readers-eu']],
  ['REGEX', 'readers', ['readers']],
  ['REGEX', '.*', ['readers', 'Readers', 'readers-eu', 'writers']],
])('%s %s lets %j through', (filterType, value, passed) => {
  const all = ['readers', 'Readers', 'readers-eu', 'writers'].map((text, index) => ({
    id: `00g${index}`,
    name: text,
  }));
  expect(
    passesClaim({ valueType: 'GROUPS', filterType, value }, all)?.map((group) => group.name),
  ).toEqual(passed);
});

test.each<ClaimFilter>([
  { valueType: 'EXPRESSION', value: 'user.getGroups()' },
  { valueType: 'EXPRESSION', value: 'user.department' },
  { valueType: 'EXPRESSION', value: 'String.append("a", "b")' },
  { valueType: 'GROUPS', value: 'getFilteredGroups({"00g1"}, "group.name", 99)' },
  { valueType: 'GROUPS', filterType: 'REGEX', value: '(' },
  { valueType: 'GROUPS', filterType: 'REGEX', value: String.raw`\p{Upper}.*` },
])('$valueType $value is not managed by this tool, and not evaluated', (filter) => {
  expect(idsInExpression(filter)).toBeUndefined();
  expect(passesClaim({ ...filter, filterType: filter.filterType ?? 'NONE' }, [])).toBeUndefined();
});

test.each(['00g"', '', 'a b', '00g\n'])('%j is no id and not put into an expression', (id) => {
  expect(() => groupsExpression(['00g1', id])).toThrow(RangeError);
});

test('a claim has at most 100 groups', () => {
  const ids = Array.from({ length: 101 }, (_, index) => `00g${index}`);
  expect(() => groupsExpression(ids)).toThrow(RangeError);
  expect(groupsExpression(ids.slice(1))).toContain('"00g100"}');
});

test('groups are spread over claims without one moving', () => {
  const id = fc.integer({ min: 0, max: 400 }).map((number) => `00g${number}`);
  const list = fc.uniqueArray(id, { maxLength: 260 });
  fc.assert(
    fc.property(list, list, (before, wanted) => {
      const existing = spreadOverClaims(before, [[]]);
      const spread = spreadOverClaims(wanted, existing);
      expect(spread.flat().toSorted()).toEqual(wanted.toSorted());
      expect(spread.every((ids) => ids.length <= 100)).toBe(true);
      for (const [index, ids] of existing.entries()) {
        const stay = ids.filter((each) => wanted.includes(each));
        expect(spread[index]?.slice(0, stay.length)).toEqual(stay);
      }
    }),
  );
});

const AD = { type: 'APP_GROUP', isActiveDirectory: true, source: '0oaadinstance001' } as const;
const LDAP = { type: 'APP_GROUP', source: '0oaldapinstance1' } as const;
const MEMBER_OF = [
  { id: '00g1', name: 'app-readers', type: 'OKTA_GROUP' },
  { id: '00g2', name: 'app-writers', type: 'OKTA_GROUP' },
  { id: '00g3', name: 'Everyone', type: 'BUILT_IN' },
  { id: '00g4', name: 'app-readers', ...AD },
  { id: '00g5', name: 'app-admins', ...LDAP },
  { id: '00g6', name: 'APP-shouters', type: 'OKTA_GROUP' },
] as const;
const PROFILE = { allowed: ['00g2', '00g5'] };

/** Forms that Okta's guides write: what they carry, and what cannot be said from here. */
test.each<readonly [value: string, groups: readonly string[], unsure?: readonly string[]]>([
  ['getFilteredGroups({"00g1","00g5"},"group.name",40)', ['00g1', '00g5']],
  ['  getFilteredGroups( { "00g1", } , "group.name" , 2147483647 ) ', ['00g1']],
  ['getFilteredGroups(app.profile.allowed, "group.name", 40)', ['00g2', '00g5']],
  ['Groups.startsWith("OKTA", "app-", 100)', ['00g1', '00g2'], ['00g6']],
  ['Groups.endsWith("OKTA", "ers", 10)', ['00g1', '00g2', '00g6']],
  ['Groups.contains("active_directory", "read", 100)', ['00g4']],
  ['Groups.startsWith("0oaldapinstance1", "app-", 100)', ['00g5']],
  ['Groups.startsWith("google", "app-", 100)', [], ['00g5']],
  ["user.getGroups({'group.type': {'OKTA_GROUP'}}).![name]", ['00g1', '00g2', '00g6']],
  [
    "user.getGroups({'group.type': {'APP_GROUP', 'OKTA_GROUP'}}, {'group.profile.name': 'app-r'}).![profile.name]",
    ['00g1', '00g4'],
  ],
  [
    "user.getGroups({'group.profile.name': {'app-readers', 'app-admins'}, 'operator': 'EXACT'}).![name]",
    ['00g1', '00g4', '00g5'],
  ],
  ['user.getGroups({"group.id": {"00g3", "00g6"}}).![name]', ['00g3', '00g6']],
  ["user.getGroups({'group.source.id': '0oaldapinstance1'}).![name]", ['00g5']],
  [
    'Arrays.flatten(Groups.contains("OKTA", "writ", 9), getFilteredGroups({"00g4"}, "group.name", 9))',
    ['00g2', '00g4'],
  ],
])('%s carries %j', (value, groups, unsure = []) => {
  const passed = evaluateFilter({ valueType: 'EXPRESSION', value }, MEMBER_OF, PROFILE);
  expect(passed?.groups.map(({ id }) => id)).toEqual(groups);
  expect(passed?.unsure.map(({ id }) => id)).toEqual(unsure);
  // What is said for sure is what the local org, written apart, evaluates.
  const memberOf = MEMBER_OF.map((group) => ({
    ...group,
    activeDirectory: 'isActiveDirectory' in group,
  })) as unknown as readonly OrgGroup[];
  const evaluated = evaluateClaim({ valueType: 'EXPRESSION', value }, memberOf, {
    profile: PROFILE,
    isCodeFlow: true,
  });
  for (const name of groups)
    expect(evaluated).toContain(MEMBER_OF.find(({ id }) => id === name)?.name);
  if (unsure.length === 0) expect(evaluated).toHaveLength(groups.length);
});

test.each([
  ['getFilteredGroups({"00g1", "00g2", "00g4"}, "group.name", 2)', { exceeded: [2] }],
  ['getFilteredGroups({"00g1"}, "group.id", 9)', { carries: 'id' }],
  ['user.getGroups({"group.id": "00g1"}).![id]', { carries: 'id' }],
  ['getFilteredGroups(app.profile.other, "group.name", 9)', { missingList: 'other' }],
])('%s is evaluated: %j', (value, expected) => {
  expect(evaluateFilter({ valueType: 'EXPRESSION', value }, MEMBER_OF, PROFILE)).toMatchObject(
    expected,
  );
});

test('an expression of any text is evaluated or not, and nothing is thrown', () => {
  const part = fc.constantFrom(
    ...[
      'getFilteredGroups',
      'Groups.startsWith',
      'user.getGroups',
      '(',
      ')',
      '{',
      '}',
      ',',
      '.![',
      ']',
    ],
    ...['"00g1"', "'a'", '"group.name"', '99', ':', 'name', 'app.profile.allowed', ' ', '"', '\\'],
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 14 }), (parts) => {
      const value = parts.join('');
      const passed = evaluateFilter({ valueType: 'EXPRESSION', value }, MEMBER_OF, PROFILE);
      expect(passed === undefined || Array.isArray(passed.groups)).toBe(true);
    }),
  );
});
