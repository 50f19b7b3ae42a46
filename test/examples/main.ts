/**
 * `npm run test:examples`: the packed client and the example apps outside of the repository, with
 * packages that only they need: installed, checked, built, and signed in to in Chromium.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { type LocalStack, startLocalStack } from '../../local/stack.ts';
import { step } from '../deploy/steps.ts';
import { type RunOptions, run } from '../deploy/tools.ts';
import { clientPackage, packedClient } from './client-package.ts';
import { type Visit, visit } from './sign-in.ts';
import { reservePorts, type Site, serveFolder, serveNext } from './sites.ts';
import { installed, readmeApp, type World } from './world.ts';

const READER: Visit = { user: 'reader', sees: 'Ask your team lead if you want to place orders.' };
const ADMIN: Visit = { user: 'admin', sees: 'New order' };

interface Example {
  /** What the names of its settings begin with. */
  readonly prefix: 'VITE' | 'NEXT_PUBLIC';
  readonly serve: (app: RunOptions, port: number) => Promise<Site>;
  readonly visits: readonly Visit[];
}

const built = ({ cwd }: RunOptions, port: number): Promise<Site> =>
  serveFolder(join(cwd, 'dist'), port);

const EXAMPLES: Readonly<Record<string, Example>> = {
  'okta-react': {
    prefix: 'VITE',
    serve: built,
    visits: [READER, { user: 'admin', sees: 'Manage orders' }],
  },
  // The app of the README, with the packages of the one above.
  readme: { prefix: 'VITE', serve: built, visits: [READER] },
  'vite-vue': { prefix: 'VITE', serve: built, visits: [READER, ADMIN] },
  'vite-svelte': { prefix: 'VITE', serve: built, visits: [READER, ADMIN] },
  next: { prefix: 'NEXT_PUBLIC', serve: serveNext, visits: [READER, ADMIN] },
};

type OnStop = (stop: () => Promise<void>) => void;

async function example(name: string, world: RunningWorld, onStop: OnStop): Promise<void> {
  const { prefix, serve, visits } = EXAMPLES[name] as Example;
  const { stack, browser, ports, apps } = world;
  const app = await step(`${name}: npm install`, () => apps.get(name) as Promise<RunOptions>);
  const env = {
    [`${prefix}_ISSUER`]: stack.issuer?.issuer ?? '',
    [`${prefix}_CLIENT_ID`]: '0oa1web',
    [`${prefix}_API`]: stack.gateway.url,
    NEXT_TELEMETRY_DISABLED: '1',
  };
  await step(`${name}: npm run build`, () => run(['npm', 'run', 'build'], { ...app, env }));
  const site = await serve(app, ports.get(name) ?? 0);
  onStop(site.stop);
  if (name === 'next')
    await step('next: the server renders the page of nobody', () => rendersNobody(site));
  for (const each of visits)
    await step(`${name}: ${each.user} signs in`, () => visit(browser, site.origin, each));
}

async function rendersNobody({ origin }: Site): Promise<void> {
  const html = await (await fetch(origin)).text();
  for (const text of ['<h1>Orders</h1>', 'One moment']) assert(html.includes(text), html);
  assert(!html.includes('New order'), html);
}

interface RunningWorld extends World {
  readonly stack: LocalStack;
  readonly browser: Browser;
  readonly ports: ReadonlyMap<string, number>;
  /** Each as soon as it is installed. */
  readonly apps: ReadonlyMap<string, Promise<RunOptions>>;
}

async function main(folder: string, signal: AbortSignal, onStop: OnStop): Promise<void> {
  const tarball = await step('client: npm pack', () => packedClient(folder, signal));
  const world: World = { folder, signal, tarball };
  const wanted = process.argv.slice(2);
  const names = Object.keys(EXAMPLES).filter((name) => !wanted.length || wanted.includes(name));
  // The registry is waited for beside the other work.
  const apps = appsOf(world, names);
  if (wanted.length === 0 || wanted.includes('client')) await clientPackage(world, step);
  const ports = new Map(await reservePorts(names));
  const stack = await step('the local run lets the examples in', () =>
    startLocalStack({ apps: [...ports.values()].map((port) => `http://localhost:${port}`) }),
  );
  onStop(stack.stop);
  const executablePath = process.env['CHROMIUM'] ?? 'chromium';
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  onStop(() => browser.close());
  for (const name of names) await example(name, { ...world, stack, browser, ports, apps }, onStop);
}

function appsOf(world: World, names: readonly string[]): RunningWorld['apps'] {
  const apps = new Map<string, Promise<RunOptions>>();
  for (const name of names) if (name !== 'readme') apps.set(name, installed(world, name));
  if (names.includes('readme')) {
    const packages = apps.get('okta-react') ?? installed(world, 'okta-react');
    apps.set('readme', readmeApp(world, packages));
  }
  // Each is awaited in its turn.
  for (const app of apps.values()) app.catch(() => undefined);
  return apps;
}

const interrupted = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const)
  process.on(name, () => interrupted.abort(new Error(`stopped by ${name}`)));
const since = performance.now();
const folder = mkdtempSync(join(tmpdir(), 'test-examples-'));
const stops: (() => Promise<void>)[] = [];
try {
  await main(folder, interrupted.signal, (stop) => void stops.push(stop));
  console.log(`test:examples passed in ${((performance.now() - since) / 1000).toFixed(0)} s`);
} catch (error) {
  console.error(error instanceof Error ? (error.stack ?? error.message) : error);
  process.exitCode = 1;
} finally {
  for (const stop of stops.reverse()) await stop();
  rmSync(folder, { recursive: true, force: true });
}
