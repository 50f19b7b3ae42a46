/** What becomes of the rule of a route that an API lacks, by the routes that take its calls. */
import { isCatchAll } from '../core/path/route-tree.ts';

/**
 * `decided`: as the rule asks for it; a public rule asks for nothing. `accepted`: by the authorizer
 * of somebody else, which the map accepts for the absent route. `open`: by nothing of either kind.
 */
export type TakenCalls = 'decided' | 'accepted' | 'open';

/** A route of the API that takes some calls of the absent one. */
export interface ServingCandidate {
  readonly key: string;
  readonly calls: TakenCalls;
  /** Whether our authorizer refuses them, since the map does not have the route. */
  readonly isUnmapped: boolean;
}

/**
 * `served`: the rule holds below a catch-all route, whose calls our authorizer decides by the path.
 * `accepted`: the authorizer of a catch-all route decides, which the map accepts. `unprotected`: a
 * route takes the calls that has neither. `dead`: a parameter route takes them, and its own rule
 * decides, or a catch-all that the map does not have. `missing`: nobody can call it.
 */
export type AbsentRule<T extends ServingCandidate> =
  | { readonly kind: 'served' | 'accepted' | 'unprotected' | 'dead'; readonly by: T }
  | { readonly kind: 'missing'; readonly by: undefined };

/** Calls that pass without a token come before a rule that has no effect. */
export function absentRule<T extends ServingCandidate>(candidates: readonly T[]): AbsentRule<T> {
  const unprotected = candidates.find(({ calls }) => calls === 'open');
  if (unprotected !== undefined) return { kind: 'unprotected', by: unprotected };
  const dead = candidates.find(({ key, isUnmapped }) => isUnmapped || !isCatchAll(key));
  if (dead !== undefined) return { kind: 'dead', by: dead };
  const accepted = candidates.find(({ calls }) => calls === 'accepted');
  if (accepted !== undefined) return { kind: 'accepted', by: accepted };
  const [first] = candidates;
  return first === undefined ? { kind: 'missing', by: undefined } : { kind: 'served', by: first };
}

export const hasNoEffect = (by: string): string =>
  `\`${by}\` takes its calls, so its rule has no effect`;
