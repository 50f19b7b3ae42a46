/** Runs of this machine: what each writes while it runs, and takes away at its end. */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LOCAL_RUNS_FOLDER, type LocalRun } from '../lambda/core/contract/local-run.ts';

/**
 * Tells the commands of this project that a run runs.
 * @returns takes it back
 */
export function registerRun(project: string, run: LocalRun): () => void {
  const folder = join(project, LOCAL_RUNS_FOLDER);
  const file = join(folder, `${run.pid}.json`);
  mkdirSync(folder, { recursive: true });
  removeOfDead(folder, /^(\d+)\.json$/);
  writeFileSync(file, `${JSON.stringify(run)}\n`);
  return () => rmSync(file, { force: true });
}

/** Beginning of the name of a folder that this process writes and takes away at its end. */
export const runFolderPrefix = (): string => `run-${process.pid}-`;

/** Takes away the folders of runs that were killed. */
export const removeDeadRuns = (folder: string): void => removeOfDead(folder, /^run-(\d+)-/);

/** @param named finds the id of the process in the name of a file or folder that it wrote */
function removeOfDead(folder: string, named: RegExp): void {
  for (const name of readdirSync(folder)) {
    const pid = named.exec(name)?.[1];
    if (pid !== undefined && !isAlive(Number(pid)))
      rmSync(join(folder, name), { recursive: true, force: true });
  }
}

/** Whether a process of this machine runs. */
export function isAlive(pid: number): boolean {
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it runs and belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
