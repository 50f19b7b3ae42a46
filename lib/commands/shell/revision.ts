/** A map as a file or as a git revision of the project's map. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { AccessMap, AccessMapError, readMapContext, resolveMapSource } from '../../access-map/index.ts';
import { code } from '../../access-map/problems.ts';
import { UsageError } from './command.ts';
import type { Io } from './io.ts';
import { requireMap } from './map-file.ts';

/**
 * @param named a file that exists, or a revision such as `HEAD~1` or `main`, in which the project's map is looked up.
 * @throws UsageError where it is neither; AccessMapError with every problem of the map.
 */
export function mapOrRevision(named: string, file: string | undefined, io: Pick<Io, 'cwd'>): AccessMap {
  if (existsSync(resolve(io.cwd, named))) return requireMap(named, io);
  const location =
    file === undefined ? resolveMapSource(io.cwd, readMapContext(io.cwd)) : { kind: 'file' as const, path: resolve(io.cwd, file) };
  if (location.kind === 'object') {
    throw new UsageError(`expected a file, found ${code(named)}: a revision of a map inside cdk.json is not available`);
  }
  const read = (path: string): string => showRevision(named, path);
  const source = `${named}:${basename(location.path)}`;
  const { map, problems } = AccessMap.checkText(read(location.path), source, {
    readFile: (name) => read(resolve(dirname(location.path), name)),
  });
  if (!map) throw new AccessMapError(problems);
  return map;
}

/** Without a shell, and with the revision behind the end of the options: it is what the user typed. */
function showRevision(revision: string, path: string): string {
  try {
    return execFileSync('git', ['show', '--end-of-options', `${revision}:./${basename(path)}`], {
      cwd: dirname(path),
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      maxBuffer: 64 * 1024 * 1024,
    });
  } catch {
    throw new UsageError(`expected a file, or a git revision that has ${code(basename(path))}, found ${code(revision)}`);
  }
}
