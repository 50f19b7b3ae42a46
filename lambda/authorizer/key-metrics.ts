/**
 * Says where keys came from and how old they are; the stack's alarms watch these names
 * (lib/watch/key-alarms.ts).
 */

import type { KeysInUse } from '../adapters/key-set.ts';
import type { KeySource } from '../core/contract/decision-record.ts';
import { KEY_METRIC, KEYS_FROM_METRIC } from '../core/contract/metric-names.ts';
import type { Clock, KeyCopy, Metrics } from '../ports.ts';

/**
 * While the issuer is down, an environment retries every second; one metric line a minute is
 * enough.
 */
const REPEAT_INTERVAL_MS = 60_000;

export function keyMetrics(
  issuer: string,
  metrics: Metrics,
  clock: Clock,
): (keys: KeysInUse) => void {
  let last: { readonly source: KeySource; readonly at: number } | undefined;
  return ({ source, ageMs }) => {
    const at = clock.now();
    if (source !== 'issuer' && last?.source === source && at - last.at < REPEAT_INTERVAL_MS) return;
    last = { source, at };
    const age = ageMs === undefined ? {} : { [KEY_METRIC.ageSeconds]: Math.round(ageMs / 1_000) };
    metrics.put({ [KEYS_FROM_METRIC[source]]: 1, ...age }, { keySource: source, issuer });
  };
}

/**
 * Longer than any timeout of the copy: the environment was frozen, so this is not a failure of the
 * table.
 */
const MAX_COPY_CALL_MS = 5_000;

/**
 * A key copy that is opened at its first use. Counts its failures, which nobody would see before
 * the copy is needed, and says how old it is where it is read.
 */
export function reportingKeyCopy(
  load: () => Promise<KeyCopy>,
  metrics: Metrics,
  clock: Clock,
): KeyCopy {
  const reported = async <T>(use: (copy: KeyCopy) => Promise<T>): Promise<T> => {
    const startedAt = clock.now();
    try {
      return await use(await load());
    } catch (error) {
      if (clock.now() - startedAt <= MAX_COPY_CALL_MS)
        metrics.put(
          { [KEY_METRIC.copyFailures]: 1 },
          { error: error instanceof Error ? error.name : typeof error },
        );
      throw error;
    }
  };
  return {
    async read(issuer) {
      const stored = await reported((copy) => copy.read(issuer));
      if (stored)
        metrics.put(
          { [KEY_METRIC.copyAgeSeconds]: Math.round((clock.now() - stored.fetchedAt) / 1_000) },
          { issuer },
        );
      return stored;
    },
    write: (issuer, keys, terms) => reported((copy) => copy.write(issuer, keys, terms)),
  };
}
