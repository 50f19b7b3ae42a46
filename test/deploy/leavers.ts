/**
 * A change in Okta ends a token on the emulated cloud: hook, receiver, table, authorizer, gateway.
 */
import assert from 'node:assert/strict';
import {
  CloudFormationClient,
  DescribeStackResourcesCommand,
} from '@aws-sdk/client-cloudformation';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { OKTA_EVENT_TYPES } from '../../lambda/core/revocation/okta-events.ts';
import { type LocalOrg, startOktaOrg } from '../../local/okta-org/org-server.ts';
import { localUsers } from '../../local/users.ts';
import { HEARTBEAT_SORT_KEY, hubsIn } from '../support/wire/revocation.ts';
import { deploy } from './cdk.ts';
import { apiOf } from './own-api.ts';
import type { Step } from './steps.ts';
import { call, cdkOptions, clientOptions, deleteStack, tokenOf, type World } from './world.ts';

const CASES = [
  ['http', 'off'],
  ['http', 'auto'],
  ['rest', 'off'],
  ['rest', 'auto'],
] as const;

const ORG_HOST = 'acme.okta.com';

const mapText = ({ issuer, upstream }: World, name: string, kind: string, cache: string) => `
api: { name: ${name}, kind: ${kind}, cache: ${cache}, upstream: { url: '${upstream}' } }
okta:
  issuer: ${issuer.issuer}
  audience: api://orders
  clients: any
  groupsClaim: groups
  revocation: { within: 1s, margin: 0s, org: ${ORG_HOST} }
routes: [GET /orders, POST /orders]
groups:
  orders-readers: { allow: [GET /orders] }
  orders-admins: { allow: [GET /orders, POST /orders] }
`;

/** The bound of the map, twice: the emulator runs functions beside everything else here. */
const BOUND_MS = 2 * 3_000;

export async function leavers(world: World, step: Step): Promise<void> {
  for (const [kind, cache] of CASES) {
    const name = `leavers-${kind}-${cache}`;
    const outputs = await step(`${kind}, cache ${cache}: cdk deploy with a hub`, () =>
      deploy(mapText(world, name, kind, cache), cdkOptions(world, name)),
    );
    const org = await startOktaOrg({
      users: localUsers([]),
      groups: [{ name: 'orders-readers' }],
      hookSource: () => ORG_HOST,
    });
    try {
      await step(`${kind}, cache ${cache}: deliver, wait, 401`, () =>
        leaving(world, org, { stack: `access-${name}`, outputs, kind }),
      );
    } finally {
      await org.stop();
    }
    await deleteStack(world, `access-${name}`);
  }
}

async function leaving(
  world: World,
  org: LocalOrg,
  {
    stack,
    outputs,
    kind,
  }: {
    readonly stack: string;
    readonly outputs: Readonly<Record<string, string>>;
    readonly kind: 'http' | 'rest';
  },
): Promise<void> {
  const [hub] = hubsIn(outputs);
  assert(hub?.url !== undefined && hub.secret !== undefined);
  await beat(world, stack);
  await hookTo(org, localUrl(world, hub.url), await secretOf(world, hub.secret));
  const at = apiOf(outputs['ApiUrl'], kind);
  const [leaver, other] = [tokenOf(world, 'reader'), tokenOf(world, 'admin')];
  const status = async (token: string) => (await call(world, at, 'GET /orders', token)).status;
  assert.deepEqual([await status(leaver), await status(other)], [200, 200]);
  const happened = await fetch(`${org.url}/_local/users/reader@example.com/deactivate`, {
    method: 'POST',
  });
  assert.equal(happened.status, 200);
  const since = Date.now();
  // A thrown `Unauthorized`: the emulator answers 500 on an HTTP API (test/deploy/own-api.ts).
  const refused = kind === 'http' ? 500 : 401;
  for (let found = 0; found !== refused; ) {
    found = await status(leaver);
    assert(found === refused || Date.now() - since < BOUND_MS, `still ${found}`);
    await new Promise((next) => setTimeout(next, 200));
  }
  assert.equal(await status(other), 200);
}

/**
 * Does what the schedule does within a minute of the deployment: authorizers take a list without a
 * heartbeat as unread. The run takes most of a minute, and its first act is what counts.
 */
async function beat(world: World, stack: string): Promise<void> {
  const cloud = new CloudFormationClient(clientOptions(world));
  const describe = new DescribeStackResourcesCommand({ StackName: stack });
  const { StackResources = [] } = await cloud.send(describe);
  const [name, table] = [/Heartbeat.*Function/, /Hub.*Table/].map(
    (id) => StackResources.find((one) => id.test(one.LogicalResourceId ?? ''))?.PhysicalResourceId,
  );
  await fetch(`${world.emulator.url}/2015-03-31/functions/${name}/invocations`, {
    method: 'POST',
    headers: {
      authorization:
        'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/lambda/aws4_request, SignedHeaders=host, Signature=x',
      'x-amz-invocation-type': 'Event',
    },
    body: '{}',
  });
  const store = new DynamoDBClient(clientOptions(world));
  const get = new GetItemCommand({
    TableName: table,
    Key: { pk: { S: ORG_HOST }, sk: { S: HEARTBEAT_SORT_KEY } },
  });
  const since = Date.now();
  while ((await store.send(get)).Item === undefined) {
    assert(Date.now() - since < 30_000, 'no heartbeat');
    await new Promise((next) => setTimeout(next, 200));
  }
}

async function secretOf(world: World, arn: string): Promise<string> {
  const client = new SecretsManagerClient(clientOptions(world));
  const { SecretString = '' } = await client.send(new GetSecretValueCommand({ SecretId: arn }));
  return (JSON.parse(SecretString) as { readonly current: string }).current;
}

/** The emulator's own address for a function URL: its host names do not resolve here. */
const localUrl = ({ emulator }: World, url: string): string =>
  `${emulator.url}/_aws/lambda-url/${new URL(url).hostname.split('.')[0]}/`;

async function hookTo(org: LocalOrg, uri: string, secret: string): Promise<void> {
  const post = async (path: string, body: object) => {
    const answer = await fetch(`${org.url}${path}`, {
      method: 'POST',
      headers: { authorization: 'SSWS x', 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    assert.equal(answer.status, 200, await answer.clone().text());
    return (await answer.json()) as { readonly id: string };
  };
  const { id } = await post('/api/v1/eventHooks', {
    name: 'leavers',
    events: { type: 'EVENT_TYPE', items: OKTA_EVENT_TYPES },
    channel: {
      type: 'HTTP',
      version: '1.0.0',
      config: { uri, authScheme: { type: 'HEADER', key: 'Authorization', value: secret } },
    },
  });
  await post(`/api/v1/eventHooks/${id}/lifecycle/verify`, {});
}
