import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { sdkDynamo } from '../../../lambda/adapters/dynamo/sdk-client.ts';
import {
  type DynamoQuotaStore,
  dynamoQuotaStore,
} from '../../../lambda/adapters/dynamo-quota-store.ts';
import { memoryQuotaStore } from '../../../lambda/adapters/memory-quota-store.ts';
import { windowAt } from '../../../lambda/core/quota/window.ts';
import { QuotaStoreError } from '../../../lambda/ports.ts';
import { type LocalTable, localQuotaTable } from '../../support/dynalite.ts';
import { connectTo } from '../../support/dynamo-clients.ts';
import { counting, fakeDynamo } from '../../support/fake-dynamo.ts';
import { quotaLoadContract } from '../../support/quota-load-contract.ts';
import { quotaStoreContract } from '../../support/quota-store-contract.ts';
import { sized } from '../../support/tier.ts';

const memory = memoryQuotaStore();
const faked = dynamoQuotaStore('quota', fakeDynamo());
quotaStoreContract('the memory store', () => memory);
quotaLoadContract('the memory store', () => memory);

let local: LocalTable;
let store: DynamoQuotaStore;
let bySdk: DynamoQuotaStore;
beforeAll(async () => {
  local = await localQuotaTable();
  // Many writers share one small server here; the budget for a burst is the test's, not
  // production's.
  store = dynamoQuotaStore(local.table, connectTo(local.endpoint), { budgetMs: 10_000 });
  bySdk = dynamoQuotaStore(local.table, connectTo(local.endpoint, sdkDynamo), { budgetMs: 10_000 });
});
afterAll(() => local.close());

quotaStoreContract('the DynamoDB store', () => store);
quotaStoreContract('the DynamoDB store over the AWS SDK', () => bySdk);
// The whole load, 50 x 200, is for the long tests: this server answers from the test's own process.
quotaLoadContract('the DynamoDB store', () => store, sized(10, 4));

// The exploration of all orders and the simulation stand on this stand-in for DynamoDB.
quotaStoreContract('the DynamoDB store on the stand-in', () => faked);

describe('the stand-in for DynamoDB', () => {
  const step = fc.record({
    minutes: fc.integer({ min: -1, max: 2 }),
    units: fc.integer({ min: 1, max: 9 }),
    joins: fc.boolean(),
  });
  let payers = 0;

  test('answers any charges as an independent server does', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 1, max: 12 }),
        async (steps, limit) => {
          const key = `standard#user:payer${++payers}`;
          for (const { minutes, units, joins } of steps) {
            const second = 1_795_000_020 + minutes * 60;
            const windows = (['minute', 'day'] as const).map((per) => ({
              id: per,
              per,
              limit,
              start: windowAt(per, second).start,
              joins,
            }));
            const charge = { key, units, windows, keepUntil: second + 86_400 };
            expect(await faked.charge(charge)).toEqual(await store.charge(charge));
          }
        },
      ),
      { numRuns: sized(25, 4) },
    );
  });
});

describe('the writes of a roll-over', () => {
  const start = 1_795_000_020;
  const minuteFrom = (at: number) => ({
    id: 'minute',
    per: 'minute' as const,
    limit: 1_000,
    start: at,
    joins: false,
  });
  const chargeAt = (at: number, shared = true) => ({
    ...{ key: 'standard#group:rolls', units: 1, shared },
    windows: [minuteFrom(at)],
    keepUntil: at + 60,
  });
  const scene = () => {
    const { connect, requests } = counting(fakeDynamo());
    const environment = () => dynamoQuotaStore('quota', connect);
    return { store: environment(), other: environment(), writes: requests };
  };

  test('are two for the first of fifty calls one after the other, and one for each other', async () => {
    const { store: counted, other, writes } = scene();
    await other.charge(chargeAt(start));
    const before = writes();
    for (let n = 0; n < 50; n++) await counted.charge(chargeAt(start + 60));
    expect(writes() - before).toBe(51);
  });

  test('are one where the payer is alone, in the first window and in the next', async () => {
    const { store: counted, writes } = scene();
    for (const at of [start, start + 60, start + 60, start + 180])
      expect(await counted.charge(chargeAt(at, false))).toMatchObject({ kind: 'admitted' });
    expect(writes()).toBe(4);
  });

  test('are three at most for each of fifty calls at once', async () => {
    const { store: counted, other, writes } = scene();
    await other.charge(chargeAt(start));
    const before = writes();
    await Promise.all(Array.from({ length: 50 }, () => counted.charge(chargeAt(start + 60))));
    expect(writes() - before).toBe(149);
  });
});

describe('the DynamoDB store', () => {
  const charge = {
    key: 'standard#user:expiry',
    units: 1,
    windows: [
      { id: 'minute', per: 'minute' as const, limit: 1, start: 1_795_000_020, joins: false },
    ],
    keepUntil: 1_795_000_080,
  };

  test('marks items for deletion a day after their longest window', async () => {
    await store.charge(charge);
    const { Item } = await local.client.send(
      new GetItemCommand({ TableName: local.table, Key: { pk: { S: charge.key } } }),
    );
    expect(Item).toMatchObject({
      expires: { N: String(1_795_000_080 + 86_400) },
      minute_start: { N: '1795000020' },
      minute_used: { N: '1' },
    });
  });

  test('keeps the window before, for those who look at usage', async () => {
    const at = (start: number) => ({
      ...charge,
      key: 'standard#user:before',
      windows: charge.windows.map((one) => ({ ...one, start, limit: 9 })),
    });
    for (const start of [1_795_000_020, 1_795_000_020, 1_795_000_200])
      await store.charge(at(start));
    const { Item } = await local.client.send(
      new GetItemCommand({ TableName: local.table, Key: { pk: { S: 'standard#user:before' } } }),
    );
    expect(Item).toMatchObject({
      minute_start: { N: '1795000200' },
      minute_used: { N: '1' },
      minute_before_start: { N: '1795000020' },
      minute_before_used: { N: '2' },
    });
  });

  test('leaves nothing behind when it warms up', async () => {
    await store.warmUp();
    const { Item } = await local.client.send(
      new GetItemCommand({ TableName: local.table, Key: { pk: { S: '-' } } }),
    );
    expect(Item).toBeUndefined();
  });

  test('says so when the table cannot be reached', async () => {
    const nowhere = dynamoQuotaStore('quota', connectTo('http://127.0.0.1:1'));
    await expect(nowhere.charge(charge)).rejects.toMatchObject({ fault: 'connection' });
    await expect(nowhere.warmUp()).resolves.toBeUndefined();
  });

  test('says so when the table does not exist', async () => {
    const gone = dynamoQuotaStore('gone', connectTo(local.endpoint));
    await expect(gone.charge(charge)).rejects.toThrow(QuotaStoreError);
    await expect(gone.charge(charge)).rejects.toMatchObject({ fault: 'request' });
  });
});
