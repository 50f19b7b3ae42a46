import { type AbsentRoute, absentRoutes } from '../../lambda/gateway/absent-route.ts';
import { type RouteProtection, standsBefore } from '../../lambda/gateway/route-protection.ts';
import type { MappedRoutes } from '../access-map/index.ts';
import type { CoveredRoute } from './refuse-foreign-authorizer.ts';

/**
 * Routes of the map that the app's API lacks.
 * @param isOurs whether a route has our authorizer, or is about to get it
 */
export function absentFrom(
  present: readonly CoveredRoute[],
  { kind, routes }: { readonly kind: 'http' | 'rest'; readonly routes: MappedRoutes },
  isOurs: (outcome: RouteProtection) => boolean,
): readonly AbsentRoute[] {
  const keyed = present.flatMap(({ key, outcome, authorizer }) =>
    key === undefined
      ? []
      : [
          {
            key,
            before: standsBefore(isOurs(outcome), authorizer),
            isMapped: routes.entry(key) !== undefined,
          },
        ],
  );
  return absentRoutes(kind, keyed, routes.missingFrom(keyed.map(({ key }) => key)));
}
