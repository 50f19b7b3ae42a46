import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import {
  FORMAT_FIELD,
  isLaterFormat,
  LaterFormat,
  laterFormatSentence,
  STORED_FORMAT,
} from '../../lambda/core/contract/stored-formats.ts';
import { TABLE_KEY } from '../../lambda/core/contract/tables.ts';
import type { UsageItem } from './quota-usage.ts';

/** The table cannot be read; the message says why in one line. */
export class QuotaTableError extends Error {
  override readonly name = 'QuotaTableError';
}

/**
 * All items of a quota table, by Region and credentials of the environment. It reads the whole
 * table: half a read unit for 4 KB.
 * @throws QuotaTableError
 */
export async function readQuotaTable(table: string): Promise<readonly UsageItem[]> {
  // Loaded here alone: it is large, and no other command needs it.
  const { DynamoDBClient, paginateScan } = await import('@aws-sdk/client-dynamodb');
  const client = new DynamoDBClient({});
  const items: UsageItem[] = [];
  try {
    for await (const page of paginateScan({ client }, { TableName: table }))
      items.push(...(page.Items ?? []).flatMap((item) => usageItem(table, item)));
  } catch (cause) {
    if (cause instanceof QuotaTableError) throw cause;
    const { name, message } =
      cause instanceof Error ? cause : { name: 'error', message: String(cause) };
    const [line = ''] = message.split('\n');
    throw new QuotaTableError(
      `table \`${table}\`: expected one that can be read, found ${name}${line === '' ? '' : `: ${line}`}`,
      {
        cause,
      },
    );
  } finally {
    client.destroy();
  }
  return items;
}

function usageItem(
  table: string,
  item: Readonly<Record<string, AttributeValue>>,
): readonly UsageItem[] {
  const key = item[TABLE_KEY]?.S;
  if (key === undefined) return [];
  const format = item[FORMAT_FIELD];
  const known = STORED_FORMAT.quotaCounts;
  if (isLaterFormat(format && Number(format.N), known))
    throw new QuotaTableError(
      `table \`${table}\`: ${laterFormatSentence('counts', known, new LaterFormat(format?.N ?? 'unknown'))}`,
    );
  return [
    { key, numbers: (name) => (item[name]?.N === undefined ? undefined : Number(item[name].N)) },
  ];
}
