/** Finds and reads the access map that a command line means. */
import { existsSync } from 'node:fs';
import { dirname, isAbsolute, relative, resolve } from 'node:path';
import {
  AccessMap,
  AccessMapError,
  type AccessMapOptions,
  type CheckedMap,
  filesIn,
  type MapLocation,
  matchingFiles,
  readMapContext,
  readMapFile,
  resolveMapSource,
  resolveMapSources,
} from '../../access-map/index.ts';
import { UsageError } from './command.ts';
import type { Io } from './io.ts';

/** A map with its problems; `map` is there unless a problem is an error. */
export interface ReadMap extends CheckedMap {
  /**
   * The file, relative to the working directory where that is shorter to read, or the place of the
   * object in `cdk.json`.
   */
  readonly source: string;
}

/** Folder in which maps are looked for; the files that they name must lie below it. */
export type MapFolders = Pick<Io, 'cwd' | 'root'>;

/**
 * Reads the file, or without one the map of the project: `cdk.json` context `accessMap`, then
 * `access.yaml`. Whatever is wrong is among the problems; nothing is thrown.
 */
export function readMap(
  file: string | undefined,
  { cwd, root }: MapFolders,
  given: AccessMapOptions = {},
): ReadMap {
  // No command deploys: what an org on this machine has issued may be looked at.
  const options = { localOrgIssuer: true, ...given };
  try {
    const trusted = root === undefined ? options : { ...options, root: resolve(cwd, root) };
    return readLocation(locate(file, cwd), file, cwd, trusted);
  } catch (error) {
    if (!(error instanceof AccessMapError)) throw error;
    const source = error.problems[0]?.place.source ?? 'cdk.json';
    return {
      source,
      problems: error.problems,
      placeholders: [],
      placeOf: (path) => ({ source, path }),
    };
  }
}

/** A map that is no file, such as the standard input; files that it names are below `cwd`. */
export function readMapText(text: string, source: string, { cwd, root }: MapFolders): ReadMap {
  const readFile = filesIn(cwd, root === undefined ? cwd : resolve(cwd, root));
  return { ...AccessMap.checkText(text, source, { localOrgIssuer: true, readFile }), source };
}

/** A file, or those that a glob stands for; the name itself where it stands for nothing. */
export function namedFiles(name: string, { cwd }: Pick<Io, 'cwd'>): readonly string[] {
  if (existsSync(resolve(cwd, name))) return [name];
  const matching = matchingFiles(cwd, name).filter((path) => existsSync(path));
  return matching.length > 0 ? matching : [name];
}

/**
 * Globs among names of files, for shells that leave them as they are.
 * @throws UsageError for a glob that matches nothing.
 */
export const expandGlobs = (
  names: readonly string[],
  { cwd }: Pick<Io, 'cwd'>,
): readonly string[] =>
  names.flatMap((name) => {
    if (existsSync(resolve(cwd, name))) return [name];
    const matching = matchingFiles(cwd, name);
    if (matching.length > 0) return matching;
    throw new UsageError(
      `expected a glob that matches an access map, found \`${name}\`, which matches no file`,
    );
  });

/**
 * Every map of the project: the files that a glob in `cdk.json` names, else the one map, which is
 * named by nothing.
 */
export function projectMaps({ cwd }: Pick<Io, 'cwd'>): readonly (string | undefined)[] {
  try {
    const locations = resolveMapSources(cwd, readMapContext(cwd));
    return locations.length === 1
      ? [undefined]
      : locations.map((location) => (location.kind === 'file' ? location.path : undefined));
  } catch (error) {
    if (!(error instanceof AccessMapError)) throw error;
    return [undefined];
  }
}

/** The map alone. @throws AccessMapError with every problem. */
export function requireMap(file: string | undefined, io: MapFolders): AccessMap {
  const { map, problems } = readMap(file, io);
  if (!map) throw new AccessMapError(problems);
  return map;
}

/**
 * The map alone, for what asks Okta or an API: with placeholders of `init` it would ask somebody
 * else's.
 * @throws AccessMapError with every problem, or every placeholder.
 */
export function requireCompleteMap(file: string | undefined, io: MapFolders): AccessMap {
  const map = requireMap(file, io);
  if (map.placeholders.length > 0) throw new AccessMapError(map.placeholders);
  return map;
}

/** The file or object that is meant. */
export const locate = (file: string | undefined, cwd: string): MapLocation =>
  file === undefined
    ? resolveMapSource(cwd, readMapContext(cwd))
    : { kind: 'file', path: resolve(cwd, file) };

function readLocation(
  location: MapLocation,
  asked: string | undefined,
  cwd: string,
  options: AccessMapOptions,
): ReadMap {
  if (location.kind === 'object') {
    const { map, source } = location;
    return {
      ...AccessMap.checkObject(map, {
        readFile: filesIn(cwd, options.root ?? cwd),
        ...options,
        source,
      }),
      source,
    };
  }
  const { path } = location;
  const source = displayName(path, asked, cwd);
  const read = readMapFile(path);
  if (read.kind === 'unreadable') return { ...AccessMap.check(path, options), source };
  const readFile = filesIn(dirname(path), options.root);
  return { ...AccessMap.checkText(read.bytes, source, { readFile, ...options }), source };
}

function displayName(path: string, asked: string | undefined, cwd: string): string {
  const below = relative(cwd, path);
  return below.startsWith('..') && asked !== undefined && isAbsolute(asked) ? asked : below || path;
}
