// Jest's global setup: folders for what one run bundles, removed at its end. One for the bundles of
// functions (bundle-lambda.cjs), one for programs (test/support/program.ts): inside the project,
// where its packages are found.
const { mkdirSync, mkdtempSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');

module.exports = () => {
  const local = join(__dirname, '..', '.local');
  mkdirSync(local, { recursive: true });
  const folders = {
    BUNDLES: mkdtempSync(join(tmpdir(), 'test-bundles-')),
    PROGRAMS: mkdtempSync(join(local, 'programs-')),
  };
  Object.assign(process.env, folders);
  process.on('exit', () => {
    for (const folder of Object.values(folders)) rmSync(folder, { recursive: true, force: true });
  });
};
