/**
 * The last-known-good keys of an issuer that all environments share: read in need, kept current.
 */
import type { Clock, KeyCopy } from '../ports.ts';
import { endsWithin } from './ends-within.ts';
import type { HeldKeys } from './key-state.ts';
import {
  COPY_RETRY_MS,
  COPY_REWRITE_MS,
  MAX_CLOCK_DISTANCE_MS,
  SOFT_AGE_MS,
} from './key-timings.ts';
import { type PublishedKeys, textOf, usableKeys } from './signing-keys.ts';

export interface SharedKeysOptions {
  readonly issuer: string;
  readonly clock: Clock;
  /** Absent: nothing is shared. */
  readonly copy: KeyCopy | undefined;
  /** Longest age in milliseconds at which keys are used. */
  readonly maxStaleMs: number;
}

export interface SharedKeys {
  /**
   * @param known the keys in memory: one that has not changed is the same object again.
   * @returns undefined without a usable copy. Never throws: the copy is the last fallback, and
   * without it the keys in memory decide.
   */
  read(known: () => PublishedKeys | undefined): Promise<HeldKeys | undefined>;
  /**
   * Writes the issuer's keys to the copy, unless the same keys are there and recent. Returns at
   * once; `written` waits.
   * @param fetchedAt milliseconds since the epoch at which the fetch began.
   */
  offer(keys: PublishedKeys, fetchedAt: number): void;
  /** Waits until the last offer is written or has failed, at most `ms` milliseconds. */
  written(ms: number): Promise<unknown>;
}

interface Offer {
  readonly text: string;
  readonly at: number;
  readonly isStored: boolean;
}

export function sharedKeys({ issuer, clock, copy, maxStaleMs }: SharedKeysOptions): SharedKeys {
  // Rewrite the copy well before it expires.
  const rewriteAfterMs = Math.min(COPY_REWRITE_MS, maxStaleMs / 4);
  let last: Offer | undefined;
  let writing: Promise<void> = Promise.resolve();

  const isDue = (text: string, at: number): boolean => {
    const pause = last?.isStored ? rewriteAfterMs : COPY_RETRY_MS;
    return last?.text !== text || at - last.at >= pause;
  };

  return {
    read: (known) => readCopy(issuer, clock, copy, known).catch(() => undefined),
    offer(keys, fetchedAt) {
      const text = textOf(keys);
      if (!copy || !isDue(text, fetchedAt)) return;
      last = { text, at: fetchedAt, isStored: false };
      const stored = { keys: [...keys.values()].map(({ jwk }) => jwk), fetchedAt };
      writing = copy.write(issuer, stored, { now: clock.now(), rewriteAfterMs }).then(
        (outcome) => {
          if (outcome === 'written' && last?.at === fetchedAt) last = { ...last, isStored: true };
        },
        () => undefined,
      );
    },
    written: (ms) => endsWithin(ms, writing),
  };
}

async function readCopy(
  issuer: string,
  clock: Clock,
  copy: KeyCopy | undefined,
  known: () => PublishedKeys | undefined,
): Promise<HeldKeys | undefined> {
  const stored = await copy?.read(issuer);
  // Ignore a copy from the future: it would stay fresh forever.
  if (!stored || stored.fetchedAt > clock.now() + MAX_CLOCK_DISTANCE_MS) return undefined;
  const keys = usableKeys(stored.keys, known());
  if (keys.size === 0) return undefined;
  return { keys, fetchedAt: stored.fetchedAt, softAgeMs: SOFT_AGE_MS, source: 'copy' };
}
