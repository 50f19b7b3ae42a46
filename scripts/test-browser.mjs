// Runs test/browser in a Chromium that is on this machine, and says how to get one where there is
// none.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'msedge'];
const places = [
  ...(process.env.PATH ?? '')
    .split(delimiter)
    .flatMap((folder) => names.map((name) => join(folder, name))),
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];
const wanted = process.env.CHROMIUM;
const browser = wanted === undefined || wanted === '' ? places.find(existsSync) : wanted;

if (browser === undefined || !existsSync(browser)) {
  console.error(
    [
      wanted
        ? `the variable CHROMIUM names \`${wanted}\`, which does not exist`
        : 'no Chromium found; the browser tests were not run',
      '  Debian, Ubuntu   apt-get update && apt-get install -y chromium',
      '  macOS            brew install --cask chromium   (or Google Chrome)',
      '  elsewhere        CHROMIUM=/path/to/chromium npm run test:browser',
    ].join('\n'),
  );
  process.exit(1);
}

const root = join(import.meta.dirname, '..');
const jest = join(root, 'node_modules/jest/bin/jest.js');
const arguments_ = [jest, '--config', 'jest.browser.json', ...process.argv.slice(2)];
const { status } = spawnSync(process.execPath, arguments_, {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, CHROMIUM: browser },
});
process.exit(status ?? 1);
