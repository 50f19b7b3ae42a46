import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LOCAL_RUNS_FOLDER, type LocalRun } from '../lambda/core/contract/local-run.ts';

/**
 * Tells the commands of this project that a run runs.
 * @returns takes it back
 */
export function announceRun(project: string, run: LocalRun): () => void {
  const folder = join(project, LOCAL_RUNS_FOLDER);
  const file = join(folder, `${run.pid}.json`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, `${JSON.stringify(run)}\n`);
  return () => rmSync(file, { force: true });
}
