/**
 * A map that attaches to an HTTP API which exists: refused, planned, undone, attached, changed,
 * fixed, detached.
 */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cli, deploy, tryDeploy } from './cdk.ts';
import { startFaultyProxy } from './faulty-proxy.ts';
import { type LiveHttpApi, makeLiveHttpApi, UNPROTECTED_ROUTES } from './live-http-api.ts';
import { runScheduledCheck } from './scheduled-check.ts';
import type { Step } from './steps.ts';
import { call, cdkOptions, deleteStack, tokenOf, type World } from './world.ts';

const NAME = 'attached-http';
const STACK = `access-${NAME}`;
const ROUTES = [
  ...UNPROTECTED_ROUTES,
  'GET /health',
  'GET /me',
  'GET /invoices',
  'POST /invoices',
  'POST /internal',
  'GET /legacy',
];

interface Desired {
  readonly routes?: readonly string[];
  readonly public?: readonly string[];
  /** Routes that may keep the authorizers of their owners. */
  readonly foreign?: readonly string[];
  readonly attachTo?: Readonly<Record<string, unknown>>;
  readonly permissionsEndpoint?: Readonly<Record<string, unknown>>;
}

function mapText(world: World, apiId: string, desired: Desired = {}): string {
  const {
    routes = ROUTES,
    public: publicKeys = ['GET /health'],
    attachTo = {},
    permissionsEndpoint,
    foreign = ['GET /me', 'GET /invoices', 'POST /invoices', 'POST /internal', 'GET /legacy'],
  } = desired;
  return JSON.stringify({
    api: {
      name: NAME,
      attachTo: { httpApiId: apiId, ...attachTo },
      // Their owners' authorizers stay, unless `replace` lists the route.
      accept: { foreign: foreign.filter((key) => routes.includes(key)) },
    },
    okta: { issuer: world.issuer.issuer, audience: 'api://orders', clients: ['0oa1web'] },
    routes,
    public: publicKeys,
    signedIn: ['GET /me'],
    permissionsEndpoint,
    groups: {
      'orders-readers': { allow: ['GET /orders', 'GET /orders/{id}'] },
      'orders-admins': { allow: ['ANY /orders', 'ANY /carts/{id}'] },
    },
  });
}

