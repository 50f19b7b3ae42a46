/**
 * The package as users get it: packed, installed without a network, measured, and compiled against.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

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
  // 2026-11-28: 3.2 KB, of which 0.3 are the tree of routes, and 0.8 KB.
  ['index.js', 3_328],
  ['react.js', 1_536],
])('%s is under %i bytes gzipped', (file, most) => {
  const size = gzipSync(shipped(file), { level: 9 }).byteLength;
  expect(size).toBeGreaterThan(400);
  expect(size).toBeLessThan(most);
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

/** The shape that `okta-group-authorizer types` writes. */
const GENERATED = `declare module 'okta-group-authorizer-client' {
  interface Register {
    route: 'GET /orders' | 'POST /orders';
    permission: 'orders:read' | 'orders:write';
  }
}
export {};
`;

/** Names of a program's errors, or nothing. */
function compile(source: string, generated = GENERATED): readonly string[] {
  const place = mkdtempSync(join(app, 'program-'));
  writeFileSync(join(place, 'access-types.d.ts'), generated);
  writeFileSync(
    join(place, 'index.ts'),
    `import { createPermissions } from 'okta-group-authorizer-client';\n${source}\n`,
  );
  const options = {
    strict: true,
    noEmit: true,
    module: 'esnext',
    moduleResolution: 'bundler',
    target: 'es2022',
    lib: ['es2022', 'dom'],
    types: [],
  };
  writeFileSync(
    join(place, 'tsconfig.json'),
    JSON.stringify({ compilerOptions: options, include: ['*.ts'] }),
  );
  const compiler = resolve('node_modules/typescript/bin/tsc');
  const { stdout } = spawnSync(process.execPath, [compiler, '-p', place, '--pretty', 'false'], {
    encoding: 'utf8',
  });
  return stdout.split('\n').filter((line) => line !== '');
}

const CREATE =
  "const permissions = createPermissions({ url: '/permissions', getToken: () => 'x' });";

describe('with the generated types', () => {
  test('the names of the map are taken', () => {
    expect(
      compile(`${CREATE}
permissions.can('POST /orders') && permissions.can('orders:write') && permissions.canPath('DELETE', '/orders/42');
permissions.quota('GET /orders')?.remaining;
export const refusal = permissions.refusal(new Response(), 'POST /orders');`),
    ).toEqual([]);
  });

  test.each([
    ["permissions.can('PSOT /orders')", 'PSOT /orders'],
    ["permissions.can('orders:wirte')", 'orders:wirte'],
    ["permissions.canPath('FETCH', '/orders')", 'FETCH'],
    ["permissions.quota('orders:read')", 'orders:read'],
    ["permissions.refusal(new Response(), 'GET /order')", 'GET /order'],
  ])('%s is a compile error', (call, named) => {
    const errors = compile(`${CREATE}\n${call};`);
    expect(errors).toHaveLength(1);
    expect(errors[0]).toContain('TS2345');
    expect(errors[0]).toContain(named);
  });
});

test('without generated types any name is taken', () => {
  expect(compile(`${CREATE}\npermissions.can('PSOT /orders');`, 'export {};\n')).toEqual([]);
});
