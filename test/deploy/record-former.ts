/**
 * `npm run test:deploy -- record-former`: writes what the former package stores, as its deployed
 * functions write it, to test/upgrades/stored-by-1c4f789.json, for the tests of that folder. Tokens
 * are nowhere in it.
 */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CloudFormationClient,
  DescribeStackResourcesCommand,
  type StackResource,
} from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { deploy } from './cdk.ts';
import { formerApp } from './former-package.ts';
import type { Step } from './steps.ts';
import { makeSubject, mapText } from './upgrade.ts';
import { call, cdkOptions, clientOptions, deleteStack, tokenOf, type World } from './world.ts';

const FILE = 'test/upgrades/stored-by-1c4f789.json';

/** The HTTP API in shadow mode, so that its prior authorizers are read; the REST API enforced. */
export async function recordFormer(world: World, step: Step): Promise<void> {
  const former = await formerApp(world);
  const stored: Record<string, unknown> = {};
  for (const kind of ['http', 'rest'] as const)
    await step(`record-former: ${kind}`, async () => {
      const api = await makeSubject(world, kind);
      const text = mapText(world, api, { later: false });
      const mode = kind === 'http' ? 'shadow' : 'enforce';
      const windows = [
        { limit: 1, per: 'day' },
        { limit: 9, per: 'month' },
      ];
      const { quotas, groups, ...map } = JSON.parse(text) as Readonly<Record<string, object>>;
      const more = {
        quotas: { ...quotas, shared: { by: 'group', accuracy: 'exact', windows } },
        groups: { ...groups, partners: { allow: ['GET /orders'], quota: 'shared' } },
      };
      const options = cdkOptions(world, `former-${kind}`, former);
      await deploy(JSON.stringify({ ...map, ...more, mode }), options);
      const ask = (route: string, user: string) => call(world, api, route, tokenOf(world, user));
      for (const user of ['reader', 'admin', 'partner', 'partner', 'nobody', 'contractor'])
        await ask('GET /orders', user);
      for (const user of ['reader', 'partner']) await ask('POST /orders', user);
      if (kind === 'http') await ask('GET /me', 'reader');
      await call(world, api, 'GET /orders', `${tokenOf(world, 'reader').slice(0, -8)}AAAAAAAA`);
      stored[kind] = await storedBy(world, `access-upgraded-${kind}`);
      stored[`${kind}Api`] = api.apiId;
      assert.equal(await deleteStack(world, `access-upgraded-${kind}`), 'DELETE_COMPLETE');
    });
  mkdirSync('test/upgrades', { recursive: true });
  const { issuer } = world.issuer;
  writeFileSync(FILE, `${JSON.stringify({ commit: '1c4f789', issuer, ...stored }, null, 2)}\n`);
}

async function storedBy(world: World, StackName: string) {
  const { StackResources: all = [] } = await new CloudFormationClient(clientOptions(world)).send(
    new DescribeStackResourcesCommand({ StackName }),
  );
  const detector = idOf(all, 'AWS::Lambda::Function', /Detector/);
  const url = `${world.emulator.url}/2015-03-31/functions/${detector}/invocations`;
  await fetch(url, { method: 'POST', body: '{}' });
  // The key copy is written beside the first answer.
  await sleep(2_000);
  const table = (name: RegExp) => itemsOf(world, idOf(all, 'AWS::DynamoDB::Table', name));
  const logs = new CloudWatchLogsClient(clientOptions(world));
  const logGroupName = idOf(
    all,
    'AWS::Logs::LogGroup',
    /AuthorizerLog|AuthorizerFunctionLog|^Authorizer(?!.*Attach)/,
  );
  const { events = [] } = await logs.send(new FilterLogEventsCommand({ logGroupName }));
  const lines = events.flatMap(({ message = '' }) => message.trim().split('\n'));
  return {
    quotas: await table(/QuotaTable/),
    keys: await table(/KeyTable/),
    records: await table(/Records/),
    detector: await table(/Detector/),
    log: lines.filter((line) => line.startsWith('{')),
  };
}

function idOf(all: readonly StackResource[], type: string, name: RegExp): string {
  const found = all.find(
    ({ ResourceType, LogicalResourceId: id = '' }) => ResourceType === type && name.test(id),
  );
  assert(
    found,
    `no ${type} like ${name}, found ${all.map(({ LogicalResourceId }) => LogicalResourceId).join(', ')}`,
  );
  return found.PhysicalResourceId ?? '';
}

/** In DynamoDB's JSON, binary values in base64. */
async function itemsOf(world: World, TableName: string): Promise<readonly unknown[]> {
  const client = new DynamoDBClient(clientOptions(world));
  const { Items = [] } = await client.send(new ScanCommand({ TableName }));
  const text = JSON.stringify(Items, (_, value: unknown) =>
    isBytes(value) ? Buffer.from(Object.values(value)).toString('base64') : value,
  );
  return JSON.parse(text) as readonly unknown[];
}

const isBytes = (value: unknown): value is Uint8Array => value instanceof Uint8Array;
