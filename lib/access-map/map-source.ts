/** Finds the maps that a project means: `cdk.json` context `accessMap`, else `access.yaml`. */
import { resolve } from 'node:path';
import { APP_CONTEXT } from '../../lambda/core/contract/app-context.ts';
import { AccessMap, type AccessMapOptions, MAP_CONTEXT_PLACE } from './access-map.ts';
import { matchingFiles, readCdkJson } from './read/map-files.ts';
import { AccessMapError, code, type Problem, problem } from './report/problems.ts';

export type MapLocation =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'object'; readonly map: unknown; readonly source: string };

/**
 * Where the maps are.
 * @param directory the project's folder; file names are relative to it.
 * @param contextValue context `accessMap`: a file name, a glob of several, or the map itself;
 * nothing means `access.yaml`.
 * @returns one location at least; those of a glob in the order of their names.
 * @throws AccessMapError for a glob that matches nothing, and for values that are neither text nor
 * a mapping.
 */
export function resolveMapSources(
  directory: string,
  contextValue: unknown,
): readonly [MapLocation, ...MapLocation[]] {
  if (contextValue === undefined || contextValue === null)
    return [{ kind: 'file', path: resolve(directory, 'access.yaml') }];
  if (typeof contextValue === 'object')
    return [{ kind: 'object', map: contextValue, source: MAP_CONTEXT_PLACE }];
  const place = { source: MAP_CONTEXT_PLACE, path: '' };
  if (typeof contextValue !== 'string' || contextValue.trim() === '') {
    const detail = {
      expected: 'the name of a file, a glob, or a map',
      found: `${code(String(contextValue))}`,
    };
    throw new AccessMapError([problem('error', 'VALUE_TYPE', place, detail)]);
  }
  const [first, ...others] = matchingFiles(directory, contextValue).map(
    (path): MapLocation => ({ kind: 'file', path }),
  );
  if (first === undefined) {
    const detail = {
      expected: 'a glob that matches an access map',
      found: `${code(contextValue)}, which matches no file`,
    };
    throw new AccessMapError([problem('error', 'FILE_UNREADABLE', place, detail)]);
  }
  return [first, ...others];
}

/**
 * The one map of a project.
 * @throws AccessMapError where there are several, beside what `resolveMapSources` throws.
 */
export function resolveMapSource(directory: string, contextValue: unknown): MapLocation {
  const [location, ...others] = resolveMapSources(directory, contextValue);
  if (others.length === 0) return location;
  const detail = {
    expected: 'one map',
    found: `${others.length + 1} maps at ${code(String(contextValue))}`,
    fix: 'name one with `--map`',
  };
  throw new AccessMapError([
    problem('error', 'VALUE_INVALID', { source: MAP_CONTEXT_PLACE, path: '' }, detail),
  ]);
}

/**
 * The context `accessMap` of a project's `cdk.json`; nothing where there is no such file or key.
 */
export function readMapContext(directory: string): unknown {
  const json = readCdkJson(directory);
  return json === undefined ? undefined : mapContextOf(json);
}

/**
 * @param json the text of a `cdk.json`.
 * @throws AccessMapError for text that is not JSON.
 */
export function mapContextOf(json: string, source = 'cdk.json'): unknown {
  try {
    const file = JSON.parse(json) as {
      readonly context?: Readonly<Record<string, unknown>>;
    } | null;
    return file?.context?.[APP_CONTEXT.accessMap];
  } catch (cause) {
    const detail = {
      expected: 'valid JSON',
      found: cause instanceof Error ? cause.message.replaceAll('\n', ' ') : 'something else',
    };
    throw new AccessMapError([problem('error', 'FILE_UNREADABLE', { source, path: '' }, detail)]);
  }
}

/**
 * Loads the map that a location names, to be deployed.
 * @throws AccessMapError with every problem, placeholders of `init` included.
 */
export function loadMap(location: MapLocation, options: AccessMapOptions = {}): AccessMap {
  const { map, problems, placeholders } =
    location.kind === 'file'
      ? AccessMap.check(location.path, options)
      : AccessMap.checkObject(location.map, { ...options, source: location.source });
  if (!map || placeholders.length > 0) throw new AccessMapError([...problems, ...placeholders]);
  return map;
}

/**
 * Loads all maps, each a stack of its own.
 * @throws AccessMapError with every problem of every map, and for a name that two of them have.
 */
export function loadMaps(
  locations: readonly MapLocation[],
  options: AccessMapOptions = {},
): readonly AccessMap[] {
  const problems: Problem[] = [];
  const maps = locations.flatMap((location) => {
    try {
      return [loadMap(location, options)];
    } catch (error) {
      if (!(error instanceof AccessMapError)) throw error;
      problems.push(...error.problems);
      return [];
    }
  });
  const named = new Map<string, AccessMap>();
  for (const map of maps) {
    const sameName = named.get(map.name);
    named.set(map.name, map);
    if (sameName === undefined) continue;
    const found = `${code(map.name)} in ${sameName.source} as well`;
    problems.push(
      problem(
        'error',
        'VALUE_DUPLICATE',
        { source: map.source, path: '' },
        { expected: 'an `api.name` of its own', found },
      ),
    );
  }
  if (problems.length > 0) throw new AccessMapError(problems);
  return maps;
}
