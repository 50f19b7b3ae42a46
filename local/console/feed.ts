/**
 * The answered calls of a local run, each with the authorizer's record of it, for whoever listens.
 */
import type { CallRecord } from '../gateway/http-api.ts';

export interface SeenCall {
  readonly requestId: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly status: number;
  readonly method: string;
  readonly path: string;
  readonly routeKey: string | undefined;
  /** What the authorizer wrote; undefined for a call that did not reach it. It holds no token. */
  readonly record: Readonly<Record<string, unknown>> | undefined;
}

export interface CallFeed {
  readonly onCall: (call: CallRecord) => void;
  readonly onLine: (line: string) => void;
  /**
   * Calls the listener for the newest calls, oldest first, and then for each further one.
   * @returns ends it
   */
  readonly listen: (listener: (call: SeenCall) => void) => () => void;
}

const remembered = 50;

export function createCallFeed(now: () => number): CallFeed {
  const records = new Map<string, Readonly<Record<string, unknown>>>();
  const calls: SeenCall[] = [];
  const listeners = new Set<(call: SeenCall) => void>();
  return {
    onLine: (line) => {
      const record = readRecord(line);
      if (typeof record?.['requestId'] === 'string') records.set(record['requestId'], record);
    },
    onCall: ({ requestId, status, method, path, routeKey }) => {
      const call = {
        requestId,
        at: now(),
        status,
        method,
        path,
        routeKey,
        record: records.get(requestId),
      };
      records.delete(requestId);
      calls.push(call);
      if (calls.length > remembered) calls.shift();
      for (const listener of listeners) listener(call);
    },
    listen: (listener) => {
      for (const call of calls) listener(call);
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

function readRecord(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && 'effect' in value
      ? (value as Readonly<Record<string, unknown>>)
      : undefined;
  } catch {
    return undefined;
  }
}
