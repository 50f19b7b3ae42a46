// Takes single rules out of the code, one at a time, and runs the tests that should notice: a mutant that survives means
// that a rule is not pinned. The lists are test/mutants/*.json; works on a copy, so the checkout is never touched.
import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const wanted = process.argv.slice(2);
const lists = join(root, 'test/mutants');
const mutants = readdirSync(lists)
  .flatMap((name) => JSON.parse(readFileSync(join(lists, name), 'utf8')))
  .filter(({ rule }) => wanted.length === 0 || wanted.some((word) => rule.includes(word)));

function copyOfCheckout() {
  const copy = mkdtempSync(join(tmpdir(), 'mutants-'));
  const skipped = new Set(['.git', 'node_modules', 'dist', 'cdk.out', '.local']);
  cpSync(root, copy, { recursive: true, filter: (from) => !skipped.has(from.slice(root.length + 1)) });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  return copy;
}

function passes(copy, tests) {
  const jest = join(root, 'node_modules/jest/bin/jest.js');
  return new Promise((resolve, reject) => {
    const run = spawn(process.execPath, [jest, ...tests], {
      cwd: copy,
      stdio: 'ignore',
      env: { ...process.env, NO_COLOR: '1' },
    });
    run.on('error', reject);
    run.on('close', (code) => resolve(code === 0));
  });
}

async function judge(copy, { rule, file, find, replace, tests }) {
  const path = join(copy, file);
  const original = readFileSync(path, 'utf8');
  if (original.split(find).length !== 2)
    return { rule, verdict: `not applicable: ${file} holds the text ${original.split(find).length - 1} times` };
  writeFileSync(
    path,
    original.replace(find, () => replace),
  );
  try {
    return { rule, verdict: (await passes(copy, tests)) ? 'SURVIVED' : 'killed' };
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
      const { rule, verdict } = await judge(copy, mutant);
      if (verdict !== 'killed') bad++;
      console.log(`${verdict.padEnd(9)} ${rule}`);
    }
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, worker));
console.log(`mutants: ${mutants.length - bad} killed, ${bad} survived or not applicable`);
process.exitCode = bad === 0 && mutants.length > 0 ? 0 : 1;
