/**
 * What a request's path may mean to a back end beside the route that the gateway matched: the
 * routes that its caller must be allowed on too. The decision (path-decision.ts) says whether the
 * caller is.
 */
import { METHOD_OVERRIDE_IN_PATH } from '../contract/overrides.ts';
import { FEATURE, featuresOf } from './features.ts';
import { type Match, matchesOf } from './match.ts';
import type { OtherMethod } from './methods.ts';
import { brokenValue } from './parameters.ts';
import { otherFrames, type Prefixes } from './prefixes.ts';
import { type PathReading, type ReadingClass, readingsOf } from './readings.ts';
import { templateOf } from './route-key.ts';
import { type Arrival, arrivalOf, type RouteTable, routeOf } from './route-table.ts';
import { isParameter } from './route-template.ts';
import type { RouteNode } from './route-tree.ts';

export interface PathRequest {
  /** The route on which the request arrived: `GET /orders/{id}`, or `GET $default`. */
  readonly arrived: string;
  /**
   * The request's path without stage and base path, in each form in which the event has it. The
   * first names the route.
   */
  readonly paths: readonly string[];
  /** Further methods as which the request may be read (methods.ts). */
  readonly methods?: readonly OtherMethod[];
  /** What may stand before the path still; only for `$default`, which takes it whole. */
  readonly prefixes?: Prefixes;
}

export interface Need {
  /** A route that the path may mean: the caller must be allowed on it too. */
  readonly route: string;
  /** What a back end does that reads it so. */
  readonly by: readonly ReadingClass[];
}

export interface PathVerdict {
  /**
   * The route that the path means as it is written: on a greedy or `$default` route it may be one
   * below.
   */
  readonly route: string;
  readonly needs: readonly Need[];
  /** Readings that no route of the map takes, each by the classes that lead there. */
  readonly misses: readonly (readonly ReadingClass[])[];
  /**
   * Dot segments, values that are empty or several segments, control characters, lost characters
   * and a method in an escaped query: no client sends them, and no reading makes them harmless.
   */
  readonly odd: readonly ReadingClass[];
  /** More readings than are followed: what it may mean is not known. */
  readonly unbounded: boolean;
}

/** Whether the path is refused whatever its caller may call. */
export const isRefusedForAll = ({ misses, odd, unbounded }: PathVerdict): boolean =>
  unbounded || odd.length > 0 || misses.length > 0;

/**
 * Evaluates a request on a route with parameters, a greedy or the `$default` route; on any other
 * the path is the route's own.
 */
export function evaluatePath(table: RouteTable, request: PathRequest): PathVerdict {
  const arrival = arrivalOf(table, request.arrived);
  const [path = ''] = request.paths;
  const nothing: PathVerdict = {
    route: request.arrived,
    needs: [],
    misses: [],
    odd: [],
    unbounded: false,
  };
  if (!path.startsWith('/')) return { ...nothing, odd: ['plain'] };
  const alone =
    !arrival.catchAll &&
    !arrival.confusable &&
    !request.methods?.length &&
    request.paths.length === 1;
  if (alone && isPlain(path, arrival.template)) return nothing;
  const { readings, unbounded } = readingsOf(request.paths);
  const route = arrival.catchAll ? routeOf(table, arrival, path) : request.arrived;
  const broken = arrival.template === '$default' ? [] : brokenValue(arrival.template, readings);
  return {
    route,
    ...meaningsOf(table, request, { arrival, route, readings }),
    odd: [...broken, ...unusualIn(readings)],
    unbounded,
  };
}

/** A path with one reading, of as many segments as the template. */
function isPlain(path: string, template: string): boolean {
  const last = path[path.lastIndexOf('/') + 1];
  return (
    featuresOf(path) === 0 &&
    last !== undefined &&
    last !== '.' &&
    last !== ' ' &&
    slashesOf(path) === slashesOf(template)
  );
}

function slashesOf(path: string): number {
  let count = 0;
  for (let at = path.indexOf('/'); at !== -1; at = path.indexOf('/', at + 1)) count++;
  return count;
}

