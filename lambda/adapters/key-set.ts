/**
 * The signing keys of one issuer, kept young. Lambda freezes an environment between invocations, so
 * ages are checked at each use and never by a timer. aws-jwt-verify's own cache refetches for an
 * unknown kid only: a withdrawn key would stay trusted for the life of the environment.
 */
import type { Clock, KeyCopy, KeySource } from '../ports.ts';
import { type PublishedKey, type PublishedKeys, textOf, usableKeys } from './signing-keys.ts';

/** Above this age a fetch starts beside the request. */
export const SOFT_AGE_MS = 5 * 60_000;
/** Above this age the fetch is awaited before verifying. */
export const HARD_AGE_MS = 10 * 60_000;
/** Longest wait of a request for keys. */
export const MAX_WAIT_MS = 1_000;
/**
 * Copies older than this are not used even while the issuer cannot be reached, unless the
 * deployment says otherwise.
 */
export const MAX_STALE_MS = 24 * 3_600_000;
/** A fetch that takes longer counts as failing: the shared copy is read beside it. */
const SLOW_FETCH_MS = 400;
/** Fetches of one environment are at least this far apart, whatever tokens arrive. */
const MIN_FETCH_INTERVAL_MS = 1_000;
/**
 * After a fetch that failed while it was waited for, requests do not wait for the next ones for
 * this long while a usable copy exists.
 */
const FAILURE_PAUSE_MS = 10_000;
/**
 * A fetch takes less than this, its failure included; one that took longer was frozen with the
 * environment.
 */
const MAX_FETCH_MS = 3_000;
/**
 * An issuer that names a shorter lifetime, or none at all (`no-store`), is still asked at most this
 * often.
 */
export const MIN_SOFT_AGE_MS = 60_000;
/**
 * A shared copy with the same keys is written anew when it is older than this, so that its age says
 * when the issuer last answered.
 */
export const COPY_REWRITE_MS = 3_600_000;
/**
 * The same keys are not offered again sooner, where the last offer is not known to have been
 * stored.
 */
const COPY_RETRY_MS = 60_000;
/**
 * Longest wait of a request for the copy to be written; a write that is still under way as the
 * environment freezes is lost.
 */
const WRITE_WAIT_MS = 200;
/** The same at initialisation, where nobody waits for an answer yet. */
const WARM_UP_WRITE_WAIT_MS = 1_000;
/** How far the clocks of two environments may be apart. */
export const MAX_CLOCK_DISTANCE_MS = 60_000;

export interface KeyFetch {
  /** As published: judged by `usableKeys`. */
  readonly keys: readonly unknown[];
  /**
   * Lifetime that the issuer names (Cache-Control; `no-store` and `no-cache` name none, 0); only
   * ever shortens the soft age, down to a minute.
   */
  readonly maxAgeMs: number | undefined;
}

export interface KeySet {
  /** The key of that id among those known now. */
  find(kid: string): PublishedKey | undefined;
  /** Where the keys known now are from: `memory` while the issuer has given no newer ones. */
  source(): KeySource;
  /**
   * Sees to it that the keys are young enough to verify with; false when there is no usable copy.
   */
  ready(): Promise<boolean>;
  /**
   * As `ready`, and waits up to a second for the shared copy to be written, so that an outage finds
   * it.
   */
  warmUp(): Promise<void>;
  /**
   * Looks for a key that is not known, unless a fetch was made less than a second ago. Known kids
   * never wait for this.
   */
  refetch(): Promise<void>;
}

interface CachedKeys {
  readonly keys: PublishedKeys;
  readonly fetchedAt: number;
  readonly softAgeMs: number;
  readonly source: 'issuer' | 'copy';
}

/** A fetch that is under way. */
interface Attempt {
  readonly done: Promise<void>;
  /**
   * Whether the call that began it waits for it, so that the environment is running, not frozen, at
   * least that long.
   */
  readonly awaited: boolean;
}

