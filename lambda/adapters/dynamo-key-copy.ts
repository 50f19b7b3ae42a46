/**
 * The last-known-good keys in DynamoDB: one item an issuer. Loaded only when there is something to
 * read or to write.
 */
import { FORMAT_FIELD, isLaterFormat, STORED_FORMAT } from '../core/contract/stored-formats.ts';
import { TABLE_KEY } from '../core/contract/tables.ts';
import type { KeyCopy, StoredKeys } from '../ports.ts';
import { type ConnectDynamo, failedCondition } from './dynamo/requests.ts';
import { withOneRetry } from './dynamo/retry.ts';
import { MAX_CLOCK_DISTANCE_MS } from './key-timings.ts';

/**
 * Longest time for a read; a request waits a second at most for keys, the issuer's own answer
 * included.
 */
const READ_BUDGET_MS = 500;
/** Longest time for a write; a caller waits for less. */
const WRITE_BUDGET_MS = 2_000;

/**
 * @param table name of a table with the string partition key `pk` (the issuer); `keys` is JSON
 * text, `fetched` epoch milliseconds.
 */
export function dynamoKeyCopy(table: string, connect: ConnectDynamo): KeyCopy {
  const client = withOneRetry(connect());
  return {
    async read(issuer) {
      const get = { TableName: table, Key: { [TABLE_KEY]: { S: issuer } } };
      const { Item } = await client.send('GetItem', get, READ_BUDGET_MS);
      // A copy of a later form counts as none.
      const { [FORMAT_FIELD]: format, keys, fetched } = Item ?? {};
      if (isLaterFormat(format && Number(format.N), STORED_FORMAT.keyCopy)) return undefined;
      return storedIn(keys?.S, fetched?.N);
    },
    async write(issuer, { keys, fetchedAt }, { now, rewriteAfterMs }) {
      const text = { S: JSON.stringify(keys) };
      const fetched = { N: String(fetchedAt) };
      const format = { N: String(STORED_FORMAT.keyCopy) };
      const put = {
        TableName: table,
        Item: { [TABLE_KEY]: { S: issuer }, keys: text, fetched, [FORMAT_FIELD]: format },
        // INVARIANT: keys that were fetched before a copy never replace it, unless its time is
        // none that has come. `now` is the sender's: a write that arrives over a minute late, as
        // after a freeze, may take a copy of since then for one of the future and put its older
        // keys back. They carry their own time, so no key counts for longer than stated; the next
        // write fixes it.
        ConditionExpression: `attribute_not_exists(${TABLE_KEY}) OR #format > :format OR fetched > :ahead OR (fetched < :fetched AND (#keys <> :keys OR fetched <= :old))`,
        ExpressionAttributeNames: { '#keys': 'keys', '#format': FORMAT_FIELD },
        ExpressionAttributeValues: {
          ':format': format,
          ':fetched': fetched,
          ':keys': text,
          ':ahead': { N: String(now + MAX_CLOCK_DISTANCE_MS) },
          ':old': { N: String(fetchedAt - rewriteAfterMs) },
        },
      };
      try {
        await client.send('PutItem', put, WRITE_BUDGET_MS);
        return 'written';
      } catch (error) {
        if (failedCondition(error)) return 'kept';
        throw error;
      }
    },
  };
}

function storedIn(keys: string | undefined, fetched: string | undefined): StoredKeys | undefined {
  const fetchedAt = Number(fetched);
  if (keys === undefined || !Number.isSafeInteger(fetchedAt)) return undefined;
  try {
    const list: unknown = JSON.parse(keys);
    return Array.isArray(list) ? { keys: list, fetchedAt } : undefined;
  } catch {
    return undefined;
  }
}
