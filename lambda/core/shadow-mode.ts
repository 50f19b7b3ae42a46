/** Shadow mode: what the rules say is recorded, and whoever could call before still can. */
import { hasBit } from './bits.ts';
import { REFUSALS, type Refusal } from './codes.ts';
import type { DecisionMode } from './decision-record.ts';
import type { AccessModel } from './model.ts';

export interface ShadowMode {
  /** A route that the map does not have is judged by the map's own mode. */
  modeOf(route: string): DecisionMode;
  /** Whether a call that the rules refuse passes. A valid token is the law: what says that there is none refuses in every mode. */
  passes(refusal: Refusal, route: string): boolean;
}

export function shadowMode({ shadow, routes, routeIndex, public: open }: AccessModel): ShadowMode {
  if (!shadow) return { modeOf: () => 'enforce', passes: () => false };
  const isShadow = (index: number | undefined): boolean => (index === undefined ? shadow.whole : hasBit(shadow.routes, index));
  const everywhere = shadow.whole && routes.every((_, index) => hasBit(open, index) || isShadow(index));
  return {
    modeOf: (route) => (isShadow(routeIndex.get(route)) ? 'shadow' : 'enforce'),
    passes({ code }, route) {
      if (!isShadow(routeIndex.get(route))) return false;
      // A back end could read an ambiguous path as a route that is enforced.
      if (code === 'PATH_REFUSED') return everywhere;
      return code === 'QUOTA_STORE_UNAVAILABLE' || REFUSALS[code].status === 403;
    },
  };
}
