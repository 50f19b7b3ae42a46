/** What the age of an issuer's keys means for a request. Pure: the clock's time is an argument. */
import type { KeySource } from '../core/contract/decision-record.ts';
import { FAILURE_PAUSE_MS, HARD_AGE_MS, MIN_SOFT_AGE_MS, SOFT_AGE_MS } from './key-timings.ts';
import type { PublishedKeys } from './signing-keys.ts';

/** Keys in memory. */
export interface HeldKeys {
  readonly keys: PublishedKeys;
  /** Milliseconds since the epoch at which the fetch began. */
  readonly fetchedAt: number;
  /** Age in milliseconds from which they are fetched again in the background. */
  readonly softAgeMs: number;
  readonly source: 'issuer' | 'copy';
}

export interface KeyState {
  /** Whether the keys may verify a token now. */
  readonly isUsable: boolean;
  /** Whether a request needs a fetch, and whether it waits for it. */
  readonly fetch: 'none' | 'background' | 'await';
}

/**
 * @param now milliseconds since the epoch, as are all times here.
 * @param lastFailureAt when a fetch last failed that a request waited for, or `NEVER`.
 * @param maxStaleMs age from which keys are not used, even while the issuer cannot be reached.
 */
export function keyState(
  now: number,
  held: HeldKeys | undefined,
  lastFailureAt: number,
  maxStaleMs: number,
): KeyState {
  const ageMs = ageOf(now, held);
  if (held && ageMs < held.softAgeMs) return { isUsable: true, fetch: 'none' };
  const isUsable = ageMs < maxStaleMs;
  const waits = ageMs >= HARD_AGE_MS && !(isUsable && isPause(now, lastFailureAt));
  return { isUsable, fetch: waits ? 'await' : 'background' };
}

/** Whether no request with keys to fall back on waits, because of a failed fetch. */
export const isPause = (now: number, lastFailureAt: number): boolean =>
  now - lastFailureAt < FAILURE_PAUSE_MS;

/** The time of something that has not happened. */
export const NEVER = Number.NEGATIVE_INFINITY;

/** Infinity without keys. */
export const ageOf = (now: number, held: HeldKeys | undefined): number =>
  now - (held?.fetchedAt ?? NEVER);

/** A delayed fetch or the shared copy never replaces keys that were fetched later. */
export const newerOf = (held: HeldKeys | undefined, next: HeldKeys): HeldKeys =>
  !held || next.fetchedAt > held.fetchedAt ? next : held;

/** The issuer shortens the soft age, never lengthens it. */
export const softAge = (maxAgeMs = SOFT_AGE_MS): number =>
  Math.max(MIN_SOFT_AGE_MS, Math.min(SOFT_AGE_MS, maxAgeMs));

/** Keys of the issuer past the hard age are an earlier fetch: `memory`. */
export function sourceOf(now: number, held: HeldKeys | undefined): KeySource {
  if (held?.source === 'issuer' && ageOf(now, held) < HARD_AGE_MS) return 'issuer';
  return fallbackOf(held);
}

/** Source of the keys after a failed fetch. */
export function fallbackOf(held: HeldKeys | undefined): KeySource {
  if (!held) return 'none';
  return held.source === 'copy' ? 'copy' : 'memory';
}
