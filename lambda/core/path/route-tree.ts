/** The routes of one method as a tree over their segments. */
import { isGreedy, isParameter } from './route-template.ts';

export interface RouteNode {
  /** By the segment in folded case. */
  readonly literals: Map<string, Literal>;
  parameter: RouteNode | undefined;
  /**
   * Templates of the routes that end here, and of the greedy ones below: several where they differ
   * in case alone.
   */
  readonly routes: string[];
  readonly greedy: string[];
  /** The default route, at the root alone. */
  fallback: string | undefined;
  /** Length of the longest literal, which bounds the comparisons with a segment of any length. */
  longest: number;
}

export interface Literal {
  readonly node: RouteNode;
  /** As the templates write it; several where they differ in case alone. */
  readonly spellings: Set<string>;
}

const node = (): RouteNode => ({
  literals: new Map(),
  parameter: undefined,
  routes: [],
  greedy: [],
  fallback: undefined,
  longest: 0,
});

/**
 * Whether a route takes every path below its own.
 * @param route its template or key: `/files/{path+}`, `ANY /{proxy+}`, `$default`, `GET $default`
 */
export const isCatchAll = (route: string): boolean =>
  isGreedy(route) || route === '$default' || route.endsWith(' $default');

/** @param templates `/orders/{id}`, `/files/{path+}`, `$default` */
export function routeTree(templates: Iterable<string>): RouteNode {
  const root = node();
  for (const template of templates) insert(root, template);
  return root;
}

function insert(root: RouteNode, template: string): void {
  if (template === '$default') {
    root.fallback = template;
    return;
  }
  let place = root;
  for (const segment of template.split('/').slice(1)) {
    if (isGreedy(segment)) {
      place.greedy.push(template);
      return;
    }
    if (segment === '') continue;
    place = isParameter(segment) ? parameterOf(place) : literalOf(place, segment);
  }
  place.routes.push(template);
}

function parameterOf(place: RouteNode): RouteNode {
  place.parameter ??= node();
  return place.parameter;
}

function literalOf(place: RouteNode, segment: string): RouteNode {
  const name = fold(segment);
  const literal = place.literals.get(name) ?? { node: node(), spellings: new Set() };
  literal.spellings.add(segment);
  place.literals.set(name, literal);
  place.longest = Math.max(place.longest, name.length);
  return literal.node;
}

/**
 * Case folded as widely as any back end does it: `ſ` (U+017F) is an `s` to those that compare in
 * upper case, `K` (U+212A) a `k` to those that compare in lower case.
 */
export const fold = (text: string): string =>
  IN_LOWER_CASE.test(text) ? text : text.toLowerCase().toUpperCase().toLowerCase();

const IN_LOWER_CASE = /^[\x20-\x40\x5b-\x7e]*$/;
