import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, resolve } from 'node:path';
import { expect, test } from '@jest/globals';

const programOutput = (program: string): string =>
  execFileSync(process.execPath, ['--eval', program], { encoding: 'utf8' }).trim();

test("the temporary folder of tests, and of what they start, is the run's own", () => {
  expect(tmpdir()).toBe(process.env['TEMPORARY_FOLDER']);
  expect(programOutput("console.log(require('node:os').tmpdir())")).toBe(tmpdir());
});

test('a run leaves none of its folders, also where its tests remove nothing', () => {
  const setup = resolve('scripts/test-folders.cjs');
  const program = `require(${JSON.stringify(setup)})();
    const { mkdtempSync } = require('node:fs');
    const { join } = require('node:path');
    const left = mkdtempSync(join(require('node:os').tmpdir(), 'left-'));
    const { TEMPORARY_FOLDER, BUNDLES, PROGRAMS } = process.env;
    console.log(JSON.stringify([left, TEMPORARY_FOLDER, BUNDLES, PROGRAMS]));`;
  const [left = '', temporary = '', ...others] = JSON.parse(programOutput(program));
  expect(dirname(left)).toBe(temporary);
  // A run inside of this one: its folders are in this one's, and not the same.
  expect(dirname(temporary)).toBe(tmpdir());
  expect([left, temporary, ...others].filter((folder) => existsSync(folder))).toEqual([]);
});
