/** The fields of `--json` are those that the contract lists: no others, and each of them. */
import { afterEach, expect, jest, test } from '@jest/globals';
import { Command } from 'commander';
import { EVERY_JSON_FIELD, JSON_FIELDS } from '../../../lambda/core/contract/json-output.ts';
import { COMMANDS } from '../../../lib/commands/index.ts';
import { isAbove, isListed, pathsIn, shows } from '../../support/json-paths.ts';
import { stopOrgs } from '../okta/support.ts';
import { SCENES } from './json-scenes.ts';
import { capture, project } from './project.ts';

// Commands of the Okta side talk HTTP with a server of their own.
jest.setTimeout(60_000);
afterEach(stopOrgs);

const LISTED: Readonly<Record<string, readonly string[]>> = JSON_FIELDS;

/** Each command runs once. */
const printed = new Map<string, readonly string[]>();
async function pathsOf(command: string): Promise<readonly string[]> {
  const known = printed.get(command);
  if (known !== undefined) return known;
  const objects = (await SCENES[command]?.()) ?? [];
  const paths = [...new Set(objects.flatMap((object) => pathsIn(object)))];
  printed.set(command, paths);
  return paths;
}

const unprinted = (listed: readonly string[], paths: readonly string[]): readonly string[] =>
  listed.filter((one) => !paths.some((path) => shows(path, one)));

test.each(Object.entries(LISTED))('%s prints these fields and no others', async (command, own) => {
  const paths = await pathsOf(command);
  const all = [...own, ...EVERY_JSON_FIELD];
  const isKnown = (path: string): boolean =>
    all.some((one) => isListed(path, one) || isAbove(path, one));
  expect(paths).toEqual(expect.arrayContaining(['ok', 'exit']));
  expect(paths.filter((path) => !isKnown(path))).toEqual([]);
  expect(unprinted(own, paths)).toEqual([]);
});

test('what every command may print, some command prints', async () => {
  const paths: string[] = [];
  for (const command of Object.keys(LISTED)) paths.push(...(await pathsOf(command)));
  expect(unprinted(EVERY_JSON_FIELD, paths)).toEqual([]);
});

/** Names of commands with `--json`, those of a group after the group's. */
const namesIn = (command: Command, before = ''): readonly string[] =>
  command.commands.flatMap((one) => [
    ...(one.options.some(({ long }) => long === '--json') ? [`${before}${one.name()}`] : []),
    ...namesIn(one, `${before}${one.name()} `),
  ]);

test('each command that prints an object is listed', async () => {
  const program = new Command();
  const io = capture(project({}));
  for (const command of COMMANDS) await command.register(program, io, () => undefined);
  const products = ['login', 'types'];
  expect(namesIn(program).toSorted()).toEqual([...Object.keys(LISTED), ...products].toSorted());
});
