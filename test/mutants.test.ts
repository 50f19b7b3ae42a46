/**
 * The lists of mutants stay applicable as the code moves: applying all of them takes minutes, this
 * takes none.
 */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';

interface Mutant {
  readonly rule: string;
  readonly file?: string;
  readonly find: string;
  readonly replace: string;
  /** Patterns of test files, as Jest takes them. */
  readonly tests: readonly string[];
}

const root = join(__dirname, '..');
const { placesOf } = createRequire(join(root, 'package.json'))('./scripts/mutant-places.cjs') as {
  placesOf(text: string, find: string): readonly unknown[];
};
const testFiles = readdirSync(__dirname, { recursive: true, encoding: 'utf8' })
  .map((path) => `test/${path.replaceAll('\\', '/')}`)
  .filter((path) => path.endsWith('.test.ts') && !path.startsWith('test/deep/'));
const lists = readdirSync(join(__dirname, 'mutants')).map(
  (name) =>
    [
      name,
      JSON.parse(readFileSync(join(__dirname, 'mutants', name), 'utf8')) as readonly Mutant[],
    ] as const,
);

function faultOf({ file, find, replace, tests }: Mutant): string | undefined {
  if (file === undefined) return 'it names no file';
  const path = join(root, file);
  if (!existsSync(path)) return `there is no ${file}`;
  const places = placesOf(readFileSync(path, 'utf8'), find).length;
  if (places !== 1) return `${file} holds the text ${places} times`;
  if (find === replace) return 'it changes nothing';
  if (tests.length === 0) return 'it names no tests';
  const absent = tests.find((pattern) => !testFiles.some((one) => new RegExp(pattern).test(one)));
  return absent === undefined ? undefined : `no test file is called ${absent}`;
}

describe.each(lists)('the mutants of %s', (_, mutants) => {
  test('name a file, a text that it holds once, another text, and tests that exist', () => {
    expect(mutants.length).toBeGreaterThan(0);
    const faults = mutants
      .map((mutant) => ({ rule: mutant.rule, fault: faultOf(mutant) }))
      .filter(({ fault }) => fault !== undefined);
    expect(faults).toEqual([]);
  });
});

test('a rule of the core is noticed by tests of the core', () => {
  const elsewhere = lists
    .flatMap(([, mutants]) => mutants)
    .filter(({ file = '' }) => file.startsWith('lambda/core/'))
    .filter(({ tests }) => !tests.every((pattern) => pattern.startsWith('test/lambda/core/')));
  expect(elsewhere.map(({ rule }) => rule)).toEqual([]);
});

test.each([
  ['there is no lambda/core/gone.ts', { file: 'lambda/core/gone.ts' }],
  ['lambda/core/decision/decide.ts holds the text 0 times', { find: 'no such text' }],
  ['it changes nothing', { replace: 'if (entitlements.blocked) return' }],
  ['it names no tests', { tests: [] }],
  ['no test file is called test/gone', { tests: ['test/lambda/core', 'test/gone'] }],
])('a mutant is faulty when %s', (fault, change) => {
  const sound: Mutant = {
    rule: 'x',
    file: 'lambda/core/decision/decide.ts',
    find: 'if (entitlements.blocked) return',
    replace: '',
    tests: ['test/lambda/core'],
  };
  expect(faultOf(sound)).toBeUndefined();
  expect(faultOf({ ...sound, ...change })).toBe(fault);
});

// Each ties the tests to source text, so that a new one wants a rule of its own
// (docs/decisions/0094): 311 and 27 on 2026-11-29. Stryker takes the core.
test('they stay few, above all of the core', () => {
  const all = lists.flatMap(([, mutants]) => mutants);
  expect(all.length).toBeLessThanOrEqual(311);
  const ofCore = all.filter(({ file }) => file?.startsWith('lambda/core/'));
  expect(ofCore.length).toBeLessThanOrEqual(27);
});

test('no two mutants have one name', () => {
  const rules = lists.flatMap(([, mutants]) => mutants.map(({ rule }) => rule));
  expect(rules.filter((rule, at) => rules.indexOf(rule) !== at)).toEqual([]);
});

test('a text is found however its lines are broken, and where it stands twice', () => {
  const broken = 'call(\n  one,\n  [two, three],\n);\nother(one);';
  expect(placesOf(broken, 'call(one, [two, three])')).toEqual([{ start: 0, end: 30 }]);
  expect(placesOf(broken, 'one')).toHaveLength(2);
  expect(placesOf(broken, 'call(one, two)')).toEqual([]);
});
