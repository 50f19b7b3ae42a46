// Runs test/browser in a Chromium that is on this machine, or with `--examples` what has to be
// installed first: test/examples.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { chromium } from './chromium.mjs';

const root = join(import.meta.dirname, '..');
const jest = [join(root, 'node_modules/jest/bin/jest.js'), '--config', 'jest.browser.json'];
const [first, ...others] = process.argv.slice(2);
const wantsExamples = first === '--examples';
const arguments_ = wantsExamples
  ? ['--import', 'tsx', 'test/examples/main.ts', ...others]
  : [...jest, ...process.argv.slice(2)];
const { status } = spawnSync(process.execPath, arguments_, {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, CHROMIUM: chromium },
});
process.exit(status ?? 1);
