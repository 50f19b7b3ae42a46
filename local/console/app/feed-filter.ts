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

/** What can be chosen: everything that some call has of those of the chosen kind, in order. */
export function choicesIn(
  all: readonly SeenCall[],
  { everything }: FeedFilter,
  setup: Pick<ConsoleSetup, 'users'>,
): { readonly outcomes: readonly string[]; readonly callers: readonly string[] } {
  const calls = filterCalls(all, { ...NO_FILTER, everything }, setup);
  const sorted = (names: readonly string[]): readonly string[] =>
    [...new Set(names)].filter((name) => name !== '').toSorted();
  return {
    outcomes: sorted(calls.map(outcomeOf)),
    callers: sorted(calls.map(({ record }) => callerName(setup, record))),
  };
}

/** Why no call is shown, and the next step. */
export function emptyText(
  all: readonly SeenCall[],
  { everything }: FeedFilter,
  setup: Pick<ConsoleSetup, 'users'>,
): string {
  if (all.length === 0) return 'No call yet. Call a route above, or by curl in a terminal.';
  if (filterCalls(all, { ...NO_FILTER, everything }, setup).length === 0)
    return 'No call yet but preflights and what this page asks. Call a route above, or by curl in a terminal.';
  return 'No call fits the filters. Clear one of them.';
}
