/** The model as it lies in the asset says what the compiler's model says. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ModelError, parseModel } from '../../../../lambda/core/model/load-model.ts';
import type { AccessModel, Grants } from '../../../../lambda/core/model/model.ts';
import type { ModelFile } from '../../../../lambda/core/model/model-file.ts';
import { packModel } from '../../../../lambda/core/model/packed-model.ts';
import { packRules, readRules } from '../../../../lambda/core/model/packed-rules.ts';
import type { RuleEntryFile } from '../../../../lambda/core/model/rule-table-file.ts';
import { type ModelSketch, modelFile } from '../../../support/model.ts';

const ROUTES = Array.from({ length: 70 }, (_, n) => `GET /r${n}`);
const someRoutes = fc.subarray(ROUTES);
const grants = fc.record({ allow: someRoutes, deny: someRoutes });
const name = fc.stringMatching(/^[a-z]{1,4}$/);

const sketch: fc.Arbitrary<ModelSketch> = fc.record({
  routes: fc.constant(ROUTES),
  groups: fc.dictionary(name, grants),
  machines: fc.dictionary(
    name,
    grants.map((own) => ({ ...own, groups: ['a'] })),
  ),
  permissions: fc.dictionary(name, someRoutes),
});

const stored = (file: ModelFile): unknown => JSON.parse(JSON.stringify(packModel(file)));

/** Everything that decisions read of the subjects. */
const subjectsOf = ({ groups, machines, permissions }: AccessModel) => ({
  groups: [...groups],
  machines: [...machines],
  permissions,
});

test('groups, machines and permissions are those of the model', () => {
  fc.assert(
    fc.property(sketch, (drawn) => {
      const file = modelFile(drawn);
      expect(subjectsOf(parseModel(stored(file)))).toEqual(subjectsOf(parseModel(file)));
    }),
  );
});

test('a former name leads to the grants of the group, and the map of groups is one', () => {
  const file = modelFile({ routes: ['GET /a'], groups: { a: { allow: ['GET /a'] }, b: {} } });
  const [first, ...others] = file.groups;
  const groups = [{ ...first, was: ['old', 'older'] } as ModelFile['groups'][number], ...others];
  const model = parseModel(stored({ ...file, groups }));
  expect(model.groups.get('old')).toBe(model.groups.get('a'));
  expect(model.groups.get('gone')).toBeUndefined();
  expect([model.groups.size, model.groups.has('older'), model.groups.has('gone')]).toEqual([
    ...[4, true, false],
  ]);
  expect([...model.groups.keys()]).toEqual(['a', 'old', 'older', 'b']);
  const told: (readonly [string, Grants])[] = [];
  model.groups.forEach((grant, key) => {
    told.push([key, grant]);
  });
  expect(told).toEqual([...model.groups.entries()]);
  expect([...model.groups.values()].map((grant) => grant.name)).toEqual(['a', 'a', 'a', 'b']);
});

test('a map without routes is packed too', () => {
  const model = parseModel(stored(modelFile({ routes: [], groups: { a: {} } })));
  expect(model.groups.get('a')?.allow).toHaveLength(0);
});

describe('rules', () => {
  const entry: fc.Arbitrary<RuleEntryFile> = fc.record(
    {
      routes: fc.array(fc.nat(99), { maxLength: 3 }),
      at: fc.oneof(fc.tuple(fc.nat(9), fc.nat(9)), fc.tuple(fc.nat(9), fc.nat(9), fc.nat(3))),
      path: fc.string(),
    },
    { requiredKeys: [] },
  );
  const byRow = fc.record({ row: fc.nat(9), at: fc.tuple(fc.nat(9), fc.nat(9)) });
  const list = fc.array(fc.oneof(entry, byRow), { maxLength: 3 });
  const lists = fc.array(fc.record({ allow: list, deny: list }), { maxLength: 4 });

  test('each group and each machine has the entries that it was written with', () => {
    fc.assert(
      fc.property(lists, lists, (groups, machines) => {
        const empty = { sources: ['access.yaml'], rows: [], public: [], signedIn: [], quotas: [] };
        const blocked = { users: [], clients: [], tokens: [] };
        const table = { ...empty, blocked, groups, machines };
        const read = readRules(JSON.parse(JSON.stringify(packRules(table))));
        const back = (kind: 'group' | 'machine', written: readonly unknown[]) =>
          written.map((_, at) => read.grantRules(kind, at));
        expect(back('group', groups)).toEqual(groups);
        expect(back('machine', machines)).toEqual(machines);
        expect(read.grantRules('group', groups.length)).toBeUndefined();
      }),
    );
  });
});

describe('a packed model that the compiler did not write', () => {
  const packed = packModel(
    modelFile({ routes: ['GET /a'], groups: { a: { allow: ['GET /a'] } }, machines: { m: {} } }),
  );
  const group = { name: 'a', allow: 0, deny: 1 };

  test.each([
    ['a row that is not there', { ...packed, groups: [{ ...group, deny: 2 }] }],
    ['a row between two', { ...packed, groups: [{ ...group, allow: 0.5 }] }],
    ['a row before the first', { ...packed, groups: [{ ...group, allow: -1 }] }],
    ['no rows', { ...packed, rows: undefined }],
    ['a row of a machine with a word too many', { ...packed, rows: '1 0.0' }],
  ])('is refused as a whole: %s', (_, broken) => {
    expect(() => parseModel(broken)).toThrow(ModelError);
  });

  test.each([
    ['no hexadecimal digits', 'g'],
    ['a word of nine digits', '123456789'],
    ['a word too many', '1.1'],
  ])('is refused when a group’s row is read: %s', (_, row) => {
    const model = parseModel({ ...packed, machines: [], rows: `${row} ` });
    expect(() => model.groups.get('a')).toThrow(RangeError);
  });
});
