/**
 * What drifts on an API that exists, what fixes it, and the hand-over from one stack to another:
 * an HTTP API and a REST API with two routes each.
 */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cli, deploy, tryDeploy } from './cdk.ts';
import { runScheduledCheck } from './scheduled-check.ts';
import { makeSmallApi, type SmallApi } from './small-api.ts';
import type { Step } from './steps.ts';
import { call, cdkOptions, deleteStack, tokenOf, type World } from './world.ts';

type Kind = 'http' | 'rest';
const ROUTES = ['GET /orders', 'GET /me'];

const mapText = (
  world: World,
  { kind, apiId }: SmallApi,
  name: string,
  attachTo: object = {},
): string =>
  JSON.stringify({
    api: {
      name,
      kind,
      attachTo: {
        ...(kind === 'http' ? { httpApiId: apiId } : { restApiId: apiId, stage: 'prod' }),
        replace: ['GET /me'],
        ...attachTo,
      },
    },
    okta: { issuer: world.issuer.issuer, audience: 'api://orders', clients: ['0oa1web'] },
    routes: ROUTES,
    groups: { 'orders-readers': { allow: ['GET /orders'] } },
  });

interface Coverage {
  readonly code: number | null;
  readonly states: Readonly<Record<string, string>>;
  readonly fixes: readonly string[];
}

/** Commands refuse plain http for an issuer, and ask it for nothing here. */
async function coverage(
  world: World,
  text: string,
  more: readonly string[] = [],
): Promise<Coverage> {
  const map = join(world.folder, 'states.yaml');
  writeFileSync(map, text.replaceAll(world.issuer.issuer, 'https://acme.okta.com/oauth2/default'));
  const { code, output } = await cli(
    ['coverage', '--map', map, '--json', ...more],
    world.emulator.env,
    '',
  );
  const { routes } = JSON.parse(output) as {
    readonly routes: readonly {
      readonly route: string;
      readonly state: string;
      readonly mend?: string;
    }[];
  };
  return {
    code,
    states: Object.fromEntries(routes.map(({ route, state }) => [route, state])),
    fixes: routes.flatMap(({ mend }) => mend ?? []),
  };
}

export async function routeStates(world: World, step: Step): Promise<void> {
  for (const kind of ['http', 'rest'] as const) await statesOf(kind, world, step);
}

async function statesOf(kind: Kind, world: World, step: Step): Promise<void> {
  const name = `states-${kind}`;
  const options = cdkOptions(world, name);
  const reattached = { ...options, context: ['attachAgain=1'] };
  const api = await makeSmallApi(world, kind);
  const status = async (route: string, user?: string): Promise<number> =>
    (await call(world, api, route, user === undefined ? undefined : tokenOf(world, user))).status;
  if (kind === 'rest') await otherStage(world, api, name, step);
  const accepted = kind === 'rest' ? { otherStages: ['dev'] } : {};
  const map = mapText(world, api, name, accepted);
  await step(
    `states-${kind}: a taken-over route with its owner's authorizer back is drift, and the fix that is named works`,
    async () => {
      await deploy(map, options);
      assert.equal((await coverage(world, map)).code, 0);
      await api.giveBack('GET /me');
      const found = await coverage(world, map);
      assert.deepEqual([found.code, found.states['GET /me']], [1, 'taken back']);
      assert.match(found.fixes.join(), /cdk deploy -c attachAgain=/);
      assert.equal((await runScheduledCheck(world, `access-${name}`)).UnprotectedRoutes, 1);
      await deploy(map, reattached);
      assert.equal((await coverage(world, map)).code, 0);
      assert.equal((await runScheduledCheck(world, `access-${name}`)).UnprotectedRoutes, 0);
    },
  );
  await step(`states-${kind}: our authorizer is what invokes this map's function`, async () => {
    const other = 'arn:aws:lambda:us-east-1:000000000000:function:of-dev';
    const foreign = await coverage(world, map, ['--function', other]);
    assert.deepEqual([foreign.code, foreign.states['GET /orders']], [1, 'taken back']);
    assert.equal((await coverage(world, map, ['--stack', `access-${name}`])).code, 0);
  });
  await step(
    `states-${kind}: another stack takes the attachment over, and no call is open in between`,
    async () => {
      const [opened, stop] = watching(() => status('GET /orders'));
      const next = mapText(world, api, `${name}-next`, { ...accepted, takeOver: `access-${name}` });
      const outputs = await deploy(next, cdkOptions(world, `${name}-next`));
      assert.match(outputs['TakenOver'] ?? '', /^2 routes from access-states/);
      const { code, output } = await tryDeploy(map, { ...options, context: ['attachAgain=2'] });
      assert.notEqual(code, 0);
      assert.match(output.replace(/\s+/g, ' '), /handed over to `access-states-\w+-next`/);
      assert.equal(await deleteStack(world, `access-${name}`), 'DELETE_COMPLETE');
      assert.equal((await coverage(world, next)).code, 0);
      await stop();
      assert.equal(opened(), 0);
      assert.equal(await status('GET /orders', 'reader'), 200);
    },
  );
  await step(
    `states-${kind}: an authorizer that was set up otherwise: ${kind === 'http' ? 'payload format 1.0 is served' : 'a TOKEN authorizer answers 500'}`,
    async () => {
      await api.setUpOtherwise('GET /orders');
      assert.equal(await status('GET /orders', 'reader'), kind === 'http' ? 200 : 500);
    },
  );
  assert.equal(await deleteStack(world, `access-${name}-next`), 'DELETE_COMPLETE');
}

async function otherStage(world: World, api: SmallApi, name: string, step: Step): Promise<void> {
  await step(
    'states-rest: a second stage without authorizer is named and stops the attachment',
    async () => {
      const { code, output } = await tryDeploy(mapText(world, api, name), cdkOptions(world, name));
      assert.notEqual(code, 0);
      assert.match(
        output.replace(/\s+/g, ' '),
        /the stage `dev` serves .*`GET \/orders \(no authorizer\)`/,
      );
      await deleteStack(world, `access-${name}`);
    },
  );
}

/** Calls until it is stopped; counts what was answered with 200. */
function watching(ask: () => Promise<number>): [() => number, () => Promise<void>] {
  let passed = 0;
  let ended = false;
  const work = (async () => {
    while (!ended) if ((await ask()) === 200) passed++;
  })();
  return [
    () => passed,
    async () => {
      ended = true;
      await work;
    },
  ];
}
