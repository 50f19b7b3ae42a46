/**
 * The signing keys of one issuer, kept fresh. Lambda freezes an environment between invocations, so
 * ages are checked at each use and never by a timer. aws-jwt-verify's own cache refetches for an
 * unknown kid only: a withdrawn key would stay trusted for the life of the environment.
 */
import type { KeySource } from '../core/contract/decision-record.ts';
import type { Clock, KeyCopy } from '../ports.ts';
import { endsWithin } from './ends-within.ts';
import { keyFlights } from './key-flight.ts';
import { type KeyFetch, keyMemory } from './key-memory.ts';
import { ageOf, sourceOf } from './key-state.ts';
import { MAX_STALE_MS, MAX_WAIT_MS, WARM_UP_WRITE_WAIT_MS, WRITE_WAIT_MS } from './key-timings.ts';
import { sharedKeys } from './shared-keys.ts';
import type { PublishedKey } from './signing-keys.ts';

export interface KeySet {
  /** The key of that id among the keys in use. */
  find(kid: string): PublishedKey | undefined;
  /** Id of one of the keys in use; undefined without keys. */
  firstKid(): string | undefined;
  /** Where the keys in use come from: `memory` past the hard age without a newer fetch. */
  source(): KeySource;
  /**
   * Whether the keys are usable and young, so that `ready` would wait for nothing and begin
   * nothing.
   */
  isFresh(): boolean;
  /** Ensures that the keys are fresh enough to verify with; false when no usable keys exist. */
  ready(): Promise<boolean>;
  /**
   * As `ready`, and waits up to a second for the shared copy to be written, so that an outage finds
   * it.
   */
  warmUp(): Promise<void>;
  /**
   * Looks for an unknown key, unless a fetch began less than a second ago. Known kids never wait
   * for this. After a fetch that failed or did not answer in time nobody waits for up to 10 s:
   * fetches go on beside the calls, one a second, and the first that succeeds ends it.
   *
   * @returns whether the keys in memory answer for the issuer: false while its fetches fail.
   */
  refetch(): Promise<boolean>;
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
  /** Called after each fetch with the source of the keys in use. */
  readonly onFetched?: (outcome: KeysInUse) => void;
}

export interface KeysInUse {
  readonly source: KeySource;
  /** Undefined without keys. */
  readonly ageMs: number | undefined;
}

export function createKeySet(options: KeySetOptions): KeySet {
  const { issuer, fetch, clock, copy, maxStaleMs = MAX_STALE_MS, onFetched } = options;
  const shared = sharedKeys({ issuer, clock, copy, maxStaleMs });
  const memory = keyMemory({ clock, fetch, shared, maxStaleMs });
  const begin = keyFlights(clock, async (awaited) => {
    const source = await memory.fetch(awaited);
    const held = memory.held();
    if (source) onFetched?.({ source, ageMs: held && ageOf(clock.now(), held) });
  });

  /**
   * Waits for a fetch: a second at most, and with keys to fall back on, all requests together a
   * second for one fetch.
   */
  const awaitFetch = async (hasFallback: boolean): Promise<void> => {
    const { done, begun, startedAt } = begin('wait');
    const patienceMs = hasFallback ? startedAt + MAX_WAIT_MS - clock.now() : MAX_WAIT_MS;
    const inTime = patienceMs > 0 && (await endsWithin(patienceMs, done));
    // Record the failure here: after a freeze the fetch may never report it. A full wait counts
    // too.
    if (!inTime && (begun || !hasFallback)) memory.failed();
    if (inTime) await shared.written(WRITE_WAIT_MS);
  };

  const ready = async (): Promise<boolean> => {
    const { isUsable, fetch } = memory.state();
    if (fetch === 'none') return true;
    if (fetch === 'await') await awaitFetch(isUsable);
    else void begin('beside');
    return memory.state().isUsable;
  };

  const refetch = async (): Promise<boolean> => {
    if (memory.isFailing()) void begin('probe');
    else await awaitFetch(false);
    // A fetch that failed a moment ago, so that none is due, says nothing of a key.
    return !memory.isFailing() && memory.isAnswered();
  };

  return {
    find: (kid) => memory.held()?.keys.get(kid),
    firstKid: () => memory.held()?.keys.keys().next().value,
    source: () => sourceOf(clock.now(), memory.held()),
    isFresh: () => memory.state().fetch === 'none',
    ready,
    refetch,
    async warmUp() {
      await ready();
      await shared.written(WARM_UP_WRITE_WAIT_MS);
    },
  };
}
