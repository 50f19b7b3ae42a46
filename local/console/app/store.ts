/** The one place of what the page knows, and since when. Times are milliseconds since 1970. */
import { useSyncExternalStore } from 'react';
import type { ConsoleSetup, ExplainedCall, SeenCall } from '../wire.ts';
import { savedToken, signOut } from './sign-in.ts';

export type Run =
  | { readonly kind: 'connecting' | 'starting' }
  | { readonly kind: 'running'; readonly setup: ConsoleSetup; readonly since: number }
  /** What was known when the stream of calls ended stays visible below a sentence about that. */
  | { readonly kind: 'stopped'; readonly setup?: ConsoleSetup; readonly since: number };

/** One call of this page. */
export interface Outcome {
  readonly route: string;
  readonly path: string;
  /** When the call began. */
  readonly at: number;
  readonly withToken: boolean;
  /** Undefined while it is under way, 0: there was no answer. */
  readonly status?: number;
  readonly body: string;
  /** Its own, by the request id of the answer; undefined until it is told. */
  readonly explained?: ExplainedCall;
  /** Why it is not told. */
  readonly unexplained?: string;
}

export interface Known {
  readonly run: Run;
  /** In this tab's storage as well. */
  readonly token: string | null;
  /** When the permissions endpoint last answered. */
  readonly permissionsAt?: number;
  /** Why the last sign-in failed. */
  readonly signInProblem?: string;
  /** The newest calls of the run, newest first, whoever made them. */
  readonly calls: readonly SeenCall[];
  readonly outcome?: Outcome;
}

/** Far more than anybody reads; the server remembers as many. */
const SHOWN_CALLS = 500;

const INITIAL: Known = { run: { kind: 'connecting' }, token: null, calls: [] };

export interface Store {
  readonly known: () => Known;
  readonly subscribe: (listener: () => void) => () => void;
  readonly starting: () => void;
  /** Starts a run. If it is a new run, only the sign-in of the former one remains. */
  readonly running: (setup: ConsoleSetup, at: number) => void;
  readonly stopped: (at: number) => void;
  /** A stream of calls begins with those that the run remembers. */
  readonly forgetCalls: () => void;
  readonly addCalls: (calls: readonly SeenCall[]) => void;
  readonly setOutcome: (outcome: Outcome) => void;
  readonly permissionsAnswered: (at: number) => void;
  readonly signedIn: (problem?: string) => void;
  readonly signOut: () => void;
}

export function createStore(): Store {
  let known: Known = INITIAL;
  const listeners = new Set<() => void>();
  /** Requests of the user, also to the route by which this page asks. */
  const asked = new Set<string>();
  const asAsked = (call: SeenCall): SeenCall =>
    call.kind === 'console' && asked.has(call.requestId) ? { ...call, kind: 'call' } : call;
  const change = (part: Partial<Known>): void => {
    known = { ...known, ...part };
    for (const listener of [...listeners]) listener();
  };
  const setupOf = ({ run }: Known): ConsoleSetup | undefined =>
    'setup' in run ? run.setup : undefined;
  return {
    known: () => known,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    starting: () => change({ run: { kind: 'starting' } }),
    running: (setup, since) => {
      const { outcome: _, permissionsAt: __, ...others } = known;
      if (setupOf(known)?.run !== setup.run) known = others;
      change({ run: { kind: 'running', setup, since } });
    },
    stopped: (since) => {
      if (known.run.kind === 'stopped') return;
      const setup = setupOf(known);
      change({ run: { kind: 'stopped', since, ...(setup && { setup }) } });
    },
    forgetCalls: () => change({ calls: [] }),
    addCalls: (calls) => {
      const added = new Set(calls.map(({ requestId }) => requestId));
      const before = known.calls.filter(({ requestId }) => !added.has(requestId));
      change({ calls: [...calls.toReversed().map(asAsked), ...before].slice(0, SHOWN_CALLS) });
    },
    setOutcome: (outcome) => {
      const { requestId } = outcome.explained?.call ?? {};
      if (requestId !== undefined) asked.add(requestId);
      change({ outcome, calls: known.calls.map(asAsked) });
    },
    permissionsAnswered: (permissionsAt) => change({ permissionsAt }),
    signedIn: (problem) => {
      const { signInProblem: _, ...others } = known;
      known = others;
      change({ token: savedToken(), ...(problem !== undefined && { signInProblem: problem }) });
    },
    signOut: () => {
      signOut();
      const { run, calls } = known;
      known = { run, calls, token: null };
      change({});
    },
  };
}

export const useKnown = <Value>(store: Store, select: (known: Known) => Value): Value =>
  useSyncExternalStore(store.subscribe, () => select(store.known()));
