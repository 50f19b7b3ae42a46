/** What `coverage` says of mapped routes whose calls a back end may read as others of the API. */
import {
  publicExposureSentence,
  publicExposures,
  unmappedConfusable,
} from '../../lambda/gateway/confusable-routes.ts';
import type { LiveApi, LiveRoute } from '../../lambda/gateway/live-api.ts';
import type { ClassifiedRoute } from '../../lambda/gateway/route-states.ts';
import { type AccessMap, mapNeighbours } from '../access-map/index.ts';
import type { Expectation } from './live/expectation.ts';

export interface LiveNeighbours {
  readonly routes: readonly ClassifiedRoute[];
  readonly expected: Pick<Expectation, 'isHandedOver'>;
}

/** @returns sentences. */
export const neighbourProblems = (
  map: AccessMap,
  live: LiveApi,
  given: LiveNeighbours,
): readonly string[] => [
  ...publicProblems(map, live, given),
  ...unmappedProblems(map, live, given),
];

const hasAuthorizer = ({ authorization }: LiveRoute): boolean => authorization.type !== 'NONE';

function publicProblems(
  map: AccessMap,
  live: LiveApi,
  { routes }: LiveNeighbours,
): readonly string[] {
  const publicKeys = keysOf(routes, 'public');
  return publicExposures({
    ...mapNeighbours(map),
    unguarded: keysWhere(live, (route) => publicKeys.has(route.key) && !hasAuthorizer(route)),
    closed: keysWhere(live, hasAuthorizer),
  })
    .filter(({ isReported }) => !isReported)
    .map((found) => publicExposureSentence(found, map.source));
}

/** What an attachment has handed over, the authorizer refuses to callers of other routes. */
function unmappedProblems(
  map: AccessMap,
  live: LiveApi,
  { routes, expected: { isHandedOver } }: LiveNeighbours,
): readonly string[] {
  const { hasCell, pathsOf } = mapNeighbours(map);
  const ours = keysOf(routes, 'ours');
  const said = unmappedConfusable({
    guarded: [...ours].filter((key) => pathsOf(key) !== 'exact'),
    unmapped: keysWhere(live, ({ key }) => !ours.has(key) && isHandedOver?.(key) !== true),
    hasCell,
  });
  if (isHandedOver === undefined) return said;
  return said.map(
    (says) => `${says}. The check of the attachment hands it to the authorizer within 15 minutes`,
  );
}

const keysOf = (
  routes: readonly ClassifiedRoute[],
  kind: ClassifiedRoute['state']['kind'],
): ReadonlySet<string> =>
  new Set(routes.flatMap(({ key, state }) => (state.kind === kind ? [key] : [])));

const keysWhere = (
  { routes }: LiveApi,
  isWanted: (route: LiveRoute) => boolean,
): readonly string[] =>
  routes.filter((route) => !route.preflight && isWanted(route)).map(({ key }) => key);
