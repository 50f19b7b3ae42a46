/**
 * Routes that a value of another route's parameter may be read as. A cached answer is replayed over
 * values that nobody evaluated, and IAM's patterns know neither case nor escapes: if some caller
 * may call the route with the parameter but not the other one, nothing is kept.
 */
import { hasBit } from '../../../lambda/core/model/bits.ts';
import type { AccessModel } from '../../../lambda/core/model/model.ts';
import {
  confusableRoutesOf,
  overriddenByPost,
} from '../../../lambda/core/path/confusable-templates.ts';
import { routeTable } from '../../../lambda/core/path/route-table.ts';
import { type CacheRoute, canDiffer, classesOf, type RouteClass, routesOf } from './classes.ts';

export interface DeniedReading {
  /** Route with the parameter. */
  readonly arriving: string;
  readonly denied: string;
}

/** The class of each route that is not public, by its key. */
function classByKey(model: AccessModel): ReadonlyMap<string, RouteClass> {
  return new Map(
    classesOf(model, routesOf(model)).flatMap((one) =>
      one.routes.map(({ key }) => [key, one] as const),
    ),
  );
}

/**
 * Lists for each route the other routes that a call of it may be read as, where some of its
 * callers may not call the other route.
 */
function deniedReadings(model: AccessModel): readonly DeniedReading[] {
  const routes = routesOf(model);
  const classOf = classByKey(model);
  const { trees } = routeTable(model.routes.map(({ key }) => key));
  // Deeper routes take a slash in the value, and policies refuse escaped slashes.
  const confusableKeys = ({ key }: CacheRoute): readonly string[] =>
    confusableRoutesOf(trees, key).flatMap((other) => (other.how === 'deeper' ? [] : [other.key]));
  return routes
    .filter(({ index }) => !hasBit(model.exactPaths, index))
    .flatMap((route) =>
      confusableKeys(route)
        .filter((other) => isDeniedToSome(classOf.get(route.key), classOf.get(other)))
        .map((denied) => ({ arriving: route.key, denied })),
    );
}

/** Public routes have no class: nobody calls them through the authorizer, and all may. */
const isDeniedToSome = (one: RouteClass | undefined, other: RouteClass | undefined): boolean =>
  one !== undefined && other !== undefined && canDiffer(one, other);

/**
 * Lists for each POST route the routes of other methods that a header or a field of the query can
 * select, where some of its callers may not call them. A kept answer looks at neither of the two.
 */
function deniedOverrides(model: AccessModel): readonly DeniedReading[] {
  const classOf = classByKey(model);
  const { trees } = routeTable(model.routes.map(({ key }) => key));
  const arriving = routesOf(model).filter(({ index }) => !hasBit(model.exactPaths, index));
  return arriving.flatMap(({ key }) =>
    overriddenByPost(trees, key)
      .filter((other) => isDeniedToSome(classOf.get(key), classOf.get(other)))
      .map((denied) => ({ arriving: key, denied })),
  );
}

/**
 * Why nothing is kept, with the first pairs. No gateway takes all names of the query's field away:
 * a mapping removes a parameter by its exact name, and PHP reads others as `_method`, too.
 */
export function readingReasons(model: AccessModel): readonly string[] {
  return [
    ...reasonsOf(
      deniedReadings(model),
      ({ arriving, denied }) =>
        `a back end may read a value of \`${arriving}\` as \`${denied}\`, and some caller may call only the first`,
    ),
    ...reasonsOf(
      deniedOverrides(model),
      ({ arriving, denied }) =>
        `the query \`_method\`, or a header such as X-HTTP-Method-Override, makes \`${denied}\` of \`${arriving}\`, and some caller may call only the second`,
    ),
  ];
}

/** What to change in such a map so that its answers may be kept. */
export const READING_REMEDY =
  'where the back end reads paths exactly, `paths: exact` of the first route of each pair, or `api.paths: exact`';

function reasonsOf(
  pairs: readonly DeniedReading[],
  says: (pair: DeniedReading) => string,
): readonly string[] {
  const named = pairs.slice(0, MAX_NAMED_PAIRS).map(says);
  const more = pairs.length - named.length;
  return more > 0 ? [...named, `the same holds for ${more} more pairs`] : named;
}

const MAX_NAMED_PAIRS = 3;
