/** Stores the detector's state as one item of its own table. */

import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { TABLE_KEY } from '../core/contract/tables.ts';
import type { StateStore } from './detector-ports.ts';
import { stateOf, stateText } from './detector-state.ts';

const KEY = { [TABLE_KEY]: { S: 'detector' } };
const BUDGET_MS = 5_000;

/** The default quality takes a second for the largest state. */
const FAST = { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } };

/** Text that cannot be decompressed counts as no state. */
function textOf(stored: Uint8Array | undefined): string {
  try {
    return stored ? brotliDecompressSync(stored).toString('utf8') : '';
  } catch {
    return '';
  }
}

/**
 * @param table name of a table with the string partition key `pk`; `state` is JSON text, compressed
 * with Brotli: an item holds 400 KB, and the text of many suspects, which repeats the same routes,
 * is several times larger. `revision` counts the writes.
 */
export function dynamoState(client: DynamoDBClient, table: string): StateStore {
  return {
    async load() {
      const get = new GetItemCommand({ TableName: table, Key: KEY, ConsistentRead: true });
      const { Item: item } = await client.send(get, {
        abortSignal: AbortSignal.timeout(BUDGET_MS),
      });
      const state = stateOf(textOf(item?.['state']?.B));
      return { revision: Number(item?.['revision']?.N ?? 0), ...(state && { state }) };
    },
    async save(state, expectedRevision) {
      const put = new PutItemCommand({
        TableName: table,
        Item: {
          ...KEY,
          state: { B: brotliCompressSync(stateText(state), FAST) },
          revision: { N: String(expectedRevision + 1) },
        },
        // INVARIANT: a run never overwrites what another run has saved since.
        ConditionExpression:
          expectedRevision === 0 ? `attribute_not_exists(${TABLE_KEY})` : 'revision = :over',
        ...(expectedRevision > 0 && {
          ExpressionAttributeValues: { ':over': { N: String(expectedRevision) } },
        }),
      });
      try {
        await client.send(put, { abortSignal: AbortSignal.timeout(BUDGET_MS) });
        return 'saved';
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return 'overtaken';
        throw error;
      }
    },
  };
}
