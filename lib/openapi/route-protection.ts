/**
 * What protects one route of an API. `ours`: our authorizer. `foreign`: something else decides its
 * calls, or may. `preflight`: nothing, since the gateway answers itself. `public`: nothing, as the
 * access map says. `unprotected`: nothing, though the map does not list it as public.
 */
export type RouteProtection = 'ours' | 'unprotected' | 'public' | 'preflight' | 'foreign';

/** Has our authorizer, or is about to get it. */
export const isCovered = (outcome: RouteProtection): boolean =>
  outcome === 'ours' || outcome === 'unprotected';

export interface ProtectionFacts {
  readonly isOurs: boolean;
  readonly isForeign: boolean;
  /** Whether its owner agrees that ours replaces what else decides. */
  readonly isReplaced: boolean;
  readonly isPreflight: boolean;
  readonly isPublic: boolean;
}

/**
 * The first fact that holds decides: an authorizer stands whatever the map says. On a public route
 * ours replaces none, since the map asks for none there.
 */
export function protectionOf({
  isOurs,
  isForeign,
  isReplaced,
  isPreflight,
  isPublic,
}: ProtectionFacts): RouteProtection {
  if (isOurs) return 'ours';
  if (isForeign) return isReplaced && !isPublic ? 'unprotected' : 'foreign';
  if (isPreflight) return 'preflight';
  return isPublic ? 'public' : 'unprotected';
}
