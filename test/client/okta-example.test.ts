/**
 * The example with Okta's sign-in: its types; `npm run test:browser` signs in with it,
 * `npm run test:examples` with what its build makes.
 */
import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { expect, test } from '@jest/globals';

test('its types hold', () => {
  const compiler = resolve('node_modules/typescript/bin/tsc');
  expect(
    execFileSync(process.execPath, [compiler, '-p', 'client/examples', '--pretty', 'false'], {
      encoding: 'utf8',
    }),
  ).toBe('');
});