export async function existingHttpApi(world: World, step: Step): Promise<void> {
  const options = cdkOptions(world, NAME);
  const api = await step('attach: an HTTP API with 12 routes exists', () => makeLiveHttpApi(world));
  const before = await api.state();
  const status = async (route: string, user?: string): Promise<number> =>
    (await call(world, api, route, user === undefined ? undefined : tokenOf(world, user))).status;

  await step(
    'attach: an unmapped route fails the deployment with the list, nothing is attached',
    async () => {
      await failing(
        tryDeploy(
          mapText(world, api.apiId, { routes: ROUTES.filter((key) => key !== 'GET /legacy') }),
          options,
        ),
        /`GET \/legacy` without an entry/,
      );
      await undone(world, api, before);
    },
  );
  await step('attach: an id that no API has fails with a sentence', async () => {
    await failing(
      tryDeploy(mapText(world, 'nosuchapi1'), options),
      /expected an HTTP API, found none with the id `nosuchapi1`/,
    );
    await undone(world, api, before);
  });
  await step('attach: an authorizer that nobody has accepted stops the deployment', async () => {
    const map = mapText(world, api.apiId, { foreign: ['GET /me', 'GET /legacy'] });
    await failing(tryDeploy(map, options), /found another on .*`POST \/internal \(AWS_IAM\)`/);
    await undone(world, api, before);
  });
  await step('attach: a fault in the middle is undone', async () => {
    const proxy = await startFaultyProxy(world.emulator.url, 3);
    const app = 'node --import tsx test/deploy/faulty-app.ts';
    const faulty = {
      ...cdkOptions(world, NAME, app),
      env: { ...options.env, FAULTY_PROXY: proxy.url },
    };
    try {
      await failing(tryDeploy(mapText(world, api.apiId), faulty), /refused by the test/);
      assert.equal(proxy.refused(), 1);
    } finally {
      await proxy.stop();
    }
    await undone(world, api, before);
  });
  await step('attach: a dry run shows the plan and changes nothing', async () => {
    const outputs = await deploy(
      mapText(world, api.apiId, { attachTo: { dryRun: true } }),
      options,
    );
    assert.match(outputs['Attached'] ?? '', /^6: /);
    assert.match(outputs['LeftForeign'] ?? '', /^5: .*GET \/legacy \(CUSTOM legacy\)/);
    assert.deepEqual(await api.state(), before);
  });
  await step('attach: cdk deploy', async () => {
    const outputs = await deploy(
      mapText(world, api.apiId, { attachTo: { replace: ['GET /me'] } }),
      options,
    );
    assert.match(outputs['Attached'] ?? '', /^7: /);
    assert.match(outputs['ReopenOnDetach'] ?? '', /^6: /);
  });
  await step('attach: allowed, refused, no token, public; foreign authorizers stay', async () => {
    assert.equal(await status('GET /orders', 'reader'), 200);
    assert.equal(await status('POST /orders', 'reader'), 403);
    assert.equal(await status('DELETE /carts/7', 'admin'), 200);
    assert.equal(await status('GET /orders'), 401);
    assert.equal(await status('GET /health'), 200);
    assert.equal(await status('GET /me', 'nobody'), 200);
    for (const [key, type] of [
      ['GET /invoices', 'JWT'],
      ['POST /internal', 'AWS_IAM'],
      ['GET /legacy', 'CUSTOM'],
    ] as const) {
      assert.equal((await api.route(key)).AuthorizationType, type);
    }
  });
  await step('attach: init, coverage and smoke agree with what is deployed', () =>
    commands(world, api),
  );
  await changes(world, api, { step, options, status });
  await step('attach: deleting the stack restores every route', async () => {
    assert.equal(await deleteStack(world, STACK), 'DELETE_COMPLETE');
    assert.deepEqual(await api.state(), before);
    assert.equal(await status('GET /orders'), 200);
    assert.equal(await status('GET /me'), 401);
  });
}

async function commands(world: World, api: LiveHttpApi): Promise<void> {
  const folder = join(world.folder, NAME);
  const run = (args: readonly string[], input = '') => cli(args, { ...world.emulator.env }, input);
  // Commands refuse plain http for an issuer, and none of these asks it for anything.
  const map = join(folder, 'commands.yaml');
  writeFileSync(
    map,
    mapText(world, api.apiId).replaceAll(
      world.issuer.issuer,
      'https://acme.okta.com/oauth2/default',
    ),
  );
  const coverage = await run(['coverage', '--map', map, '--json']);
  assert.equal(coverage.code, 0, coverage.output);
  const { routes } = JSON.parse(coverage.output) as {
    readonly routes: readonly { readonly state: string }[];
  };
  assert.deepEqual(
    Object.fromEntries(
      ['ours', 'accepted', 'public'].map((state) => [
        state,
        routes.filter((one) => one.state === state).length,
      ]),
    ),
    {
      ours: 7,
      accepted: 4,
      public: 1,
    },
  );
  const init = await run(['init', '--http-api', api.apiId, '-o', join(folder, 'live.yaml')]);
  assert.equal(init.code, 0, init.output);
  // A person fills in the issuer and the client ids.
  assert.equal((await run(['check', join(folder, 'live.yaml')])).code, 1);
  const url = `${world.emulator.url}/_aws/execute-api/${api.apiId}/$default`;
  const smoke = await run(
    ['smoke', '--map', map, '--url', url, '--token', '-', '--json'],
    tokenOf(world, 'reader'),
  );
  const { findings } = JSON.parse(smoke.output) as {
    readonly findings: readonly { readonly probe: string; readonly result: string }[];
  };
  const failed = findings.filter(({ result }) => result === 'fail').map(({ probe }) => probe);
  // The emulator answers a thrown `Unauthorized` with 500; see own-api.ts.
  assert.deepEqual(failed, ['invalid token']);
}

