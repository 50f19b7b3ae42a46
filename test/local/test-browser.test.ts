import { spawnSync } from 'node:child_process';
import { expect, test } from '@jest/globals';

test.each([
  [
    'no browser is on the machine',
    { PATH: '' },
    'no Chromium found; the browser tests were not run',
  ],
  [
    'the named one does not exist',
    { CHROMIUM: '/nowhere/chromium' },
    'the variable CHROMIUM names `/nowhere/chromium`, which does not exist',
  ],
])('where %s, `npm run test:browser` fails and says how to get one', (_what, environment, says) => {
  const env = { ...process.env, CHROMIUM: '', ...environment };
  const { status, stderr } = spawnSync(process.execPath, ['scripts/test-browser.mjs'], {
    encoding: 'utf8',
    env,
  });
  expect([status, stderr.split('\n')[0]]).toEqual([1, says]);
  expect(stderr).toContain('apt-get update && apt-get install -y chromium');
  expect(stderr).toContain('CHROMIUM=/path/to/chromium npm run test:browser');
});
