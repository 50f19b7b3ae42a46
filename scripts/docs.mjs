// Builds and checks the documentation (site/build.mjs), with packages of its own: VitePress brings
// another esbuild, and TypeDoc another TypeScript, than the project has.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const site = join(import.meta.dirname, '..', 'site');
const options = { stdio: 'inherit', shell: process.platform === 'win32' };
if (!existsSync(join(site, 'node_modules', 'vitepress')))
  execFileSync(
    'npm',
    ['ci', '--no-audit', '--no-fund', '--ignore-scripts', '--prefix', site],
    options,
  );
execFileSync(process.execPath, [join(site, 'build.mjs'), ...process.argv.slice(2)], options);
