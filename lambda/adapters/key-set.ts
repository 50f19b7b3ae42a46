/**
 * The signing keys of one issuer, kept young. Lambda freezes an environment between invocations, so ages are checked at
 * each use and never by a timer. aws-jwt-verify's own cache refetches for an unknown kid only: a withdrawn key would stay
 * trusted for the life of the environment.
 */
import { createPublicKey, type KeyObject } from 'node:crypto';
import type { Jwk } from 'aws-jwt-verify/jwk';
import type { Clock } from '../ports.ts';

/** Above this age a fetch starts beside the request. */
export const SOFT_AGE_MS = 5 * 60_000;
/** Above this age the fetch is awaited before verifying. */
export const HARD_AGE_MS = 10 * 60_000;
/** Longest wait of a request for keys. */
export const MAX_WAIT_MS = 1_000;
/** Copies older than this are not used even while the issuer cannot be reached. */
export const MAX_STALE_MS = 24 * 3_600_000;
/** Fetches of one environment are at least this far apart, whatever tokens arrive. */
const MIN_FETCH_INTERVAL_MS = 1_000;
/** After a failed fetch, requests do not wait for the next ones for this long while a usable copy exists. */
const FAILURE_PAUSE_MS = 10_000;

export interface KeyFetch {
  readonly keys: readonly Jwk[];
  /** Lifetime that the issuer names (Cache-Control: max-age); only ever shortens the soft age. */
  readonly maxAgeMs: number | undefined;
}

export interface PublishedKey {
  readonly jwk: Jwk;
  /** Made once per copy: parsing a key costs more than a verification with it. */
  readonly keyObject: KeyObject;
}

export interface KeySet {
  /** The key of that id among those known now. */
  find(kid: string): PublishedKey | undefined;
  /** Sees to it that the keys are young enough to verify with; false when there is no usable copy. */
  ready(): Promise<boolean>;
  /** Looks for a key that is not known, unless a fetch was made less than a second ago. Known kids never wait for this. */
  lookForNew(): Promise<void>;
}

interface Copy {
  readonly keys: ReadonlyMap<string, PublishedKey>;
  readonly fetchedAt: number;
  readonly softAgeMs: number;
}

export interface KeySetOptions {
  /** Fetches and parses the key set; must end by itself within seconds. */
  readonly fetch: () => Promise<KeyFetch>;
  readonly clock: Clock;
  /** Called when a new copy is in use. */
  readonly onChange?: () => void;
}

export function createKeySet({ fetch, clock, onChange }: KeySetOptions): KeySet {
  let copy: Copy | undefined;
  let inFlight: Promise<void> | undefined;
  let lastAttemptAt = Number.NEGATIVE_INFINITY;
  let lastFailureAt = Number.NEGATIVE_INFINITY;

  const attempt = async (): Promise<void> => {
    const startedAt = clock.now();
    try {
      const { keys, maxAgeMs } = await fetch();
      const usable = usableKeys(keys);
      if (usable.size === 0) throw new Error('the issuer publishes no RSA signing key of 2048 bits or more');
      // An attempt that a freeze delayed must not bring an older answer back.
      if (copy && copy.fetchedAt > startedAt) return;
      copy = { keys: usable, fetchedAt: startedAt, softAgeMs: Math.min(SOFT_AGE_MS, maxAgeMs ?? SOFT_AGE_MS) };
      lastFailureAt = Number.NEGATIVE_INFINITY;
      onChange?.();
    } catch {
      lastFailureAt = clock.now();
    }
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

  const age = (): number => (copy ? clock.now() - copy.fetchedAt : Number.POSITIVE_INFINITY);

  return {
    find: (kid) => copy?.keys.get(kid),
    lookForNew: () => atMost(MAX_WAIT_MS, refresh()),
    async ready() {
      if (copy && age() < copy.softAgeMs) return true;
      const refreshed = refresh();
      const failing = clock.now() - lastFailureAt < FAILURE_PAUSE_MS;
      if (age() >= HARD_AGE_MS && !(copy && failing)) await atMost(MAX_WAIT_MS, refreshed);
      return age() < MAX_STALE_MS;
    },
  };
}

/** RSA signing keys of 2048 bits or more, for RS256; of two keys with one id neither is used, since either could be meant. */
function usableKeys(keys: readonly Jwk[]): ReadonlyMap<string, PublishedKey> {
  const usable = new Map<string, PublishedKey>();
  const seen = new Set<string>();
  for (const jwk of keys) {
    if (typeof jwk.kid !== 'string') continue;
    const keyObject = seen.has(jwk.kid) ? undefined : signingKey(jwk);
    if (keyObject) usable.set(jwk.kid, { jwk, keyObject });
    else usable.delete(jwk.kid);
    seen.add(jwk.kid);
  }
  return usable;
}

function signingKey(jwk: Jwk): KeyObject | undefined {
  const signs = jwk.use === undefined || jwk.use === 'sig';
  const rs256 = jwk.alg === undefined || jwk.alg === 'RS256';
  if (jwk.kty !== 'RSA' || !signs || !rs256) return undefined;
  try {
    const key = createPublicKey({ key: jwk, format: 'jwk' });
    return (key.asymmetricKeyDetails?.modulusLength ?? 0) >= 2_048 ? key : undefined;
  } catch {
    return undefined;
  }
}

async function atMost(ms: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, limit]);
  clearTimeout(timer);
}
