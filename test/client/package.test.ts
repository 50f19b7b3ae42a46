/**
 * The package as users get it: packed, installed without a network, measured, and compiled against.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { runTypes } from '../../lib/commands/types.ts';
import { capture, EXAMPLE, project } from '../lib/commands/project.ts';

let app: string;
beforeAll(() => {
  mkdirSync(resolve('.local'), { recursive: true });
  app = mkdtempSync(resolve('.local', 'client-'));
  const npm = (cwd: string, ...args: readonly string[]) =>
    execFileSync('npm', [...args, '--silent'], { cwd, encoding: 'utf8' }).trim();
  const tarball =
    npm(resolve('client'), 'pack', '--pack-destination', app).split('\n').at(-1) ?? '';
  writeFileSync(join(app, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  npm(app, 'install', '--offline', '--no-audit', '--no-fund', join(app, tarball));
}, 60_000);
afterAll(() => rmSync(app, { recursive: true, force: true }));

const shipped = (file: string): Buffer =>
  readFileSync(join(app, 'node_modules/okta-group-authorizer-client/dist', file));

test('an app that installs it has nothing else: no aws-* package, no other', () => {
  expect(readdirSync(join(app, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual([
    'okta-group-authorizer-client',
  ]);
});

test.each([
  // 2026-11-29: 4,771 and 1,128 bytes by Node 20
  // (docs/decisions/0116-the-client-grows-to-5-4-kb.md).
  ['index.js', 4_800],
  ['react.js', 1_280],
])('%s is under %i bytes gzipped', (file, most) => {
  const size = gzipSync(shipped(file), { level: 9 }).byteLength;
  expect(size).toBeGreaterThan(400);
  expect(size).toBeLessThan(most);
});

test.each(['client/README.md', 'docs/how-to/browser.md'])('%s says how large both are', (page) => {
  const bytes = ['index.js', 'react.js'].map(
    (file) => gzipSync(shipped(file), { level: 9 }).byteLength,
  );
  const [, said] = /([\d.]+) KB\s+gzipped/.exec(readFileSync(page, 'utf8')) ?? [];
  expect(Number(said)).toBeCloseTo(bytes.reduce((sum, each) => sum + each) / 1_024, 1);
});

test('it imports nothing but React and itself, and names no group of the example', () => {
  for (const [file, modules] of [
    ['index.js', []],
    ['react.js', ['react']],
  ] as const) {
    const text = shipped(file).toString();
    expect(
      Array.from(text.matchAll(/from"([^"]+)"|import\("([^"]+)"\)/g), ([, name]) => name),
    ).toEqual(modules);
    expect(text).not.toMatch(/orders-readers|orders-admins|partners|contractors|require\(/);
  }
  expect(shipped('react.js').toString()).toMatch(/^"use client";/);
});

/** What the command writes. */
const written = (yaml = EXAMPLE): string => {
  const io = capture(project({ 'access.yaml': yaml }));
  runTypes({}, io);
  return io.stdout();
};

/**
 * Folders below node_modules. TypeScript 5.4.5 was tried by hand on 2026-11-28: the same results.
 */
const COMPILERS = ['typescript'] as const;

/** Names of a program's errors, or nothing. */
function compile(
  source: string,
  { generated = written(), compiler = 'typescript', module = 'esnext' } = {},
): readonly string[] {
  const place = mkdtempSync(join(app, 'program-'));
  writeFileSync(join(place, 'access-types.d.ts'), generated);
  writeFileSync(
    join(place, 'index.ts'),
    `import { createPermissions } from 'okta-group-authorizer-client';\n${source}\n`,
  );
  const options = {
    strict: true,
    noEmit: true,
    module,
    moduleResolution: module === 'esnext' ? 'bundler' : module,
    // The package's types are checked; those of the browser, which take a second, are not its own.
    skipLibCheck: false,
    skipDefaultLibCheck: true,
    target: 'es2022',
    lib: ['es2022', 'dom'],
    types: [],
  };
  writeFileSync(
    join(place, 'tsconfig.json'),
    JSON.stringify({ compilerOptions: options, include: ['*.ts'] }),
  );
  const command = resolve('node_modules', compiler, 'bin/tsc');
  const { stdout } = spawnSync(process.execPath, [command, '-p', place, '--pretty', 'false'], {
    encoding: 'utf8',
  });
  return stdout.split('\n').filter((line) => line !== '');
}

const CREATE =
  "const permissions = createPermissions({ url: '/permissions', getToken: () => 'x' });";

const RIGHT = `${CREATE}
permissions.can('POST /orders') && permissions.can('orders:write') && permissions.canPath('DELETE', '/orders/42');
permissions.can('GET /orders/{id}', { id: 42 }) && permissions.check({ any: ['GET /orders', 'orders:read'] });
permissions.quota('GET /orders')?.remaining;
export const refusal = permissions.refusal(new Response(), 'POST /orders');`;

describe.each(COMPILERS)('with what `types` writes, compiled by %s', (compiler) => {
  test.each(['esnext', 'nodenext'])('the names of the map are taken, module %s', (module) => {
    expect(compile(RIGHT, { compiler, module })).toEqual([]);
  });

  test('misspelt names are compile errors', () => {
    const wrong = [
      "permissions.can('PSOT /orders')",
      "permissions.can('orders:wirte')",
      "permissions.can('GET /orders/{id}', { it: 42 })",
      "permissions.check({ any: ['GET /order'] })",
      "permissions.canPath('FETCH', '/orders')",
      "permissions.quota('orders:read')",
      "permissions.refusal(new Response(), 'GET /order')",
    ];
    const errors = compile(`${CREATE}\n${wrong.join(';\n')};`, { compiler }).filter(
      (line) => line.startsWith('index.ts') || line.includes('/index.ts'),
    );
    expect(errors.map((line) => /\((\d+),/.exec(line)?.[1])).toEqual(
      wrong.map((_, at) => String(at + 3)),
    );
  });
});

test.each(COMPILERS)('without the package it compiles by %s all the same', (compiler) => {
  const place = mkdtempSync(join(tmpdir(), 'types-'));
  writeFileSync(join(place, 'access.ts'), written());
  writeFileSync(join(place, 'access-types.d.ts'), written());
  const options = {
    strict: true,
    noEmit: true,
    skipDefaultLibCheck: true,
    target: 'es2022',
    module: 'nodenext',
    types: [],
  };
  writeFileSync(join(place, 'tsconfig.json'), JSON.stringify({ compilerOptions: options }));
  const command = resolve('node_modules', compiler, 'bin/tsc');
  const { stdout } = spawnSync(process.execPath, [command, '-p', place], { encoding: 'utf8' });
  rmSync(place, { recursive: true });
  expect(stdout).toBe('');
});

test('without generated types any name is taken', () => {
  expect(
    compile(`${CREATE}\npermissions.can('PSOT /orders');`, { generated: 'export {};\n' }),
  ).toEqual([]);
});

test('CommonJS gets the same by `require`, and types of its own', () => {
  const script = `const { createPermissions } = require('okta-group-authorizer-client');
    console.log(createPermissions({ url: '/', getToken: () => null }).state().status);`;
  const file = join(app, 'script.cjs');
  writeFileSync(file, script);
  expect(execFileSync(process.execPath, [file], { encoding: 'utf8' })).toBe('loading\n');
  expect(shipped('index.d.cts').toString()).toMatch(/from '\.\/answer\.cjs'/);
  expect(shipped('react.cjs').toString()).toMatch(/^"use strict";"use client";/);
});
