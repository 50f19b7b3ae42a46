/**
 * The signing keys of one issuer, kept young. Lambda freezes an environment between invocations, so ages are checked at
 * each use and never by a timer. aws-jwt-verify's own cache refetches for an unknown kid only: a withdrawn key would stay
 * trusted for the life of the environment.
 */
import type { Clock, KeyCopy, KeySource } from '../ports.ts';
import { type PublishedKey, type PublishedKeys, textOf, usableKeys } from './signing-keys.ts';

/** Above this age a fetch starts beside the request. */
export const SOFT_AGE_MS = 5 * 60_000;
/** Above this age the fetch is awaited before verifying. */
export const HARD_AGE_MS = 10 * 60_000;
/** Longest wait of a request for keys. */
export const MAX_WAIT_MS = 1_000;
/** Copies older than this are not used even while the issuer cannot be reached, unless the deployment says otherwise. */
export const MAX_STALE_MS = 24 * 3_600_000;
/** A fetch that takes longer counts as failing: the shared copy is read beside it. */
const SLOW_FETCH_MS = 400;
/** Fetches of one environment are at least this far apart, whatever tokens arrive. */
const MIN_FETCH_INTERVAL_MS = 1_000;
/** After a failed fetch, requests do not wait for the next ones for this long while a usable copy exists. */
const FAILURE_PAUSE_MS = 10_000;
/** A shared copy with the same keys is written anew when it is older than this, so that its age says when the issuer last answered. */
export const COPY_REWRITE_MS = 3_600_000;
/** How far the clocks of two environments may be apart. */
const MAX_CLOCK_DISTANCE_MS = 60_000;

export interface KeyFetch {
  /** As published: judged by `usableKeys`. */
  readonly keys: readonly unknown[];
  /** Lifetime that the issuer names (Cache-Control: max-age); only ever shortens the soft age. */
  readonly maxAgeMs: number | undefined;
}

export interface KeySet {
  /** The key of that id among those known now. */
  find(kid: string): PublishedKey | undefined;
  /** Sees to it that the keys are young enough to verify with; false when there is no usable copy. */
  ready(): Promise<boolean>;
  /** Looks for a key that is not known, unless a fetch was made less than a second ago. Known kids never wait for this. */
  lookForNew(): Promise<void>;
}

interface Held {
  readonly keys: PublishedKeys;
  readonly fetchedAt: number;
  readonly softAgeMs: number;
  readonly source: 'issuer' | 'copy';
}

export interface KeySetOptions {
  readonly issuer: string;
  /** Fetches and parses the key set; must end by itself within seconds. */
  readonly fetch: () => Promise<KeyFetch>;
  readonly clock: Clock;
  /** The last-known-good copy that all environments share. @default none */
  readonly copy?: KeyCopy;
  /** Longest age in milliseconds at which keys are used while the issuer cannot be reached. @default 24 hours */
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
  let held: Held | undefined;
  let written: { readonly text: string; readonly at: number } | undefined;
  let inFlight: Promise<void> | undefined;
  let lastAttemptAt = Number.NEGATIVE_INFINITY;
  let lastFailureAt = Number.NEGATIVE_INFINITY;

  const age = (): number => (held ? clock.now() - held.fetchedAt : Number.POSITIVE_INFINITY);

  const adopt = (next: Held): void => {
    // Neither an attempt that a freeze delayed nor the shared copy may bring an older answer back.
    if (!held || next.fetchedAt > held.fetchedAt) held = next;
  };

  const adoptCopy = async (): Promise<void> => {
    try {
      const stored = await copy?.read(issuer);
      // What another environment's clock could not have said is not trusted: it would pass for young for ever.
      if (!stored || stored.fetchedAt > clock.now() + MAX_CLOCK_DISTANCE_MS) return;
      const keys = usableKeys(stored.keys, held?.keys);
      if (keys.size > 0) adopt({ keys, fetchedAt: stored.fetchedAt, softAgeMs: SOFT_AGE_MS, source: 'copy' });
    } catch {
      // The copy is the fallback of a fallback; without it the keys in memory decide.
    }
  };

  /** Beside the request: a table that fails or is slow delays nobody. */
  const share = (keys: PublishedKeys, fetchedAt: number): void => {
    const text = textOf(keys);
    if (!copy || (written?.text === text && fetchedAt - written.at < COPY_REWRITE_MS)) return;
    written = { text, at: fetchedAt };
    copy.write(issuer, { keys: [...keys.values()].map(({ jwk }) => jwk), fetchedAt }).catch(() => {
      written = undefined;
    });
  };

  const fetchFresh = async (): Promise<void> => {
    const startedAt = clock.now();
    const { keys: published, maxAgeMs } = await fetch();
    const keys = usableKeys(published, held?.keys);
    if (keys.size === 0) throw new Error('the issuer publishes no RSA signing key of 2048 bits or more');
    adopt({ keys, fetchedAt: startedAt, softAgeMs: Math.min(SOFT_AGE_MS, maxAgeMs ?? SOFT_AGE_MS), source: 'issuer' });
    lastFailureAt = Number.NEGATIVE_INFINITY;
    share(keys, startedAt);
  };

  const attempt = async (): Promise<void> => {
    let source: KeySource = 'issuer';
    const slow = setTimeout(() => age() >= HARD_AGE_MS && void adoptCopy(), SLOW_FETCH_MS);
    try {
      await fetchFresh();
    } catch {
      lastFailureAt = clock.now();
      await adoptCopy();
      source = held ? (held.source === 'copy' ? 'copy' : 'memory') : 'none';
    } finally {
      clearTimeout(slow);
    }
    onFetched?.({ source, ageMs: held && age() });
  };

  /** One fetch at a time, one a second at most; a fetch that a freeze of the environment left hanging is given up. */
  const refresh = (): Promise<void> => {
    const sinceLast = clock.now() - lastAttemptAt;
    if (inFlight && sinceLast < 3 * MAX_WAIT_MS) return inFlight;
    if (sinceLast < MIN_FETCH_INTERVAL_MS) return Promise.resolve();
    lastAttemptAt = clock.now();
    const mine = attempt().finally(() => {
      if (inFlight === mine) inFlight = undefined;
    });
    inFlight = mine;
    return mine;
  };

  return {
    find: (kid) => held?.keys.get(kid),
    lookForNew: () => atMost(MAX_WAIT_MS, refresh()),
    async ready() {
      if (held && age() < held.softAgeMs) return true;
      const refreshed = refresh();
      const failing = clock.now() - lastFailureAt < FAILURE_PAUSE_MS;
      // With keys to fall back on, all requests together wait a second for one fetch; without, each waits as long as it may.
      const usable = age() < maxStaleMs;
      const patienceMs = usable ? lastAttemptAt + MAX_WAIT_MS - clock.now() : MAX_WAIT_MS;
      if (age() >= HARD_AGE_MS && patienceMs > 0 && !(usable && failing)) await atMost(patienceMs, refreshed);
      return age() < maxStaleMs;
    },
  };
}

async function atMost(ms: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, limit]);
  clearTimeout(timer);
}
