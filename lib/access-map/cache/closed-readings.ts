/**
 * Routes that a value of another route's parameter may be read as. A kept answer is replayed over
 * values that nobody judged, and IAM's patterns know neither case nor escapes: where some caller may
 * call the parameter and not what stands beside it, nothing is kept.
 */
import { hasBit } from '../../../lambda/core/model/bits.ts';
import type { AccessModel } from '../../../lambda/core/model/model.ts';
import { besideOf } from '../../../lambda/core/path/beside.ts';
import { routeTable } from '../../../lambda/core/path/judge.ts';
import { type CacheRoute, canDiffer, classesOf, type RouteClass, routesOf } from './classes.ts';

export interface ClosedReading {
  /** Route with the parameter. */
  readonly arriving: string;
  readonly closed: string;
}

/** Of each route with parameters, the routes beside it that some of its callers may not call. */
function closedReadings(model: AccessModel): readonly ClosedReading[] {
  const routes = routesOf(model);
  const classOf = new Map(
    classesOf(model, routes).flatMap((one) => one.routes.map(({ key }) => [key, one] as const)),
  );
  const { trees } = routeTable(model.routes.map(({ key }) => key));
  // Deeper routes take a slash in the value, and policies refuse escaped slashes.
  const besideRoute = ({ method, template }: CacheRoute): readonly string[] =>
    // What is beside GET is beside HEAD, which runs its handlers.
    (method === 'HEAD' ? (['HEAD', 'GET'] as const) : [method]).flatMap((read) => {
      const tree = trees.get(read);
      return tree
        ? besideOf(tree, template).flatMap(({ how, template: other }) =>
            how === 'deeper' ? [] : [`${read} ${other}`],
          )
        : [];
    });
  return routes
    .filter(({ template }) => template === '$default' || template.includes('{'))
    .filter(({ index }) => !hasBit(model.exactPaths, index))
    .flatMap((route) =>
      besideRoute(route)
        .filter((other) => isClosedToSome(classOf.get(route.key), classOf.get(other)))
        .map((closed) => ({ arriving: route.key, closed })),
    );
}

/** Public routes have no class: nobody calls them through the authorizer, and all may. */
const isClosedToSome = (one: RouteClass | undefined, other: RouteClass | undefined): boolean =>
  one !== undefined && other !== undefined && canDiffer(one, other);

/** Why nothing is kept, with the first pairs. */
export function readingReasons(model: AccessModel): readonly string[] {
  const pairs = closedReadings(model);
  const named = pairs
    .slice(0, MAX_NAMED)
    .map(
      ({ arriving, closed }) =>
        `a back end may read a value of \`${arriving}\` as \`${closed}\`, and some caller may call only the first`,
    );
  const more = pairs.length - named.length;
  return more > 0 ? [...named, `so it is for ${more} more pairs`] : named;
}

const MAX_NAMED = 3;
