/** Reads items of the tables of attachments; it cannot write. */
import { RECORD_TEXT } from '../core/contract/attachment-record.ts';
import { TABLE_KEY } from '../core/contract/tables.ts';
import type { ConnectDynamo } from './dynamo/requests.ts';
import { withOneRetry } from './dynamo/retry.ts';

/** An item is read again after this. */
export const FRESH_MS = 10_000;
const READ_BUDGET_MS = 500;

/**
 * @param tables name of the table, by id of the API.
 * @param keyOf key of the item of an API.
 * @returns reads the text of an API's item, strongly consistent, undefined where there is none; it
 * throws where the store gives no answer in time.
 */
export function attachmentItems(
  tables: Readonly<Record<string, string>>,
  keyOf: (apiId: string) => string,
  connect: ConnectDynamo,
): (apiId: string) => Promise<string | undefined> {
  const client = withOneRetry(connect());
  return async (apiId) => {
    const get = {
      TableName: tables[apiId] ?? '',
      Key: { [TABLE_KEY]: { S: keyOf(apiId) } },
      ConsistentRead: true,
    };
    const { Item } = await client.send('GetItem', get, READ_BUDGET_MS);
    return Item?.[RECORD_TEXT]?.S;
  };
}
