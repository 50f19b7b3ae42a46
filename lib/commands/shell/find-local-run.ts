/** The local run (`npm start`) that a command is used beside. */
import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import {
  isLocalIssuer,
  LOCAL_RUNS_FOLDER,
  type LocalRun,
} from '../../../lambda/core/contract/local-run.ts';
import { decodeToken } from '../../../lambda/core/token/decode-token.ts';
import type { Io } from './io.ts';

/** The issuer of a token that a local run gave; undefined for any other. */
export function localIssuerOf(token: string): string | undefined {
  const decoded = decodeToken(token);
  const issuer = 'code' in decoded ? undefined : decoded.payload['iss'];
  return isLocalIssuer(issuer) ? issuer : undefined;
}

/**
 * The run of this map that runs, the newest of several. Runs announce themselves in the folder of
 * the project that `npm start` belongs to: it is looked for upward from the working folder, from
 * the map and from this package. Two names of one file, such as a link, are one map.
 */
export function localRunOf(map: string, { cwd }: Pick<Io, 'cwd'>): LocalRun | undefined {
  const file = realPath(resolve(cwd, map));
  return announcedAbove([cwd, dirname(file), import.meta.dirname])
    .toSorted((one, other) => one.since - other.since)
    .map(({ path }) => readRun(path))
    .findLast((run) => run?.maps.some((of) => realPath(of) === file) && isAlive(run.pid));
}

interface Announcement {
  readonly path: string;
  /** Milliseconds since 1970. */
  readonly since: number;
}

/** Announcements by this user's runs, in a folder above one of these. */
function announcedAbove(folders: readonly string[]): readonly Announcement[] {
  const above = new Set(folders.flatMap((folder) => ancestorsOf(realPath(folder))));
  return [...above]
    .map((folder) => join(folder, LOCAL_RUNS_FOLDER))
    .flatMap((folder) => filesIn(folder).flatMap((name) => ownFile(join(folder, name))));
}

function ancestorsOf(folder: string): readonly string[] {
  const above = dirname(folder);
  return above === folder ? [folder] : [folder, ...ancestorsOf(above)];
}

/** Above a project, such as in the folder of temporary files, others may write. */
function ownFile(path: string): readonly Announcement[] {
  try {
    const { uid, mtimeMs } = statSync(path);
    return process.getuid === undefined || uid === process.getuid()
      ? [{ path, since: mtimeMs }]
      : [];
  } catch {
    return [];
  }
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

function filesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function readRun(file: string): LocalRun | undefined {
  try {
    const { pid, maps, issuer } = JSON.parse(readFileSync(file, 'utf8')) as LocalRun;
    const isRun = Number.isInteger(pid) && pid > 0 && Array.isArray(maps);
    return isRun && maps.every((of) => typeof of === 'string') && isLocalIssuer(issuer)
      ? { pid, maps, issuer }
      : undefined;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
