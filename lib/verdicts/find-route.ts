/** From what somebody typed as a route to the route that the gateway would match. */
import { isRefusedForAll, judgePath } from '../../lambda/core/path/judge.ts';
import { routeTable } from '../../lambda/core/path/route-table.ts';
import { closest } from '../access-map/report/nearest.ts';

export type FoundRoute =
  /** The route is in the inventory as typed. */
  | { readonly kind: 'route'; readonly route: string }
  /** A concrete path that this route serves. */
  | { readonly kind: 'path'; readonly route: string }
  /** Several templates serve the path; which one the gateway takes is not for us to guess. */
  | { readonly kind: 'several'; readonly routes: readonly string[] }
  | { readonly kind: 'unknown'; readonly nearest: string | undefined };

/** @param routes the inventory: `METHOD /template`, one each. */
export function findRoute(typed: string, routes: readonly string[]): FoundRoute {
  if (routes.includes(typed)) return { kind: 'route', route: typed };
  const fitting = mostSpecific(routes.filter((route) => serves(route, typed)));
  const [route] = fitting;
  if (route === undefined) return { kind: 'unknown', nearest: closest(typed, routes) };
  return fitting.length === 1 ? { kind: 'path', route } : { kind: 'several', routes: fitting };
}

/**
 * Full matches come before greedy ones, and those before the default. Source: "Routes for HTTP APIs
 * in API Gateway".
 */
function mostSpecific(routes: readonly string[]): readonly string[] {
  const rank = (route: string): number => {
    if (route.endsWith(' $default')) return 2;
    return route.endsWith('+}') ? 1 : 0;
  };
  const best = Math.min(...routes.map(rank));
  return routes.filter((route) => rank(route) === best);
}

function serves(route: string, typed: string): boolean {
  const [method, template = ''] = route.split(' ');
  const [wanted, path = ''] = typed.split(' ');
  if (method !== wanted || !path.startsWith('/') || /[?#{}*]/.test(path)) return false;
  if (template === '$default') return true;
  const given = path.split('/').slice(1);
  const segments = template.split('/').slice(1);
  const greedy = template.endsWith('+}');
  if (greedy ? given.length < segments.length : given.length !== segments.length) return false;
  const fits = segments.every((segment, at) => segment.startsWith('{') || segment === given[at]);
  // The authorizer refuses what a back end could read as another path, so such a path is no example
  // of the route.
  return (
    fits && !isRefusedForAll(judgePath(routeTable([route]), { arrived: route, paths: [path] }))
  );
}
