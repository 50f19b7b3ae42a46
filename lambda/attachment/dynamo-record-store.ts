/** Stores the record as one item: written as a whole, so that it is never incomplete. */

import {
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { RECORD_TEXT, readRecord } from '../core/contract/attachment-record.ts';
import { TABLE_KEY } from '../core/contract/tables.ts';
import type { Store } from './record.ts';

/**
 * @param table name of a table with the string partition key `pk`. An item holds 400 KB: about
 * 2,000 routes.
 */
export function dynamoStore<T>(
  client: DynamoDBClient,
  table: string,
  name: string,
  empty: T,
): Store<T> {
  const key = { [TABLE_KEY]: { S: name } };
  return {
    async load() {
      const { Item: item } = await client.send(
        new GetItemCommand({ TableName: table, Key: key, ConsistentRead: true }),
      );
      return readRecord(item?.[RECORD_TEXT]?.S, empty);
    },
    async save(record) {
      await client.send(
        new PutItemCommand({
          TableName: table,
          Item: { ...key, [RECORD_TEXT]: { S: JSON.stringify(record) } },
        }),
      );
    },
    async remove() {
      await client.send(new DeleteItemCommand({ TableName: table, Key: key }));
    },
  };
}
