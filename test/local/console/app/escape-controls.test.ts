import { expect, test } from '@jest/globals';
import { escapeControls as inCommands } from '../../../../lib/access-map/report/layout.ts';
import { escapeControls as onPages } from '../../../../local/console/app/escape-controls.ts';

test.each([
  ['orders', 'orders'],
  ['a\u202eb', 'a\\u202eb'],
  ['\u001b[31m', '\\u001b[31m'],
  ['zero\u200bwidth', 'zero\\u200bwidth'],
  ['\u{e0041}', '\\udb40\\udc41'],
  ['é 名', 'é 名'],
])('pages show %j as the commands do', (text, shown) => {
  expect([onPages(text), inCommands(text)]).toEqual([shown, shown]);
});
