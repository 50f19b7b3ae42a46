/** Which routes a plainly written request names. */
import { writtenRoutes } from '../../../lambda/core/path/route-choice.ts';
import { routeTree } from '../../../lambda/core/path/route-tree.ts';
import type { Segments } from './request-segments.ts';

/**
 * The routes of a request among routes of one method: of several the caller must be allowed on all,
 * and the gateway may choose any of them where its kind is not known.
 */
export function plainRouter<Route extends { readonly template: string }>(
  routes: readonly Route[],
): (request: Segments) => readonly Route[] {
  const byTemplate = new Map(routes.map((route) => [route.template, route]));
  const tree = routeTree(byTemplate.keys());
  return (request) =>
    writtenRoutes(tree, `/${request.join('/')}`).flatMap(
      (template) => byTemplate.get(template) ?? [],
    );
}
