/**
 * A map that attaches to a REST API which exists: refused, undone, planned, attached, called,
 * fixed, detached.
 */
import assert from 'node:assert/strict';
import { deploy, tryDeploy } from './cdk.ts';
import { startFaultyProxy } from './faulty-proxy.ts';
import { type LiveRestApi, makeLiveRestApi, REST_ROUTES } from './live-rest-api.ts';
import type { Step } from './steps.ts';
import { call, cdkOptions, deleteStack, tokenOf, type World } from './world.ts';

const NAME = 'attached-rest';
const STACK = `access-${NAME}`;
const ORIGIN = 'https://app.example.com';

interface Desired {
  readonly routes?: readonly string[];
  readonly attachTo?: Readonly<Record<string, unknown>>;
  readonly permissionsEndpoint?: Readonly<Record<string, unknown>>;
}

function mapText(
  world: World,
  restApiId: string,
  { routes = REST_ROUTES, attachTo = {}, permissionsEndpoint }: Desired = {},
): string {
  return JSON.stringify({
    api: {
      name: NAME,
      kind: 'rest',
      attachTo: { restApiId, stage: 'prod', ...attachTo },
      accept: {
        foreign: ['DELETE /orders', 'GET /legacy'].filter((key) => routes.includes(key)),
      },
      ...('gatewayResponses' in attachTo && { cors: { origins: [ORIGIN] } }),
    },
    okta: { issuer: world.issuer.issuer, audience: 'api://orders', clients: ['0oa1web'] },
    routes,
    public: ['GET /health'],
    permissionsEndpoint,
    groups: { 'orders-readers': { allow: ['GET /orders', 'POST /orders'] } },
  });
}

export async function existingRestApi(world: World, step: Step): Promise<void> {
  const options = cdkOptions(world, NAME);
  const api = await step('attach-rest: a REST API with 8 methods exists', () =>
    makeLiveRestApi(world),
  );
  const before = await api.state();
  const deployed = (desired: Desired) => deploy(mapText(world, api.apiId, desired), options);
  const failing = async (result: ReturnType<typeof tryDeploy>, says: RegExp): Promise<void> => {
    const { code, output } = await result;
    assert.notEqual(code, 0);
    assert.match(output.replace(/\s+/g, ' '), says);
  };
  const undone = async (): Promise<void> => {
    assert.deepEqual(await api.state(), before);
    await deleteStack(world, STACK);
  };

  await step(
    'attach-rest: an unmapped method fails the deployment with the list, nothing is attached',
    async () => {
      const routes = REST_ROUTES.filter((key) => key !== 'DELETE /orders');
      await failing(
        tryDeploy(mapText(world, api.apiId, { routes }), options),
        /`DELETE \/orders` without an entry/,
      );
      await undone();
    },
  );
  for (const [what, method, nth] of [
    ['a fault in the middle', 'PATCH', 3],
    ['a fault while publishing', 'POST', 1],
  ] as const) {
    await step(`attach-rest: ${what} is undone`, async () => {
      const proxy = await startFaultyProxy(world.emulator.url, nth, method);
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
      await undone();
    });
  }
  await step('attach-rest: a dry run shows the plan and changes nothing', async () => {
    const outputs = await deployed({ attachTo: { dryRun: true, gatewayResponses: true } });
    assert.match(outputs['Attached'] ?? '', /^4: /);
    assert.match(
      outputs['LeftForeign'] ?? '',
      /^2: .*DELETE \/orders \(AWS_IAM\).*GET \/legacy \(CUSTOM legacy\)/,
    );
    assert.match(outputs['GatewayResponses'] ?? '', /^4: `ACCESS_DENIED`/);
    assert.deepEqual(await api.state(), before);
  });
  await step('attach-rest: cdk deploy, with gateway responses', async () => {
    const outputs = await deployed({ attachTo: { gatewayResponses: true } });
    assert.match(outputs['Attached'] ?? '', /^4: /);
    assert.equal(outputs['LeftGatewayResponses'], 'none');
  });
  await step(
    'attach-rest: allowed, refused with the code, no token, public, preflight; IAM and the owner’s function stay',
    () => calls(world, api),
  );
  await step('attach-rest: a method that takes an API key takes it still', () => keyed(world, api));
  await changes(world, api, { step, options, deployed, failing });
  await step('attach-rest: deleting the stack restores every method', async () => {
    assert.equal(await deleteStack(world, STACK), 'DELETE_COMPLETE');
    assert.deepEqual(await api.state(), before);
    assert.equal((await call(world, api, 'GET /orders')).status, 200);
  });
}

