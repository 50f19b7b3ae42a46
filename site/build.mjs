// Builds and checks the documentation: `npm run docs`. Ends with 1 at the first warning.
//   --quick   without the API reference, which takes half of the time
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brokenLinks, pagesWithoutPlace } from './check.mjs';
import { brokenDiagrams } from './diagrams.mjs';
import { lintMessages, lintProse } from './prose.mjs';

const site = import.meta.dirname;
const quick = process.argv.includes('--quick');

/** Runs a program of this folder; whatever it calls a warning is an error here. */
function run(name, ...parameters) {
  const program = join(site, 'node_modules', '.bin', name);
  const options = { cwd: site, encoding: 'utf8', shell: process.platform === 'win32' };
  const { status, stdout, stderr } = spawnSync(program, parameters, options);
  const output = `${stdout}${stderr}`;
  if (status !== 0 || /\bwarn(?:ing)?\b/i.test(output)) {
    process.stderr.write(output);
    fail(`${name} failed or warned`);
  }
}

function fail(...problems) {
  for (const problem of problems) console.error(problem);
  process.exit(1);
}

const { status: checked } = spawnSync(process.execPath, ['--test', join(site, 'checks.test.mjs')], {
  stdio: ['ignore', 'ignore', 'inherit'],
});
if (checked !== 0) fail('the checks of the documentation fail: node --test site/checks.test.mjs');

// VitePress finds what pages import only below its own folder, and TypeDoc writes pages beside
// ours.
rmSync(join(site, 'src'), { recursive: true, force: true });
cpSync(join(site, '..', 'docs'), join(site, 'src'), { recursive: true });
if (quick) {
  mkdirSync(join(site, 'src', 'api'));
  writeFileSync(join(site, 'src', 'api', 'index.md'), '# Constructs\n\nLeft out by --quick.\n');
} else run('typedoc', '--options', 'typedoc.json');

const inPages = [...(await lintProse()), ...(await lintMessages()), ...(await brokenDiagrams())];
if (inPages.length > 0) fail(...inPages);
run('vitepress', 'build', '.');
const problems = [...pagesWithoutPlace(), ...brokenLinks(join(site, 'dist'))];
if (problems.length > 0) fail(...problems);
console.log('site/dist: the documentation, without warnings');
