// The Chromium of this machine; where there is none, the process ends and says how to get one.
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
      `  elsewhere        CHROMIUM=/path/to/chromium npm run ${process.argv.includes('--examples') ? 'test:examples' : 'test:browser'}`,
    ].join('\n'),
  );
  process.exit(1);
}

export const chromium = browser;
