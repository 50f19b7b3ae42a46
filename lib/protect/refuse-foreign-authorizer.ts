/**
 * Refuses a route in `protect` that has an authorizer of another owner. authorization.ts classifies
 * which routes have one. Both kinds of API come here by coverage-report.ts.
 */

import type { RouteProtection } from '../../lambda/gateway/route-protection.ts';
import type { MappedRoutes } from '../access-map/index.ts';

/** A route of an HTTP API or a method of a REST API, as the template will have it. */
export interface CoveredRoute {
  /** `GET /orders`; undefined where it is known at deploy time only. */
  readonly key: string | undefined;
  readonly outcome: RouteProtection;
  /** What an authorizer is, in a word or two; empty where there is none. */
  readonly authorizer: string;
}

/**
 * The error of synthesis; undefined where there is no foreign authorizer, or the map accepts it.
 * @param route the route as messages name it
 */
export function foreignAuthorizerRefusal(
  routes: MappedRoutes,
  route: string,
  { key, outcome, authorizer }: CoveredRoute,
): string | undefined {
  if (outcome !== 'foreign' || routes.acceptsForeign(key)) return undefined;
  return (
    `${route} has an authorizer of its own (${authorizer}): expected none, so that the access map decides. ` +
    'It is left unchanged: remove that authorizer, name the route in `replace` of `protect`, list it under `api.accept.foreign`, or do not protect this API as a whole'
  );
}
