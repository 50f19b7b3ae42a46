/**
 * Reads quota counters from the table that the authorizer charges (dynamo-quota-store.ts); it
 * cannot write.
 */
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { type QuotaReader, QuotaStoreError } from '../ports.ts';
import { faultOf } from './dynamo-fault.ts';
import { itemKey, storedIn } from './quota-update.ts';

/** Longest wait for one item: the caller's page waits for the answer. */
const BUDGET_MS = 700;

export function dynamoQuotaReader(
  table: string,
  client = new DynamoDBClient({ maxAttempts: 2 }),
): QuotaReader {
  return {
    async read(key) {
      try {
        const abortSignal = AbortSignal.timeout(BUDGET_MS);
        // Consistent, so that the call which the page has just made is counted in what it shows.
        const { Item = {} } = await client.send(
          new GetItemCommand({ TableName: table, Key: itemKey(key), ConsistentRead: true }),
          {
            abortSignal,
          },
        );
        return (id) => storedIn(Item, id);
      } catch (cause) {
        throw new QuotaStoreError(faultOf(cause), { cause });
      }
    },
  };
}
