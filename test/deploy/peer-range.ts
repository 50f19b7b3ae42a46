/**
 * The examples, synthesized with the oldest, a middle and the newest release of what we peer with.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Step } from './steps.ts';
import { folderOf, npmInstall, PEERS, run } from './tools.ts';
import type { World } from './world.ts';

const ATTACHED = JSON.stringify({
  api: { name: 'attached', kind: 'rest', attachTo: { restApiId: 'a1b2c3d4e5', stage: 'live' } },
  okta: {
    issuer: 'https://acme.okta.com/oauth2/default',
    audience: 'api://orders',
    clients: ['0oa1'],
  },
  routes: ['GET /orders'],
  groups: { readers: { allow: ['GET /orders'] } },
});
const MAPS = ['access.yaml', 'examples/cached.yaml', 'examples/stages/production.yaml'].map(
  (file) => resolve(file),
);

/** What each map deploys: every resource with its type. */
type Deployed = Readonly<Record<string, readonly string[]>>;

export async function peerRange(world: World, file: string, step: Step): Promise<void> {
  const found: Deployed[] = [];
  for (const [edge, packages] of Object.entries(PEERS))
    await step(`peers: the examples with ${packages.join(' and ')}, the ${edge}`, async () => {
      found.push(await deployedWith(world, `peers-${edge}`, [file, ...packages]));
    });
  // A release may write a property in another way; it must not have other resources.
  for (const other of found.slice(1)) assert.deepEqual(other, found[0]);
}

async function deployedWith(
  { folder, signal }: World,
  name: string,
  packages: readonly string[],
): Promise<Deployed> {
  const cwd = folderOf({ folder }, name, { 'package.json': '{ "private": true }' });
  await npmInstall({ cwd, signal }, packages);
  const deployed: Record<string, readonly string[]> = {};
  for (const accessMap of [...MAPS, ATTACHED]) {
    const context = { accessMap, 'aws:cdk:disable-asset-staging': true };
    await run(['node', 'node_modules/okta-group-authorizer/dist/bin/app.js'], {
      cwd,
      signal,
      env: { CDK_OUTDIR: join(cwd, 'out'), CDK_CONTEXT_JSON: JSON.stringify(context) },
    });
    deployed[accessMap] = resourcesIn(join(cwd, 'out'));
    rmSync(join(cwd, 'out'), { recursive: true });
  }
  return deployed;
}

const resourcesIn = (folder: string): readonly string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.template.json'))
    .flatMap((name) => {
      const { Resources } = JSON.parse(readFileSync(join(folder, name), 'utf8')) as {
        readonly Resources: Readonly<Record<string, { readonly Type: string }>>;
      };
      return Object.entries(Resources).map(([id, { Type }]) => `${id} ${Type}`);
    })
    .filter((resource) => !resource.endsWith('AWS::CDK::Metadata'))
    .sort();
