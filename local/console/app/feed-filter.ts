/** Which calls of the run are shown. */
import type { ConsoleSetup, SeenCall } from '../wire.ts';
import { matchesSearch } from './format.ts';
import { callerName, outcomeOf } from './recorded.ts';

export interface FeedFilter {
  /** Parts of method and path, or of the route's template. */
  readonly route: string;
  /** A code, or who answered; empty: any. */
  readonly outcome: string;
  /** Login or id; empty: anybody. */
  readonly caller: string;
  /** Preflights, and what this page asks by itself. */
  readonly everything: boolean;
}

export const NO_FILTER: FeedFilter = { route: '', outcome: '', caller: '', everything: false };

export const filterCalls = (
  calls: readonly SeenCall[],
  { route, outcome, caller, everything }: FeedFilter,
  setup: Pick<ConsoleSetup, 'users'>,
): readonly SeenCall[] =>
  calls.filter(
    (call) =>
      (everything || call.kind === 'call') &&
      matchesSearch(`${call.method} ${call.path} ${call.routeKey ?? ''}`, route) &&
      (outcome === '' || outcomeOf(call) === outcome) &&
      (caller === '' || callerName(setup, call.record) === caller),
  );

/** What can be chosen: everything that some call has, in order. */
export function choicesIn(
  calls: readonly SeenCall[],
  setup: Pick<ConsoleSetup, 'users'>,
): { readonly outcomes: readonly string[]; readonly callers: readonly string[] } {
  const sorted = (names: readonly string[]): readonly string[] =>
    [...new Set(names)].filter((name) => name !== '').toSorted();
  return {
    outcomes: sorted(calls.map(outcomeOf)),
    callers: sorted(calls.map(({ record }) => callerName(setup, record))),
  };
}
