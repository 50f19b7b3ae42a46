/** Which route of an API a gateway chooses for the calls that a route key means. */
import { ANY_VALUE } from '../core/path/confusable-templates.ts';
import { gatewayChoices } from '../core/path/route-choice.ts';
import { methodOf, templateOf } from '../core/path/route-key.ts';
import { withParameters } from '../core/path/route-template.ts';
import { type RouteNode, routeTree } from '../core/path/route-tree.ts';
import type { LiveApi } from './live-api.ts';

/**
 * Keys of the routes that take some call of `key`, a route that the API does not have, or that may
 * take it where the gateway's choice is not documented; empty where the gateway answers all of them
 * itself.
 */
export type ServingRoutes = (key: string) => readonly string[];

/**
 * HTTP API: the path and the method choose the route together. REST API: the path chooses the
 * resource, and the method must be one of it. Source: API Gateway, "Create routes for HTTP APIs";
 * "Set up API methods".
 */
export function servingRoutes(kind: LiveApi['kind'], keys: ReadonlySet<string>): ServingRoutes {
  const listed = [...keys];
  const methods = [...new Set(['GET', 'POST', ...listed.map(methodOf)])].filter(
    (method) => !['ANY', 'OPTIONS', '$default'].includes(method),
  );
  const trees = new Map<string, RouteNode>();
  const treeOf = (method: string): RouteNode => {
    // The path alone chooses the resource of a REST API.
    const name = kind === 'rest' ? '' : method;
    const known = trees.get(name);
    if (known !== undefined) return known;
    const served = listed.filter(
      (key) => kind === 'rest' || [method, 'ANY', '$default'].includes(methodOf(key)),
    );
    const tree = routeTree(new Set(served.map(templateOf)));
    trees.set(name, tree);
    return tree;
  };
  const choose = (method: string, path: string): readonly string[] =>
    gatewayChoices(kind, treeOf(method), path).flatMap(
      (template) =>
        [`${method} ${template}`, `ANY ${template}`, template].find((key) => keys.has(key)) ?? [],
    );
  return (key) => {
    if (key === '$default') return [];
    const called = methodOf(key) === 'ANY' ? methods : [methodOf(key)];
    const chosen = called.flatMap((method) =>
      pathsOf(templateOf(key)).flatMap((path) => choose(method, path)),
    );
    return [...new Set(chosen)];
  };
}

/** A path of the template, and one that is deeper than routes are where it is greedy. */
function pathsOf(template: string): readonly string[] {
  const filled = (greedy: string): string =>
    withParameters(template, (_, isGreedy) => (isGreedy ? greedy : ANY_VALUE));
  return [...new Set([filled(ANY_VALUE), filled(`${ANY_VALUE}/`.repeat(20) + ANY_VALUE)])];
}
