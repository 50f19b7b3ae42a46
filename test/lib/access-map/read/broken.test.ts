/**
 * Each file in `broken/` violates a rule. Its first lines, up to the blank one, are the exact
 * problems it must give: the code, then the message after the file's name.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { AccessMap, AccessMapError } from '../../../../lib/access-map/index.ts';

const folder = join(__dirname, 'broken');
const files = readdirSync(folder).filter((file) => file.endsWith('.yaml'));

function expectedOf(bytes: Buffer): readonly string[] {
  const lines = bytes.toString('latin1').split('\n');
  return lines
    .slice(0, lines.indexOf(''))
    .map((line) => Buffer.from(line.slice(2), 'latin1').toString('utf8'));
}

test('there is a broken file for every rule', () => {
  expect(files.length).toBeGreaterThanOrEqual(140);
});

test.each(files)('%s gives exactly the problems that it states', (file) => {
  const bytes = readFileSync(join(folder, file));
  const { map, problems } = AccessMap.checkText(bytes, 'access.yaml');
  expect(map).toBeUndefined();
  expect(
    problems.map(({ code, message }) => `${code} ${message.replace(/^access\.yaml:/, '')}`),
  ).toEqual(expectedOf(bytes));
  expect(problems.some(({ severity }) => severity === 'error')).toBe(true);
});

test.each(files)('%s makes fromFile throw all of its problems, one a line', (file) => {
  let thrown: unknown;
  try {
    AccessMap.fromFile(join(folder, file));
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(AccessMapError);
  const { message, problems } = thrown as AccessMapError;
  expect(message.split('\n')).toEqual(problems.map((problem) => problem.message));
  expect(
    problems.map(({ place }) => place.line !== undefined && place.column !== undefined),
  ).not.toContain(false);
});

test.each(['no-such-file.yaml', '.'])(
  'a path that cannot be read (%s) is an access map error as well',
  (path) => {
    expect(() => AccessMap.fromFile(join(folder, path))).toThrow(AccessMapError);
  },
);

test('UTF-16 is named, and a UTF-8 byte order mark is no obstacle', () => {
  const valid = readFileSync(join(__dirname, '../../../../access.yaml'), 'utf8');
  const utf16 = Buffer.from(`\ufeff${valid}`, 'utf16le');
  expect(AccessMap.checkText(utf16, 'access.yaml').problems.map(({ message }) => message)).toEqual([
    'access.yaml:1:1: expected a file in UTF-8, found UTF-16: save it as UTF-8',
  ]);
  expect(AccessMap.checkText(`\ufeff${valid}`, 'access.yaml').map?.version).toBe(
    AccessMap.checkText(valid, 'access.yaml').map?.version,
  );
});
