/** The client's package: what tools say of it, what compilers and Jest make of it. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Step } from '../deploy/steps.ts';
import { folderOf, npmInstall, type RunOptions, run } from '../deploy/tools.ts';
import type { World } from './world.ts';

/** The oldest that is supported, the last of each line since, and the project's own. */
const COMPILERS = ['5.4.5', '5.9.3', '6.0.3', '7.0.2'] as const;

export async function packedClient(folder: string, signal: AbortSignal): Promise<string> {
  const { stdout } = await run(['npm', 'pack', '--silent', '--pack-destination', folder], {
    cwd: resolve('client'),
    signal,
  });
  return join(folder, stdout.trim().split('\n').at(-1) ?? '');
}

export async function clientPackage(world: World, step: Step): Promise<void> {
  const { folder, signal, tarball } = world;
  await step('client: publint and arethetypeswrong find nothing', async () => {
    const there = { cwd: folder, signal };
    await run([resolve('node_modules/.bin/publint'), tarball, '--strict'], there);
    await run([resolve('node_modules/.bin/attw'), tarball], there);
  });
  await step('client: the licences of what it holds', async () => {
    const { stdout } = await run(['tar', '-xzOf', tarball, 'package/dist/NOTICE.txt'], {
      cwd: folder,
      signal,
    });
    assert.equal(stdout.trim(), 'This contains no part of another package.');
  });
  const app: RunOptions = { cwd: folderOf(world, 'client', SOURCES), signal };
  await step('client: an app with compilers and Jest', () => npmInstall(app, packages(tarball)));
  writeFileSync(join(app.cwd, 'access.d.ts'), typesOfTheMap());
  for (const version of COMPILERS)
    await step(`client: misspelt names do not compile by TypeScript ${version}`, () =>
      compiles(version, app),
    );
  await step('client: Jest without configuration, in Node and in jsdom', () =>
    run(['npx', 'jest'], app),
  );
}

const { devDependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as {
  readonly devDependencies: Readonly<Record<string, string>>;
};

const packages = (tarball: string): readonly string[] => [
  tarball,
  ...['react', 'react-dom', '@types/react', 'jest'].map(
    (name) => `${name}@${devDependencies[name]}`,
  ),
  `jest-environment-jsdom@${devDependencies['jest']}`,
  ...COMPILERS.map((version) => `typescript-${version}@npm:typescript@${version}`),
];

const RIGHT = `
import { createPermissions } from 'okta-group-authorizer-client';
import { Can, useCan } from 'okta-group-authorizer-client/react';
export const permissions = createPermissions({ url: '/permissions', getToken: () => 'x' });
permissions.can('POST /orders') && permissions.can('GET /orders/{id}', { id: 42 });
permissions.check({ any: ['GET /orders', 'orders:read'] });
export const page = () => [useCan('orders:write'), Can({ do: 'DELETE /orders/{id}' })];
`;
const WRONG = [
  "permissions.can('PSOT /orders');",
  "permissions.can('orders:wirte');",
  "permissions.can('GET /orders/{id}', { it: 42 });",
  "permissions.check({ any: ['GET /order'] });",
  "Can({ do: 'POST /order' });",
  "useCan('orders:delete');",
];
const SETTINGS = {
  target: 'es2022',
  lib: ['es2022', 'dom'],
  module: 'esnext',
  moduleResolution: 'bundler',
  types: [],
  strict: true,
  noEmit: true,
};
/** What the command itself writes for the project's map. */
const typesOfTheMap = (): string =>
  execFileSync(process.execPath, ['--import', 'tsx', 'bin/cli.ts', 'types'], { encoding: 'utf8' });

async function compiles(version: (typeof COMPILERS)[number], app: RunOptions): Promise<void> {
  const tsc = `node_modules/typescript-${version}/bin/tsc`;
  const said = await run(['node', tsc, '--pretty', 'false'], app).then(
    () => '',
    (error: Error) => error.message,
  );
  const lines = Array.from(said.matchAll(/^(\w+\.ts)\((\d+),/gm), ([, file, line]) => [file, line]);
  assert.deepEqual(
    lines,
    WRONG.map((_, at) => ['wrong.ts', String(at + 3)]),
    said,
  );
}

const jestTest = (environment: string): string => `/** @jest-environment ${environment} */
const { createElement } = require('react');
const { renderToString } = require('react-dom/server');
const { createPermissions } = require('okta-group-authorizer-client');
const { Can, PermissionsProvider } = require('okta-group-authorizer-client/react');

const answer = { mapVersion: '1', routes: ['GET /a'], closed: [], permissions: [], quotas: [] };

test('the client and its React bindings', async () => {
  const permissions = createPermissions({
    url: '/permissions',
    getToken: () => 'token',
    fetch: async () => ({ status: 200, ok: true, json: async () => answer }),
  });
  await permissions.refresh();
  expect([permissions.can('GET /a'), permissions.can('POST /a')]).toEqual([true, false]);
  const page = createElement(Can, { do: 'GET /a', loading: 'wait' }, 'yes');
  expect(renderToString(createElement(PermissionsProvider, { permissions }, page))).toBe('wait');
});
`;

const SOURCES = {
  'package.json': '{ "private": true }',
  'right.ts': RIGHT,
  'wrong.ts': `import { Can, useCan } from 'okta-group-authorizer-client/react';
import { permissions } from './right';
${WRONG.join('\n')}
`,
  'tsconfig.json': JSON.stringify({ compilerOptions: SETTINGS, include: ['*.ts'] }),
  'node.test.js': jestTest('node'),
  'page.test.js': jestTest('jsdom'),
};
