/**
 * Makes snapshots of the list, so that a starting environment reads chunks and a short tail instead
 * of one item for each entry.
 */
import { HUB_METRIC } from '../core/contract/metric-names.ts';
import { HOUR_SECONDS } from '../core/contract/periods.ts';
import { READ_OVERLAP_MS, type RevocationEntry } from '../core/contract/revocation.ts';
import { liveEntries } from '../core/revocation/live-entries.ts';
import { snapshotChunks } from '../core/revocation/snapshot.ts';
import type { Clock, Metrics, RevocationList } from '../ports.ts';
import type { HubStore, SnapshotPointer } from './hub-store.ts';

export interface CompactParts {
  readonly list: RevocationList;
  readonly store: Pick<HubStore, 'putSnapshot' | 'snapshotPointer'>;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly newId: () => string;
}

/**
 * A new snapshot is worth its writes from this number of later entries, or a quarter of its own.
 */
const TAIL_ENTRIES = 500;
const TAIL_SHARE = 0.25;
/** Any tail becomes a snapshot after an hour; what has expired leaves after twelve. */
const ANY_TAIL_MS = HOUR_SECONDS * 1_000;
const RENEWED_AFTER_MS = 12 * ANY_TAIL_MS;

/** @throws where the list cannot be read or the snapshot not be written. */
export async function compact(parts: CompactParts): Promise<void> {
  const { list, store, clock, metrics, newId } = parts;
  const now = clock.now();
  const pointer = await store.snapshotPointer();
  const live = liveEntries((await list.read(undefined)).entries, now);
  metrics.put({ [HUB_METRIC.liveEntries]: live.length });
  if (!isDue(pointer, live, now)) return;
  // Entries with an earlier WRITTEN are durable by then: a writer repeats an entry that took
  // longer.
  const through = now - READ_OVERLAP_MS;
  const held = live.filter(({ writtenAt }) => writtenAt < through);
  await store.putSnapshot({ id: newId(), through, chunks: snapshotChunks(held) }, now);
}

function isDue(
  pointer: SnapshotPointer | undefined,
  live: readonly RevocationEntry[],
  now: number,
): boolean {
  const through = pointer?.through ?? 0;
  const tail = live.filter(({ writtenAt }) => writtenAt >= through).length;
  const age = now - through;
  return (
    tail > Math.max(TAIL_ENTRIES, (live.length - tail) * TAIL_SHARE) ||
    (tail > 0 && age > ANY_TAIL_MS) ||
    (pointer !== undefined && pointer.chunks > 0 && age > RENEWED_AFTER_MS)
  );
}
