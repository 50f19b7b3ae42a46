/**
 * A hub's list of revoked tokens as `revoke` reads and writes it, by the account's own credentials.
 */
import type { AttributeValue, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  HUB_SORT_KEYS_FROM,
  REVOCATION_SORT_KEY,
  sortKeyFrom,
} from '../../../lambda/core/contract/revocation.ts';
import { TABLE_KEY } from '../../../lambda/core/contract/tables.ts';
import type { HubItem } from '../../../lambda/core/revocation/hub-items.ts';

/** What is asked of AWS; tests hand in their own. */
export interface HubListAws {
  /**
   * All items of the org: its entries, and what the hub says of itself; strongly consistent.
   * @returns the store's own time beside them, in milliseconds since 1970, in whole seconds.
   */
  read(
    table: string,
    org: string,
  ): Promise<{ readonly items: readonly HubItem[]; readonly now: number }>;
  /** Writes items that are not there, one after the other. */
  write(table: string, items: readonly HubItem[]): Promise<void>;
  /** Who the credentials belong to: id of an access key, which CloudTrail knows. */
  caller(): Promise<string>;
}

/** The account and Region of the environment's credentials. */
export const hubListAws: HubListAws = {
  async read(table, org) {
    const { DynamoDBClient, paginateQuery } = await import('@aws-sdk/client-dynamodb');
    const client = new DynamoDBClient({});
    const time = storeTime(client);
    const items: HubItem[] = [];
    const query = {
      TableName: table,
      KeyConditionExpression: `${TABLE_KEY} = :org AND ${REVOCATION_SORT_KEY} BETWEEN :from AND :to`,
      ExpressionAttributeValues: {
        ':org': { S: org },
        ':from': { S: sortKeyFrom(0) },
        ':to': { S: `${HUB_SORT_KEYS_FROM}~` },
      },
      ConsistentRead: true,
    };
    for await (const { Items = [] } of paginateQuery({ client }, query))
      items.push(...(Items as readonly HubItem[]));
    return { items, now: time() };
  },
  async write(table, items) {
    const { DynamoDBClient, PutItemCommand } = await import('@aws-sdk/client-dynamodb');
    const client = new DynamoDBClient({});
    for (const item of items) {
      const put = {
        TableName: table,
        Item: item as Record<string, AttributeValue>,
        ConditionExpression: `attribute_not_exists(${TABLE_KEY})`,
      };
      await client.send(new PutItemCommand(put));
    }
  },
  async caller() {
    const { DynamoDBClient } = await import('@aws-sdk/client-dynamodb');
    return (await new DynamoDBClient({}).config.credentials()).accessKeyId;
  },
};

/**
 * The `Date` of the last answer: entries are written by the store's time, whatever this machine's
 * is.
 */
function storeTime(client: DynamoDBClient): () => number {
  let date = '';
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const { headers } = result.response as { readonly headers?: Record<string, string> };
      date = headers?.['date'] ?? date;
      return result;
    },
    { step: 'deserialize', priority: 'low', name: 'storeTime' },
  );
  return () => {
    const time = Date.parse(date);
    return Number.isNaN(time) ? Date.now() : time;
  };
}
