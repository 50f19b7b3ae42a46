import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sdkDynamo } from '../../../lambda/adapters/dynamo/sdk-client.ts';
import { dynamoKeyCopy } from '../../../lambda/adapters/dynamo-key-copy.ts';
import { memoryKeyCopy } from '../../../lambda/adapters/memory-key-copy.ts';
import type { KeyCopy } from '../../../lambda/ports.ts';
import { type LocalTable, localQuotaTable } from '../../support/dynalite.ts';
import { connectTo } from '../../support/dynamo-clients.ts';
import { keyCopyContract } from '../../support/key-copy-contract.ts';

let local: LocalTable;
let inDynamo: KeyCopy;
let bySdk: KeyCopy;

beforeAll(async () => {
  local = await localQuotaTable();
  inDynamo = dynamoKeyCopy(local.table, connectTo(local.endpoint));
  bySdk = dynamoKeyCopy(local.table, connectTo(local.endpoint, sdkDynamo));
});
afterAll(() => local.close());

const inMemory = memoryKeyCopy();
keyCopyContract('the memory copy', () => inMemory);
keyCopyContract('the DynamoDB copy', () => inDynamo);
keyCopyContract('the DynamoDB copy over the AWS SDK', () => bySdk);

test.each([
  ['keys that are no JSON', { keys: { S: '{' }, fetched: { N: '1' } }],
  ['keys that are no list', { keys: { S: '{}' }, fetched: { N: '1' } }],
  ['no time', { keys: { S: '[]' } }],
  ['a time with a fraction', { keys: { S: '[]' }, fetched: { N: '1.5' } }],
  ['nothing', {}],
])('an item with %s is no copy', async (name, item) => {
  await local.client.send(
    new PutItemCommand({ TableName: local.table, Item: { pk: { S: name }, ...item } }),
  );
  expect(await inDynamo.read(name)).toBeUndefined();
});

test('a table that cannot be reached fails the read and the write', async () => {
  const absent = dynamoKeyCopy('absent', connectTo(local.endpoint));
  await expect(absent.read('x')).rejects.toThrow();
  await expect(
    absent.write('x', { keys: [], fetchedAt: 1 }, { now: 1, rewriteAfterMs: 1 }),
  ).rejects.toThrow();
});
