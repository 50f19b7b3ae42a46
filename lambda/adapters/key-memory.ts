/**
 * The keys in memory, and what one fetch makes of them: newer keys, the shared copy, or neither.
 */
import type { KeySource } from '../core/contract/decision-record.ts';
import type { Clock } from '../ports.ts';
import {
  ageOf,
  fallbackOf,
  type HeldKeys,
  isPause,
  type KeyState,
  keyState,
  NEVER,
  newerOf,
  softAge,
} from './key-state.ts';
import { HARD_AGE_MS, MAX_FETCH_MS, SLOW_FETCH_MS } from './key-timings.ts';
import type { SharedKeys } from './shared-keys.ts';
import { usableKeys } from './signing-keys.ts';

export interface KeyFetch {
  /** As published; `usableKeys` selects from them. */
  readonly keys: readonly unknown[];
  /**
   * Lifetime that the issuer names (Cache-Control; `no-store` and `no-cache` name none, 0); only
   * ever shortens the soft age, down to a minute.
   */
  readonly maxAgeMs: number | undefined;
}

export interface KeyMemoryOptions {
  readonly clock: Clock;
  /** Fetches and parses the key set; must end by itself within seconds. */
  readonly fetch: () => Promise<KeyFetch>;
  readonly shared: SharedKeys;
  readonly maxStaleMs: number;
}

export interface KeyMemory {
  held(): HeldKeys | undefined;
  state(): KeyState;
  /** Records that a fetch failed that a request waited for. */
  failed(): void;
  /** Whether such a fetch failed less than `FAILURE_PAUSE_MS` ago and none has succeeded since. */
  isFailing(): boolean;
  /** Whether the last fetch that ended gave keys, so that what they lack is not published. */
  isAnswered(): boolean;
  /**
   * Fetches once; never throws.
   * @param awaited whether a request waits for it.
   * @returns the source of the keys in memory; undefined for a fetch that a freeze interrupted.
   */
  fetch(awaited: boolean): Promise<KeySource | undefined>;
}

export function keyMemory({ clock, fetch, shared, maxStaleMs }: KeyMemoryOptions): KeyMemory {
  let held: HeldKeys | undefined;
  let lastFailureAt = NEVER;
  /** When the newest fetch began that the issuer answered. */
  let answeredAt = NEVER;
  let hasAnswered = false;

  const adopt = (next: HeldKeys | undefined): void => {
    if (next) held = newerOf(held, next);
  };
  const adoptCopy = async (): Promise<void> => adopt(await shared.read(() => held?.keys));
  const failed = (): void => {
    lastFailureAt = clock.now();
  };

  const fetchFromIssuer = async (startedAt: number): Promise<void> => {
    const { keys: published, maxAgeMs } = await fetch();
    const keys = usableKeys(published, held?.keys);
    if (keys.size === 0)
      throw new Error('the issuer publishes no RSA signing key of 2048 bits or more');
    adopt({ keys, fetchedAt: startedAt, softAgeMs: softAge(maxAgeMs), source: 'issuer' });
    lastFailureAt = NEVER;
    answeredAt = Math.max(answeredAt, startedAt);
    hasAnswered = true;
    shared.offer(keys, startedAt);
  };

  return {
    held: () => held,
    state: () => keyState(clock.now(), held, lastFailureAt, maxStaleMs),
    failed,
    isFailing: () => isPause(clock.now(), lastFailureAt),
    isAnswered: () => hasAnswered,
    async fetch(awaited) {
      const startedAt = clock.now();
      const readIfOld = () => ageOf(clock.now(), held) >= HARD_AGE_MS && void adoptCopy();
      const slow = setTimeout(readIfOld, SLOW_FETCH_MS);
      try {
        await fetchFromIssuer(startedAt);
        return 'issuer';
      } catch {
        // A freeze interrupted this fetch; it says nothing about the issuer.
        if (clock.now() - startedAt > MAX_FETCH_MS) return undefined;
        if (startedAt > answeredAt) hasAnswered = false;
        // A background fetch may fail because of a short freeze, so only a failed fetch that a
        // request waited for counts. It does not count after the answer to a later fetch, or once
        // its timeout is recorded.
        if (awaited && startedAt > Math.max(answeredAt, lastFailureAt)) failed();
        await adoptCopy();
        return fallbackOf(held);
      } finally {
        clearTimeout(slow);
      }
    },
  };
}
