/**
 * A hub's table in this process, with what the adapters of revocation ask of DynamoDB: conditions
 * on a key, one update, strongly consistent reads, and what each request consumes. Held against an
 * independent server in test/lambda/adapters/revocation-stores.test.ts.
 */
import {
  type ConnectDynamo,
  type DynamoClient,
  DynamoError,
  type GetItem,
  type Item,
  type PutItem,
  type Query,
  type UpdateItem,
} from '../../lambda/adapters/dynamo/requests.ts';
import { liveEntries } from '../../lambda/core/revocation/live-entries.ts';
import { snapshotChunks } from '../../lambda/core/revocation/snapshot.ts';
import type { RevocationList } from '../../lambda/ports.ts';

export interface Consumed {
  readonly operation: string;
  readonly units: number;
}

export interface HubTable {
  readonly connect: ConnectDynamo;
  /** Opens clients whose requests nothing intercepts. */
  readonly quiet: ConnectDynamo;
  /** Called before each request is carried out and after it: may wait, or throw. */
  intercept(around: (request: Request) => Promise<void>): void;
  readonly consumed: Consumed[];
  readonly items: Map<string, Item>;
  /** Writes an item past all requests. */
  put(item: Item): void;
}

export interface Request {
  readonly operation: string;
  readonly input: unknown;
  readonly moment: 'before' | 'after';
}

/** Bytes of one page of a query. */
const PAGE_BYTES = 1_048_576;

export function hubTable(): HubTable {
  const items = new Map<string, Item>();
  const consumed: Consumed[] = [];
  let around: (request: Request) => Promise<void> = async () => undefined;
  const operations: Readonly<Record<string, (input: never) => object>> = {
    GetItem: (input: GetItem) => {
      const item = items.get(keyText(input.Key));
      consumed.push({ operation: 'GetItem', units: readUnits(item ? itemBytes(item) : 0) });
      return item ? { Item: item } : {};
    },
    PutItem: (input: PutItem) => {
      const key = keyText(input.Item);
      const old = items.get(key);
      const size = Math.max(itemBytes(input.Item), old ? itemBytes(old) : 0);
      consumed.push({ operation: 'PutItem', units: Math.ceil(size / 1_024) });
      if (input.ConditionExpression !== undefined && old)
        throw refused(input.ReturnValuesOnConditionCheckFailure === 'ALL_OLD' ? old : undefined);
      items.set(key, input.Item);
      return {};
    },
    UpdateItem: (input: UpdateItem) => {
      const old = items.get(keyText(input.Key));
      const { ':from': from, ':to': to } = input.ExpressionAttributeValues ?? {};
      const name = input.ExpressionAttributeNames?.['#w'] ?? '';
      consumed.push({ operation: 'UpdateItem', units: 1 });
      if (!old || !to || old[name]?.N !== from?.N) throw refused();
      items.set(keyText(input.Key), { ...old, [name]: to });
      return {};
    },
    Query: (input: Query) => queryOf(items, consumed, input),
  };
  const carryOut = (operation: string, input: unknown): unknown =>
    copyOf(operations[operation]?.(copyOf(input) as never));
  const send = async (operation: string, input: unknown): Promise<unknown> => {
    await around({ operation, input, moment: 'before' });
    const answer = carryOut(operation, input);
    await around({ operation, input, moment: 'after' });
    return answer;
  };
  const sendQuietly = async (operation: string, input: unknown): Promise<unknown> =>
    carryOut(operation, input);
  return {
    connect: () => ({ send }) as DynamoClient,
    quiet: () => ({ send: sendQuietly }) as DynamoClient,
    intercept: (given) => {
      around = given;
    },
    consumed,
    items,
    put: (item) => void items.set(keyText(item), item),
  };
}

/** As it crosses the wire, which is quicker than a structured clone. */
const copyOf = (value: unknown): unknown => JSON.parse(JSON.stringify(value ?? {}));

const keyText = (item: Item): string => JSON.stringify([item['pk']?.S, item['sk']?.S]);
const sortOf = (item: Item): string => item['sk']?.S ?? '';

function queryOf(items: Map<string, Item>, consumed: Consumed[], input: Query): object {
  const values = input.ExpressionAttributeValues ?? {};
  const from = values[':from']?.S ?? '';
  const after = input.ExclusiveStartKey ? sortOf(input.ExclusiveStartKey) : undefined;
  const all = [...items.values()]
    .filter((item) => item['pk']?.S === values[':org']?.S && sortOf(item) >= from)
    .filter((item) => after === undefined || sortOf(item) > after)
    .sort((a, b) => (sortOf(a) < sortOf(b) ? -1 : 1));
  const page: Item[] = [];
  let bytes = 0;
  for (const item of all) {
    if (bytes > 0 && bytes + itemBytes(item) > PAGE_BYTES) break;
    bytes += itemBytes(item);
    page.push(item);
  }
  consumed.push({ operation: 'Query', units: readUnits(bytes) });
  const last = page.at(-1);
  return {
    Items: page,
    ...(last &&
      page.length < all.length && { LastEvaluatedKey: { pk: last['pk'], sk: last['sk'] } }),
  };
}

/** Source: Amazon DynamoDB Developer Guide, "Read and write operations": strongly consistent. */
const readUnits = (bytes: number): number => Math.max(1, Math.ceil(bytes / 4_096));

/** Source: the same guide, "Item sizes and formats"; a number is counted at its longest. */
const itemBytes = (item: Item): number =>
  Object.entries(item).reduce(
    (sum, [name, value]) =>
      sum +
      Buffer.byteLength(name) +
      (value.S === undefined ? 0 : Buffer.byteLength(value.S)) +
      (value.N === undefined ? 0 : 21) +
      (value.BOOL === undefined ? 0 : 1),
    0,
  );

const refused = (item?: Item): DynamoError =>
  new DynamoError(
    {
      kind: 'refused',
      status: 400,
      type: 'ConditionalCheckFailedException',
      ...(item && { item }),
    },
    'the condition did not hold',
  );

/** The hub's own items. */
export const heartbeatItem = (org: string, at: number): Item => ({
  pk: { S: org },
  sk: { S: '2#heartbeat' },
  at: { N: String(at) },
});

export function snapshotItems(
  org: string,
  snapshot: { readonly id: string; readonly through: number; readonly chunks: readonly string[] },
): readonly Item[] {
  const { id, through, chunks } = snapshot;
  return [
    ...chunks.map((lines, place) => ({
      pk: { S: `${org}#snapshot#${id}` },
      sk: { S: String(place) },
      lines: { S: lines },
    })),
    {
      pk: { S: org },
      sk: { S: '2#snapshot' },
      id: { S: id },
      through: { N: String(through) },
      chunks: { N: String(chunks.length) },
    },
  ];
}

/** The items of a snapshot of all that a list has, but for its last minute. */
export async function snapshotOf(
  list: RevocationList,
  { org, id, now }: { readonly org: string; readonly id: string; readonly now: number },
): Promise<readonly Item[]> {
  const through = now - 60_000;
  const { entries } = await list.read(undefined);
  const old = entries.filter(({ writtenAt }) => writtenAt < through);
  return snapshotItems(org, { id, through, chunks: snapshotChunks(liveEntries(old, now)) });
}
