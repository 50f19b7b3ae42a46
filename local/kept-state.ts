/**
 * What a local run leaves for the next one: its signing keys and its tables, so that a restart makes
 * no token void and no counter empty.
 */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Folder of everything that a run writes for itself; git ignores it. */
export const LOCAL_FOLDER = '.local';

/**
 * Folder of the run with this map on these ports; undefined for a port that is not chosen, since
 * the issuer's name, and so every token, has it in it.
 */
export function stateFolder(
  project: string,
  mapName: string,
  ports: readonly number[],
): string | undefined {
  if (ports.includes(0)) return undefined;
  return join(project, LOCAL_FOLDER, 'state', [mapName, ...ports].join('-'));
}

/** What an earlier run left cannot be used. */
export class StateError extends Error {
  override readonly name = 'StateError';
}

/** Starts anew: nothing of before is left. */
export const forgetState = (folder: string): void =>
  rmSync(folder, { recursive: true, force: true });

/** A secret of the local run in a file that its owner alone reads; whole or not at all. */
export interface KeptFile {
  /** Undefined where there is none, or none that can be read. */
  readonly read: () => unknown;
  readonly write: (value: unknown) => void;
}

export function keptFile(folder: string, name: string): KeptFile {
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
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      writeFileSync(`${file}.new`, JSON.stringify(value), { mode: 0o600 });
      renameSync(`${file}.new`, file);
    },
  };
}
