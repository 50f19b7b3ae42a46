/** The routes of a map by method and template, and the one that a path as it is written names. */
import { lazyMap } from '../model/lazy-map.ts';
import { confusableTemplates, withAnyValues } from './confusable-templates.ts';
import { exactMatches, matchesOf } from './match.ts';
import { readingsOf } from './readings.ts';
import { splitRoute } from './route-key.ts';
import { isCatchAll, type RouteNode, routeTree } from './route-tree.ts';

/** The routes of a map as they are looked up by their paths; made once. */
export interface RouteTable {
  readonly trees: ReadonlyMap<string, RouteNode>;
  /** By route: what has to be evaluated on it. Filled as routes are called. */
  readonly known: Map<string, Arrival>;
}

/** A route on which requests arrive. */
export interface Arrival {
  readonly key: string;
  readonly method: string;
  readonly template: string;
  readonly catchAll: boolean;
  /** Whether a plain value may name another route. */
  readonly confusable: boolean;
  /** Templates that every call may be read as, whatever its values. */
  readonly inherent: readonly string[];
}

/** @param keys method and template of every route: `GET /orders/{id}`, `GET $default`. */
export function routeTable(keys: readonly string[]): RouteTable {
  const templates = new Map<string, string[]>();
  for (const key of keys) {
    const { method, template } = splitRoute(key);
    const listed = templates.get(method);
    if (listed) listed.push(template);
    else templates.set(method, [template]);
  }
  // A method's tree is made when it is called: a cold start waits for a thousand routes.
  const lists = [...templates.values()];
  const places = new Map([...templates.keys()].map((method, place) => [method, place]));
  return { trees: lazyMap(places, (place) => routeTree(lists[place] ?? [])), known: new Map() };
}

/** The route that the path means as it is written; no other reading is tried. */
export function routeOn(table: RouteTable, arrived: string, path: string): string {
  const { method, template } = splitRoute(arrived);
  return isCatchAll(template) && path.startsWith('/')
    ? routeOf(table, { key: arrived, method }, path)
    : arrived;
}

export function arrivalOf(table: RouteTable, key: string): Arrival {
  const known = table.known.get(key);
  if (known) return known;
  const { method, template } = splitRoute(key);
  const tree = table.trees.get(method);
  const catchAll = isCatchAll(template);
  const confusable =
    tree !== undefined && confusableTemplates(tree, template).some(({ how }) => how === 'literal');
  const arrival: Arrival = {
    key,
    method,
    template,
    catchAll,
    confusable,
    inherent: tree && !catchAll ? inherentIn(tree, template) : [],
  };
  table.known.set(key, arrival);
  return arrival;
}

/**
 * What every call of the template may be read as, whatever its values: `/orders/{id}.json` and its
 * like follow from the map itself.
 */
const inherentIn = (tree: RouteNode, template: string): readonly string[] =>
  readingsOf([withAnyValues(template)]).readings.flatMap(({ path }) =>
    matchesOf(tree, path).map((match) => match.template),
  );

/** The route that a path without other readings names on a greedy or `$default` route. */
export function routeOf(
  table: RouteTable,
  { key, method }: Pick<Arrival, 'key' | 'method'>,
  path: string,
): string {
  const tree = table.trees.get(method);
  const [exact] = tree ? exactMatches(matchesOf(tree, path)) : [];
  return exact ? `${method} ${exact.template}` : key;
}
