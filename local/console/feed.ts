/**
 * The answered calls of a local run, each with the authorizer's record of it, for whoever listens.
 */

import { membersOf } from '../../lambda/core/json/json-object.ts';
import { ownAnswerOf } from '../gateway-emulator/own-answer.ts';
import type { CallRecord } from '../gateway-emulator/serve-http-api.ts';
import type { AnsweredBy, SeenCall } from './wire.ts';

export interface CallFeed {
  readonly onCall: (call: CallRecord) => void;
  readonly onLine: (line: string) => void;
  /**
   * Calls the listener for the newest calls, oldest first, and then for each further one.
   * @returns ends it
   */
  readonly listen: (listener: (call: SeenCall) => void) => () => void;
  /**
   * The call of a request; one that is not known yet is waited for, since its answer reaches the
   * caller before the gateway tells of it.
   * @param patienceMs how long to wait
   */
  readonly find: (requestId: string, patienceMs: number) => Promise<SeenCall | undefined>;
}

const REMEMBERED = 500;

/**
 * @param now milliseconds since 1970
 * @param isConsole whether the console's own page asked
 */
export function createCallFeed(
  now: () => number,
  isConsole: (call: CallRecord) => boolean,
): CallFeed {
  const records = new Map<string, Readonly<Record<string, unknown>>>();
  const calls = new Map<string, SeenCall>();
  const listeners = new Set<(call: SeenCall) => void>();
  const kindOf = (call: CallRecord): SeenCall['kind'] => {
    if (call.preflight) return 'preflight';
    return isConsole(call) ? 'console' : 'call';
  };
  const listen = (listener: (call: SeenCall) => void): (() => void) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  };
  return {
    onLine: (line) => {
      const record = readRecord(line);
      if (typeof record?.['requestId'] === 'string') remember(records, record['requestId'], record);
    },
    onCall: (seen) => {
      const record = records.get(seen.requestId);
      records.delete(seen.requestId);
      const call = seenCall(seen, now(), kindOf(seen), record);
      remember(calls, call.requestId, call);
      for (const listener of [...listeners]) listener(call);
    },
    listen: (listener) => {
      for (const call of calls.values()) listener(call);
      return listen(listener);
    },
    find: async (requestId, patienceMs) =>
      calls.get(requestId) ?? nextCall(listen, requestId, patienceMs),
  };
}

/** The oldest goes where there is no more room. */
function remember<T>(entries: Map<string, T>, key: string, value: T): void {
  entries.set(key, value);
  const [oldest] = entries.size > REMEMBERED ? entries.keys() : [];
  if (oldest !== undefined) entries.delete(oldest);
}

function nextCall(
  listen: (listener: (call: SeenCall) => void) => () => void,
  requestId: string,
  patienceMs: number,
): Promise<SeenCall | undefined> {
  return new Promise((done) => {
    const finish = (call?: SeenCall): void => {
      clearTimeout(timer);
      end();
      done(call);
    };
    const timer = setTimeout(finish, patienceMs);
    const end = listen((call) => {
      if (call.requestId === requestId) finish(call);
    });
  });
}

function seenCall(
  seen: CallRecord,
  at: number,
  kind: SeenCall['kind'],
  record: SeenCall['record'],
): SeenCall {
  const { requestId, status, method, path, routeKey, authorization, error } = seen;
  const ownAnswer = ownAnswerOf(seen);
  return {
    ...{ requestId, at, status, method, path },
    ...(routeKey !== undefined && { routeKey }),
    kind,
    answeredBy: ANSWERED_BY[authorization ?? 'none'],
    ...(ownAnswer !== undefined && { ownAnswer }),
    ...(error !== undefined && { error }),
    ...(seen.integrationFailed === true && { integrationFailed: true }),
    ...(record !== undefined && { record }),
  };
}

const ANSWERED_BY = {
  invoked: 'authorizer',
  cached: 'cache',
  'identity source missing': 'gateway',
  'identity source empty': 'gateway',
  none: 'gateway',
} as const satisfies {
  readonly [source in NonNullable<CallRecord['authorization']> | 'none']: AnsweredBy;
};

function readRecord(line: string): Readonly<Record<string, unknown>> | undefined {
  const record = membersOf(line);
  return 'effect' in record ? record : undefined;
}
