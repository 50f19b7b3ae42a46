// The one line that continuous integration reads; printed at exit, so that it is the last one.
// If TEST_COUNTS names a file, the runs that share it are added up: each run's line has the
// counts of all that ran before it.
const { existsSync, readFileSync, writeFileSync } = require('node:fs');

function withEarlierRuns(counts) {
  const file = process.env.TEST_COUNTS;
  if (!file) return counts;
  const earlier = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  const { passed = 0, failed = 0 } = earlier;
  const sum = { passed: passed + counts.passed, failed: failed + counts.failed };
  writeFileSync(file, JSON.stringify(sum));
  return sum;
}

module.exports = class ClosingLine {
  onRunComplete(_contexts, results) {
    const { passed, failed } = withEarlierRuns({
      passed: results.numPassedTests,
      failed: results.numFailedTests + results.numRuntimeErrorTestSuites,
    });
    process.on('exit', () => console.log(`\njest: ${passed} passed, ${failed} failed`));
  }
};
