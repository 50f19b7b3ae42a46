/** The page that `matrix --format html` writes, in a real browser, from a file. */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { AccessMap } from '../../lib/access-map/index.ts';
import { matrixText } from '../../lib/commands/matrix/matrix-formats.ts';
import { matrixOf } from '../../lib/verdicts/access-matrix.ts';
import { faultsOf } from './axe.ts';

const HOSTILE = '</script><img src=x onerror="document.title=1">';
const ROUTES = Array.from({ length: 500 }, (_, n) => `${n % 2 ? 'POST' : 'GET'} /service-${n}`);
const map = AccessMap.fromObject({
  api: { name: 'shop', upstream: { url: 'https://shop.example.com' } },
  okta: { issuer: 'https://acme.okta.com/oauth2/aus1', audience: 'api://shop', clients: ['0oa1'] },
  routes: ROUTES,
  public: ['GET /service-0'],
  signedIn: ['GET /service-2'],
  groups: {
    ...Object.fromEntries(
      Array.from({ length: 197 }, (_, n) => [`team-${n}`, { allow: [ROUTES[n] ?? ''] }]),
    ),
    blocked: { deny: ['POST /service-499'] },
    idle: {},
    [HOSTILE]: { allow: ['POST /service-499'] },
  },
});

let browser: Browser;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'matrix-'));
  writeFileSync(join(folder, 'matrix.html'), matrixText(matrixOf(map), 'html'));
  browser = await chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? 'chromium',
    args: ['--no-sandbox'],
  });
}, 60_000);
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

let page: Page;
const errors: string[] = [];
const asked: string[] = [];

async function openPage(
  options: BrowserContextOptions = {},
  file = join(folder, 'matrix.html'),
): Promise<void> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  page = await context.newPage();
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('request', (request) => asked.push(request.url()));
  await page.goto(pathToFileURL(file).href);
}

beforeEach(() => {
  errors.splice(0);
  asked.splice(0);
});
afterEach(async () => {
  await page.context().close();
  expect(errors).toEqual([]);
  // The page itself and nothing else.
  expect(asked).toHaveLength(1);
});

/** What is drawn in the place of a cell's words. */
const signOf = (cell: Element) => /^"(.+?)"/.exec(getComputedStyle(cell, '::before').content)?.[1];

const count = () => page.locator('#count').textContent();
const routes = () => page.locator('tbody tr:not([hidden]) th').allTextContents();
const columns = () => page.locator('thead th:not([hidden]) div').allTextContents();

test('is a document: all 500 routes are in it, and Ctrl+F shows what it finds', async () => {
  await openPage();
  expect(await count()).toBe('500 of 500 routes, 200 of 200 groups and machines');
  expect(await routes()).toEqual(ROUTES);
  // What a browser's own search does.
  expect(await page.evaluate("window.find('/service-498')")).toBe(true);
  const seen = await page.evaluate<boolean>(`{
    const { top, bottom } = document.getSelection().getRangeAt(0).getBoundingClientRect();
    top >= 0 && bottom <= innerHeight;
  }`);
  expect(seen).toBe(true);
});

/** The matrix of a map of so many routes and groups, as a file. */
function pageOf(routes: readonly string[], groups: number): string {
  const shop = AccessMap.fromObject({
    api: { name: 'shop', upstream: { url: 'https://shop.example.com' } },
    okta: {
      issuer: 'https://acme.okta.com/oauth2/aus1',
      audience: 'api://shop',
      clients: ['0oa1'],
    },
    routes,
    signedIn: ['GET /me'],
    groups: Object.fromEntries(
      Array.from({ length: groups }, (_, n) => [`team-${n}`, { allow: [routes[n] ?? ''] }]),
    ),
  } as never);
  const file = join(folder, `${routes.length}.html`);
  writeFileSync(file, matrixText(matrixOf(shop), 'html'));
  return file;
}

test.each(['light', 'dark'] as const)(
  '%s: tells screen readers how large it is, and each cell in words',
  async (colorScheme) => {
    await openPage({ colorScheme }, pageOf(['GET /a', 'GET /b', 'GET /me'], 2));
    const table = page.getByRole('main').getByRole('table', { name: 'Who may call which route' });
    expect(await table.getAttribute('aria-rowcount')).toBe('4');
    expect(await table.getAttribute('aria-colcount')).toBe('3');
    const cellsOf = (route: string) =>
      page.getByRole('row').filter({ hasText: route }).getByRole('cell').allTextContents();
    expect(await cellsOf('/me')).toEqual(['any signed-in user', 'any signed-in user']);
    expect(await cellsOf('/a')).toEqual(['allowed', 'not allowed']);
    expect(await faultsOf(page)).toEqual([]);
  },
);

