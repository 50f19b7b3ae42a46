/** A map that attaches to a REST API which exists: refused, planned, attached, called, detached. */
import assert from 'node:assert/strict';
import { deploy, tryDeploy } from './cdk.ts';
import { makeLiveRestApi } from './live-rest-api.ts';
import type { Step } from './steps.ts';
import { call, cdkOptions, deleteStack, tokenOf, type World } from './world.ts';

const NAME = 'attached-rest';
const STACK = `access-${NAME}`;
const ROUTES = ['GET /orders', 'POST /orders', 'DELETE /orders'];

function mapText(world: World, restApiId: string, routes = ROUTES, attachTo: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({
    api: { name: NAME, kind: 'rest', attachTo: { restApiId, stage: 'prod', ...attachTo } },
    okta: { issuer: world.issuer.issuer, audience: 'api://orders', clients: ['0oa1web'] },
    routes,
    groups: { 'orders-readers': { allow: ['GET /orders'] } },
  });
}

export async function existingRestApi(world: World, step: Step): Promise<void> {
  const options = cdkOptions(world, NAME);
  const api = await step('attach-rest: a REST API with 3 methods exists', () => makeLiveRestApi(world));
  const before = await api.state();
  const status = async (user?: string): Promise<number> =>
    (await call(world, api, 'GET /orders', user === undefined ? undefined : tokenOf(world, user))).status;

  await step('attach-rest: an unmapped method fails the deployment with the list, nothing is attached', async () => {
    const { code, output } = await tryDeploy(mapText(world, api.apiId, ['GET /orders', 'POST /orders']), options);
    assert.notEqual(code, 0);
    assert.match(output.replace(/\s+/g, ' '), /`DELETE \/orders` without an entry/);
    assert.deepEqual(await api.state(), before);
    await deleteStack(world, STACK);
  });
  await step('attach-rest: a dry run shows the plan and changes nothing', async () => {
    const outputs = await deploy(mapText(world, api.apiId, ROUTES, { dryRun: true }), options);
    assert.match(outputs['Attached'] ?? '', /^2: /);
    assert.match(outputs['LeftForeign'] ?? '', /^1: .*DELETE \/orders/);
    assert.deepEqual(await api.state(), before);
  });
  await step('attach-rest: cdk deploy', async () => {
    const outputs = await deploy(mapText(world, api.apiId), options);
    assert.match(outputs['Attached'] ?? '', /^2: /);
  });
  await step('attach-rest: allowed, refused, no token; the API key and IAM stay', async () => {
    assert.equal(await status('reader'), 200);
    assert.equal(await status('nobody'), 403);
    assert.equal(await status(), 401);
    const [post, remove] = [await api.method('POST'), await api.method('DELETE')];
    assert.deepEqual([post.authorizationType, post.apiKeyRequired], ['CUSTOM', true]);
    assert.equal(remove.authorizationType, 'AWS_IAM');
  });
  await step('attach-rest: deleting the stack restores every method', async () => {
    assert.equal(await deleteStack(world, STACK), 'DELETE_COMPLETE');
    assert.deepEqual(await api.state(), before);
    assert.equal(await status(), 200);
  });
}
