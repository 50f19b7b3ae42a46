/** Finds the map that a project means: `cdk.json` context `accessMap`, else `access.yaml`. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { AccessMap, type AccessMapOptions } from './access-map.ts';
import { AccessMapError, code, problem } from './problems.ts';

const CONTEXT = 'cdk.json#/context/accessMap';

export type MapLocation =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'object'; readonly map: unknown; readonly source: string };

/**
 * Where the map is.
 * @param directory the project's folder; file names are relative to it.
 * @param contextValue context `accessMap`: a file name or the map itself; nothing means `access.yaml`.
 * @throws AccessMapError for a glob, which is not available yet, and for values that are neither text nor a mapping.
 */
export function resolveMapSource(directory: string, contextValue: unknown): MapLocation {
  if (contextValue === undefined || contextValue === null) return { kind: 'file', path: resolve(directory, 'access.yaml') };
  if (typeof contextValue === 'object') return { kind: 'object', map: contextValue, source: CONTEXT };
  const place = { source: CONTEXT, path: '' };
  if (typeof contextValue !== 'string' || contextValue.trim() === '') {
    const detail = { expected: 'the name of a file, or a map', found: `${code(String(contextValue))}` };
    throw new AccessMapError([problem('error', 'VALUE_TYPE', place, detail)]);
  }
  if (/[*?[\]{}]/.test(contextValue)) {
    const says = `a glob of several maps is not available yet, expected the name of one file, found ${code(contextValue)}`;
    throw new AccessMapError([problem('error', 'NOT_AVAILABLE', place, { says })]);
  }
  return { kind: 'file', path: resolve(directory, contextValue) };
}

/** The context `accessMap` of a project's `cdk.json`; nothing where there is no such file or key. */
export function readMapContext(directory: string): unknown {
  let json: string;
  try {
    json = readFileSync(join(directory, 'cdk.json'), 'utf8');
  } catch {
    return undefined;
  }
  try {
    return (JSON.parse(json) as { readonly context?: { readonly accessMap?: unknown } } | null)?.context?.accessMap;
  } catch (cause) {
    const detail = { expected: 'valid JSON', found: cause instanceof Error ? cause.message.replaceAll('\n', ' ') : 'something else' };
    throw new AccessMapError([problem('error', 'FILE_UNREADABLE', { source: 'cdk.json', path: '' }, detail)]);
  }
}

/** Loads the map that a location names. @throws AccessMapError with every problem. */
export function loadMap(location: MapLocation, options: AccessMapOptions = {}): AccessMap {
  const { map, problems } =
    location.kind === 'file'
      ? AccessMap.check(location.path, options)
      : AccessMap.checkObject(location.map, { ...options, source: location.source });
  if (!map) throw new AccessMapError(problems);
  return map;
}
