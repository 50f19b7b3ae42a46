/** The local run (`npm start`) that a command is used beside. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
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
 * The run of this map that was started in the folder of the command and runs, the newest of
 * several.
 */
export function localRunOf(map: string, { cwd }: Pick<Io, 'cwd'>): LocalRun | undefined {
  const folder = join(cwd, LOCAL_RUNS_FOLDER);
  const file = resolve(cwd, map);
  return filesIn(folder)
    .map((name) => readRun(join(folder, name)))
    .findLast((run) => run !== undefined && run.map === file && isAlive(run.pid));
}

function filesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).toSorted();
  } catch {
    return [];
  }
}

function readRun(file: string): LocalRun | undefined {
  try {
    const { pid, map, issuer } = JSON.parse(readFileSync(file, 'utf8')) as LocalRun;
    const isRun = Number.isInteger(pid) && pid > 0 && typeof map === 'string';
    return isRun && isLocalIssuer(issuer) ? { pid, map, issuer } : undefined;
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
