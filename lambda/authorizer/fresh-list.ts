/**
 * The list of revoked tokens of one Okta org, kept young by the requests that ask for it: nothing
 * runs without traffic. Ages count from when a read was sent, so that a list of age X knows what
 * was durable X ago.
 */
import { FIVE_MINUTES_MS } from '../core/contract/periods.ts';
import { type RevokedTokens, revokedTokens } from '../core/revocation/revoked-tokens.ts';
import type { Clock, RevocationCursor, RevocationList } from '../ports.ts';

export interface FreshListOptions {
  readonly list: RevocationList;
  /** Longest age of the list that a decision may use. */
  readonly withinMs: number;
  readonly marginSeconds: number;
  readonly clock: Clock;
  /** Waits for work that never throws, for at most this time. */
  readonly wait: (ms: number, work: Promise<unknown>) => Promise<unknown>;
  /**
   * Called for each read that gave nothing, but for those that a freeze of the environment cut off.
   */
  readonly onFailure: (error: unknown) => void;
}

export interface FreshList {
  readonly tokens: RevokedTokens;
  /**
   * Whether the list is young enough for a decision; a promise only where a read has to be awaited.
   * Never throws.
   */
  ready(): boolean | Promise<boolean>;
}

/** Longest wait of a request for a read. */
const WAIT_MS = 300;
/** Longest wait of a request whose environment has no list yet, or had none for long. */
const FIRST_WAIT_MS = 2_000;
const LONG_MS = FIVE_MINUTES_MS;
/** A read that gave nothing is repeated no sooner. */
const FAILED_PAUSE_MS = 1_000;
/**
 * An answer that took longer was cut off by a freeze: no failure of the store, and nobody waits for
 * it any more.
 */
const FLIGHT_MS = 2_500;
/** Interval at which entries that can no longer revoke a token are forgotten. */
const FORGET_EVERY_MS = 600_000;

interface Flight {
  readonly sentAt: number;
  readonly landed: Promise<void>;
}

interface State {
  /** When the read of this list was sent, from which its age counts. Before any read: long ago. */
  readAt: number;
  cursor: RevocationCursor | undefined;
  /** When the last read was sent, whatever became of it. */
  sentAt: number;
  flight: Flight | undefined;
  forgotAt: number;
}

export function freshList(options: FreshListOptions): FreshList {
  const { withinMs, marginSeconds, clock, wait } = options;
  const tokens = revokedTokens(marginSeconds);
  const never = Number.NEGATIVE_INFINITY;
  const state: State = {
    readAt: never,
    cursor: undefined,
    sentAt: never,
    flight: undefined,
    forgotAt: clock.now(),
  };
  const ageAt = (now: number): number => distance(now, state.readAt);
  const isYoung = (): boolean => ageAt(clock.now()) <= withinMs;
  /**
   * A first read may take longer than the list may be old; later entries follow with the next read.
   */
  const afterLongRead = async (): Promise<boolean> => {
    const next = state.cursor === undefined ? undefined : sendIfDue(options, state, tokens);
    if (next) await wait(WAIT_MS, next.landed);
    return isYoung();
  };
  return {
    tokens,
    ready() {
      const now = clock.now();
      const age = ageAt(now);
      if (age < withinMs / 2) return true;
      if (age <= withinMs) {
        if (distance(now, state.sentAt) >= withinMs / 2) send(options, state, tokens);
        return true;
      }
      const flight = usableFlight(state.flight, now, withinMs) ?? sendIfDue(options, state, tokens);
      if (!flight) return false;
      const waited = wait(age > LONG_MS ? FIRST_WAIT_MS : WAIT_MS, flight.landed);
      if (age <= LONG_MS) return waited.then(isYoung);
      return waited.then(() => isYoung() || afterLongRead());
    },
  };
}

/** A clock that was set back makes everything old: better one read too many. */
const distance = (now: number, then: number): number =>
  now < then ? Number.POSITIVE_INFINITY : now - then;

function usableFlight(
  flight: Flight | undefined,
  now: number,
  withinMs: number,
): Flight | undefined {
  return flight && distance(now, flight.sentAt) <= Math.min(FLIGHT_MS, withinMs)
    ? flight
    : undefined;
}

/** The list is too old: the last read has failed, or was sent a whole age ago. */
function sendIfDue(
  options: FreshListOptions,
  state: State,
  tokens: RevokedTokens,
): Flight | undefined {
  const pause = Math.min(FAILED_PAUSE_MS, options.withinMs / 2);
  return distance(options.clock.now(), state.sentAt) >= pause
    ? send(options, state, tokens)
    : undefined;
}

function send(options: FreshListOptions, state: State, tokens: RevokedTokens): Flight {
  const sentAt = options.clock.now();
  const flight: Flight = { sentAt, landed: read(options, state, tokens, sentAt) };
  state.sentAt = sentAt;
  state.flight = flight;
  void flight.landed.then(() => {
    if (state.flight === flight) state.flight = undefined;
  });
  return flight;
}

/** Never throws. */
async function read(
  { list, withinMs, clock, onFailure }: FreshListOptions,
  state: State,
  tokens: RevokedTokens,
  sentAt: number,
): Promise<void> {
  try {
    const { entries, cursor, isWhole } = await list.read(state.cursor);
    const now = clock.now();
    // Thrown away after a freeze: its entries come once more.
    if (distance(now, sentAt) > Math.max(withinMs, FLIGHT_MS)) return;
    if (isWhole && sentAt >= state.readAt) tokens.replaceBy(entries);
    else tokens.add(entries);
    if (sentAt >= state.readAt) {
      state.readAt = sentAt;
      state.cursor = cursor;
    }
    if (distance(now, state.forgotAt) < FORGET_EVERY_MS) return;
    tokens.forgetOld(now);
    state.forgotAt = now;
  } catch (error) {
    if (distance(clock.now(), sentAt) <= FLIGHT_MS) onFailure(error);
  }
}
