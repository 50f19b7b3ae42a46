const EVERY_MS = 200;

/**
 * Calls back when the `npm start` that began this process ends without telling it: npm hands SIGINT
 * and SIGTERM on, and a SIGHUP or its own death to nobody. The script of `npm start` begins with
 * `exec`, so that no shell is between the two. Does nothing where npm did not begin it, since
 * somebody may want it to outlive a shell.
 */
export function whenNpmEnds(tell: () => void): void {
  if (process.env['npm_lifecycle_event'] !== 'start') return;
  const npm = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === npm) return;
    clearInterval(timer);
    tell();
  }, EVERY_MS);
  timer.unref();
}
