// Installs what the long tests and the benchmark need beside the project's own packages, where it
// is not there yet.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

for (const [folder, name] of [
  ['bench/tools', 'rate-limiter-flexible'],
  ['test/deep/back-ends', 'fastify'],
]) {
  const prefix = join(import.meta.dirname, '..', folder);
  if (existsSync(join(prefix, 'node_modules', name))) continue;
  const options = { stdio: 'inherit', shell: process.platform === 'win32' };
  execFileSync(
    'npm',
    ['ci', '--no-audit', '--no-fund', '--ignore-scripts', '--prefix', prefix],
    options,
  );
}
