/** Stores the record as one item: written as a whole, so that it is never incomplete. */

import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  paginateListTables,
} from '@aws-sdk/client-dynamodb';
import {
  EMPTY_RECORD,
  RECORD_TEXT,
  readRecord,
  recordKeyOf,
  recordText,
  recordTextWithoutFormat,
} from '../core/contract/attachment-record.ts';
import { TABLE_KEY } from '../core/contract/tables.ts';
import type { OtherRecord, OtherRecords, Store } from './record-store.ts';

/**
 * @param table name of a table with the string partition key `pk`. An item holds 400 KB: about
 * 2,000 routes.
 */
export function dynamoStore<T extends object>(
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
          Item: { ...key, [RECORD_TEXT]: { S: recordText(record) } },
        }),
      );
    },
    async remove() {
      await client.send(new DeleteItemCommand({ TableName: table, Key: key }));
    },
  };
}

/**
 * CloudFormation names a table after its stack, its logical id and a text of its own, of which the
 * last two have no hyphens: with one more the table is of a stack whose name begins alike.
 */
const isRecordTable = (table: string, stack: string): boolean =>
  RECORD_TABLE.test(table.slice(`${stack}-`.length));

export const otherRecords = (client: DynamoDBClient): OtherRecords => {
  const at = (table: string, apiId: string): OtherRecord => otherRecord(client, table, apiId);
  return {
    at,
    async tableOf(stack, apiId) {
      const begin = { ExclusiveStartTableName: `${stack}-` };
      for await (const { TableNames = [] } of paginateListTables({ client }, begin)) {
        const own = TableNames.filter((name) => name.startsWith(`${stack}-`));
        for (const table of own.filter((name) => isRecordTable(name, stack)))
          if ((await at(table, apiId).load()) !== undefined) return table;
        if (own.length < TableNames.length) return undefined;
      }
      return undefined;
    },
  };
};

/** `Records` is part of the logical id of every record table. */
const RECORD_TABLE = /^[^-]*Records[^-]*-[^-]+$/;

function otherRecord(client: DynamoDBClient, TableName: string, apiId: string): OtherRecord {
  const key = { [TABLE_KEY]: { S: recordKeyOf(apiId) } };
  return {
    async load() {
      const request = new GetItemCommand({ TableName, Key: key, ConsistentRead: true });
      const { Item: item } = await client.send(request);
      const text = item?.[RECORD_TEXT]?.S;
      return text === undefined ? undefined : readRecord(text, EMPTY_RECORD);
    },
    async swap(before, after) {
      const request = new PutItemCommand({
        TableName,
        Item: { ...key, [RECORD_TEXT]: { S: recordText(after) } },
        ConditionExpression: '#record = :before OR #record = :former',
        ExpressionAttributeNames: { '#record': RECORD_TEXT },
        ExpressionAttributeValues: {
          ':before': { S: recordText(before) },
          ':former': { S: recordTextWithoutFormat(before) },
        },
      });
      try {
        await client.send(request);
        return true;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return false;
        throw error;
      }
    },
  };
}
