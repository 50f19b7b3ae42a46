/** The files of an access map. No other file of lib/access-map touches the file system. */
import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  openSync,
  readFileSync,
  readSync,
  realpathSync,
} from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { globSync, isDynamicPattern } from 'tinyglobby';
import { FileRefusal } from '../report/file-refusal.ts';
import { code, type Problem, problem } from '../report/problems.ts';
import type { ReadFile } from '../routes/openapi-inventory.ts';

/** Largest file that is read, in bytes. */
export const MAX_FILE_BYTES = 20 * 1024 * 1024;

/**
 * Reads files by names relative to a folder: regular files of at most `MAX_FILE_BYTES` below the
 * root, evaluated after links are resolved. A map may come from somebody else, e.g. in a pull
 * request.
 *
 * @param root default: the nearest folder above that has `.git`, else the folder itself.
 * @returns a reader that throws `FileRefusal`.
 */
export const filesIn =
  (folder: string, root?: string): ReadFile =>
  (name) => {
    // An address would be a strange path; none is ever fetched.
    if (/^[a-z][a-z0-9+.-]+:\/\//i.test(name))
      throw new FileRefusal('which is an address: none is fetched');
    const top = realPath(root ?? rootOf(folder));
    const path = realPath(resolve(folder, name));
    if (path !== top && !path.startsWith(top.endsWith(sep) ? top : `${top}${sep}`))
      throw new FileRefusal(
        `which is outside of ${code(top)}`,
        'name a folder above both with `--root` (at synthesis: context `root`)',
      );
    return readRegularFile(path);
  };

/** Root of the repository that a folder is in. */
function rootOf(folder: string): string {
  const start = realPath(folder);
  for (let at = start; ; at = dirname(at)) {
    if (existsSync(join(at, '.git'))) return at;
    if (at === dirname(at)) return start;
  }
}

/** Without links; of a path that does not exist, as far as it does. */
function realPath(path: string): string {
  const absolute = resolve(path);
  try {
    return realpathSync(absolute);
  } catch {
    const above = dirname(absolute);
    return above === absolute ? absolute : join(realPath(above), relative(above, absolute));
  }
}

/**
 * The bytes of a regular file of at most `MAX_FILE_BYTES`; devices, pipes and what grows while it
 * is read never hold the process.
 * @throws FileRefusal; the error of the file system where there is no such file.
 */
function readRegularFile(path: string): Uint8Array {
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const status = fstatSync(file);
    if (status.isDirectory()) throw new FileRefusal('which is a folder');
    if (!status.isFile()) throw new FileRefusal('which is no regular file');
    if (status.size <= MAX_FILE_BYTES) {
      const bytes = readUpTo(file, MAX_FILE_BYTES + 1, status.size + 1);
      if (bytes.length <= MAX_FILE_BYTES) return bytes;
    }
    throw new FileRefusal('which is larger than 20 MB');
  } finally {
    closeSync(file);
  }
}

/** @param guess bytes to begin with; the size that a file system states may be wrong. */
function readUpTo(file: number, limit: number, guess: number): Uint8Array {
  let buffer = new Uint8Array(Math.min(limit, Math.max(guess, 4_096)));
  let length = 0;
  while (length < limit) {
    if (length === buffer.length) {
      const larger = new Uint8Array(Math.min(limit, buffer.length * 2));
      larger.set(buffer);
      buffer = larger;
    }
    const read = readSync(file, buffer, length, buffer.length - length, null);
    if (read === 0) break;
    length += read;
  }
  return buffer.subarray(0, length);
}

export type MapFile =
  | { readonly kind: 'read'; readonly source: string; readonly bytes: Uint8Array }
  | { readonly kind: 'unreadable'; readonly source: string; readonly problem: Problem };

/** The bytes of a map's file, and what messages call it. */
export function readMapFile(path: string): MapFile {
  const source = displayName(path);
  try {
    return { kind: 'read', source, bytes: readRegularFile(path) };
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
  if (error instanceof FileRefusal)
    return error.found.replace(/^which is (larger)?/, (_, larger) =>
      larger ? 'a file larger' : '',
    );
  const reason =
    typeof error === 'object' && error !== null && 'code' in error
      ? String(error.code)
      : 'unreadable';
  switch (reason) {
    case 'ENOENT':
    case 'ENOTDIR':
      return 'no such file';
    case 'EACCES':
    case 'EPERM':
      return 'a file that this user may not read';
    default:
      return `an error (${reason})`;
  }
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
