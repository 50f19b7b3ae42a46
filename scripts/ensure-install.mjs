// Lets `npm start` and `npm test` work alone on a fresh clone: installs when nothing is installed.
// An installation that is there is never touched, only reported as older than the lock file.
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const lock = join(root, 'package-lock.json');
const installed = join(root, 'node_modules/.package-lock.json');

if (!existsSync(installed)) {
  console.error('installing packages ...');
  const npm = process.env.npm_execpath;
  if (!npm) throw new Error('expected to be run by npm: npm start, npm test');
  const options = { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] };
  const { status } = spawnSync(
    process.execPath,
    [npm, 'ci', '--no-audit', '--no-fund', '--loglevel=error'],
    options,
  );
  if (status !== 0) process.exit(status ?? 1);
} else if (statSync(installed).mtimeMs < statSync(lock).mtimeMs) {
  console.error(
    'package-lock.json is newer than the installed packages; if something is missing: npm ci',
  );
}
