/** The page that `matrix --format html` writes, in a real browser, from a file. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { AccessMap } from '../../lib/access-map/index.ts';
import { matrixText } from '../../lib/commands/matrix/matrix-formats.ts';
import { matrixOf } from '../../lib/verdicts/access-matrix.ts';

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

async function openPage(options: BrowserContextOptions = {}): Promise<void> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  page = await context.newPage();
  page.setDefaultTimeout(10_000);
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('request', (request) => asked.push(request.url()));
  await page.goto(pathToFileURL(join(folder, 'matrix.html')).href);
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

const count = () => page.locator('#count').textContent();
const routes = () => page.locator('tbody th').allTextContents();
const columns = () => page.locator('thead th div').allTextContents();

test('shows all, and draws of 500 routes only those that are near', async () => {
  await openPage();
  expect(await count()).toBe('500 of 500 routes, 200 of 200 groups and machines');
  const drawn = await routes();
  expect(drawn[0]).toBe('GET/service-0');
  expect(drawn.length).toBeLessThan(100);
  await page.evaluate(
    `{ const node = document.getElementById('scroll'); node.scrollTo(0, node.scrollHeight); }`,
  );
  await page.locator('tbody th[title="POST /service-499"]').waitFor();
  expect(await routes()).not.toContain('GET/service-0');
});

test('filters routes, groups and states, together', async () => {
  await openPage();
  await page.getByLabel('Routes').fill('post service-49');
  expect(await count()).toBe('6 of 500 routes, 200 of 200 groups and machines');
  await page.getByLabel('With a cell that is').selectOption({ label: 'denied' });
  expect(await routes()).toEqual(['POST/service-499']);
  await page.getByLabel('only columns with a grant or a deny').check();
  expect(await columns()).toEqual(['blocked', HOSTILE]);
  await page.getByLabel('Groups and machines').fill('blocked');
  expect(await columns()).toEqual(['blocked']);
  expect(await page.locator('tbody td').allTextContents()).toEqual(['✕']);
  await page.getByLabel('Groups and machines').fill('nobody');
  expect(await count()).toBe('0 of 500 routes, 0 of 200 groups and machines');
  await page.getByText('No route fits the filters.').waitFor();
});

test('says of each cell what it is, and of routes without groups who may call them', async () => {
  await openPage();
  await page.getByLabel('Groups and machines').fill('team-1');
  expect(await page.locator('tbody td').first().getAttribute('title')).toBe(
    'team-1, GET /service-0: public: no token needed',
  );
  await page.getByLabel('Routes').fill('/service-1 ');
  await page.getByLabel('With a cell that is').selectOption({ label: 'allowed' });
  expect(
    await page.locator('tbody td[title="team-1, POST /service-1: allowed"]').textContent(),
  ).toBe('✓');
  await page.getByLabel('With a cell that is').selectOption({ label: 'signed in' });
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
