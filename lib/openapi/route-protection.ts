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
  readonly isPreflight: boolean;
  readonly isPublic: boolean;
}

/** The first fact that holds decides: an authorizer stands whatever the map says. */
export function protectionOf({
  isOurs,
  isForeign,
  isPreflight,
  isPublic,
}: ProtectionFacts): RouteProtection {
  if (isOurs) return 'ours';
  if (isForeign) return 'foreign';
  if (isPreflight) return 'preflight';
  return isPublic ? 'public' : 'unprotected';
}