test('works without its script, but for the filters', async () => {
  await openPage({ javaScriptEnabled: false });
  expect(await page.locator('tbody tr').count()).toBe(500);
  expect(await page.getByLabel('Routes').isVisible()).toBe(false);
});

test.each([
  ['light', 375],
  ['dark', 375],
  ['light', 1280],
  ['dark', 1280],
] as const)('%s, %d px wide: cells can be seen beside their route', async (colorScheme, width) => {
  await openPage({ colorScheme, viewport: { width, height: 740 } });
  const cell = await page.locator('tbody tr').nth(2).locator('td').nth(3).boundingBox();
  const head = await page.locator('tbody tr').nth(2).locator('th').boundingBox();
  expect(cell?.x).toBeGreaterThanOrEqual((head?.x ?? 0) + (head?.width ?? 0));
  expect((cell?.x ?? width) + (cell?.width ?? 0)).toBeLessThanOrEqual(width);
  // The head of rows and columns stays where it is.
  await page.evaluate('scrollTo(2000, 4000)');
  const corner = await page.locator('thead th').first().boundingBox();
  expect([corner?.x, corner?.y]).toEqual([0, 0]);
  const shots = process.env['SCREENSHOTS'];
  if (shots !== undefined)
    await page.screenshot({ path: join(shots, `matrix-${colorScheme}-${width}.png`) });
});

const PAPER = {
  api: { name: 'shop', upstream: { url: 'https://shop.example.com' } },
  okta: { issuer: 'https://acme.okta.com/oauth2/aus1', audience: 'api://shop', clients: ['0oa1'] },
  routes: ['GET /a', { route: 'GET /b', mode: 'shadow' }],
};
const PRINTED = Array.from({ length: 200 }, (_, n) => `GET /service-${n}/items/{itemId}`);

test.each([
  ['the sheet that it asks for', { preferCSSPageSize: true }],
  ['A4', { format: 'A4' }],
])('printed on %s, 201 routes by 60 groups are all there', async (_sheet, options) => {
  const all = ['GET /me', ...PRINTED];
  await openPage({}, pageOf(all, 60));
  const pdf = join(folder, 'large.pdf');
  await page.pdf({ path: pdf, printBackground: true, ...options });
  const shots = process.env['SCREENSHOTS'];
  if (shots !== undefined) await page.pdf({ path: join(shots, 'large.pdf'), ...options });
  const pages = JSON.parse(
    execFileSync(process.execPath, ['test/support/pdf-text.mjs', pdf], { encoding: 'utf8' }),
  ) as readonly string[];
  const text = pages.join('\n').replaceAll(/\s+/g, ' ');
  expect(all.filter((route) => !text.includes(route))).toEqual([]);
  expect(
    Array.from({ length: 60 }, (_, n) => n).filter(
      (n) => !new RegExp(`team-${n}(?!\\d)`).test(text),
    ),
  ).toEqual([]);
  expect(pages.length).toBeGreaterThan(1);
  // Each grant has its sign on paper, but for the one of `GET /me`; and the legend has one.
  expect(text.split('✓').length - 1).toBe(60);
  expect(text).not.toContain('A part of the matrix');
});

test('on paper names of groups are whole, marks have their notes, and a part says that it is one', async () => {
  const shop = AccessMap.fromObject({
    ...PAPER,
    groups: {
      'acme-platform-engineering-department-readers-1': { allow: ['GET /a'] },
      'acme-platform-engineering-department-readers-2': { allow: ['GET /b'] },
    },
  } as never);
  const file = join(folder, 'paper.html');
  writeFileSync(file, matrixText(matrixOf(shop), 'html'));
  await openPage({}, file);
  await page.emulateMedia({ media: 'print' });
  const isCut = (head: Element) =>
    head.scrollHeight > head.clientHeight || head.scrollWidth > head.clientWidth;
  const heads = page.locator('thead th div');
  for (const head of await heads.all()) expect(await head.evaluate(isCut)).toBe(false);
  expect(await heads.count()).toBe(2);
  const note = page.locator('tbody th i span').first();
  expect((await note.boundingBox())?.width).toBeGreaterThan(20);
  expect(await page.locator('#part').textContent()).toBe('');
  await page.emulateMedia({ media: 'screen' });
  await page.getByLabel('Routes').fill('/b');
  await page.emulateMedia({ media: 'print' });
  await page
    .getByText('A part of the matrix: 1 of 2 routes, 2 of 2 groups and machines.')
    .waitFor();
});

