/** A map as a file or as a git revision of the project's map. */
import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import {
  AccessMap,
  AccessMapError,
  type CheckedMap,
  MAX_FILE_BYTES,
  mapContextOf,
  resolveMapSource,
} from '../../access-map/index.ts';
import { code } from '../../access-map/report/problems.ts';
import { UsageError } from './command.ts';
import { type MapFolders, requireMap } from './map-file.ts';

/**
 * @param named a file that exists, or a revision such as `HEAD~1` or `main`, in which the project's
 * map is looked up. All of the map is read from the revision: `cdk.json`, the base that it extends,
 * the OpenAPI file.
 * @throws UsageError where it is neither; AccessMapError with every problem of the map.
 */
export function mapOrRevision(named: string, file: string | undefined, io: MapFolders): AccessMap {
  if (statSync(resolve(io.cwd, named), { throwIfNoEntry: false })?.isFile())
    return requireMap(named, io);
  const { map, problems } = mapOfRevision(revisionIn(io.cwd, named), file);
  if (!map) throw new AccessMapError(problems);
  return map;
}

interface Revision {
  readonly name: string;
  readonly cwd: string;
  /**
   * A file relative to the working directory, or an absolute one.
   * @throws Error where the revision does not have it.
   */
  readonly read: (path: string) => Uint8Array;
}

function mapOfRevision({ name, cwd, read }: Revision, file: string | undefined): CheckedMap {
  const location =
    file === undefined
      ? resolveMapSource(cwd, contextOf({ name, cwd, read }))
      : ({ kind: 'file', path: file } as const);
  if (location.kind === 'object') {
    return AccessMap.checkObject(location.map, {
      readFile: read,
      source: `${name}:${location.source}`,
    });
  }
  const below = relative(cwd, resolve(cwd, location.path));
  const source = `${name}:${below.startsWith('..') ? '' : './'}${below.split(sep).join('/')}`;
  let content: Uint8Array;
  try {
    content = read(below);
  } catch {
    throw new UsageError(
      `expected a git revision that has ${code(below)}, found none in ${code(name)}`,
      { code: 'REVISION_UNKNOWN' },
    );
  }
  return AccessMap.checkText(content, source, {
    readFile: (other) => read(isAbsolute(other) ? other : join(dirname(below), other)),
  });
}

/** Reads the place of the map from the `cdk.json` of the revision. */
function contextOf({ name, read }: Revision): unknown {
  let json: Uint8Array;
  try {
    json = read('cdk.json');
  } catch {
    return undefined;
  }
  return mapContextOf(new TextDecoder().decode(json), `${name}:cdk.json`);
}

function revisionIn(cwd: string, name: string): Revision {
  try {
    git(cwd, 'rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{tree}`);
  } catch (error) {
    throw new UsageError(noRevision(cwd, name, error), { code: 'REVISION_UNKNOWN' });
  }
  const fromHere = (path: string): string => relative(cwd, resolve(cwd, path)).split(sep).join('/');
  return {
    name,
    cwd,
    read: (path) => git(cwd, 'cat-file', 'blob', `${name}:./${fromHere(path)}`),
  };
}

const TWO_MAPS = 'name two maps, as in `diff old.yaml new.yaml`';

/** Why there is no such revision, and what to do. */
function noRevision(cwd: string, name: string, error: unknown): string {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT')
    return `expected git on this machine, to read ${code(name)}, found none: install it, or ${TWO_MAPS}`;
  try {
    git(cwd, 'rev-parse', '--git-dir');
  } catch {
    return `expected a file, or a git revision of this folder, found ${code(name)}, and the folder is not in a git repository: ${TWO_MAPS}`;
  }
  const isUnborn = name === 'HEAD';
  return `expected a file, or a git revision of this folder, found ${code(name)}${isUnborn ? `, and the repository has no commit: commit the map, or ${TWO_MAPS}` : ''}`;
}

/**
 * Without a shell, and with the revision after the end of the options: it is what the user typed.
 */
const git = (cwd: string, ...options: readonly string[]): Uint8Array =>
  execFileSync('git', options, {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: MAX_FILE_BYTES,
  });
