import { type AbsentRoute, absentRoutes } from '../../lambda/gateway/absent-route.ts';
import type { AccessMap, MappedRoutes } from '../access-map/index.ts';
import type { RouteProtection } from '../openapi/route-protection.ts';

/**
 * Routes of the map that the app's API lacks.
 * @param isOurs whether a route has our authorizer, or is about to get it
 */
export function absentFrom(
  present: readonly { readonly key: string | undefined; readonly outcome: RouteProtection }[],
  { kind, routes }: { readonly kind: AccessMap['kind']; readonly routes: MappedRoutes },
  isOurs: (outcome: RouteProtection) => boolean,
): readonly AbsentRoute[] {
  const keyed = present.flatMap(({ key, outcome }) =>
    key === undefined
      ? []
      : [{ key, isOurs: isOurs(outcome), isMapped: routes.entry(key) !== undefined }],
  );
  return absentRoutes(kind, keyed, routes.missingFrom(keyed.map(({ key }) => key)));
}
