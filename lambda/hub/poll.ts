/** Reads the new events of the System Log: a hook is best effort, the log is complete. */
import { HUB_METRIC } from '../core/contract/metric-names.ts';
import { MINUTE_SECONDS } from '../core/contract/periods.ts';
import { ENTRY_LIFE_MS } from '../core/contract/revocation.ts';
import { isObject } from '../core/json/json-object.ts';
import type { Metrics } from '../ports.ts';
import type { HubStore, PollCursor } from './hub-store.ts';
import type { OktaLog } from './okta-log.ts';
import { type RecordingParts, recordEvents } from './record-events.ts';

export interface PollParts extends RecordingParts {
  readonly store: Pick<HubStore, 'cursor' | 'putCursor'>;
  readonly log: OktaLog;
  readonly metrics: Metrics;
  /** Whether a hook delivers the same events. */
  readonly hasHook: boolean;
}

/** A run ends in time; the next one goes on. */
const MAX_LOG_PAGES = 50;
/**
 * After this time an event without a delivery counts as missed; most are delivered within seconds.
 */
const MISSED_AFTER_MS = 2 * MINUTE_SECONDS * 1_000;

/**
 * Writes entries for the events since the last run, back to the oldest that can still revoke a
 * token. The cursor moves when the entries of a page are durable.
 * @throws what Okta or the store throws: the next run goes on from the cursor.
 */
export async function poll(parts: PollParts): Promise<void> {
  const { store, log, clock, metrics } = parts;
  const began = clock.now();
  const known = usable(await store.cursor(), began);
  let link = known?.link ?? log.from(began - ENTRY_LIFE_MS);
  let missed = 0;
  for (let pages = 0; pages < MAX_LOG_PAGES; pages++) {
    const page = await log.page(link);
    missed += await recordedLate(page.events, parts);
    link = page.next;
    // Before the end of the log, the cursor is not of now.
    const at = page.isLast ? began : (known?.at ?? began - ENTRY_LIFE_MS);
    await store.putCursor({ link, at });
    if (!page.isLast) continue;
    // The first run finds what happened before there was a hook.
    if (parts.hasHook && known) metrics.put({ [HUB_METRIC.missedByHook]: missed });
    metrics.put({ [HUB_METRIC.pollLagSeconds]: (clock.now() - began) / 1_000 });
    return;
  }
  metrics.put({
    [HUB_METRIC.pollLagSeconds]: (began - (known?.at ?? began - ENTRY_LIFE_MS)) / 1_000,
  });
}

/** A cursor from before that time would give pages of events that can no longer revoke a token. */
const usable = (cursor: PollCursor | undefined, now: number): PollCursor | undefined =>
  cursor && now - cursor.at < ENTRY_LIFE_MS ? cursor : undefined;

/** @returns how many of them a hook should have delivered by now. */
async function recordedLate(events: readonly unknown[], parts: PollParts): Promise<number> {
  const before = parts.clock.now() - MISSED_AFTER_MS;
  const isLate = (event: unknown): boolean =>
    isObject(event) && Date.parse(String(event['published'])) <= before;
  const late = await recordEvents(events.filter(isLate), parts);
  await recordEvents(
    events.filter((event) => !isLate(event)),
    parts,
  );
  return late.written;
}
