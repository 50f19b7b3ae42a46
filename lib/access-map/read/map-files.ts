/** The files of an access map. No other file of lib/access-map touches the file system. */
import { readFileSync } from 'node:fs';
import { isAbsolute, join, relative, resolve } from 'node:path';
import { globSync, isDynamicPattern } from 'tinyglobby';
import { code, type Problem, problem } from '../report/problems.ts';
import type { ReadFile } from '../routes/openapi-inventory.ts';

/** Reads files by names relative to a folder. */
export const filesIn =
  (folder: string): ReadFile =>
  (name) =>
    readFileSync(resolve(folder, name));

export type MapFile =
  | { readonly kind: 'read'; readonly source: string; readonly bytes: Uint8Array }
  | { readonly kind: 'unreadable'; readonly source: string; readonly problem: Problem };

/** The bytes of a map's file, and what messages call it. */
export function readMapFile(path: string): MapFile {
  const source = displayName(path);
  try {
    return { kind: 'read', source, bytes: readFileSync(path) };
  } catch (error) {
    return { kind: 'unreadable', source, problem: unreadable(source, error) };
  }
}

/** Messages name a file below the working directory as the user sees it there. */
function displayName(path: string): string {
  const below = relative('', resolve(path));
  return below === '' || below.startsWith('..') || isAbsolute(below) ? path : below;
}

function unreadable(source: string, error: unknown): Problem {
  const expected = 'an access map';
  const found = foundInstead(error);
  const says = `expected ${expected}, found ${found} at ${code(source)}`;
  const place = { source, path: '' };
  return problem('error', 'FILE_UNREADABLE', place, { says, expected, found });
}

function foundInstead(error: unknown): string {
  const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
  if (reason === 'ENOENT') return 'no such file';
  return reason === 'EISDIR' ? 'a folder' : `an error (${reason})`;
}

/**
 * Absolute paths that a name or a glob stands for, in the order of their names; none for a glob
 * that matches no file.
 */
export function matchingFiles(directory: string, pattern: string): readonly string[] {
  if (!isDynamicPattern(pattern)) return [resolve(directory, pattern)];
  return globSync(pattern, {
    cwd: directory,
    absolute: true,
    expandDirectories: false,
    followSymbolicLinks: false,
  }).toSorted();
}

/** The text of a project's `cdk.json`; nothing where there is none. */
export function readCdkJson(directory: string): string | undefined {
  try {
    return readFileSync(join(directory, 'cdk.json'), 'utf8');
  } catch {
    return undefined;
  }
}
