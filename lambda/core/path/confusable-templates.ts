/**
 * Which other routes a back end may read a call of a route as, from the templates alone: what has
 * to be evaluated, and what a public route exposes.
 */
import { matchesOf } from './match.ts';
import { methodsServing } from './methods.ts';
import { splitRoute } from './route-key.ts';
import { isParameter, withParameters } from './route-template.ts';
import { fold, isCatchAll, type RouteNode } from './route-tree.ts';

export interface ConfusableTemplate {
  /** Template of the other route. */
  readonly template: string;
  /**
   * - `literal`: a parameter's value that reads as a literal of it; at any depth.
   * - `deeper`: it goes on after the last parameter, and a value with an escaped slash reads as
   *   both.
   * - `below`: the path of a greedy or `$default` route.
   * - `served`: another method's route that has the path as it is, where that method's handlers
   *   run.
   */
  readonly how: 'literal' | 'deeper' | 'below' | 'served';
}

/**
 * The routes of the tree that a call of the template may be read as; none for a template without
 * parameters.
 */
export function confusableTemplates(
  root: RouteNode,
  template: string,
): readonly ConfusableTemplate[] {
  const found = new Map<string, ConfusableTemplate['how']>();
  const add = (other: string, how: ConfusableTemplate['how']): void => {
    if (other !== template && !found.has(other)) found.set(other, how);
  };
  const segments = template === '$default' ? [] : template.split('/').slice(1);
  const catchAll = isCatchAll(template);
  const fixed =
    catchAll && template !== '$default'
      ? segments.slice(0, -1)
      : segments.filter((segment) => segment !== '');
  const places = positionsAlong(root, fixed, add);
  const continues = catchAll || isParameter(segments.at(-1) ?? '');
  for (const { place, gained } of places) {
    if (gained)
      for (const other of [...place.routes, ...place.greedy])
        add(other, catchAll ? 'below' : 'literal');
    if (continues) below(place, (other) => add(other, catchAll ? 'below' : 'deeper'));
  }
  return Array.from(found, ([other, how]) => ({ template: other, how }));
}

/**
 * The same over the trees of all methods whose handlers a call of the route may run.
 * @param trees one for each method
 * @param key method and template
 */
export function confusableRoutesOf(
  trees: ReadonlyMap<string, RouteNode>,
  key: string,
): readonly (ConfusableTemplate & { readonly key: string })[] {
  const { method: own, template } = splitRoute(key);
  return methodsServing(own).flatMap((method) => {
    const tree = trees.get(method);
    if (!tree) return [];
    // For the same template, the rules themselves decide what is open (head-follows-get.ts).
    const served = method === own ? [] : servedBy(tree, template);
    const found = [...confusableTemplates(tree, template), ...served].filter(
      (other) => other.template !== template,
    );
    return found.map((other) => ({ ...other, key: `${method} ${other.template}` }));
  });
}

/** The routes of the tree that have a path of the template as it is. */
const servedBy = (tree: RouteNode, template: string): readonly ConfusableTemplate[] =>
  matchesOf(tree, template === '$default' ? `/${ANY_VALUE}` : withAnyValues(template)).map(
    (match) => ({ template: match.template, how: 'served' }),
  );

/**
 * Routes whose handlers a `POST` of the route runs that names their method in a header or in its
 * query (methods.ts), at its own path or at one that it may be read as.
 * @param trees one for each method
 * @param key method and template
 * @returns keys; none for other methods.
 */
export function overriddenByPost(
  trees: ReadonlyMap<string, RouteNode>,
  key: string,
): readonly string[] {
  const { method: own, template } = splitRoute(key);
  if (own !== 'POST') return [];
  const found = [...trees].flatMap(([method, tree]) =>
    method === own
      ? []
      : [...servedBy(tree, template), ...confusableTemplates(tree, template)].map(
          (other) => `${method} ${other.template}`,
        ),
  );
  return [...new Set(found)];
}

/** A text that no literal of a route equals. */
export const ANY_VALUE = '0'.repeat(40);

/** A path of the template, whatever its parameters hold. */
export const withAnyValues = (template: string): string =>
  withParameters(template, () => ANY_VALUE);

interface TreePosition {
  readonly place: RouteNode;
  /** Whether a literal stands here where the template has a parameter. */
  readonly gained: boolean;
}

/**
 * Everywhere in the tree where a call of the segments may stand; a greedy route that takes over on
 * the way is added at once.
 */
function positionsAlong(
  root: RouteNode,
  segments: readonly string[],
  add: (other: string, how: 'literal') => void,
): readonly TreePosition[] {
  let places: readonly TreePosition[] = [{ place: root, gained: false }];
  for (const segment of segments) {
    for (const { place, gained } of places)
      if (gained) for (const other of place.greedy) add(other, 'literal');
    places = places.flatMap(({ place, gained }) => [...childrenFor(place, segment, gained)]);
  }
  return places;
}

function* childrenFor(place: RouteNode, segment: string, gained: boolean): Iterable<TreePosition> {
  if (place.parameter) yield { place: place.parameter, gained };
  if (isParameter(segment))
    for (const literal of place.literals.values()) yield { place: literal.node, gained: true };
  const own = place.literals.get(fold(segment));
  if (own && !isParameter(segment)) yield { place: own.node, gained };
}

function below(place: RouteNode, add: (other: string) => void): void {
  for (const child of [
    place.parameter,
    ...Array.from(place.literals.values(), ({ node }) => node),
  ]) {
    if (!child) continue;
    for (const other of child.routes) add(other);
    below(child, add);
  }
  for (const other of place.greedy) add(other);
}
