/** State of the hub in its table, beside the entries: heartbeat, snapshots, the poll's cursor. */

import type { DynamoClient, Item } from '../adapters/dynamo/requests.ts';
import { itemsFrom } from '../adapters/dynamo-revocation-list.ts';
import { DAY_SECONDS } from '../core/contract/periods.ts';
import {
  HEARTBEAT_SORT_KEY,
  pollKey,
  REVOCATION_ATTRIBUTE,
  SINGLE_SORT_KEY,
  SNAPSHOT_SORT_KEY,
  sortKeyFrom,
} from '../core/contract/revocation.ts';
import { FORMAT_FIELD, STORED_FORMAT } from '../core/contract/stored-formats.ts';
import { EXPIRY_ATTRIBUTE } from '../core/contract/tables.ts';
import {
  chunkKey,
  hubItemsIn,
  itemKey,
  type Removals,
  removalsIn,
} from '../core/revocation/hub-items.ts';

export interface Snapshot {
  readonly id: string;
  /** Every entry with an earlier WRITTEN is in it, in milliseconds since 1970. */
  readonly through: number;
  readonly chunks: readonly string[];
}

export interface SnapshotPointer extends Pick<Snapshot, 'id' | 'through'> {
  readonly chunks: number;
}

/** The poll's cursor, and when it was written. */
export interface PollCursor {
  readonly link: string;
  readonly at: number;
}

/** Each call throws where the store gives no answer in time. */
export interface HubStore {
  beat(now: number): Promise<void>;
  /** Writes all chunks, then the pointer: readers of either snapshot meet a whole one. */
  putSnapshot(snapshot: Snapshot, now: number): Promise<void>;
  snapshotPointer(): Promise<SnapshotPointer | undefined>;
  cursor(): Promise<PollCursor | undefined>;
  putCursor(cursor: PollCursor): Promise<void>;
  /** Removals from groups whose entries were written from a time on, as of a second ago. */
  removalsSince(since: number): Promise<readonly Removals[]>;
}

const WITHIN_MS = 5_000;
/** A delivery waits for this time, and then counts its own removals only. */
const COUNT_WITHIN_MS = 300;
/** `snapshot` makes a new one long before; one that was replaced is read for seconds. */
const SNAPSHOT_LIFE_SECONDS = 2 * DAY_SECONDS;

export function hubStore(client: DynamoClient, table: string, org: string): HubStore {
  const put = async (item: Item): Promise<void> => {
    await client.send('PutItem', { TableName: table, Item: item }, WITHIN_MS);
  };
  const get = async (pk: string, sk: string): Promise<Item | undefined> => {
    const input = { TableName: table, Key: itemKey(pk, sk), ConsistentRead: true };
    return (await client.send('GetItem', input, WITHIN_MS)).Item;
  };
  const numbered = (value: number) => ({ N: String(value) });
  return {
    beat: (now) =>
      put({
        ...itemKey(org, HEARTBEAT_SORT_KEY),
        [REVOCATION_ATTRIBUTE.heartbeatAt]: numbered(now),
        [FORMAT_FIELD]: numbered(STORED_FORMAT.revocationList),
      }),
    async putSnapshot({ id, through, chunks }, now) {
      const expires = numbered(Math.ceil(now / 1_000) + SNAPSHOT_LIFE_SECONDS);
      for (const [at, chunk] of chunks.entries())
        await put({
          ...chunkKey(org, id, at),
          [REVOCATION_ATTRIBUTE.chunk]: { S: chunk },
          [EXPIRY_ATTRIBUTE]: expires,
        });
      await put({
        ...itemKey(org, SNAPSHOT_SORT_KEY),
        [REVOCATION_ATTRIBUTE.snapshotId]: { S: id },
        [REVOCATION_ATTRIBUTE.snapshotThrough]: numbered(through),
        [REVOCATION_ATTRIBUTE.snapshotChunks]: numbered(chunks.length),
      });
    },
    async snapshotPointer() {
      const item = await get(org, SNAPSHOT_SORT_KEY);
      return item && hubItemsIn([item]).snapshot;
    },
    async cursor() {
      const item = await get(pollKey(org), SINGLE_SORT_KEY);
      const [link, at] = [item?.['link']?.S, item?.['at']?.N];
      return link === undefined ? undefined : { link, at: Number(at) };
    },
    async removalsSince(since) {
      const reader = { client, table, org, mayLag: true };
      const items = await itemsFrom(reader, sortKeyFrom(since), COUNT_WITHIN_MS);
      return items.flatMap((item) => removalsIn(item) ?? []);
    },
    putCursor: ({ link, at }) =>
      put({ ...itemKey(pollKey(org), SINGLE_SORT_KEY), link: { S: link }, at: numbered(at) }),
  };
}
