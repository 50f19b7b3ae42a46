/** Shadow mode: what the rules say is recorded, and whoever could call before still can. */

import { REFUSALS, type Refusal } from '../contract/codes.ts';
import { hasBit } from '../model/bits.ts';
import type { AccessModel } from '../model/model.ts';
import type { DecisionMode } from '../record/decision-record.ts';

export interface ShadowMode {
  /** A route that the map does not have is judged by the map's own mode. */
  modeOf(route: string): DecisionMode;
  /**
   * Whether a refusal stands where a valid token is the law: what says that there is none refuses
   * in every mode.
   */
  refusesAnyToken(refusal: Refusal): boolean;
  /**
   * Whether an ambiguous path is refused whatever the law and whoever calls: a back end could read
   * it as a route that is enforced.
   */
  readonly refusesAmbiguousPaths: boolean;
}

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
    refusesAnyToken: ({ code }) =>
      code !== 'QUOTA_STORE_UNAVAILABLE' && REFUSALS[code].status !== 403,
    refusesAmbiguousPaths: !allShadow,
  };
}
