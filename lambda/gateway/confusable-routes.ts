/**
 * Routes of a live API that the map does not have and whose paths mix with those that it guards: a
 * back end may read a call of the one as a call of the other (docs/explanation/paths.md).
 */
import { confusableRoutesOf, overriddenByPost } from '../core/path/confusable-templates.ts';
import { routeCells } from '../core/path/route-cells.ts';
import { splitRoute } from '../core/path/route-key.ts';
import { type RouteTable, routeTable } from '../core/path/route-table.ts';
import { joinWithLimit, type LiveApi, type LiveRoute } from './live-api.ts';

export interface ConfusableRoutes {
  /** Keys of the API's routes with our authorizer, or that get it. */
  readonly guarded: readonly string[];
  readonly isMapped: (key: string) => boolean;
  /** Whether the map says that the back end reads the route's paths exactly. */
  readonly readsExactly: (key: string) => boolean;
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
      const spelled = [...reachableFrom(key, table), ...runByHead(key, table)];
      return spelled.length === 0
        ? []
        : [
            `\`${key}\` has no authorizer, and a back end may read its calls as ${joinWithLimit(spelled, 3)}, which the map protects: add it to \`routes\`, or to \`public\` with \`paths: exact\` if the back end reads paths exactly`,
          ];
    });
}

/** Routes that the map does not have and that callers of a guarded one may spell. */
export function unmappedConfusable(
  routes: readonly Pick<LiveRoute, 'key' | 'preflight'>[],
  { guarded, isMapped, readsExactly }: ConfusableRoutes,
): readonly string[] {
  const unmapped = routes
    .filter(({ key, preflight }) => !preflight && !isMapped(key) && !guarded.includes(key))
    .map(({ key }) => key);
  const table = tableOf(unmapped);
  const arriving = guarded.filter((key) => !readsExactly(key));
  const spelled = new Map<string, string>();
  for (const key of arriving)
    for (const other of confusableWith(key, table))
      if (!spelled.has(other)) spelled.set(other, key);
  return Array.from(
    spelled,
    ([key, by]) =>
      `\`${key}\` is not in the map, and a caller of \`${by}\` can reach it by another spelling: add it to \`routes\`, or set \`paths: exact\` of \`${by}\` where the back end reads paths exactly`,
  );
}

/**
 * Other keys that a call of a guarded route may reach in a back end, by its path or by its method:
 * `HEAD` runs `GET`, and a POST may name another method.
 */
export function routesResolved(
  guarded: readonly string[],
  others: readonly string[],
): readonly string[] {
  const table = tableOf(others);
  const found = guarded.flatMap((key) => confusableWith(key, table));
  return [...new Set(found)].filter((key) => !guarded.includes(key)).toSorted();
}

/** Keys among others that a back end may read a call of the route as. */
export const routesConfusableWith = (key: string, others: readonly string[]): readonly string[] =>
  reachableFrom(key, tableOf(others));

interface Table {
  readonly trees: RouteTable['trees'];
  /** The key of the API by method and template. */
  readonly keys: ReadonlyMap<string, string>;
}

function tableOf(keys: readonly string[]): Table {
  const own = keys.flatMap((key) => routeCells(key).map((cell) => [cell, key] as const));
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