function unusualIn(readings: readonly PathReading[]): readonly ReadingClass[] {
  const features = readings.reduce((all, reading) => all | reading.features, 0);
  // A lenient decoder makes U+FFFD of what a strict one leaves as it is: the caller lost nothing.
  const lost = readings.some(
    (reading) => (reading.features & FEATURE.replacement) !== 0 && !reading.by.includes('overlong'),
  );
  return [
    ...((features & FEATURE.dots) === 0 ? [] : (['dots'] as const)),
    ...((features & FEATURE.control) === 0 ? [] : (['nul'] as const)),
    ...(lost ? (['decode'] as const) : []),
    ...(readings.some(({ path }) => METHOD_OVERRIDE_IN_PATH.test(path))
      ? (['method'] as const)
      : []),
  ];
}

interface EvaluatedRequest {
  readonly arrival: Arrival;
  readonly route: string;
  readonly readings: readonly PathReading[];
}

function meaningsOf(
  table: RouteTable,
  request: PathRequest,
  evaluated: EvaluatedRequest,
): Pick<PathVerdict, 'needs' | 'misses'> {
  const { arrival, route, readings } = evaluated;
  const own = ownRoutes(arrival, route);
  const needs = new Map<string, readonly ReadingClass[]>();
  const misses: (readonly ReadingClass[])[] = [];
  const prefixes = arrival.template === '$default' ? request.prefixes : undefined;
  const methods = [{ method: arrival.method, demanded: false }, ...(request.methods ?? [])];
  for (const [index, reading] of readings.entries()) {
    let found = 0;
    for (const { method, demanded } of methods) {
      const matches = matchesFor(table.trees.get(method), reading, prefixes);
      const turned: readonly ReadingClass[] = method === arrival.method ? [] : ['method'];
      for (const match of matches)
        keep(needs, own, {
          route: `${method} ${match.template}`,
          by: [...reading.by, ...match.by, ...turned],
        });
      found += matches.length;
      // An override runs a handler that no route of the map stands for.
      if (demanded && index === 0 && matches.length === 0) misses.push(turned);
    }
    if (found === 0) misses.push(classesOf(reading.by));
  }
  return { needs: Array.from(needs, ([needed, by]) => ({ route: needed, by })), misses };
}

/**
 * Routes that are evaluated anyway. The row of a HEAD route has the decision of its own GET in it.
 */
function ownRoutes(
  { method, template, catchAll, inherent }: Arrival,
  route: string,
): ReadonlySet<string> {
  const runsGet = method === 'HEAD' ? [`GET ${templateOf(route)}`] : [];
  return new Set([
    route,
    ...runsGet,
    ...(catchAll
      ? []
      : inherent.filter((other) => other !== template).map((other) => `${method} ${other}`)),
  ]);
}

function keep(
  needs: Map<string, readonly ReadingClass[]>,
  own: ReadonlySet<string>,
  { route, by }: Need,
): void {
  if (own.has(route)) return;
  const classes = classesOf(by);
  const known = needs.get(route);
  if (known === undefined || classes.length < known.length) needs.set(route, classes);
}

function matchesFor(
  tree: RouteNode | undefined,
  { path }: PathReading,
  prefixes: Prefixes | undefined,
): readonly Match[] {
  if (!tree) return [];
  const matches = matchesOf(tree, path);
  if (!prefixes) return matches;
  const framed = otherFrames(path, prefixes).flatMap((other) => matchesOf(tree, other));
  // A path after a guessed prefix means nothing where any path of that many segments would.
  const named = framed.filter(({ template }) =>
    template
      .split('/')
      .some((segment) => segment !== '' && segment !== '$default' && !isParameter(segment)),
  );
  return [
    ...matches,
    ...named.map((match) => ({ ...match, by: [...match.by, 'prefix' as const] })),
  ];
}

const classesOf = (by: readonly ReadingClass[]): readonly ReadingClass[] =>
  by.length === 0 ? ['plain'] : [...new Set(by)];
