/**
 * The constructs in Python: the wheel is built from this tree, installed into a virtual
 * environment, and an app in Python gives the templates and the assets of the same app in
 * JavaScript.
 */
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { codeBlocks } from '../docs/support/code-blocks.ts';
import type { Step } from './steps.ts';
import { folderOf, keptFiles, type RunOptions, run } from './tools.ts';
import { call, deleteStack, tokenOf, type World } from './world.ts';

/** What `pip install` of the page would choose, but of one day. */
const PEERS = ['aws-cdk-lib==2.275.0', 'constructs==10.8.1', 'jsii==1.142.0'];
const MAX_WHEEL_BYTES = 10_000_000;
const PAGE = 'docs/start/python.md';

export async function pythonApp(world: World, step: Step): Promise<void> {
  const files = {
    ...keptFiles('test/deploy/python'),
    'access.yaml': readFileSync('access.yaml', 'utf8'),
  };
  const cwd = folderOf(world, 'python', files);
  const bin = join(cwd, 'venv/bin');
  const options: RunOptions = {
    cwd,
    signal: world.signal,
    env: {
      PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}`,
      // The kernel of jsii unpacks into a cache in the home folder.
      HOME: cwd,
      JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: process.versions.node.split('.')[0] ?? '',
    },
  };
  const wheel = await step('python: the wheel, by jsii and jsii-pacmak, from this tree', () =>
    builtWheel(world),
  );
  await step('python: pip installs it beside aws-cdk-lib', async () => {
    await run(['python3', '-m', 'venv', 'venv'], options);
    const install = [
      '-m',
      'pip',
      'install',
      '--quiet',
      '--no-compile',
      '--disable-pip-version-check',
    ];
    await run([join(bin, 'python3'), ...install, ...PEERS, wheel], options);
  });
  await step('python: an app gives the templates and assets of the same app in JavaScript', () =>
    sameStacks(options),
  );
  await step(
    'python: the constructs and the app have one copy of aws-cdk-lib and of constructs',
    () => oneCopy(options),
  );
  await step(`python: the apps of ${PAGE}`, () => appOfPage(world, options));
}

async function builtWheel({ signal }: World): Promise<string> {
  await run(['node', 'scripts/build-jsii.mjs'], { cwd: resolve('.'), signal });
  const folder = resolve('jsii/dist/python');
  const [name = '', ...others] = readdirSync(folder).filter((file) => file.endsWith('.whl'));
  assert.deepEqual(others, []);
  const { size } = statSync(join(folder, name));
  assert(size > 500_000 && size < MAX_WHEEL_BYTES, `the wheel has ${size} bytes`);
  return join(folder, name);
}

async function sameStacks(options: RunOptions): Promise<void> {
  const { cwd } = options;
  await javascriptSide(options);
  const outdir = (name: string) => ({
    ...options,
    env: { ...options.env, CDK_OUTDIR: join(cwd, name) },
  });
  await run(['python3', 'app.py'], outdir('python-out'));
  const javascript = outdir('javascript-out');
  await run(['node', 'app.cjs'], {
    ...javascript,
    env: { ...javascript.env, NODE_PATH: resolve('node_modules') },
  });
  const [ours, theirs] = [
    filesBelow(join(cwd, 'python-out')),
    filesBelow(join(cwd, 'javascript-out')),
  ];
  assert.deepEqual([...ours.keys()], [...theirs.keys()]);
  const templates = [...ours.keys()].filter((name) => name.endsWith('.template.json'));
  assert.equal(templates.length, 11);
  for (const [name, bytes] of ours)
    if (name.endsWith('.template.json') || name.startsWith('asset.'))
      assert.equal(bytes.toString(), theirs.get(name)?.toString(), name);
}

/**
 * The build of this tree, with the copies of aws-cdk-lib and constructs that the packages of Python
 * carry: the newest release is not on both registries on the same day.
 */
async function javascriptSide(options: RunOptions): Promise<void> {
  const { cwd } = options;
  const packages = join(
    cwd,
    'venv/lib',
    readdirSync(join(cwd, 'venv/lib'))[0] ?? '',
    'site-packages',
  );
  for (const [name, folder] of [
    ['aws-cdk-lib', 'aws_cdk/_jsii'],
    ['constructs', 'constructs/_jsii'],
    ['okta-group-authorizer-jsii', 'okta_group_authorizer/_jsii'],
  ] as const) {
    const target = join(cwd, 'node_modules', name);
    mkdirSync(target, { recursive: true });
    const [archive = ''] = readdirSync(join(packages, folder)).filter((file) =>
      file.endsWith('.tgz'),
    );
    await run(
      ['tar', 'xzf', join(packages, folder, archive), '--strip-components=1', '-C', target],
      options,
    );
  }
  cpSync('dist', join(cwd, 'package'), { recursive: true });
}

/** In one process of Node, as the kernel of jsii loads the packages of the wheels. */
const BORDER = `
const assert = require('node:assert/strict');
const { App, Stack } = require('aws-cdk-lib');
const { Table } = require('aws-cdk-lib/aws-dynamodb');
const { Construct } = require('constructs');
const { AccessMap, AccessStack, OktaGroupAuthorizer } = require('okta-group-authorizer-jsii');
const stack = new Stack(new App(), 'Stack');
const map = AccessMap.fromFile('access.yaml');
const authorizer = new OktaGroupAuthorizer(stack, 'Authorizer', { map });
assert(authorizer instanceof Construct && authorizer.quotaTable instanceof Table);
assert(new AccessStack(new App(), 'Access', { map }) instanceof Stack);
const loaded = Object.keys(require.cache);
const copies = (name) =>
  new Set(loaded.flatMap((file) => file.match(new RegExp('^.*/node_modules/' + name + '(?=/)')) ?? []));
for (const name of ['aws-cdk-lib', 'constructs'])
  assert.deepEqual([...copies(name)], [process.cwd() + '/node_modules/' + name]);
assert(loaded.some((file) => file.includes('okta-group-authorizer-jsii/bundled/')));
`;

async function oneCopy(options: RunOptions): Promise<void> {
  writeFileSync(join(options.cwd, 'border.cjs'), BORDER);
  await run(['node', 'border.cjs'], {
    ...options,
    env: { ...options.env, NODE_PATH: resolve('node_modules') },
  });
}

/** By path below the folder, in order. */
function filesBelow(folder: string): ReadonlyMap<string, Buffer> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(folder, name)).isFile())
    .sort();
  return new Map(names.map((name) => [name, readFileSync(join(folder, name))]));
}

/**
 * The blocks of the page, named by the attribute `file`, in a folder of their own; `cdk` reads
 * cdk.json.
 */
async function appOfPage(world: World, options: RunOptions): Promise<void> {
  const blocks = codeBlocks([PAGE]).flatMap((block) => {
    const [, file] = /(?:^| )file=(\S+)/.exec(block.attributes) ?? [];
    return file === undefined ? [] : [[file, block.text] as const];
  });
  assert.deepEqual(
    blocks.map(([file]) => file),
    ['access.yaml', 'app.py', 'cdk.json', 'more.py'],
  );
  const cwd = folderOf(world, 'python-page', Object.fromEntries(blocks.map(filledFor(world))));
  const there = { ...options, cwd, env: { ...options.env, ...world.emulator.env, CI: '1' } };
  const cdk = ['node', resolve('node_modules/aws-cdk/bin/cdk'), 'deploy', 'orders'];
  const parameters = ['--require-approval', 'never', '--outputs-file', 'outputs.json'];
  await run([...cdk, ...parameters], there);
  const { orders } = JSON.parse(readFileSync(join(cwd, 'outputs.json'), 'utf8')) as {
    readonly orders: { readonly Url: string };
  };
  const api = { apiId: /^\w+:\/\/(\w+)\./.exec(orders.Url)?.[1] ?? '' };
  const statusOf = async (route: string, user?: string) =>
    (await call(world, api, route, user === undefined ? undefined : tokenOf(world, user))).status;
  assert.deepEqual(
    [
      await statusOf('GET /health'),
      await statusOf('GET /orders'),
      await statusOf('GET /orders', 'reader'),
      await statusOf('POST /orders', 'reader'),
    ],
    [200, 401, 200, 403],
  );
  assert.equal(await deleteStack(world, 'orders'), 'DELETE_COMPLETE');
  const { stdout } = await run(['python3', 'more.py'], { ...options, cwd });
  assert.match(stdout, /^attached\/Authorizer\//m);
}

/**
 * What a user fills in, and what the emulated cloud needs: plain http, and no saved queries, which
 * it does not know.
 */
const filledFor =
  ({ issuer, upstream }: World) =>
  ([file, text]: readonly [string, string]): readonly [string, string] => [
    file,
    text
      .replace('REPLACE-WITH-CLIENT-ID', '0oa1web')
      .replace('https://example.okta.com/oauth2/default', issuer.issuer)
      .replace('https://orders.example.com', upstream)
      .replace('from_file("access.yaml")', 'from_file("access.yaml", loopback_issuer=True)')
      .replace('authorizer=authorizer)', 'authorizer=authorizer, saved_queries=False)'),
  ];
