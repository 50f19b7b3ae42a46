import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LOCAL_RUNS_FOLDER, type LocalRun } from '../lambda/core/contract/local-run.ts';
import { isAlive } from './kept-state.ts';

/**
 * Tells the commands of this project that a run runs.
 * @returns takes it back
 */
export function announceRun(project: string, run: LocalRun): () => void {
  const folder = join(project, LOCAL_RUNS_FOLDER);
  const file = join(folder, `${run.pid}.json`);
  mkdirSync(folder, { recursive: true });
  // What runs left that were killed.
  for (const name of readdirSync(folder))
    if (!isAlive(Number.parseInt(name, 10))) rmSync(join(folder, name), { force: true });
  writeFileSync(file, `${JSON.stringify(run)}\n`);
  return () => rmSync(file, { force: true });
}
