/**
 * jsii/src, which `npm run test:deploy -- python` compiles and runs: its texts are those of the
 * constructs.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';

type Documented = ReadonlyMap<string, string>;

const INTERFACE = /^export interface (\w+)[^{]*\{\n([\s\S]*?)^\}/gm;
const PROP = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*readonly (\w+)\??:/g;
const CLASS = /^export class (\w+)[^{]*\{\n([\s\S]*?)^\}/gm;
const FIELD =
  /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*(?:(?:declare |public )*readonly|get) (\w+)\??(?:\(\))?:/g;

const flat = (text: string): string => text.replaceAll(/\s*\n\s*\*?\s*/g, ' ').trim();

/** Of each `Interface.prop` and `Class.field` its documentation. */
function documented(folder: string): Documented {
  const found = new Map<string, string>();
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.ts')) continue;
    const source = readFileSync(join(folder, name), 'utf8');
    for (const [outer, inner] of [
      [INTERFACE, PROP],
      [CLASS, FIELD],
    ] as const)
      for (const [, type, body = ''] of source.matchAll(outer))
        for (const [, text = '', prop] of body.matchAll(inner))
          found.set(`${type}.${prop}`, flat(text));
  }
  return found;
}

/** What has another shape there, so that it must be said in other words. */
const RESHAPED = [
  'WatchOptions.alarmTopic',
  'WatchOptions.detector',
  'AccessStackProps.watch',
  'RevocationHubProps.receiverConcurrency',
  'AccessMapOptions.root',
  'AccessMap.source',
  'AccessStack.httpApi',
  'AccessStack.restApi',
  'AccessStack.authorizer',
  'AccessStack.watch',
  'Place.source',
  // Of the section of a map, which has the same name.
  'PermissionsEndpoint.path',
];

describe('the constructs in other languages', () => {
  const [ours, theirs] = [documented('jsii/src'), documented('lib')];
  const shared = [...ours.keys()].filter((name) => theirs.has(name));

  test('what they have in common with those of TypeScript has the same documentation', () => {
    const compared = shared.filter((name) => !RESHAPED.includes(name));
    expect(compared.length).toBeGreaterThan(55);
    const other = compared.filter((name) => ours.get(name) !== theirs.get(name));
    expect(other.map((name) => [name, ours.get(name), theirs.get(name)])).toEqual([]);
    expect(RESHAPED.filter((name) => ours.get(name) === theirs.get(name))).toEqual([]);
  });

  test('props of operations have the documentation of operations wherever they stand', () => {
    const hub = [...ours].filter(([name]) => /^RevocationHubProps\.(?:encr|log|code)/.test(name));
    expect(hub).toHaveLength(4);
    for (const [name, text] of hub)
      expect(text).toBe(theirs.get(name.replace('RevocationHubProps', 'OperationsProps')));
  });

  test('every parameter has a name: jsii gives those that are taken apart names that Java refuses', () => {
    const sources = readdirSync('jsii/src').map((name) =>
      readFileSync(join('jsii/src', name), 'utf8'),
    );
    const signatures = sources.flatMap((text) => [
      ...text.matchAll(/^ {2}(?:public|private) [^;{]*?\([\s\S]*?\)(?=[:\s])/gm),
    ]);
    expect(signatures.length).toBeGreaterThan(25);
    expect(signatures.filter(([text]) => /[(,]\s*\{/.test(text)).map(String)).toEqual([]);
  });

  test('nothing is documented without an end: the sentences reach the tooltips of editors', () => {
    const bare = [...ours].filter(([, text]) => text === '');
    expect(bare).toEqual([]);
  });

  test('what their bundle exports beside the entry lies where the build looks for it', () => {
    const build = readFileSync('scripts/build-jsii.mjs', 'utf8');
    const exported = [...build.matchAll(/^export \S.* from '\.\/(\S+)\.js';$/gm)];
    const files = exported.map(([, path = '']) => `lib/${path}.ts`);
    expect(files.length).toBeGreaterThan(3);
    expect(files.filter((file) => !existsSync(file))).toEqual([]);
  });
});
