// Installs what the long tests and the benchmark need beside the project's own packages, where it
// is not there yet.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const bench = join(import.meta.dirname, '../bench/tools');
if (!existsSync(join(bench, 'node_modules/rate-limiter-flexible'))) {
  const options = { stdio: 'inherit', shell: process.platform === 'win32' };
  execFileSync(
    'npm',
    ['ci', '--no-audit', '--no-fund', '--ignore-scripts', '--prefix', bench],
    options,
  );
}
