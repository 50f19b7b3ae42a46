// Jest's global setup: a folder for the bundles of one run (bundle-lambda.cjs), removed at its end.
const { mkdtempSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');

module.exports = () => {
  const folder = mkdtempSync(join(tmpdir(), 'test-bundles-'));
  process.env.BUNDLES = folder;
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
};