async function calls(world: World, api: LiveRestApi): Promise<void> {
  const [reader, nobody] = [tokenOf(world, 'reader'), tokenOf(world, 'nobody')];
  assert.equal((await call(world, api, 'GET /orders', reader)).status, 200);
  const refused = await call(world, api, 'GET /orders', nobody);
  assert.equal(refused.status, 403);
  // The emulator fills in no `$context.authorizer` in a body, and takes no header from there;
  // test/e2e/rest-api.test.ts has both.
  assert.match(refused.text, /"message":"User is not authorized.*"code":/);
  const unauthorized = await call(world, api, 'GET /orders');
  assert.equal(unauthorized.status, 401);
  for (const { headers } of [refused, unauthorized]) {
    assert.equal(headers.get('access-control-allow-origin'), ORIGIN);
    assert.equal(headers.get('x-team'), 'orders');
  }
  assert.equal((await call(world, api, 'GET /health')).status, 200);
  assert.equal((await api.method('OPTIONS /orders')).authorizationType, 'NONE');
  assert.equal((await api.method('DELETE /orders')).authorizationType, 'AWS_IAM');
  assert.equal((await call(world, api, 'DELETE /orders/7', reader)).status, 403);
}

async function keyed(world: World, api: LiveRestApi): Promise<void> {
  const post = async (token?: string, key?: string): Promise<number> =>
    (await call(world, api, 'POST /orders', token, key === undefined ? {} : { 'x-api-key': key }))
      .status;
  const reader = tokenOf(world, 'reader');
  assert.deepEqual(
    [
      await post(reader, api.apiKey),
      await post(reader),
      await post(reader, 'another-key-of-nobody'),
    ],
    [200, 403, 403],
  );
  assert.deepEqual(
    [await post(undefined, api.apiKey), await post(tokenOf(world, 'nobody'), api.apiKey)],
    [401, 403],
  );
  const { authorizationType, apiKeyRequired } = await api.method('POST /orders');
  assert.deepEqual([authorizationType, apiKeyRequired], ['CUSTOM', true]);
}

interface Tools {
  readonly step: Step;
  readonly options: ReturnType<typeof cdkOptions>;
  deployed(desired: Desired): Promise<unknown>;
  failing(result: ReturnType<typeof tryDeploy>, says: RegExp): Promise<void>;
}

async function changes(
  world: World,
  api: LiveRestApi,
  { step, options, deployed, failing }: Tools,
): Promise<void> {
  const attached = await api.state();
  const desired = { attachTo: { gatewayResponses: true } };
  await step(
    'attach-rest: another API id on the deployed stack fails and changes nothing',
    async () => {
      const says = /expected the API `\w+`, which this stack is attached to, found `otherapi01`/;
      await failing(tryDeploy(mapText(world, 'otherapi01', desired), options), says);
      assert.deepEqual(await api.state(), attached);
    },
  );
  await step(
    'attach-rest: a dry run on the deployed stack is refused, it would detach',
    async () => {
      await failing(
        tryDeploy(mapText(world, api.apiId, { attachTo: { dryRun: true } }), options),
        /`attachTo.dryRun` before the first attachment/,
      );
      assert.deepEqual(await api.state(), attached);
    },
  );
  await step(
    'attach-rest: a method that its owner has added fails the next deployment, which is rolled back',
    async () => {
      await api.addMethod('PUT /orders');
      // Something has to differ: CloudFormation runs nothing for a template that it has.
      const changed = { attachTo: { ...desired.attachTo, accept: ['resourcePolicy'] } };
      await failing(
        tryDeploy(mapText(world, api.apiId, changed), options),
        /`PUT \/orders` without an entry/,
      );
      await api.deleteMethod('PUT /orders');
      assert.deepEqual(await api.state(), attached);
    },
  );
  await step(
    'attach-rest: what an owner’s deployment took away is fixed by the next one, which takes back gateway responses',
    async () => {
      await api.redeployWithoutAuthorizer('GET /orders');
      assert.equal((await call(world, api, 'GET /orders')).status, 200);
      await deployed({});
      const { status, text, headers } = await call(
        world,
        api,
        'GET /orders',
        tokenOf(world, 'nobody'),
      );
      assert.deepEqual(
        [status, headers.get('access-control-allow-origin'), headers.get('x-team')],
        [403, null, 'orders'],
      );
      assert.doesNotMatch(text, /"code"/);
    },
  );
  await step(
    'attach-rest: the permissions endpoint comes with its key and goes with it, and no other method changes',
    async () => {
      const without = await api.state();
      await deployed({ permissionsEndpoint: { path: '/permissions' } });
      const answer = await call(world, api, 'GET /permissions', tokenOf(world, 'reader'));
      assert.equal(answer.status, 200);
      const { routes } = JSON.parse(answer.text) as { readonly routes: readonly string[] };
      assert.deepEqual(routes.toSorted(), [
        'GET /health',
        'GET /orders',
        'GET /permissions',
        'POST /orders',
      ]);
      assert.notEqual((await call(world, api, 'GET /permissions')).status, 200);
      await deployed({});
      assert.deepEqual(await api.state(), without);
      assert.notEqual(
        (await call(world, api, 'GET /permissions', tokenOf(world, 'reader'))).status,
        200,
      );
    },
  );
}
