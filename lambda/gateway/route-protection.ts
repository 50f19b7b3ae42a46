/**
 * What protects one route of an API, in a document, in a template or live. `ours`: our authorizer.
 * `foreign`: something else decides its calls, or may. `public`: nothing of ours, as the access map
 * says; an authorizer of somebody else may stand there. `preflight`: nothing, on a route that the
 * map does not have, since the gateway answers itself. `unprotected`: nothing, though the map does
 * not list it as public.
 */
export type RouteProtection = 'ours' | 'unprotected' | 'public' | 'preflight' | 'foreign';

/** Has our authorizer, or is about to get it. */
export const isCovered = (outcome: RouteProtection): boolean =>
  outcome === 'ours' || outcome === 'unprotected';

/** @param authorizer what else decides its calls; empty where nothing does */
export function standsBefore(isOurs: boolean, authorizer: string): 'ours' | 'foreign' | 'nothing' {
  if (isOurs) return 'ours';
  return authorizer === '' ? 'nothing' : 'foreign';
}

export interface ProtectionFacts {
  readonly isOurs: boolean;
  readonly isForeign: boolean;
  /** Whether its owner agrees that ours replaces what else decides. */
  readonly isReplaced: boolean;
  /** Whether it is there for the preflights of browsers alone. */
  readonly isPreflight: boolean;
  /** The map's entry of the route; undefined where it has none. */
  readonly mapped: { readonly public: boolean } | undefined;
}

/**
 * The first fact that holds decides. A public route stays as it is: ours replaces nothing there,
 * and what somebody else refuses there opens nothing. What the map says of a route holds for a
 * preflight too.
 */
export function protectionOf({
  isOurs,
  isForeign,
  isReplaced,
  isPreflight,
  mapped,
}: ProtectionFacts): RouteProtection {
  if (isOurs) return 'ours';
  if (mapped?.public === true) return 'public';
  if (mapped === undefined && isPreflight && !isForeign) return 'preflight';
  return isForeign && !isReplaced ? 'foreign' : 'unprotected';
}
