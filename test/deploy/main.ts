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
import { leavers } from './leavers.ts';
import { ownApi } from './own-api.ts';
import { packaged } from './package.ts';
import { packagedStack } from './packaged-stack.ts';
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

const SCENARIOS: Readonly<Record<string, (world: World) => Promise<void>>> = {
  contract: (world) => contract(world, step),
  http: (world) => ownApi('http', world, step),
  attach: (world) => existingHttpApi(world, step),
  rest: (world) => ownApi('rest', world, step),
  leavers: (world) => leavers(world, step),
  'attach-rest': (world) => existingRestApi(world, step),
  states: (world) => routeStates(world, step),
  only: (world) => authorizerOnly(world, step),
  packaged: (world) => packagedStack(world, step),
  sam: (world) => samTemplates(world, step),
  serverless: (world) => serverlessFramework(world, step),
  upgrade: (world) => upgrade(world, step),
  package: (world) => packaged(world, step),
};

/** Only where the command line names them. */
const ON_DEMAND: typeof SCENARIOS = {
  'record-former': (world) => recordFormer(world, step),
};

/** All of them, or those that the command line names. */
async function scenarios(world: World): Promise<void> {
  await step('cdk bootstrap', () => bootstrap(cdkOptions(world, 'bootstrap')));
  const wanted = process.argv.slice(2);
  for (const [name, run] of Object.entries(SCENARIOS))
    if (wanted.length === 0 || wanted.includes(name)) await run(world);
  for (const [name, run] of Object.entries(ON_DEMAND)) if (wanted.includes(name)) await run(world);
}

async function main(folder: string): Promise<void> {
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
    await scenarios({ folder, emulator, issuer, upstream: echo.url, signal: interrupted.signal });
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
  await main(folder);
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
