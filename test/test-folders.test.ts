/** Tests mirror the folders of code: the tests of a folder are under its name. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { sourceFiles } from './support/folder-graph.ts';

const CODE = ['lib', 'lambda', 'local', 'middleware', 'client/src'];

/** Other folders of code at the root, with what tries them in the place of a mirror. */
const WITHOUT_MIRROR: Readonly<Record<string, string>> = {
  bin: 'commands are tried as functions and over the wire, the app by test/e2e and test/lib',
  jsii: 'its build compares each shape with lib',
  scripts: 'what they write is tried: bundles, templates, pages, mutants',
};

/** The package for browsers has its sources in `src`. */
const mirrorOf = (folder: string): string => `test/${folder.replace('client/src', 'client')}`;

/** A command's parts are tried by the command, where they have no tests of their own. */
const testOfCommand = (folder: string): string | undefined =>
  folder.startsWith('lib/commands/') ? `test/${folder}.test.ts` : undefined;

/** Folders of code without tests of their own, with the reason. */
const WITHOUT_TESTS: Readonly<Record<string, string>> = {
  lambda: 'ports.ts holds types alone',
};

/** Folders of tests that mirror no folder of code, with what they are about. */
const ABOUT_MORE: Readonly<Record<string, string>> = {
  agreement: 'every reader of a decision against every other, over random maps',
  cases: 'a corpus of maps, documents and messages, from the map to the answer',
  deep: 'the deep tier: what `npm test` samples, at full size',
  docs: 'the documentation, its code and its figures',
  e2e: 'the product from its template and bundle',
  upgrades: 'what former versions stored',
};

const foldersOf = (folders: readonly string[], ending: RegExp): readonly string[] => {
  const files = sourceFiles(folders).filter((file) => ending.test(file));
  return [...new Set(files.map((file) => dirname(file)))].sort();
};
const codeFolders = foldersOf(CODE, /\.tsx?$/);
const testFolders = foldersOf(['test'], /\.test\.ts$/).filter((folder) => folder !== 'test');
const aboutMore = (folder: string): boolean =>
  Object.keys(ABOUT_MORE).some((name) => `${folder}/`.startsWith(`test/${name}/`));

describe('a folder of code', () => {
  test.each(codeFolders.filter((folder) => !(folder in WITHOUT_TESTS)))(
    '%s has its tests',
    (folder) => {
      const command = testOfCommand(folder);
      const byCommand = command !== undefined && existsSync(command);
      expect(byCommand || testFolders.includes(mirrorOf(folder))).toBe(true);
    },
  );

  test('that is excused exists, and has none', () => {
    const wrong = Object.keys(WITHOUT_TESTS).filter(
      (folder) => !codeFolders.includes(folder) || testFolders.includes(mirrorOf(folder)),
    );
    expect(wrong).toEqual([]);
  });
});

/** A file that declares the command of its name; `okta` has a folder of commands. */
const commands = readdirSync('lib/commands').filter((name) => {
  const file = `lib/commands/${name}`;
  return name.endsWith('.ts') && readFileSync(file, 'utf8').includes('defineCommand<');
});

test.each(commands)('the command of %s has its test', (name) => {
  expect(existsSync(`test/lib/commands/${name.replace('.ts', '.test.ts')}`)).toBe(true);
});

test('commands are found by what declares them', () => {
  expect(commands.length).toBeGreaterThan(15);
});

test('a folder at the root that AGENTS.md names has a mirror, or it is said what tries it', () => {
  const named = readFileSync('AGENTS.md', 'utf8').matchAll(/^(\w+)\/(?=\S* )/gm);
  const roots = new Set([...named].map(([, root = '']) => root).filter((root) => root !== 'test'));
  const mirrored = CODE.map((folder) => folder.replace(/\/.*/, ''));
  expect([...roots].sort()).toEqual([...mirrored, ...Object.keys(WITHOUT_MIRROR)].sort());
});

describe('a folder of tests', () => {
  test.each(testFolders.filter((folder) => !aboutMore(folder)))('%s has its code', (folder) => {
    expect(codeFolders.map(mirrorOf)).toContain(folder);
  });

  test('that is about more than one folder of code exists', () => {
    const gone = Object.keys(ABOUT_MORE).filter((name) => !testFolders.includes(`test/${name}`));
    expect(gone).toEqual([]);
  });
});
