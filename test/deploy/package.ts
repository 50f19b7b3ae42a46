/**
 * The package as others get it: packed, installed with its peers into folders of their own, used
 * there.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { localMapText } from '../../local/local-map.ts';
import { apps } from './apps.ts';
import { peerRange } from './peer-range.ts';
import type { Step } from './steps.ts';
import { tarball as packTarball } from './tarball.ts';
import { CDK_CLI, PEERS } from './tools.ts';
import type { World } from './world.ts';

const run = promisify(execFile);

interface Tools {
  readonly world: World;
  readonly tarball: string;
}

export async function packaged(world: World, step: Step): Promise<void> {
  const tarball = await packTarball(world, step);
  await step('package: a CDK app of another repository attaches to its API', () =>
    otherApp({ world, tarball }),
  );
  await step('package: an empty folder with a map is all that a deploy needs', () =>
    emptyFolder({ world, tarball }),
  );
  await peerRange(world, tarball, step);
  await apps(world, tarball, step);
}

async function install(
  { world, tarball }: Tools,
  name: string,
  files: Readonly<Record<string, string>>,
): Promise<string> {
  const folder = join(world.folder, name);
  mkdirSync(folder, { recursive: true });
  for (const [file, content] of Object.entries(files)) writeFileSync(join(folder, file), content);
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error', '--prefer-offline'];
  await run('npm', ['install', ...quiet, tarball, ...PEERS.newest, CDK_CLI], {
    cwd: folder,
    signal: world.signal,
    maxBuffer: 1e8,
  });
  assert(
    !existsSync(join(folder, 'node_modules/esbuild')),
    'users of the package would need esbuild',
  );
  return folder;
}

const APP = `
import { App, Stack } from 'aws-cdk-lib';
import { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { AccessMap, type AttachOptions, OktaGroupAuthorizer } from 'okta-group-authorizer';

const app = new App();
const stack = new Stack(app, 'Orders');
const map: AccessMap = AccessMap.fromFile('access.yaml');
const authorizer = new OktaGroupAuthorizer(stack, 'Authorizer', { map });
const options: AttachOptions = { replace: ['GET /orders'] };
authorizer.attach(HttpApi.fromHttpApiAttributes(stack, 'Existing', { httpApiId: 'a1b2c3d4e5' }), options);
`;

async function otherApp(tools: Tools): Promise<void> {
  const { world } = tools;
  const folder = await install(tools, 'other-app', {
    'package.json': JSON.stringify({ name: 'other-app', private: true, type: 'module' }),
    'cdk.json': JSON.stringify({ app: 'node app.mjs' }),
    'app.ts': APP,
    'app.mjs': APP.replace('type AttachOptions, ', '').replace(
      /: (?:AccessMap|AttachOptions) =/g,
      ' =',
    ),
    'access.yaml': readFileSync('access.yaml', 'utf8'),
  });
  const typescript = resolve('node_modules/typescript/bin/tsc');
  const types = ['--typeRoots', resolve('node_modules/@types'), '--types', 'node'];
  await run(
    process.execPath,
    [
      typescript,
      '--noEmit',
      '--strict',
      '--skipLibCheck',
      '--module',
      'nodenext',
      ...types,
      'app.ts',
    ],
    {
      cwd: folder,
    },
  );
  const there = {
    cwd: folder,
    signal: world.signal,
    env: { ...process.env, ...world.emulator.env },
  };
  await run('npx', ['cdk', 'synth', '--quiet'], there);
  const template = readFileSync(join(folder, 'cdk.out/Orders.template.json'), 'utf8');
  for (const type of ['Custom::OktaGroupAttachmentPlan', 'Custom::OktaGroupAttachment'])
    assert(template.includes(type));
  const checked = await run('npx', ['okta-group-authorizer', 'check'], there);
  assert.match(checked.stdout, /orders/);
  await run(
    'npx',
    [
      'okta-group-authorizer',
      'explain',
      '--route',
      'GET /orders',
      '--group',
      'orders-readers',
      '--expect',
      'allow',
    ],
    there,
  );
}

async function emptyFolder(tools: Tools): Promise<void> {
  const { world } = tools;
  const map = localMapText('access.yaml', {
    kind: 'http',
    issuer: world.issuer.issuer,
    upstreamUrl: world.upstream,
    consoleOrigins: [],
  });
  const folder = await install(tools, 'empty-folder', {
    'cdk.json': JSON.stringify({ app: 'node node_modules/okta-group-authorizer/dist/bin/app.js' }),
    'access.yaml': map.replace(/^( *name:).*/m, '$1 packaged'),
  });
  const deploy = [
    'cdk',
    'deploy',
    '--require-approval',
    'never',
    '-c',
    'loopbackIssuer=true',
    '-c',
    'savedQueries=false',
    '--outputs-file',
    'outputs.json',
  ];
  await run('npx', deploy, {
    cwd: folder,
    signal: world.signal,
    maxBuffer: 1e8,
    env: { ...process.env, ...world.emulator.env, CI: '1' },
  });
  const outputs = JSON.parse(readFileSync(join(folder, 'outputs.json'), 'utf8')) as Readonly<
    Record<string, Readonly<Record<string, string>>>
  >;
  assert.match(outputs['access-packaged']?.['MapVersion'] ?? '', /^[0-9a-f]{16}$/);
}
