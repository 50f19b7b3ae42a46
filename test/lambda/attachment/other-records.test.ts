/** Which table has the record of a stack that is taken over. */

import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { dynamoStore, otherRecords } from '../../../lambda/attachment/dynamo-record-store.ts';
import { startDynamoDb } from '../../../local/dynamodb.ts';
import { EMPTY_RECORD } from '../../support/wire/attachment.ts';

const API = 'a1b2c3d4e5';
const LOGICAL = 'OktaGroupAuthorizerAttachment0123ABCDPlanRecords4567EF89';
/** As CloudFormation names them. */
const tableOf = (stack: string, logicalId = LOGICAL): string =>
  `${stack}-${logicalId}-1X2Y3Z4A5B6C`;
const OTHERS = ['access-orders-2', 'access-orders-next', 'access-order', 'access-ordersx'];
const OWN = [tableOf('access-orders', 'OktaGroupAuthorizerQuotaTable'), tableOf('access-orders')];

let store: Awaited<ReturnType<typeof startDynamoDb>>;
let client: DynamoDBClient;
beforeAll(async () => {
  const names = [...OTHERS.map((stack) => tableOf(stack)), ...OWN];
  store = await startDynamoDb(
    names.map((name) => ({
      name,
      keySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      attributes: [{ AttributeName: 'pk', AttributeType: 'S' }],
    })),
  );
  client = new DynamoDBClient({
    endpoint: store.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
});
afterAll(async () => {
  client.destroy();
  await store.stop();
});

const record = (table: string) => dynamoStore(client, table, API, EMPTY_RECORD);

test('is that of the named stack, not of one whose name begins like it', async () => {
  for (const stack of OTHERS) await record(tableOf(stack)).save(EMPTY_RECORD);
  const find = () => otherRecords(client).tableOf('access-orders', API);
  expect(await find()).toBeUndefined();
  await record(tableOf('access-orders')).save(EMPTY_RECORD);
  expect(await find()).toBe(tableOf('access-orders'));
  expect(await otherRecords(client).tableOf('access-orders', 'other12345')).toBeUndefined();
});
