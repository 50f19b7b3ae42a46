import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

const root = join(__dirname, '../..');

test('the evaluator that evaluates policies here agrees with an independent one', () => {
  const folder = join(root, 'test/iam-simulate');
  if (!existsSync(join(folder, 'node_modules'))) {
    execFileSync('npm', ['ci', '--prefix', folder, '--no-audit', '--no-fund', '--ignore-scripts'], {
      stdio: 'inherit',
      shell: process.platform === 'win32',
    });
  }
  const answer = execFileSync(
    process.execPath,
    ['--import', 'tsx', 'scripts/compare-iam-evaluators.ts'],
    { cwd: root, encoding: 'utf8' },
  );
  expect(answer).toMatch(/both evaluators agree on \d{5,} verdicts/);
});
