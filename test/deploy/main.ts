/**
 * `npm run test:deploy`: the real `cdk bootstrap` and `cdk deploy` against an emulated AWS, and
 * calls of what was deployed.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEcho } from '../../local/echo.ts';
import { startIssuer } from '../../local/issuer/issuer.ts';
import { localUsers } from '../../local/users.ts';
import { authorizerOnly } from './authorizer-only.ts';
import { bootstrap } from './cdk.ts';
import { contract } from './contract.ts';
import { type Emulator, installEmulator, processesOf, startEmulator } from './emulator.ts';
import { existingHttpApi } from './existing-http-api.ts';
import { existingRestApi } from './existing-rest-api.ts';
import { javaAndGo } from './java-go.ts';
import { leavers } from './leavers.ts';
import { ownApi } from './own-api.ts';
import { packaged } from './package.ts';
import { packagedStack } from './packaged-stack.ts';
import { pythonApp } from './python.ts';
import { recordFormer } from './record-former.ts';
import { routeStates } from './route-states.ts';
import { samTemplates } from './sam.ts';
import { serverlessFramework } from './serverless-framework.ts';
import { step } from './steps.ts';
import { upgrade } from './upgrade.ts';
import { cdkOptions, type World } from './world.ts';

const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => interrupted.abort(new Error(`stopped by ${signal}`)));

type Scenes = Readonly<Record<string, (world: World) => Promise<void>>>;

/**
 * Two groups of about the same length, which need nothing of each other and may run side by side.
 */
const GROUPS = {
  apis: {
    contract: (world) => contract(world, step),
    http: (world) => ownApi('http', world, step),
    attach: (world) => existingHttpApi(world, step),
    rest: (world) => ownApi('rest', world, step),
    leavers: (world) => leavers(world, step),
    'attach-rest': (world) => existingRestApi(world, step),
    states: (world) => routeStates(world, step),
  },
  packages: {
    only: (world) => authorizerOnly(world, step),
    packaged: (world) => packagedStack(world, step),
    sam: (world) => samTemplates(world, step),
    serverless: (world) => serverlessFramework(world, step),
    upgrade: (world) => upgrade(world, step),
    python: (world) => pythonApp(world, step),
    package: (world) => packaged(world, step),
  },
} satisfies Record<string, Scenes>;

/** Only where the command line names them. */
const ON_DEMAND: Scenes = {
  'java-go': (world) => javaAndGo(world, step),
  'record-former': (world) => recordFormer(world, step),
};

/** All of both groups, or those that the command line names, by themselves or by their group. */
function wantedScenes(names: readonly string[]): readonly ((world: World) => Promise<void>)[] {
  const known: Readonly<Record<string, Scenes>> = GROUPS;
  const all: Scenes = { ...GROUPS.apis, ...GROUPS.packages, ...ON_DEMAND };
  const unknown = names.filter((name) => !(name in known) && !(name in all));
  if (unknown.length > 0)
    throw new Error(
      `no such scene: ${unknown.join(', ')}. Known are ${[...Object.keys(known), ...Object.keys(all)].join(', ')}`,
    );
  const wanted = names.length === 0 ? Object.keys(GROUPS) : names;
  return wanted
    .flatMap((name) => Object.values(known[name] ?? { [name]: all[name] }))
    .filter((scene) => scene !== undefined);
}

async function main(folder: string, scenes: ReturnType<typeof wantedScenes>): Promise<void> {
  const running: (() => Promise<void>)[] = [];
  let emulator: Emulator | undefined;
  try {
    const python = await step('MiniStack from PyPI', () => installEmulator(folder));
    emulator = await step('MiniStack is up', () => startEmulator(python, folder));
    running.push(emulator.stop);
    const issuer = await startIssuer({
      audience: 'api://orders',
      clients: 'any',
      users: localUsers([]),
    });
    running.push(issuer.stop);
    const echo = await startEcho(0);
    running.push(echo.stop);
    const signal = interrupted.signal;
    const world = { folder, emulator, issuer, upstream: echo.url, signal };
    await step('cdk bootstrap', () => bootstrap(cdkOptions(world, 'bootstrap')));
    for (const scene of scenes) await scene(world);
  } catch (error) {
    if (emulator !== undefined && !interrupted.signal.aborted)
      console.error(emulator.log().slice(-3_000));
    throw error;
  } finally {
    await Promise.all(running.map((stop) => stop()));
  }
}

const since = performance.now();
const folder = mkdtempSync(join(tmpdir(), 'test-deploy-'));
try {
  await main(folder, wantedScenes(process.argv.slice(2)));
  console.log(`test:deploy passed in ${((performance.now() - since) / 1000).toFixed(0)} s`);
} catch (error) {
  console.error(error instanceof Error ? (error.stack ?? error.message) : error);
  process.exitCode = 1;
}
const left = processesOf(folder);
rmSync(folder, { recursive: true, force: true });
console.log(
  left.length === 0 ? 'no process is left' : `processes were left behind:\n${left.join('\n')}`,
);
if (left.length > 0) process.exitCode = 1;
