/** Shadow mode: decisions are recorded, not enforced; who could call before still can. */

import { type Refusal, type RefusalCode, STATUS_OF } from '../contract/codes.ts';
import type { DecisionMode } from '../contract/decision-record.ts';
import { hasBit } from '../model/bits.ts';
import type { AccessModel } from '../model/model.ts';

export interface ShadowMode {
  /** A route that the map does not have is evaluated by the map's own mode. */
  modeOf(route: string): DecisionMode;
  /**
   * Whether a refusal holds for a route that accepts any valid token: an invalid token is refused
   * in every mode.
   */
  refusesAnyToken(refusal: Refusal): boolean;
  /** Whether an ambiguous path is always refused: a back end could read it as an enforced route. */
  readonly refusesAmbiguousPaths: boolean;
}

/** Refusals of valid tokens that are not 403: a prior authorizer does not have them. */
const OF_VALID_TOKENS: ReadonlySet<RefusalCode> = new Set([
  'QUOTA_STORE_UNAVAILABLE',
  'TOKEN_REVOKED',
  'REVOCATIONS_UNAVAILABLE',
]);

export function shadowMode({
  shadow,
  routes,
  routeIndex,
  public: publicRoutes,
}: AccessModel): ShadowMode {
  const isShadow = (index: number | undefined): boolean => {
    if (!shadow) return false;
    return index === undefined ? shadow.whole : hasBit(shadow.routes, index);
  };
  const allShadow =
    shadow?.whole === true &&
    routes.every((_, index) => hasBit(publicRoutes, index) || isShadow(index));
  return {
    modeOf: (route) => (isShadow(routeIndex.get(route)) ? 'shadow' : 'enforce'),
    refusesAnyToken: ({ code }) => !OF_VALID_TOKENS.has(code) && STATUS_OF[code] !== 403,
    refusesAmbiguousPaths: !allShadow,
  };
}
