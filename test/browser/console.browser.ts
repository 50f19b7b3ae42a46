/** The console in a real browser, against the product as `npm start` runs it. */
import { resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { type LocalStack, startLocalStack } from '../../local/stack.ts';
import { type ConsolePage, launchBrowser, openConsole } from './console-page.ts';

let stack: LocalStack;
let browser: Browser;
let url: string;
beforeAll(async () => {
  stack = await startLocalStack({ map: resolve('access.yaml'), consolePort: 0 });
  url = `http://localhost:${stack.console?.port}`;
  browser = await launchBrowser();
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await stack?.stop();
});

let shown: ConsolePage;
let page: ConsolePage['page'];
const openPage = async (options: BrowserContextOptions = {}, at = url): Promise<void> => {
  shown = await openConsole(browser, at, options);
  page = shown.page;
};
afterEach(() => shown?.close());

const signIn = async (user: string): Promise<void> => {
  await shown.signIn(user);
  await shown.button('Show me').waitFor();
};
const app = () => shown.app;
const button = (name: string) => shown.button(name);
const labels = () => shown.labels();
const panel = () => shown.panel;
const verdict = () => shown.verdict;
const callRoute = (route: string) => shown.callRoute(route);
const screenshot = (name: string) => shown.screenshot(name);
const seriousFaults = () => shown.faults();
const overflows = () => shown.overflows();

describe('signing in', () => {
  test('a reader sees the list and no create button; an admin sees both', async () => {
    await openPage();
    expect(await labels()).toEqual([]);
    await signIn('reader');
    expect(await labels()).toEqual(['Show orders', 'Show order 42', 'Show health', 'Show me']);
    await signIn('admin');
    await button('Create order').waitFor();
    expect(await labels()).toEqual([
      'Show orders',
      'Create order',
      'Show order 42',
      'Delete order 42',
      'Show report 42',
      'Show health',
      'Show me',
    ]);
  });

  test('a reload stays signed in, and signing out takes every button away', async () => {
    await openPage();
    await signIn('admin');
    await page.reload();
    await button('Create order').waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    await app().getByText('Nobody is signed in. Sign in to see what is yours.').waitFor();
    expect(await labels()).toEqual([]);
  });

  test('an answer that belongs to another sign-in is refused', async () => {
    await openPage();
    await page.goto(`${url}/callback?code=stolen&state=forged`);
    await page.getByRole('alert').getByText('the answer belongs to another sign-in').waitFor();
    expect(page.url()).toBe(`${url}/`);
  });

  test('no token stands in any address of the page', async () => {
    await openPage();
    const visited: string[] = [];
    page.on('framenavigated', (frame) => visited.push(frame.url()));
    await signIn('reader');
    // A random `state` may hold the first letters of a token, but never a dot after them.
    expect(visited.join()).not.toMatch(/eyJ[\w-]+\.[\w-]/);
    expect(visited.join()).toContain('code=');
  });
});

describe('calling', () => {
  test('the list works and the meter counts down', async () => {
    await openPage();
    await signIn('reader');
    const meter = page.getByRole('meter');
    const left = async () => Number(await meter.getAttribute('value'));
    const before = await left();
    await button('Show orders').click();
    await verdict().getByText('Allowed: the back end has answered.').waitFor();
    await panel()
      .getByText(/quota `readers`|59 of 60|left until/)
      .waitFor();
    await page.locator(`meter:not([value="${before}"])`).waitFor();
    // A new minute may have begun between the two.
    expect([before - 1, 59]).toContain(await left());
    await page.getByText(/full again in \d+ s/).waitFor();
    await shown.quotas.getByText(/^as of \d\d:\d\d:\d\d$/).waitFor();
    await screenshot('reader-light');
  });

  test('a route that is hidden is refused, in words, with the record and the group that would open it', async () => {
    await openPage();
    await signIn('reader');
    await callRoute('POST /orders');
    await verdict()
      .getByText('Forbidden: `orders-readers` does not allow `POST /orders`.')
      .waitFor();
    expect(await verdict().locator('.status').textContent()).toBe('403');
    await panel().getByText('nearest group that would allow it').waitFor();
    await panel().getByText('Decision record').click();
    await panel().getByText('"code": "GROUP_NOT_ALLOWED"').waitFor();
    await page.getByRole('region', { name: 'Calls of this run' }).waitFor();
  });

  test('over quota it says so, and when there is room again', async () => {
    await openPage();
    await signIn('reader');
    const token = await page.evaluate<string>("sessionStorage.getItem('console.token')");
    const drain = async () => {
      const calls = Array.from({ length: 61 }, () =>
        fetch(`${stack.gateway.url}/orders`, { headers: { authorization: `Bearer ${token}` } }),
      );
      for (const answer of await Promise.all(calls)) await answer.arrayBuffer();
    };
    const saysSo = verdict().getByText(/Quota used up\. There is room again in \d+ s\./);
    // A new minute may begin while the old one is drained; it is then drained as well.
    for (let minutes = 0; minutes < 3 && !(await saysSo.isVisible()); minutes++) {
      await drain();
      await button('Show orders').click();
      await verdict()
        .getByText(/Quota used up|Allowed/)
        .waitFor();
    }
    await saysSo.waitFor();
    expect(await page.getByRole('meter').getAttribute('value')).toBe('0');
    await screenshot('over-quota');
    // A closed route stays forbidden, whatever the quota is.
    await callRoute('POST /orders');
    await verdict().getByText('Forbidden').waitFor();
  });

  test('without a token it says that nobody is signed in', async () => {
    await openPage();
    await callRoute('GET /orders');
    await verdict().getByText('Not signed in').waitFor();
    await callRoute('GET /health');
    await verdict().getByText('Allowed').waitFor();
  });
});

describe('the matrix and the what-if panel', () => {
  test('the columns of the user’s groups are lit, and the first column is what they come to together', async () => {
    await openPage();
    await signIn('contractor');
    const matrix = page.getByRole('region', { name: 'Access matrix' });
    await matrix.getByRole('columnheader', { name: 'you, now' }).waitFor();
    const lit = await matrix.locator('thead th.lit').allTextContents();
    expect(lit).toEqual(['you, now', 'orders-admins (yours)', 'contractors (yours)']);
    const cells = await matrix.locator('tbody td[aria-colindex="2"] .hidden').allTextContents();
    expect(cells).toEqual([
      'allowed',
      'allowed',
      'allowed',
      'not allowed',
      'not allowed',
      'allowed',
      'allowed',
      'allowed',
    ]);
  });

  test('answers for any route and groups', async () => {
    await openPage();
    const whatIf = page.getByRole('region', { name: 'What if' });
    // The first thing that is seen is an allowed call.
    await whatIf.getByText('ALLOWED').first().waitFor();
    for (const box of await whatIf.getByRole('checkbox', { checked: true }).all())
      await box.uncheck();
    await whatIf.getByText('GROUPS_MISSING').first().waitFor();
    await whatIf.getByRole('combobox').selectOption('DELETE /orders/{id}');
    await whatIf.getByRole('checkbox', { name: 'orders-admins' }).check();
    await whatIf.getByText('ALLOWED').first().waitFor();
    await whatIf.getByRole('checkbox', { name: 'contractors' }).check();
    await whatIf.getByText('GROUP_DENIED').first().waitFor();
  });
});

describe('for everybody', () => {
  test('all of it works by keyboard', async () => {
    await openPage();
    const reach = async (name: string) => {
      for (let presses = 0; presses < 60; presses++) {
        const focused = await page.evaluate<string>(
          "document.activeElement === document.body ? '' : document.activeElement.textContent",
        );
        if (focused.includes(name)) return;
        await page.keyboard.press('Tab');
      }
      throw new Error(`no Tab leads to ${name}`);
    };
    await reach('Sign in');
    await page.keyboard.press('Enter');
    await page.getByText('Who are you?').waitFor();
    await reach('reader@example.com');
    await page.keyboard.press('Enter');
    await button('Show orders').waitFor();
    await reach('Show orders');
    const outline = await page.evaluate<string>(
      'getComputedStyle(document.activeElement).outlineStyle',
    );
    expect(outline).toBe('solid');
    await page.keyboard.press('Enter');
    await verdict()
      .getByText(/Allowed|Quota/)
      .waitFor();
  });

  test.each([
    ['light', { colorScheme: 'light' }],
    ['dark', { colorScheme: 'dark' }],
    ['narrow', { colorScheme: 'light', viewport: { width: 375, height: 740 } }],
    ['narrow-dark', { colorScheme: 'dark', viewport: { width: 375, height: 740 } }],
  ] as const)(
    '%s: axe-core finds nothing, and nothing runs out of the page',
    async (name, options) => {
      await openPage(options);
      expect([await seriousFaults(), await overflows()]).toEqual([[], false]);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByText('Who are you?').waitFor();
      expect([await seriousFaults(), await overflows()]).toEqual([[], false]);
      await screenshot(`users-${name}`);
      await page.getByRole('button', { name: 'admin@example.com' }).click();
      await button('Create order').waitFor();
      await callRoute('DELETE /orders/{id}');
      await verdict().getByText('Allowed').waitFor();
      await panel().locator('pre').first().waitFor();
      await screenshot(`admin-${name}`);
      expect([await seriousFaults(), await overflows()]).toEqual([[], false]);
      const [red = 0] = await page.evaluate<readonly number[]>(
        'getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)',
      );
      expect(red > 128).toBe(!name.includes('dark'));
    },
  );
});

describe('a REST API', () => {
  let rest: LocalStack;
  beforeAll(async () => {
    rest = await startLocalStack({ map: resolve('access.yaml'), kind: 'rest', consolePort: 0 });
  }, 120_000);
  afterAll(() => rest?.stop());

  test('has the same console: buttons by the permissions, calls, refusals with their code, a meter that counts down', async () => {
    await openPage({}, `http://localhost:${rest.console?.port}`);
    await signIn('reader');
    expect(await labels()).toEqual(['Show orders', 'Show order 42', 'Show health', 'Show me']);
    const meter = page.getByRole('meter');
    const before = await meter.getAttribute('value');
    await button('Show orders').click();
    await verdict().getByText('Allowed: the back end has answered.').waitFor();
    await page.locator(`meter:not([value="${before}"])`).waitFor();
    await callRoute('POST /orders');
    await verdict().getByText('Forbidden').waitFor();
    await panel().getByText('Body').click();
    await panel().getByText('"code":"GROUP_NOT_ALLOWED"').waitFor();
    await signIn('admin');
    await button('Create order').waitFor();
  });
});