test('Ctrl+F finds each of 201 routes', async () => {
  const all = ['GET /me', ...PRINTED];
  await openPage({}, pageOf(all, 1));
  const paths = JSON.stringify(all.map((route) => route.split(' ')[1]));
  const missed = await page.evaluate<string[]>(`${paths}.filter((path) => {
    getSelection().removeAllRanges();
    return !window.find(path);
  })`);
  expect(missed).toEqual([]);
});

test('filters routes, groups and states, together', async () => {
  await openPage();
  await page.getByLabel('Routes').fill('post service-49');
  expect(await count()).toBe('6 of 500 routes, 200 of 200 groups and machines');
  await page
    .getByLabel('With a cell that is')
    .selectOption({ label: 'denied, whatever other groups allow' });
  expect(await routes()).toEqual(['POST /service-499']);
  await page.getByLabel('only columns with a grant or a deny').check();
  expect(await columns()).toEqual(['blocked', HOSTILE]);
  await page.getByLabel('Groups and machines').fill('blocked');
  expect(await columns()).toEqual(['blocked']);
  const cells = page.locator('tbody tr:not([hidden]) td:not([hidden])');
  expect(await cells.allTextContents()).toEqual(['denied, whatever other groups allow']);
  expect(await cells.evaluate(signOf)).toBe('✕');
  await page.getByLabel('Groups and machines').fill('nobody');
  expect(await count()).toBe('0 of 500 routes, 0 of 200 groups and machines');
  await page.getByText('No route fits the filters.').waitFor();
});

test('says of each cell what it is, and of routes without groups who may call them', async () => {
  await openPage();
  await page.getByLabel('Groups and machines').fill('team-1');
  const first = page.locator('tbody tr:not([hidden]) td:not([hidden])').first();
  await first.hover();
  expect(await first.getAttribute('title')).toBe('team-1, GET /service-0: public, no token needed');
  await page.getByLabel('Routes').fill('/service-1 ');
  await page.getByLabel('With a cell that is').selectOption({ label: 'allowed' });
  const row = page.locator('tbody tr', { has: page.locator('th[title="POST /service-1"]') });
  const allowed = row.locator('td:not([hidden])').first();
  expect(await allowed.textContent()).toBe('allowed');
  expect(await allowed.evaluate(signOf)).toBe('✓');
  await page.getByLabel('With a cell that is').selectOption({ label: 'any signed-in user' });
  expect(await routes()).toEqual([]);
});

test('shows a name that would be markup as text', async () => {
  await openPage();
  await page.getByLabel('Groups and machines').fill('img');
  expect(await columns()).toEqual([HOSTILE]);
  expect(await page.locator('img').count()).toBe(0);
  expect(await page.title()).toBe('Access matrix of shop');
});

test('is dark where the system is, with readable signs', async () => {
  await openPage({ colorScheme: 'dark' });
  const colors = await page.evaluate<readonly string[]>(`{
    const { color, backgroundColor } = getComputedStyle(document.querySelector('tbody td.a'));
    [color, backgroundColor, getComputedStyle(document.body).backgroundColor];
  }`);
  const [ink = 0, cell = 0, ground = 1] = colors.map(luminance);
  expect(ground).toBeLessThan(0.05);
  // WCAG 2.2, 1.4.3: at least 4.5 to 1.
  expect((ink + 0.05) / (cell + 0.05)).toBeGreaterThanOrEqual(4.5);
  const shots = process.env['SCREENSHOTS'];
  if (shots !== undefined) await page.screenshot({ path: join(shots, 'matrix-dark.png') });
});

/** Relative luminance of `rgb(...)`, by WCAG 2.2. */
function luminance(color: string): number {
  const [r = 0, g = 0, b = 0] = [...color.matchAll(/\d+/g)].map(([value]) => {
    const part = Number(value) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
