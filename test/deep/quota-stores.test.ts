import { afterAll, beforeAll, describe, test } from '@jest/globals';
import {
  type DynamoQuotaStore,
  dynamoQuotaStore,
} from '../../lambda/adapters/dynamo-quota-store.ts';
import { type LocalTable, localQuotaTable, quotaTableAt } from '../support/dynalite.ts';
import { connectTo, DYNAMO_CLIENTS } from '../support/dynamo-clients.ts';
import { startDynamoDbLocal, whyNoDynamoDbLocal } from '../support/dynamodb-local.ts';
import { quotaLoadContract } from '../support/quota-load-contract.ts';
import { quotaStoreContract } from '../support/quota-store-contract.ts';

/** Servers that speak DynamoDB's protocol; the adapter is the same for all of them. */
function contractOf(name: string, start: () => Promise<LocalTable>): void {
  let local: LocalTable | undefined;
  beforeAll(async () => {
    local = await start();
  });
  afterAll(() => local?.close());
  for (const [client, connect] of DYNAMO_CLIENTS) {
    let store: DynamoQuotaStore | undefined;
    const opened = (): DynamoQuotaStore => {
      if (!local) throw new Error(`${name} is not there`);
      // 50 writers share one small server; the budget for that is the test's, not production's.
      const terms = { budgetMs: 30_000 };
      store ??= dynamoQuotaStore(local.table, connectTo(local.endpoint, connect), terms);
      return store;
    };
    quotaStoreContract(`${name} over ${client}`, opened);
    // The whole load over the client that is the default.
    const attempts = client === DYNAMO_CLIENTS[0]?.[0] ? undefined : 10;
    quotaLoadContract(`${name} over ${client}`, opened, attempts);
  }
}

async function tableAt(endpoint: string, stop: () => Promise<void>): Promise<LocalTable> {
  const { client, table } = await quotaTableAt(endpoint);
  return {
    endpoint,
    client,
    table,
    close: async () => {
      client.destroy();
      await stop();
    },
  };
}

describe('dynalite', () => contractOf('the store on dynalite', localQuotaTable));

describe('DynamoDB Local', () => {
  const missing = whyNoDynamoDbLocal();
  if (missing === undefined) {
    contractOf('the store on DynamoDB Local', async () => {
      const server = await startDynamoDbLocal();
      return tableAt(server.endpoint, server.stop);
    });
  } else if (process.env['CI']) {
    test('is there in CI', () => {
      throw new Error(`expected DynamoDB Local, found none: ${missing}`);
    });
  } else test.skip(`is left out: ${missing}`, () => undefined);
});

describe('the server named by DYNAMODB_ENDPOINT', () => {
  const endpoint = process.env['DYNAMODB_ENDPOINT'];
  if (endpoint)
    contractOf(`the store on ${endpoint}`, () => tableAt(endpoint, async () => undefined));
  else test.skip('is left out: the variable is not set', () => undefined);
});
