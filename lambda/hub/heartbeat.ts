/**
 * Writes the heartbeat several times a minute. Without a recent one a reader treats the list as
 * unreadable.
 */
import { HUB_METRIC } from '../core/contract/metric-names.ts';
import { HEARTBEAT_EVERY_MS, HEARTBEAT_RUN_SECONDS } from '../core/contract/revocation.ts';
import type { Clock, Metrics } from '../ports.ts';
import type { HubStore } from './hub-store.ts';

export interface HeartbeatParts {
  readonly store: Pick<HubStore, 'beat'>;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

/** Number of heartbeats in one run. */
const BEATS = Math.round((HEARTBEAT_RUN_SECONDS * 1_000) / HEARTBEAT_EVERY_MS);

/** @throws the store's error after all beats, where one was not written. */
export async function heartbeat({ store, clock, metrics, sleep }: HeartbeatParts): Promise<void> {
  const began = clock.now();
  const failures: unknown[] = [];
  for (let beat = 0; beat < BEATS; beat++) {
    await sleep(Math.max(0, began + beat * HEARTBEAT_EVERY_MS - clock.now()));
    await store.beat(clock.now()).catch((error: unknown) => failures.push(error));
  }
  metrics.put({ [HUB_METRIC.heartbeats]: BEATS - failures.length });
  if (failures.length > 0) throw failures[0];
}
