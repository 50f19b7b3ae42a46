/** Calls of the API from this page, and the records of all calls of the run. */
import type { Method, Permissions, Refusal } from 'okta-group-authorizer-client';
import { useCallback, useEffect, useRef, useState } from 'react';
import { type ConsoleSetup, methodOf, type SeenCall } from './setup.ts';

const shown = 20;

/** The newest calls of the run, newest first, whoever made them. */
export function useCalls(): readonly SeenCall[] {
  const [calls, setCalls] = useState<readonly SeenCall[]>([]);
  useEffect(() => {
    const source = new EventSource('/api/calls');
    // A reconnected stream begins with what is known already.
    source.onopen = () => setCalls([]);
    source.onmessage = ({ data }) => {
      const call = JSON.parse(data) as SeenCall;
      setCalls((before) =>
        [call, ...before.filter(({ requestId }) => requestId !== call.requestId)].slice(0, shown),
      );
    };
    return () => source.close();
  }, []);
  return calls;
}

export interface Outcome {
  readonly route: string;
  readonly path: string;
  readonly status: number;
  readonly body: string;
  readonly refusal: Refusal | undefined;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
}

export interface Caller {
  readonly outcome: Outcome | undefined;
  readonly busy: boolean;
  readonly call: (route: string, path: string) => Promise<void>;
}

export function useCaller(
  { gateway }: ConsoleSetup,
  token: string | null,
  permissions: Permissions,
): Caller {
  const [outcome, setOutcome] = useState<Outcome>();
  const [busy, setBusy] = useState(false);
  const latest = useRef(0);
  const call = useCallback(
    async (route: string, path: string) => {
      latest.current += 1;
      const mine = latest.current;
      const startedAt = Date.now();
      setBusy(true);
      try {
        const method = methodOf(route) as Method;
        const headers = token === null ? {} : { authorization: `Bearer ${token}` };
        const response = await fetch(gateway + path, { method, headers });
        const refusal = await permissions.refusal(response, route);
        // A call that passed has been counted; a refused one has made the client ask by itself.
        if (refusal === undefined && token !== null) await permissions.refresh();
        const body = await response.text();
        if (mine === latest.current)
          setOutcome({ route, path, status: response.status, body, refusal, startedAt });
      } catch (error) {
        if (mine === latest.current)
          setOutcome({
            route,
            path,
            status: 0,
            body: String(error),
            refusal: undefined,
            startedAt,
          });
      } finally {
        if (mine === latest.current) setBusy(false);
      }
    },
    [gateway, token, permissions],
  );
  return { outcome, busy, call };
}

/** The record of an outcome: the newest of its call. */
export const recordOf = (
  { route, path }: Outcome,
  calls: readonly SeenCall[],
): SeenCall | undefined =>
  calls.find((call) => call.method === methodOf(route) && call.path === path.split('?')[0]);

/** What an answer means, in words. */
export function statusText({ status, refusal, route }: Outcome): string {
  switch (refusal?.kind) {
    case 'signed-out':
      return 'Not signed in: the gateway wants a valid access token.';
    case 'quota':
      return `Quota used up. There is room again in ${refusal.retryAfterSeconds} s.`;
    case 'forbidden':
      return `Forbidden: the map does not let you call ${route}.`;
    case undefined:
      if (status === 0) return 'The gateway could not be reached.';
      return status < 300
        ? 'Allowed: the back end has answered.'
        : `The gateway answers ${status}.`;
  }
}
