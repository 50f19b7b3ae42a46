/**
 * What a local run leaves for the next one: its signing keys and its tables, so that a restart
 * revokes no token and empties no counter.
 */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Folder of everything that a run writes for itself; git ignores it. */
export const LOCAL_FOLDER = '.local';

/** Folders of the state that a run keeps. */
export interface PersistedState {
  /**
   * Folder of the issuer. A token names the issuer by its port, so a map under another name needs
   * no new token.
   */
  readonly issuer: string;
  /** Folder of the tables, one for each map. */
  readonly tables: string;
}

/**
 * What a run with this map on these ports keeps; undefined for a port that is not chosen, since the
 * issuer's name, and so every token, has it in it.
 */
export function persistedState(
  project: string,
  mapName: string,
  ports: { readonly gateway: number; readonly issuer: number },
): PersistedState | undefined {
  if (ports.gateway === 0 || ports.issuer === 0) return undefined;
  const folder = join(project, LOCAL_FOLDER, 'state');
  return {
    issuer: join(folder, `issuer-${ports.issuer}`),
    tables: join(folder, [mapName, ports.gateway, ports.issuer].join('-'), 'tables'),
  };
}

/** What an earlier run left cannot be used. */
export class StateError extends Error {
  override readonly name = 'StateError';
}

/** Starts without any former state. */
export function forgetState({ issuer, tables }: PersistedState): void {
  for (const folder of [issuer, tables]) rmSync(folder, { recursive: true, force: true });
}

/** @throws StateError where something else is there, or nothing may be written */
export function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw unusable(folder, cause);
  }
}

export function unusable(folder: string, cause: unknown): StateError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new StateError(
    `what earlier runs kept in ${folder} cannot be used (${why}): start again with \`npm start -- --fresh\``,
    { cause },
  );
}

/** A secret of the local run in a file that its owner alone reads; whole or not at all. */
export interface PersistedFile {
  /** Undefined where there is none, or none that can be read. */
  readonly read: () => unknown;
  readonly write: (value: unknown) => void;
}

export function persistedFile(folder: string, name: string): PersistedFile {
  const file = join(folder, name);
  return {
    read: () => {
      try {
        return JSON.parse(readFileSync(file, 'utf8'));
      } catch {
        return undefined;
      }
    },
    write: (value) => {
      makeFolder(folder);
      writeFileSync(`${file}.new`, JSON.stringify(value), { mode: 0o600 });
      renameSync(`${file}.new`, file);
    },
  };
}
