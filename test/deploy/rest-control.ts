/**
 * The attachment's procedure on a REST API of the emulator, by the adapter that the function uses: the fake of test/attachment stands for this.
 * The custom resource itself is deployed in existing-http-api.ts and existing-rest-api.ts.
 */
import assert from 'node:assert/strict';
import { type APIGatewayClient, CreateAuthorizerCommand } from '@aws-sdk/client-api-gateway';
import { reconcile } from '../../lambda/attachment/reconcile.ts';
import { type AttachmentRecord, EMPTY_RECORD, type RecordStore } from '../../lambda/attachment/record.ts';
import { restApiControl } from '../../lambda/gateway/rest-api.ts';
import { makeLiveRestApi, restClient } from './live-rest-api.ts';
import type { Step } from './steps.ts';
import type { World } from './world.ts';

const URI = 'arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:000000000000:function:f/invocations';

async function makeAuthorizer(client: APIGatewayClient, restApiId: string): Promise<string> {
  const identitySource = 'method.request.header.Authorization';
  const authorizer = { name: 'okta-groups-1', type: 'REQUEST', authorizerUri: URI, identitySource } as const;
  return (await client.send(new CreateAuthorizerCommand({ restApiId, ...authorizer }))).id ?? '';
}

export async function restControl(world: World, step: Step): Promise<void> {
  const client = restClient(world);
  await step('rest: attach, publish, detach on a REST API of the emulator', async () => {
    const { apiId: restApiId } = await makeLiveRestApi(world);
    const authorizerId = await makeAuthorizer(client, restApiId);
    const control = restApiControl(client, restApiId, 'prod');
    const before = await control.read();
    assert.deepEqual(
      before.routes.map(({ key }) => key),
      ['DELETE /orders', 'GET /orders', 'POST /orders'],
    );
    assert.deepEqual(before.pendingEdits, []);
    let record: AttachmentRecord = EMPTY_RECORD;
    const store: RecordStore = {
      load: async () => record,
      save: async (next) => {
        record = next;
      },
      remove: async () => {
        record = EMPTY_RECORD;
      },
    };
    const goal = { attach: ['GET /orders', 'POST /orders'], authorizerId, ours: new Set([authorizerId]), stage: 'prod' };
    await reconcile(goal, before, record, { control, store });
    const attached = await control.read();
    assert.deepEqual(
      attached.routes.map(({ authorization: { type } }) => type),
      ['AWS_IAM', 'CUSTOM', 'CUSTOM'],
    );
    assert.equal(attached.routes.find(({ key }) => key === 'POST /orders')?.apiKeyRequired, true);
    // What the stage serves is not looked at: the emulator's deployments leave the type of authorization out. The fake has it.
    assert.deepEqual(attached.stages[0]?.served, new Map());
    await reconcile({ ...goal, attach: [] }, attached, record, { control, store });
    const detached = await control.read();
    assert.deepEqual(detached.routes, before.routes);
    // Edits that wait cannot be tried: the emulator exports what the API holds, and not what the stage serves. See test/attachment/rest-api.test.ts.
    await assert.rejects(restApiControl(client, restApiId, 'nope').read(), /expected the stage `nope`, found `prod`/);
    await assert.rejects(restApiControl(client, 'nosuchapi1', 'prod').read(), /expected a REST API, found none with the id `nosuchapi1`/);
  });
}
