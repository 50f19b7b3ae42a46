/**
 * Routes of an API that the map does not have and whose paths mix with those of the map: a back end
 * may read a call of the one as a call of the other (docs/explanation/paths.md).
 */
import { confusableRoutesOf, overriddenByPost } from '../core/path/confusable-templates.ts';
import { routeCells } from '../core/path/route-cells.ts';
import { splitRoute } from '../core/path/route-key.ts';
import { type RouteTable, routeTable } from '../core/path/route-table.ts';
import { joinWithLimit, type LiveApi } from './live-api.ts';
import type { RouteProtection } from './route-protection.ts';

export interface ConfusableRoutes {
  /** Keys of the API's routes with our authorizer, or that get it. */
  readonly guarded: readonly string[];
  /** Whether the map has the route of exactly this key. */
  readonly isMapped: (key: string) => boolean;
}

/**
 * Routes without an authorizer that may spell a guarded one: nothing refuses their paths.
 * @returns sentences, none where there is nothing to say.
 */
export function publicConfusable(
  { routes }: Pick<LiveApi, 'routes'>,
  { guarded, isMapped }: ConfusableRoutes,
): readonly string[] {
  const table = tableOf(guarded);
  return routes
    .filter(({ key, authorization }) => authorization.type === 'NONE' && !isMapped(key))
    .filter(({ preflight }) => !preflight)
    .flatMap(({ key }) => {
      const spelled = exposedBy(key, table);
      return spelled.length === 0
        ? []
        : [
            `\`${key}\` has no authorizer, and a back end may read its calls as ${joinWithLimit(spelled, 3)}, which the map protects: add it to \`routes\`, or to \`public\` with \`paths: exact\` if the back end reads paths exactly`,
          ];
    });
}

export interface PublicNeighbours {
  /** Keys that the map lists as public and before which nothing stands. */
  readonly unguarded: readonly string[];
  /** Keys with an authorizer, ours or another, or that get ours. */
  readonly closed: readonly string[];
  readonly hasCell: HasCell;
  /** What the map says of how the back end reads the paths of a route. */
  readonly pathsOf: (key: string) => 'usual' | 'exact' | 'report';
}

/** Whether the map has a method of a template, such as `GET /orders`. */
export type HasCell = (cell: string) => boolean;

/** @param keys of the map's routes */
export function cellsOf(keys: readonly string[]): HasCell {
  const cells = new Set(keys.flatMap(routeCells));
  return (cell) => cells.has(cell);
}

/** A method of a document, or a route or method that is a resource. */
interface ListedRoute {
  /** Undefined where it is known at deploy time only. */
  readonly key: string | undefined;
  readonly outcome: RouteProtection;
  /** Another authorizer on the route, public or not; empty where there is none. */
  readonly authorizer: string;
  /** A preflight that the gateway of a REST API answers: no back end reads it. Default: false. */
  readonly isMock?: boolean;
}

/** What somebody else decides on a public route is refused by its rules. */
export function publicNeighbours(
  listed: readonly ListedRoute[],
): Pick<PublicNeighbours, 'unguarded' | 'closed'> {
  const keysOf = (isWanted: (route: ListedRoute) => boolean): readonly string[] =>
    listed.filter(isWanted).flatMap(({ key }) => key ?? []);
  return {
    unguarded: keysOf(
      ({ outcome, authorizer, isMock }) => outcome === 'public' && authorizer === '' && !isMock,
    ),
    closed: keysOf(({ outcome }) => outcome !== 'public' && outcome !== 'preflight'),
  };
}

export interface PublicExposure {
  /** The public route. */
  readonly key: string;
  /** A route of the API that the map does not have, or not with all its methods. */
  readonly closed: string;
  /** Whether the map says `paths: report` of the public route: no more than a warning. */
  readonly isReported: boolean;
}

/**
 * Public routes that a back end may read as a route of the API that the map does not have: nothing
 * refuses their paths. Neighbours that the map has are evaluated with it (`PUBLIC_BESIDE_CLOSED`).
 */
export function publicExposures({
  unguarded,
  closed,
  hasCell,
  pathsOf,
}: PublicNeighbours): readonly PublicExposure[] {
  const table = unmappedTable(closed, hasCell);
  return unguarded.flatMap((key) => {
    const paths = pathsOf(key);
    const [first] = paths === 'exact' ? [] : exposedBy(key, table);
    return first === undefined ? [] : [{ key, closed: first, isReported: paths === 'report' }];
  });
}

