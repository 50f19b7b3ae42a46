/**
 * The routes that can match a path, found along its segments: asking each of a thousand routes
 * takes longer than a frame of an animation has.
 */
import { fold, formsOf } from './path-forms.ts';

/**
 * The routes of the method that the path can match, or that a back end may read it as, among
 * others: whether they do is asked of each.
 */
export type RouteIndex = (method: string, path: string) => readonly string[];

interface RouteNode {
  /** By lower case, since some back ends know no other; a parameter's is at `{`. */
  readonly next: Map<string, RouteNode>;
  /** Routes that end here. */
  readonly ends: string[];
  /** Routes that take all that follows. */
  readonly rest: string[];
}

const newNode = (): RouteNode => ({ next: new Map(), ends: [], rest: [] });

/** @param routes `METHOD /template`, one each. */
export function routeIndex(routes: readonly string[]): RouteIndex {
  const root = newNode();
  for (const key of routes) {
    let place = root;
    for (const segment of segmentsOf(key)) {
      if (/^\$default$|\+\}$/.test(segment)) place.rest.push(key);
      place = placeAt(place, segment);
    }
    place.ends.push(key);
  }
  const isFramed = routes.some((key) => key.endsWith(' $default'));
  return (method, path) => {
    const found = new Set<string>();
    // `HEAD` runs the handlers of `GET`.
    for (const own of method === 'HEAD' ? [method, 'GET'] : [method])
      for (const form of formsOf(path))
        for (let rest = form; rest; rest = isFramed ? rest.replace(/.[^/]*/, '') : '')
          collect([root], segmentsOf(`${own} ${rest}`), found);
    return [...found];
  };
}

/** The method is the first one. */
const segmentsOf = (key: string): readonly string[] => fold(key).replace(/ \/?/, '/').split('/');

function placeAt({ next }: RouteNode, segment: string): RouteNode {
  const name = segment[0] === '{' ? '{' : segment;
  const place = next.get(name) ?? newNode();
  next.set(name, place);
  return place;
}

function collect(
  from: readonly RouteNode[],
  segments: readonly string[],
  found: Set<string>,
): void {
  let places = from;
  for (const segment of segments) {
    for (const { rest } of places) for (const key of rest) found.add(key);
    // What is before a `;`, a dot or a blank a back end may take for the whole.
    const names = [...segment.matchAll(/[.; ]|$/g)].map(({ index }) => segment.slice(0, index));
    places = places.flatMap(({ next }) => ['{', ...names].flatMap((name) => next.get(name) ?? []));
  }
  for (const { ends, rest } of places) for (const key of [...ends, ...rest]) found.add(key);
}
