/**
 * Reads which routes an attached API has and the map does not have; it cannot write. Loaded only
 * for attachments that leave such routes there.
 */
import {
  MAX_RECORD_AGE_MS,
  NO_UNMAPPED,
  readRecord,
  unmappedKeyOf,
} from '../core/contract/attachment-record.ts';
import type { Clock, UnmappedRoutes } from '../ports.ts';
import type { ConnectDynamo } from './dynamo/requests.ts';
import { attachmentItems, FRESH_MS } from './dynamo-attachment-items.ts';

/** For this long after a failed read, no call waits for the next one. */
const PAUSE_MS = 1_000;

interface Known {
  readonly text: string | undefined;
  readonly routes: readonly string[];
  readonly readAt: number;
}

/** @param tables name of the table with the list, by id of the API; no other API is asked for. */
export function dynamoUnmappedRoutes(
  tables: Readonly<Record<string, string>>,
  clock: Clock,
  connect: ConnectDynamo,
): UnmappedRoutes {
  const textOf = attachmentItems(tables, unmappedKeyOf, connect);
  const known = new Map<string, Known>();
  const failedAt = new Map<string, number>();
  const reading = new Map<string, Promise<void>>();
  const read = async (apiId: string): Promise<void> => {
    const readAt = clock.now();
    try {
      const text = await textOf(apiId);
      const before = known.get(apiId);
      const isSame = before !== undefined && before.text === text;
      const { routes } = isSame ? before : readRecord(text, NO_UNMAPPED);
      known.set(apiId, { text, routes, readAt });
    } catch {
      failedAt.set(apiId, clock.now());
    } finally {
      reading.delete(apiId);
    }
  };
  const refreshed = (apiId: string): Promise<void> => {
    if (clock.now() - (failedAt.get(apiId) ?? Number.NEGATIVE_INFINITY) < PAUSE_MS)
      return Promise.resolve();
    const running = reading.get(apiId);
    if (running !== undefined) return running;
    const begun = read(apiId);
    reading.set(apiId, begun);
    return begun;
  };
  return {
    async of(apiId) {
      const { routes, readAt } = known.get(apiId) ?? { routes: undefined, readAt: 0 };
      const ageMs = clock.now() - readAt;
      if (routes && ageMs < FRESH_MS) return routes;
      const done = refreshed(apiId);
      // A list that is a minute old may lack a route that is live by now, so the call waits. While
      // the table cannot be read, the last list stays in use: routes are seldom added.
      if (routes && ageMs < MAX_RECORD_AGE_MS) return routes;
      await done;
      return known.get(apiId)?.routes;
    },
  };
}
