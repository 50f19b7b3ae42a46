/**
 * The attachment's procedure on a REST API of the emulator, by the adapter that the function uses: the fake of test/attachment stands for this.
 * The custom resource itself is deployed for HTTP APIs in existing-http-api.ts.
 */
import assert from 'node:assert/strict';
import {
  APIGatewayClient,
  CreateAuthorizerCommand,
  CreateDeploymentCommand,
  CreateResourceCommand,
  CreateRestApiCommand,
  GetResourcesCommand,
  PutIntegrationCommand,
  PutMethodCommand,
} from '@aws-sdk/client-api-gateway';
import { reconcile } from '../../lambda/attachment/reconcile.ts';
import { type AttachmentRecord, EMPTY_RECORD, type RecordStore } from '../../lambda/attachment/record.ts';
import { restApiControl } from '../../lambda/gateway/rest-api.ts';
import type { Step } from './steps.ts';
import type { World } from './world.ts';

const URI = 'arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:000000000000:function:f/invocations';

async function makeRestApi(client: APIGatewayClient, upstream: string) {
  const { id: restApiId = '' } = await client.send(new CreateRestApiCommand({ name: 'rest of another team' }));
  const { items = [] } = await client.send(new GetResourcesCommand({ restApiId }));
  const { id: resourceId = '' } = await client.send(new CreateResourceCommand({ restApiId, parentId: items[0]?.id, pathPart: 'orders' }));
  const make = async (httpMethod: string, authorizationType: string, apiKeyRequired = false) => {
    await client.send(new PutMethodCommand({ restApiId, resourceId, httpMethod, authorizationType, apiKeyRequired }));
    const uri = `${upstream}/orders`;
    await client.send(
      new PutIntegrationCommand({ restApiId, resourceId, httpMethod, type: 'HTTP_PROXY', integrationHttpMethod: httpMethod, uri }),
    );
  };
  await make('GET', 'NONE');
  await make('POST', 'NONE', true);
  await make('DELETE', 'AWS_IAM');
  await client.send(new CreateDeploymentCommand({ restApiId, stageName: 'prod' }));
  const authorizer = {
    name: 'okta-groups-1',
    type: 'REQUEST',
    authorizerUri: URI,
    identitySource: 'method.request.header.Authorization',
  } as const;
  const { id: authorizerId = '' } = await client.send(new CreateAuthorizerCommand({ restApiId, ...authorizer }));
  return { restApiId, authorizerId };
}

export async function restControl(world: World, step: Step): Promise<void> {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = new APIGatewayClient({ endpoint: world.emulator.url, region: 'us-east-1', credentials });
  await step('rest: attach, publish, detach on a REST API of the emulator', async () => {
    const { restApiId, authorizerId } = await makeRestApi(client, world.upstream);
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
