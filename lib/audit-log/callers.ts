/**
 * Who made some calls: how many calls, how many callers, the first of them by name. Bounded,
 * whatever the audit trail holds.
 */
import type { DecisionRecord } from '../../lambda/core/contract/decision-record.ts';
import { idInBlock } from '../../lambda/core/quota/caller-name.ts';

const MAX_NAMED_CALLERS = 5;
/** Callers beyond this number are counted as one. */
const MAX_COUNTED = 100_000;

export interface Callers {
  /** Calls, with the weights of their records. */
  readonly calls: number;
  readonly callers: number;
  /**
   * The first ones: uid of a user, client id of a machine, or a digest of it; where the map lists
   * several okta blocks, after the block and `/`.
   */
  readonly names: readonly string[];
  /** Milliseconds since the epoch. */
  readonly first: number;
  readonly last: number;
}

export interface CallerCounter {
  add(record: Pick<DecisionRecord, 'principal' | 'weight'>, at: number): void;
  counted(): Callers;
}

export function callerCounter(): CallerCounter {
  const ids = new Set<string>();
  let calls = 0;
  let first = Infinity;
  let last = -Infinity;
  return {
    add({ principal, weight }, at) {
      calls += weight;
      first = Math.min(first, at);
      last = Math.max(last, at);
      if (principal && ids.size < MAX_COUNTED) ids.add(idInBlock(principal.id, principal));
    },
    counted: () => ({
      calls: Math.round(calls),
      callers: ids.size,
      names: [...ids].slice(0, MAX_NAMED_CALLERS),
      first,
      last,
    }),
  };
}
