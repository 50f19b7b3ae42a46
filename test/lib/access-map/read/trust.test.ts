import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { AccessMap, type AccessMapOptions } from '../../../../lib/access-map/index.ts';

const SECRET = 'hunter2';
const HEAD = `api: { name: orders, upstream: { url: "https://orders.example.com" } }
okta: { issuer: "https://acme.okta.com/oauth2/aus1abc", audience: api://orders, clients: any }
`;
const BASE = `${HEAD}routes: [GET /orders]\nsignedIn: [GET /orders]\n`;
const OPENAPI = `openapi: 3.0.3\ninfo: { title: t, version: '1' }\npaths: { /orders: { get: { responses: {} } } }\n`;

/** `outside`, and beside it `repository` with a map in `repository/maps`. */
let above: string;
let maps: string;
beforeEach(() => {
  above = mkdtempSync(join(tmpdir(), 'trust-'));
  maps = join(above, 'repository', 'maps');
  mkdirSync(join(above, 'repository', '.git'), { recursive: true });
  mkdirSync(maps);
  mkdirSync(join(above, 'outside'));
  writeFileSync(join(above, 'outside', 'secret'), `${SECRET}: &a [ *a\n\t${SECRET}\n`);
  writeFileSync(join(above, 'outside', 'base.yaml'), BASE);
  writeFileSync(join(above, 'outside', 'openapi.yaml'), OPENAPI);
  writeFileSync(join(above, 'repository', 'base.yaml'), BASE);
  writeFileSync(join(above, 'repository', 'openapi.yaml'), OPENAPI);
});
afterEach(() => rmSync(above, { recursive: true, force: true }));

const quoted = (name: string): string => JSON.stringify(name);
const KINDS = {
  extends: (name: string) => `extends: ${quoted(name)}\n`,
  openapi: (name: string) =>
    `${HEAD}routes: { openapi: ${quoted(name)} }\nsignedIn: [GET /orders]\n`,
};
type Kind = keyof typeof KINDS;

const check = (kind: Kind, name: string, options: AccessMapOptions = {}): string => {
  const file = join(maps, 'access.yaml');
  writeFileSync(file, KINDS[kind](name));
  return AccessMap.check(file, options)
    .problems.filter(({ severity }) => severity === 'error')
    .map(({ message }) => message)
    .join('\n');
};

describe.each(['extends', 'openapi'] as const)('a file that a map names with %s', (kind) => {
  const good = kind === 'extends' ? 'base.yaml' : 'openapi.yaml';

  test('is read below the nearest folder with .git', () => {
    expect(check(kind, `../${good}`)).toBe('');
    expect(check(kind, join(above, 'repository', good))).toBe('');
  });

  const link = (target: string) => () => {
    symlinkSync(target, join(maps, 'link'));
    return 'link';
  };
  test.each<[string, () => string, RegExp]>([
    ['a system file', () => '/etc/passwd', /`\/etc\/passwd`, which is outside of `.*repository`/],
    ['../', () => `../../outside/${good}`, /outside of .*`--root`.*context `root`/],
    ['a link to a file', () => link(join(above, 'outside', good))(), /which is outside of/],
    ['a link to nothing outside', () => link(join(above, 'absent'))(), /no file|`link`/],
    [
      'a link to a folder',
      () => `${link(join(above, 'outside'))()}/${good}`,
      /which is outside of/,
    ],
    ['a folder', () => '.', /which is a folder/],
    ['a device', () => '/dev/zero', /which is outside of/],
    ['a link to a device', () => link('/dev/zero')(), /which is outside of/],
    ['an address', () => `https://example.com/${good}`, /which is an address: none is fetched/],
    ['a file address', () => `file://${above}/outside/${good}`, /which is an address/],
    ['itself', () => 'access.yaml', kind === 'extends' ? /without `routes`/ : /no `openapi` key/],
    ['a sibling whose name begins alike', () => `../../repository-2/${good}`, /outside of/],
  ])('is refused: %s', (_, name, expected) => {
    mkdirSync(join(above, 'repository-2'));
    writeFileSync(join(above, 'repository-2', good), kind === 'extends' ? BASE : OPENAPI);
    expect(check(kind, name())).toMatch(expected);
  });

  test('is refused: a pipe, and a device below the root, without waiting for an end', () => {
    execFileSync('mkfifo', [join(maps, 'pipe')]);
    expect(check(kind, 'pipe')).toMatch(/which is no regular file/);
    expect(check(kind, '/dev/zero', { root: '/' })).toMatch(/which is no regular file/);
  });

  test('is refused from one byte more than 20 MB on', () => {
    writeFileSync(join(maps, 'large'), '');
    truncateSync(join(maps, 'large'), 20 * 1024 * 1024 + 1);
    expect(check(kind, 'large')).toMatch(/which is larger than 20 MB/);
    // One line: a parser that explains what it cannot read looks at each.
    writeFileSync(join(maps, 'large'), '#'.repeat(20 * 1024 * 1024));
    expect(check(kind, 'large')).not.toMatch(/larger than 20 MB/);
  });

  test('is read outside where a root above both is given', () => {
    expect(check(kind, `../../outside/${good}`, { root: above })).toBe('');
    expect(check(kind, '/etc/passwd', { root: above })).toMatch(/which is outside of/);
  });

  test('never has its text in a message when it is something else', () => {
    const problems = check(kind, '../../outside/secret', { root: above });
    expect(problems).not.toBe('');
    expect(problems).not.toContain(SECRET);
  });

  test('lies below the folder of a map without .git', () => {
    rmSync(join(above, 'repository', '.git'), { recursive: true });
    expect(check(kind, `../${good}`)).toMatch(/outside of `.*maps`/);
    writeFileSync(join(maps, good), kind === 'extends' ? BASE : OPENAPI);
    expect(check(kind, good)).toBe('');
  });
});

test('a map given as an object has the folder of the app', () => {
  const problems = (root?: string): string =>
    AccessMap.checkObject(
      { extends: join(above, 'repository', 'base.yaml') },
      root === undefined ? {} : { root },
    )
      .problems.map(({ message }) => message)
      .join('\n');
  expect(problems()).toMatch(/which is outside of/);
  expect(problems(above)).not.toMatch(/which is outside of/);
});

test.each([
  ['a device', () => '/dev/zero', /found no regular file/],
  ['a folder', () => maps, /found a folder/],
  ['nothing', () => join(maps, 'absent'), /found no such file/],
  [
    'too large',
    () => {
      writeFileSync(join(maps, 'large'), '');
      truncateSync(join(maps, 'large'), 20 * 1024 * 1024 + 1);
      return join(maps, 'large');
    },
    /found a file larger than 20 MB/,
  ],
  [
    'a file that is no map',
    () => join(above, 'outside', 'secret'),
    /a file without any key of a map/,
  ],
])('a map itself is refused: %s', (_, path, expected) => {
  const [{ message } = { message: '' }] = AccessMap.check(path()).problems;
  expect(message).toMatch(expected);
  expect(message).not.toContain(SECRET);
});

test.each(['!!binary aGk=', '!!str 3.0.3', '!x 3.0.3', '!Ref A'])(
  'an OpenAPI file with the tag %s',
  (tagged) => {
    writeFileSync(join(maps, 'tagged.yaml'), `${OPENAPI}x-tagged: ${tagged}\n`);
    const problems = check('openapi', 'tagged.yaml');
    if (tagged.startsWith('!Ref')) expect(problems).toBe('');
    else expect(problems).toMatch(/expected no tags but the short forms of CloudFormation/);
  },
);
