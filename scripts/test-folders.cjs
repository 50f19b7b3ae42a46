// Jest's global setup: the folders of one run, removed at its end. TEMPORARY_FOLDER is the
// temporary folder of the run's tests and of the processes that they start, so that none has to
// tidy up. BUNDLES, in it, has the bundles of functions (bundle-lambda.cjs). PROGRAMS has those of
// programs (test/support/program.ts), inside the project, where its packages are found.
const { mkdirSync, mkdtempSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');

module.exports = () => {
  const local = join(__dirname, '..', '.local');
  mkdirSync(local, { recursive: true });
  const temporary = mkdtempSync(join(tmpdir(), 'test-run-'));
  const programs = mkdtempSync(join(local, 'programs-'));
  const bundles = join(temporary, 'bundles');
  mkdirSync(bundles);
  Object.assign(process.env, {
    TEMPORARY_FOLDER: temporary,
    BUNDLES: bundles,
    PROGRAMS: programs,
    // What `os.tmpdir()` reads: the first on POSIX systems, the others on Windows.
    TMPDIR: temporary,
    TMP: temporary,
    TEMP: temporary,
    // The CDK's own validation of templates costs each worker seconds. The deep tier,
    // `npm run synth` and what test:deploy packages have it on.
    ...(process.env.TEST_TIER !== 'deep' && { CDK_VALIDATION: 'false' }),
  });
  process.on('exit', () => {
    for (const folder of [temporary, programs]) rmSync(folder, { recursive: true, force: true });
  });
};
