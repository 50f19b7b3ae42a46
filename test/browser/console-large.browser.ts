/** The console with 200 routes and 60 groups, in Chromium, and what it costs the gateway. */
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { type LocalStack, startLocalStack } from '../../local/stack.ts';
import { type ConsolePage, launchBrowser, openConsole } from './console-page.ts';

const ROUTES = Array.from({ length: 200 }, (_, n) => `GET /service-${n}/items/{id}`);
const MAP = {
  api: { name: 'large', upstream: { url: 'https://shop.example.com' } },
  okta: { issuer: 'https://acme.okta.com/oauth2/aus1', audience: 'api://shop', clients: ['0oa1'] },
  routes: ROUTES,
  groups: Object.fromEntries(
    Array.from({ length: 60 }, (_, n) => [`team-${n}`, { allow: ROUTES.slice(n * 3, n * 3 + 20) }]),
  ),
  permissionsEndpoint: { path: '/permissions' },
};

let browser: Browser;
let stack: LocalStack;
let shown: ConsolePage | undefined;
const url = () => `http://localhost:${stack.console?.port}`;
beforeAll(async () => {
  browser = await launchBrowser();
  stack = await startLocalStack({ map: MAP as never, consolePort: 0 });
}, 120_000);
afterEach(async () => {
  await shown?.close();
  shown = undefined;
});
afterAll(async () => {
  await browser?.close();
  await stack?.stop();
});

test('the set-up is fetched without making calls wait, 50 of which come each second', async () => {
  const token = stack.issuer?.userToken('team-1@example.com') ?? '';
  const headers = { authorization: `Bearer ${token}` };
  const call = async (): Promise<number> => {
    const began = performance.now();
    const answer = await fetch(`${stack.gateway.url}/service-3/items/1`, { headers });
    await answer.arrayBuffer();
    expect(answer.status).toBe(200);
    return performance.now() - began;
  };
  /** 50 calls in a second, and something else beside them. */
  const aSecond = async (beside: () => Promise<unknown>): Promise<readonly number[]> => {
    const calls: Promise<number>[] = [];
    const other = beside();
    for (let n = 0; n < 50; n += 1) {
      calls.push(call());
      await new Promise((done) => setTimeout(done, 20));
    }
    await other;
    return (await Promise.all(calls)).toSorted((a, b) => a - b);
  };
  // Warm: functions, connections and the page's script, which the first visitor has bundled.
  await call();
  for (let n = 0; n < 5; n += 1) await Promise.all(Array.from({ length: 5 }, call));
  await aSecond(() => fetch(`${url()}/console.js`));
  const rounds: { readonly setUp: number; readonly slowest: number }[] = [];
  const isGood = ({ setUp, slowest }: (typeof rounds)[number]): boolean =>
    setUp < 300 && slowest < 1;
  // Other work of the machine slows single calls of a round, also without a set-up: then those are
  // the measure, up to four times the median. A set-up that stands in the way slows every round.
  while (rounds.length < 5 && !rounds.some(isGood)) {
    const before = await aSecond(async () => undefined);
    let setUp = 0;
    const during = await aSecond(async () => {
      for (let n = 0; n < 5; n += 1) {
        const began = performance.now();
        await (await fetch(`${url()}/api/setup`)).arrayBuffer();
        setUp = Math.max(setUp, performance.now() - began);
      }
    });
    const median = before[25] ?? 0;
    const busy = Math.min((before.at(-1) ?? 0) / median, 4);
    rounds.push({ setUp, slowest: (during.at(-1) ?? 0) / median / Math.max(2, busy * 1.5) });
  }
  expect(rounds.filter(isGood)).not.toEqual([]);
}, 60_000);

test('the matrix has only what is seen in the page, its heads stay, and both searches narrow it', async () => {
  shown = await openConsole(browser, url());
  const { matrix, page } = shown;
  const table = matrix.getByRole('table');
  await table.waitFor();
  expect(await table.getAttribute('aria-rowcount')).toBe('202');
  expect(await table.getAttribute('aria-colcount')).toBe('61');
  expect(await matrix.locator('tbody td.cell').count()).toBeLessThan(2_000);
  const scroll = matrix.getByRole('region', { name: 'Matrix, scrolls' });
  // By keyboard alone: to the end, where the last route stands.
  await scroll.focus();
  for (const key of ['End', 'ArrowRight']) await page.keyboard.press(key);
  await matrix.getByRole('rowheader', { name: 'GET /permissions' }).waitFor();
  await scroll.evaluate((node) => node.scrollTo(node.scrollWidth, node.scrollHeight));
  await matrix.getByRole('columnheader', { name: 'team-59' }).waitFor();
  const [box, corner] = [
    await scroll.boundingBox(),
    await matrix.getByRole('columnheader', { name: 'Route' }).boundingBox(),
  ];
  expect(Math.abs((corner?.x ?? 0) - (box?.x ?? 0))).toBeLessThan(3);
  expect(Math.abs((corner?.y ?? 0) - (box?.y ?? 0))).toBeLessThan(3);
  await matrix.getByLabel('Find a route').fill('service-77/');
  await matrix.getByLabel('Find a group').fill('team-25');
  await matrix.getByText('1 of 201 routes, 1 of 60 columns').waitFor();
  expect(await matrix.locator('tbody td.cell .hidden').allTextContents()).toEqual(['allowed']);
  expect([await shown.faults(), await shown.overflows()]).toEqual([[], false]);
  await matrix.getByLabel('Find a group').fill('nobody');
  await matrix.getByText('nothing fits. Clear a search.').waitFor();
});

test.each([375, 1280])(
  '%d px: cells can be seen, and the page does not scroll sideways',
  async (width) => {
    shown = await openConsole(browser, url(), {
      viewport: { width, height: 800 },
      colorScheme: 'dark',
    });
    await shown.signIn('team-30');
    await shown.button('Show item 42').first().waitFor();
    const box = await shown.matrix.locator('tbody td.cell').nth(1).boundingBox();
    expect((box?.x ?? width) + (box?.width ?? 0)).toBeLessThanOrEqual(width);
    expect([await shown.faults(), await shown.overflows()]).toEqual([[], false]);
    await shown.screenshot(`large-${width}`);
  },
);

test('the app offers what is allowed wherever it stands in the map, the first of many', async () => {
  shown = await openConsole(browser, url());
  await shown.signIn('team-30');
  await shown.app.getByRole('button', { name: 'Show all 20' }).waitFor();
  expect(await shown.labels()).toHaveLength(12);
  await shown.app.getByRole('button', { name: 'Show all 20' }).click();
  expect(await shown.labels()).toHaveLength(20);
  await shown.whatIf.getByLabel('Find a group to be a member of').fill('team-59');
  await shown.whatIf.getByRole('checkbox', { name: 'team-59' }).check();
});
