import { execFileSync } from 'node:child_process';
import { isAlive } from './kept-state.ts';

const EVERY_MS = 200;

/**
 * Calls back when the `npm start` that began this process ends without telling it: npm hands a
 * SIGTERM to the shell between the two alone, and a SIGHUP to nobody. Does nothing where npm did not
 * begin it, since somebody may want it to outlive a shell.
 */
export function whenNpmEnds(tell: () => void): void {
  if (process.env['npm_lifecycle_event'] !== 'start') return;
  const parent = process.ppid;
  const npm = parentOf(parent);
  const timer = setInterval(() => {
    if (process.ppid === parent && (npm === undefined || isAlive(npm))) return;
    clearInterval(timer);
    tell();
  }, EVERY_MS);
  timer.unref();
}

/** Undefined where the system has no `ps`; the shell's end is noticed all the same. */
function parentOf(pid: number): number | undefined {
  try {
    const text = execFileSync('ps', ['-o', 'ppid=', '-p', String(pid)], { encoding: 'utf8' });
    const parent = Number(text.trim());
    return parent > 1 ? parent : undefined;
  } catch {
    return undefined;
  }
}
