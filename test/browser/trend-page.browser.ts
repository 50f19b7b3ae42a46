/** The page of `usage --trend` in a real browser. */
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Browser, chromium } from 'playwright-core';
import { AccessMap } from '../../lib/access-map/index.ts';
import { COMMANDS } from '../../lib/commands/index.ts';
import { runProgram } from '../../lib/commands/shell/program.ts';
import { jsonLines, recordsOf, user } from '../support/recorded-traffic.ts';

const folder = mkdtempSync(join(tmpdir(), 'trend-'));
let browser: Browser;

beforeAll(async () => {
  const people = [
    user('00u1', ['orders-readers']),
    user('00u2', ['orders-admins', 'contractors']),
    user('00u3', []),
  ];
  const routes = [
    'GET /orders',
    'GET /orders/{id}',
    'POST /orders',
    'GET /reports/{year}',
    'GET /nowhere',
  ];
  const calls = Array.from({ length: 2_000 }, (_, n) => ({
    at: Date.parse('2026-11-08T06:00:00Z') + n * 600_000 - (n % 100) * 500_000,
    route: routes[(n * n) % routes.length] ?? '',
    principal: people[((n * 7) % 11) % people.length] ?? user('00u1', []),
  })).toSorted((a, b) => a.at - b.at);
  writeFileSync(join(folder, 'access.yaml'), readFileSync('access.yaml'));
  writeFileSync(
    join(folder, 'decisions.jsonl'),
    jsonLines(await recordsOf(AccessMap.fromFile('access.yaml').model, calls)),
  );
  const io = { out: () => undefined, err: () => undefined, cwd: folder, env: {} };
  const args = ['usage', 'decisions.jsonl', '--trend', '--format', 'html', '-o', 'trend.html'];
  expect(await runProgram(args, io, { commands: COMMANDS, version: '0' })).toBe(0);
  browser = await chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? 'chromium',
    args: ['--no-sandbox'],
  });
}, 60_000);

afterAll(() => browser?.close());

test.each([
  ['light', { colorScheme: 'light', viewport: { width: 1200, height: 900 } }],
  ['dark', { colorScheme: 'dark', viewport: { width: 1200, height: 900 } }],
  ['narrow', { colorScheme: 'light', viewport: { width: 360, height: 740 } }],
] as const)(
  '%s: axe-core finds nothing, nothing runs out of the page, and nothing is fetched',
  async (name, options) => {
    const context = await browser.newContext(options);
    const page = await context.newPage();
    const fetched: string[] = [];
    page.on('request', (request) => fetched.push(request.url()));
    const url = pathToFileURL(join(folder, 'trend.html')).href;
    await page.goto(url);
    await page.getByText('The numbers of the plot').first().click();
    if (process.env['SCREENSHOTS']) {
      mkdirSync(process.env['SCREENSHOTS'], { recursive: true });
      await page.screenshot({
        path: join(process.env['SCREENSHOTS'], `trend-${name}.png`),
        fullPage: true,
      });
    }
    await page.evaluate(readFileSync(resolve('node_modules/axe-core/axe.min.js'), 'utf8'));
    const { violations } = await page.evaluate<{
      readonly violations: readonly { readonly id: string }[];
    }>('axe.run()');
    expect(violations.map(({ id }) => id)).toEqual([]);
    expect(
      await page.evaluate(
        'document.documentElement.scrollWidth > document.documentElement.clientWidth',
      ),
    ).toBe(false);
    expect(fetched).toEqual([url]);
    await context.close();
  },
);