export interface KeySetOptions {
  readonly issuer: string;
  /** Fetches and parses the key set; must end by itself within seconds. */
  readonly fetch: () => Promise<KeyFetch>;
  readonly clock: Clock;
  /** The last-known-good copy that all environments share. @default none */
  readonly copy?: KeyCopy;
  /**
   * Longest age in milliseconds at which keys are used while the issuer cannot be reached.
   * @default 24 hours
   */
  readonly maxStaleMs?: number;
  /** Told after each fetch where the keys in use are from. */
  readonly onFetched?: (outcome: KeysInUse) => void;
}

export interface KeysInUse {
  readonly source: KeySource;
  /** Undefined where there are no keys. */
  readonly ageMs: number | undefined;
}

export function createKeySet(options: KeySetOptions): KeySet {
  const { issuer, fetch, clock, copy, maxStaleMs = MAX_STALE_MS, onFetched } = options;
  // A copy that is written anew only as it stops being usable would be of no use.
  const rewriteAfterMs = Math.min(COPY_REWRITE_MS, maxStaleMs / 4);
  let cached: CachedKeys | undefined;
  let lastWrite:
    | { readonly text: string; readonly at: number; readonly stored: boolean }
    | undefined;
  let writing: Promise<void> = Promise.resolve();
  let inFlight: Attempt | undefined;
  let lastAttemptAt = Number.NEGATIVE_INFINITY;
  let lastFailureAt = Number.NEGATIVE_INFINITY;

  const age = (): number => (cached ? clock.now() - cached.fetchedAt : Number.POSITIVE_INFINITY);

  const replaceIfNewer = (next: CachedKeys): void => {
    // Neither an attempt that a freeze delayed nor the shared copy may bring an older answer back.
    if (!cached || next.fetchedAt > cached.fetchedAt) cached = next;
  };

  const adoptCopy = async (): Promise<void> => {
    try {
      const stored = await copy?.read(issuer);
      // What another environment's clock could not have said is not trusted: it would pass for
      // young for ever.
      if (!stored || stored.fetchedAt > clock.now() + MAX_CLOCK_DISTANCE_MS) return;
      const keys = usableKeys(stored.keys, cached?.keys);
      if (keys.size > 0)
        replaceIfNewer({
          keys,
          fetchedAt: stored.fetchedAt,
          softAgeMs: SOFT_AGE_MS,
          source: 'copy',
        });
    } catch {
      // The copy is the fallback of a fallback; without it the keys in memory decide.
    }
  };

  /** Offers the keys to the shared copy; `writing` ends with that, well or not. */
  const writeCopy = (keys: PublishedKeys, fetchedAt: number): void => {
    const text = textOf(keys);
    const pause = lastWrite?.stored ? rewriteAfterMs : COPY_RETRY_MS;
    if (!copy || (lastWrite?.text === text && fetchedAt - lastWrite.at < pause)) return;
    lastWrite = { text, at: fetchedAt, stored: false };
    const stored = { keys: [...keys.values()].map(({ jwk }) => jwk), fetchedAt };
    writing = copy.write(issuer, stored, { now: clock.now(), rewriteAfterMs }).then(
      (outcome) => {
        if (outcome === 'written' && lastWrite?.at === fetchedAt)
          lastWrite = { text, at: fetchedAt, stored: true };
      },
      () => undefined,
    );
  };

  const fetchFresh = async (): Promise<void> => {
    const startedAt = clock.now();
    const { keys: published, maxAgeMs } = await fetch();
    const keys = usableKeys(published, cached?.keys);
    if (keys.size === 0)
      throw new Error('the issuer publishes no RSA signing key of 2048 bits or more');
    replaceIfNewer({ keys, fetchedAt: startedAt, softAgeMs: softAge(maxAgeMs), source: 'issuer' });
    lastFailureAt = Number.NEGATIVE_INFINITY;
    writeCopy(keys, startedAt);
  };

  const attempt = async (awaited: boolean): Promise<void> => {
    const startedAt = clock.now();
    let source: KeySource = 'issuer';
    const slow = setTimeout(() => age() >= HARD_AGE_MS && void adoptCopy(), SLOW_FETCH_MS);
    try {
      await fetchFresh();
    } catch {
      // What a freeze of the environment broke off says nothing about the issuer.
      if (clock.now() - startedAt > MAX_FETCH_MS) return;
      // Nor may a short freeze pass for an outage: nobody waited for this fetch, so the environment
      // may have been frozen.
      if (awaited) lastFailureAt = clock.now();
      await adoptCopy();
      source = cached ? (cached.source === 'copy' ? 'copy' : 'memory') : 'none';
    } finally {
      clearTimeout(slow);
    }
    onFetched?.({ source, ageMs: cached && age() });
  };

  /**
   * Begins a fetch unless one is under way: one at a time, one a second at most. A fetch that a
   * freeze may have left hanging is given up: by a call that waits as soon as it may fetch itself,
   * by others when no fetch takes that long.
   * @returns the fetch, and whether this call began it.
   */
  const refresh = (waits: boolean): { readonly done: Promise<void>; readonly begun: boolean } => {
    const sinceLast = clock.now() - lastAttemptAt;
    const lostAfterMs = waits && !inFlight?.awaited ? MIN_FETCH_INTERVAL_MS : MAX_FETCH_MS;
    if (inFlight && sinceLast < lostAfterMs) return { done: inFlight.done, begun: false };
    if (sinceLast < MIN_FETCH_INTERVAL_MS) return { done: Promise.resolve(), begun: false };
    lastAttemptAt = clock.now();
    const done = attempt(waits).finally(() => {
      if (inFlight === current) inFlight = undefined;
    });
    const current: Attempt = { done, awaited: waits };
    inFlight = current;
    return { done, begun: true };
  };

  /**
   * Waits for a fetch: a second at most, and with keys to fall back on all requests together a
   * second for one fetch.
   */
  const waitForRefresh = async (usable: boolean): Promise<void> => {
    const { done, begun } = refresh(true);
    const patienceMs = usable ? lastAttemptAt + MAX_WAIT_MS - clock.now() : MAX_WAIT_MS;
    const inTime = patienceMs > 0 && (await withinMs(patienceMs, done));
    // Said now, since a freeze may keep the fetch itself from ever saying so.
    if (begun && !inTime) lastFailureAt = clock.now();
    if (inTime) await withinMs(WRITE_WAIT_MS, writing);
  };

  const ready = async (): Promise<boolean> => {
    if (cached && age() < cached.softAgeMs) return true;
    const usable = age() < maxStaleMs;
    const failing = clock.now() - lastFailureAt < FAILURE_PAUSE_MS;
    if (age() >= HARD_AGE_MS && !(usable && failing)) await waitForRefresh(usable);
    else void refresh(false);
    return age() < maxStaleMs;
  };

  return {
    find: (kid) => cached?.keys.get(kid),
    source() {
      if (!cached) return 'none';
      return cached.source === 'issuer' && age() >= HARD_AGE_MS ? 'memory' : cached.source;
    },
    ready,
    refetch: () => waitForRefresh(false),
    async warmUp() {
      await ready();
      await withinMs(WARM_UP_WRITE_WAIT_MS, writing);
    },
  };
}

const softAge = (maxAgeMs = SOFT_AGE_MS): number =>
  Math.max(MIN_SOFT_AGE_MS, Math.min(SOFT_AGE_MS, maxAgeMs));

/** @returns whether the work ended in time. */
async function withinMs(ms: number, work: Promise<void>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  const inTime = await Promise.race([work.then(() => true), limit]);
  clearTimeout(timer);
  return inTime;
}