interface Tools {
  readonly step: Step;
  readonly options: ReturnType<typeof cdkOptions>;
  status(route: string, user?: string): Promise<number>;
}

async function changes(
  world: World,
  api: LiveHttpApi,
  { step, options, status }: Tools,
): Promise<void> {
  await step('attach: a changed map moves the authorizer with it', async () => {
    await deploy(
      mapText(world, api.apiId, {
        public: ['GET /health', 'GET /reports/{year}'],
        attachTo: { replace: ['GET /invoices'] },
      }),
      options,
    );
    assert.equal(await status('GET /reports/2026'), 200);
    // No longer to be replaced: its own authorizer and scopes are back.
    const me = await api.route('GET /me');
    assert.deepEqual(
      [me.AuthorizationType, me.AuthorizationScopes],
      ['JWT', ['openid', 'profile']],
    );
    assert.equal((await api.route('GET /invoices')).AuthorizationType, 'CUSTOM');
  });
  const attached = await api.state();
  await step('attach: another API id on the deployed stack fails and changes nothing', async () => {
    await failing(
      tryDeploy(mapText(world, 'otherapi01'), options),
      /expected the API `\w+`, which this stack is attached to, found `otherapi01`/,
    );
    assert.deepEqual(await api.state(), attached);
  });
  await step(
    'attach: a route that its owner has added fails the next deployment, which is rolled back',
    async () => {
      await api.addRoute('GET /new');
      await failing(tryDeploy(mapText(world, api.apiId), options), /`GET \/new` without an entry/);
      await api.deleteRoute('GET /new');
      assert.deepEqual(await api.state(), attached);
    },
  );
  await step('attach: the scheduled check finds what an owner’s deployment took away', async () => {
    assert.equal((await runScheduledCheck(world, STACK)).UnprotectedRoutes, 0);
    await api.redeployWithoutAuthorizer('GET /orders');
    assert.equal(await status('GET /orders'), 200);
    const { UnprotectedRoutes, routes } = await runScheduledCheck(world, STACK);
    assert.deepEqual([UnprotectedRoutes, routes], [1, ['GET /orders']]);
  });
  await step('attach: what an owner’s deployment took away is fixed by the next one', async () => {
    await deploy(mapText(world, api.apiId), options);
    assert.equal(await status('GET /orders'), 401);
  });
  await step(
    'attach: the permissions endpoint comes with its key and goes with it, and no other route changes',
    async () => {
      const without = await api.state();
      await deploy(
        mapText(world, api.apiId, { permissionsEndpoint: { path: '/permissions' } }),
        options,
      );
      const answer = await call(world, api, 'GET /permissions', tokenOf(world, 'reader'));
      assert.equal(answer.status, 200);
      assert.deepEqual(
        (JSON.parse(answer.text) as { readonly routes: readonly string[] }).routes.toSorted(),
        ['GET /health', 'GET /me', 'GET /orders', 'GET /orders/{id}', 'GET /permissions'],
      );
      assert.equal(await status('GET /permissions'), 401);
      await deploy(mapText(world, api.apiId), options);
      assert.deepEqual(await api.state(), without);
    },
  );
}

async function failing(
  result: Promise<{ readonly code: number | null; readonly output: string }>,
  says: RegExp,
): Promise<void> {
  const { code, output } = await result;
  assert.notEqual(code, 0);
  assert.match(output.replace(/\s+/g, ' '), says);
}

/** After a failed first deployment: the API as before, and no stack in the way of the next one. */
async function undone(world: World, api: LiveHttpApi, before: unknown): Promise<void> {
  assert.deepEqual(await api.state(), before);
  await deleteStack(world, STACK);
}
