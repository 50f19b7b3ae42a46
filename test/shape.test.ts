/** The shape of the code: what reads badly at any place is found here. */
import { describe, expect, test } from '@jest/globals';
import { sourceFiles } from './support/folder-graph.ts';
import {
  longCommentsIn,
  longCommentsOf,
  nestedConditionalsIn,
  nestedConditionalsOf,
} from './support/shape.ts';

const FOLDERS = ['bin', 'client/src', 'jsii/src', 'lambda', 'lib', 'local', 'middleware'];
const ALL_FOLDERS = [...FOLDERS, 'bench', 'client/examples', 'scripts', 'site', 'test'];
/** Written by the build of the documentation. */
const GENERATED = /^site\/(?:dist|pages)\//;

describe('the shape of the code', () => {
  // The linter forbids a conditional expression as a branch of another; this one sees those inside
  // of a branch too: in an argument, a template or a spread. Early returns and named parts read
  // better.
  test('no conditional expression stands inside another one', () => {
    const nested = sourceFiles(FOLDERS).flatMap((file) =>
      nestedConditionalsIn(file).map((line) => `${file}:${line}`),
    );
    expect(nested).toEqual([]);
  });

  test.each([
    ['const a = b ? c : d;', []],
    ['const a = b\n  ? c(d ? e : f)\n  : g;', [2]],
    ['const a = b ? `${c ? d : e}` : { ...(f ? g : h) };', [1, 1]],
    ['const a = b ? c.map((d) => (d ? e : f)) : g;', []],
    ['#!/usr/bin/env node\nconst é = b ? c : d;\nconst e = (b ? c : d) ? f : g;', [3]],
  ])('%s', (source, lines) => {
    expect(nestedConditionalsOf(source)).toEqual(lines);
  });

  // The formatter leaves comments as they are.
  test('no line of a comment is longer than 100 columns', () => {
    const files = sourceFiles(ALL_FOLDERS).filter((file) => !GENERATED.test(file));
    const long = files.flatMap((file) => longCommentsIn(file).map((line) => `${file}:${line}`));
    expect(long).toEqual([]);
  });

  const long = 'word '.repeat(20);
  test.each([
    [`// ${long}`, [1]],
    [`/** ${long}*/`, [1]],
    [`/**\n * short\n * ${long}\n */\n`, [3]],
    [`const a = 1; // ${long}`, []],
    [`const css = \`\n  * { ${long} }\n\`;`, []],
    [`/**\n * | ${long}|\n * https://example.com/${'x'.repeat(100)}\n */`, []],
    [`// biome-ignore lint/a: ${long}`, []],
  ])('%j', (source, lines) => {
    expect(longCommentsOf(source)).toEqual(lines);
  });
});
