/** From what somebody typed as a route to the route that the gateway would match. */

import { evaluatePath, isRefusedForAll } from '../../lambda/core/path/evaluate-path.ts';
import { METHODS } from '../../lambda/core/path/http-methods.ts';
import { otherMethods } from '../../lambda/core/path/methods.ts';
import { writtenRoutes } from '../../lambda/core/path/route-choice.ts';
import { splitRoute } from '../../lambda/core/path/route-key.ts';
import { type RouteTable, routeTable } from '../../lambda/core/path/route-table.ts';
import { closest } from '../access-map/report/nearest.ts';

export type FoundRoute =
  /** The route is in the inventory as typed. */
  | { readonly kind: 'route'; readonly route: string }
  /** A concrete path that this route serves. */
  | { readonly kind: 'path'; readonly route: string }
  /**
   * A path that may mean each of these routes, the first as HTTP APIs choose: the authorizer lets
   * pass who may call all of them.
   */
  | { readonly kind: 'several'; readonly routes: readonly string[] }
  | { readonly kind: 'unknown'; readonly nearest: string | undefined };

/** @param routes the inventory: `METHOD /template`, one each. */
export function findRoute(typed: string, routes: readonly string[]): FoundRoute {
  if (routes.includes(typed)) return { kind: 'route', route: typed };
  const possible = routesOfPath(typed, routeTable(routes));
  const [route] = possible;
  if (route === undefined) return { kind: 'unknown', nearest: closest(typed, routes) };
  return possible.length === 1 ? { kind: 'path', route } : { kind: 'several', routes: possible };
}

/**
 * The route that serves the path and those that a back end may read it as; none for a path that the
 * authorizer refuses whoever calls, so that it is no example of a route.
 */
function routesOfPath(typed: string, table: RouteTable): readonly string[] {
  const { method, template: path } = splitRoute(typed);
  const tree = table.trees.get(method);
  if (tree === undefined || !path.startsWith('/') || /[?#{}*]/.test(path)) return [];
  const [template] = writtenRoutes(tree, path);
  if (template === undefined) return [];
  const route = `${method} ${template}`;
  const methods = otherMethods({ method, overrides: [] }, METHODS) ?? [];
  const verdict = evaluatePath(table, { arrived: route, paths: [path], methods });
  return isRefusedForAll(verdict) ? [] : [route, ...verdict.needs.map((need) => need.route)];
}
