/**
 * Routes of a live API that the map does not have and whose paths mix with those that it guards: a
 * back end may read a call of the one as a call of the other (docs/explanation/paths.md).
 */
import { METHODS } from '../core/model/model-file.ts';
import { besideOf } from '../core/path/beside.ts';
import { type RouteTable, routeTable } from '../core/path/judge.ts';
import { joinWithLimit, type LiveApi } from './live-api.ts';

export interface SpelledRoutes {
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
export function openBesideGuarded(
  { routes }: Pick<LiveApi, 'routes'>,
  { guarded, isMapped }: SpelledRoutes,
): readonly string[] {
  const table = tableOf(guarded);
  return routes
    .filter(({ key, authorization }) => authorization.type === 'NONE' && !isMapped(key))
    .filter(({ preflight }) => !preflight)
    .flatMap(({ key }) => {
      const spelled = spelledBy(key, table);
      return spelled.length === 0
        ? []
        : [
            `\`${key}\` has no authorizer, and a back end may read a path of it as ${joinWithLimit(spelled, 3)}, which the map guards: add it to \`routes\`, or to \`public\` with \`paths: exact\` where the back end reads paths exactly`,
          ];
    });
}

/** Routes that the map does not have and that callers of a guarded one may spell. */
export function unmappedBesideGuarded(
  { routes }: Pick<LiveApi, 'routes'>,
  { guarded, isMapped, readsExactly }: SpelledRoutes,
): readonly string[] {
  const unmapped = routes
    .filter(({ key, preflight }) => !preflight && !isMapped(key) && !guarded.includes(key))
    .map(({ key }) => key);
  const table = tableOf(unmapped);
  const arriving = guarded.filter((key) => !readsExactly(key));
  const spelled = new Map<string, string>();
  for (const key of arriving)
    for (const other of spelledBy(key, table)) if (!spelled.has(other)) spelled.set(other, key);
  return Array.from(
    spelled,
    ([key, by]) =>
      `\`${key}\` is not in the map, and whoever may call \`${by}\` may spell it: add it to \`routes\`, or say \`paths: exact\` of \`${by}\` where the back end reads paths exactly`,
  );
}

/** Keys among others that a back end may read a call of the route as. */
export const routesSpelledBy = (key: string, others: readonly string[]): readonly string[] =>
  spelledBy(key, tableOf(others));

/** The methods of a key; `ANY` and the default route take all. */
function methodsOf(key: string): {
  readonly methods: readonly string[];
  readonly template: string;
} {
  if (key === '$default') return { methods: METHODS, template: key };
  const [method = '', template = ''] = key.split(' ');
  return { methods: method === 'ANY' ? METHODS : [method], template };
}

interface Table {
  readonly trees: RouteTable['trees'];
  /** The key of the API by method and template. */
  readonly keys: ReadonlyMap<string, string>;
}

function tableOf(keys: readonly string[]): Table {
  const own = keys.flatMap((key) => {
    const { methods, template } = methodsOf(key);
    return methods.map((method) => [`${method} ${template}`, key] as const);
  });
  return { trees: routeTable(own.map(([route]) => route)).trees, keys: new Map(own) };
}

/** Keys of the table that a call of the route may be read as. */
function spelledBy(key: string, { trees, keys }: Table): readonly string[] {
  const { methods, template } = methodsOf(key);
  const found = methods.flatMap((method) => {
    const tree = trees.get(method);
    return tree
      ? besideOf(tree, template).flatMap((other) => keys.get(`${method} ${other.template}`) ?? [])
      : [];
  });
  return [...new Set(found)].filter((other) => other !== key);
}
