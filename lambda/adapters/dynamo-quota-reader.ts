/**
 * Reads quota counters from the table that the authorizer charges (dynamo-quota-store.ts); it
 * cannot write.
 */
import { type QuotaReader, QuotaStoreError } from '../ports.ts';
import { faultOf } from './dynamo/fault.ts';
import type { ConnectDynamo } from './dynamo/requests.ts';
import { withOneRetry } from './dynamo/retry.ts';
import { isLaterItem, itemKey, storedIn } from './quota-update.ts';

/** Longest wait for one item: the caller's page waits for the answer. */
const BUDGET_MS = 700;

export function dynamoQuotaReader(table: string, connect: ConnectDynamo): QuotaReader {
  const client = withOneRetry(connect());
  return {
    async read(key) {
      try {
        // Consistent, so that the call which the page has just made is counted in what it shows.
        const get = { TableName: table, Key: itemKey(key), ConsistentRead: true };
        const { Item = {} } = await client.send('GetItem', get, BUDGET_MS);
        if (isLaterItem(Item)) throw new QuotaStoreError('format');
        return (id) => storedIn(Item, id);
      } catch (cause) {
        if (cause instanceof QuotaStoreError) throw cause;
        throw new QuotaStoreError(faultOf(cause), { cause });
      }
    },
  };
}
