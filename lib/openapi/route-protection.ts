/**
 * What protects one route of an API. `ours`: our authorizer. `foreign`: something else decides its
 * calls, or may. `preflight`: nothing, since the gateway answers itself. `public`: nothing of ours,
 * as the access map says; an authorizer of somebody else may stand there. `unprotected`: nothing,
 * though the map does not list it as public.
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
  readonly isPreflight: boolean;
  readonly isPublic: boolean;
}

/**
 * The first fact that holds decides. A public route stays as it is: ours replaces nothing there,
 * and what somebody else refuses there opens nothing.
 */
export function protectionOf({
  isOurs,
  isForeign,
  isReplaced,
  isPreflight,
  isPublic,
}: ProtectionFacts): RouteProtection {
  if (isOurs) return 'ours';
  if (isPreflight && !isForeign) return 'preflight';
  if (isPublic) return 'public';
  return isForeign && !isReplaced ? 'foreign' : 'unprotected';
}