/** @param source the map, as messages name it. */
export const publicExposureSentence = ({ key, closed }: PublicExposure, source: string): string =>
  `\`${key}\` is public in ${source}, so nothing refuses a call that a back end reads as \`${closed}\`, which is not: expected both, neither, or \`paths: exact\` on the first if the back end reads paths exactly`;

export interface UnmappedNeighbours {
  /** Keys of the API's routes with our authorizer, or that get it. */
  readonly guarded: readonly string[];
  /** Keys of routes of the API that the map does not have, or not with all their methods. */
  readonly unmapped: readonly string[];
  readonly hasCell: HasCell;
}

/** Routes that the map does not have and that callers of a guarded one may spell. */
export function unmappedConfusable(neighbours: UnmappedNeighbours): readonly string[] {
  return Array.from(
    guardedSpelling(neighbours),
    ([key, by]) =>
      `\`${key}\` is not in the map, and a caller of \`${by}\` can reach it by another spelling: add it to \`routes\`, or set \`paths: exact\` of \`${by}\` where the back end reads paths exactly`,
  );
}

/**
 * Keys of unmapped routes that a call of a guarded route may reach in a back end, by its path or by
 * its method: `HEAD` runs `GET`, and a POST may name another method.
 */
export const routesResolved = (neighbours: UnmappedNeighbours): readonly string[] =>
  [...guardedSpelling(neighbours).keys()].toSorted();

/**
 * The first guarded route that may mean it, by unmapped route. Callers pass a guarded route by the
 * methods that the map has of it. Of the same route, no call passes that names another method.
 */
function guardedSpelling({
  guarded,
  unmapped,
  hasCell,
}: UnmappedNeighbours): ReadonlyMap<string, string> {
  const table = unmappedTable(unmapped, hasCell);
  const found = new Map<string, string>();
  for (const key of guarded)
    for (const cell of routeCells(key).filter(hasCell))
      for (const other of confusableWith(cell, table))
        if (other !== key && !found.has(other)) found.set(other, key);
  return found;
}

/** Keys among others that a back end may read a call of the route as. */
export const routesConfusableWith = (key: string, others: readonly string[]): readonly string[] =>
  reachableFrom(key, tableOf(others));

interface Table {
  readonly trees: RouteTable['trees'];
  /** The key of the API by method and template. */
  readonly keys: ReadonlyMap<string, string>;
}

const tableOf = (keys: readonly string[]): Table => unmappedTable(keys, () => false);

/** What the map does not have of the routes. */
function unmappedTable(keys: readonly string[], hasCell: HasCell): Table {
  const own = keys.flatMap((key) =>
    routeCells(key).flatMap((cell) => (hasCell(cell) ? [] : [[cell, key] as const])),
  );
  return { trees: routeTable(own.map(([cell]) => cell)).trees, keys: new Map(own) };
}

/**
 * Keys of the table that a call of the route may be read as, by its path and as `HEAD` runs `GET`.
 */
function confusableByPath(key: string, { trees, keys }: Table): readonly string[] {
  const found = routeCells(key)
    .flatMap((cell) => confusableRoutesOf(trees, cell))
    .flatMap((other) => keys.get(other.key) ?? []);
  return [...new Set(found)].filter((other) => other !== key);
}

/**
 * The keys of `GET` whose handlers a `HEAD` of the same template runs, which the map does not name.
 */
function runByHead(key: string, { keys }: Table): readonly string[] {
  const { method, template } = splitRoute(key);
  return method === 'HEAD' ? [keys.get(`GET ${template}`) ?? []].flat() : [];
}

/** Routes that a route without an authorizer exposes. */
const exposedBy = (key: string, table: Table): readonly string[] => [
  ...reachableFrom(key, table),
  ...runByHead(key, table),
];

/**
 * Routes that a call of a route without an authorizer may reach. A POST without parameters may be
 * unprotected on purpose, so only a map warns of what it exposes (check-public-confusable.ts).
 */
const reachableFrom = (key: string, table: Table): readonly string[] =>
  /[{$]/.test(key) ? confusableWith(key, table) : confusableByPath(key, table);

/** By path, and the keys that a header or a field of the query makes of a POST. */
function confusableWith(key: string, table: Table): readonly string[] {
  const overridden = routeCells(key)
    .flatMap((cell) => overriddenByPost(table.trees, cell))
    .flatMap((other) => table.keys.get(other) ?? []);
  return [...new Set([...confusableByPath(key, table), ...overridden])].filter(
    (other) => other !== key,
  );
}
