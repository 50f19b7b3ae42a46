// Takes single rules out of the code, one at a time, and runs the tests that should notice: a
// mutant that survives means that a rule is not pinned. The lists are test/mutants/*.json; works on
// copies, so the checkout is never touched. Tests must pass on the code as it is, and a mutant
// counts as killed only when a test of theirs failed: a broken environment or a misspelt folder
// kills nothing. Usage: npm run mutants -- [--list NAME]... [word of a rule]...
import { spawn } from 'node:child_process';
import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { placesOf } from './mutant-places.cjs';

const root = join(import.meta.dirname, '..');
const { values, positionals: wanted } = parseArgs({
  options: { list: { type: 'string', multiple: true } },
  allowPositionals: true,
});
const lists = join(root, 'test/mutants');
const mutants = readdirSync(lists)
  .filter((name) => values.list === undefined || values.list.includes(name.replace('.json', '')))
  .flatMap((name) => JSON.parse(readFileSync(join(lists, name), 'utf8')))
  .filter(({ rule }) => wanted.length === 0 || wanted.some((word) => rule.includes(word)));

function copyOfCheckout() {
  const copy = mkdtempSync(join(tmpdir(), 'mutants-'));
  const skipped = new Set([
    ...['.git', '.local', 'node_modules', 'dist', 'cdk.out'],
    ...['jsii/node_modules', 'jsii/dist'],
  ]);
  cpSync(root, copy, {
    recursive: true,
    filter: (from) => !skipped.has(from.slice(root.length + 1)),
  });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  return copy;
}

/** How many tests passed and failed; a suite that does not run counts as a failed test. */
function runTests(copy, tests) {
  const jest = join(root, 'node_modules/jest/bin/jest.js');
  const report = join(copy, 'jest-report.json');
  rmSync(report, { force: true });
  // At full size: what a sample notices by luck must not decide.
  const env = { ...process.env, NO_COLOR: '1', TEST_TIER: 'deep' };
  const options = { cwd: copy, stdio: 'ignore', env };
  return new Promise((resolve, reject) => {
    const run = spawn(
      process.execPath,
      [jest, '--json', `--outputFile=${report}`, ...tests],
      options,
    );
    run.on('error', reject);
    run.on('close', () => {
      try {
        const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites } = JSON.parse(
          readFileSync(report, 'utf8'),
        );
        resolve({ passed: numPassedTests, failed: numFailedTests + numRuntimeErrorTestSuites });
      } catch {
        resolve({ passed: 0, failed: 0 });
      }
    });
  });
}

const baselines = new Map();
function baseline(copy, tests) {
  const key = tests.join(' ');
  if (!baselines.has(key)) baselines.set(key, runTests(copy, tests));
  return baselines.get(key);
}

async function evaluate(copy, { rule, file, find, replace, tests }) {
  const path = join(copy, file);
  const original = readFileSync(path, 'utf8');
  const places = placesOf(original, find);
  const [place] = places;
  if (place === undefined || places.length > 1)
    return {
      rule,
      verdict: 'NOT APPLICABLE',
      why: `${file} holds the text ${places.length} times`,
    };
  const { passed, failed } = await baseline(copy, tests);
  if (passed === 0 || failed > 0) {
    return {
      rule,
      verdict: 'NOT EVALUATED',
      why: `without the change ${passed} tests of ${tests.join(' ')} pass and ${failed} fail`,
    };
  }
  writeFileSync(path, original.slice(0, place.start) + replace + original.slice(place.end));
  try {
    return { rule, verdict: (await runTests(copy, tests)).failed > 0 ? 'killed' : 'SURVIVED' };
  } finally {
    writeFileSync(path, original);
  }
}

let bad = 0;
const queue = [...mutants];
async function worker() {
  const copy = copyOfCheckout();
  try {
    for (let mutant = queue.shift(); mutant; mutant = queue.shift()) {
      const { rule, verdict, why } = await evaluate(copy, mutant);
      if (verdict !== 'killed') bad++;
      console.log(`${verdict.padEnd(9)} ${rule}${why === undefined ? '' : ` (${why})`}`);
    }
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, worker));
console.log(`mutants: ${mutants.length - bad} killed, ${bad} survived or not evaluated`);
process.exitCode = bad === 0 && mutants.length > 0 ? 0 : 1;
