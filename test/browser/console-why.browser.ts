/** The console's "Why" in Chromium: the record of that request, and never a second decision. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { type LocalStack, startLocalStack } from '../../local/stack.ts';
import { localUsers } from '../../local/users.ts';
import { type ConsolePage, launchBrowser, openConsole } from './console-page.ts';

const MAP = {
  api: { name: 'shop', upstream: { url: 'https://shop.example.com' } },
  okta: { issuer: 'https://acme.okta.com/oauth2/aus1', audience: 'api://shop', clients: ['0oa1'] },
  routes: [
    'GET /stock',
    'POST /stock',
    'GET /stock/{id}',
    'DELETE /stock/{id}',
    { route: 'PUT /stock', mode: 'shadow' },
  ],
  permissions: { 'stock:read': ['GET /stock', 'GET /stock/{id}'] },
  quotas: { once: { limit: 1, per: 'day', by: 'user' } },
  groups: {
    readers: { allow: ['stock:read'], quota: 'once' },
    admins: { allow: ['ANY /stock', 'ANY /stock/{id}'] },
    banned: { allow: ['GET /stock'] },
  },
  blocked: { users: [] as string[] },
  scopes: 'groups' as 'groups' | 'intersect',
  permissionsEndpoint: { path: '/permissions' },
};

let browser: Browser;
let stack: LocalStack;
let shown: ConsolePage;
beforeAll(async () => {
  browser = await launchBrowser();
}, 60_000);
afterAll(() => browser?.close());
afterEach(() => shown.close());

const openAs = async (user: string, changes: Readonly<Record<string, unknown>> = {}) => {
  shown = await openConsole(browser, `http://localhost:${stack.console?.port}`);
  if (Object.keys(changes).length === 0) return shown.signIn(user);
  const token = stack.issuer?.userToken(`${user}@example.com`, changes) ?? '';
  await shown.page.evaluate((text) => sessionStorage.setItem('console.token', text), token);
  await shown.page.reload();
  return shown.page.getByText(`Signed in as ${user}@example.com`).waitFor();
};

const whyText = async (): Promise<string> =>
  (await shown.panel.locator('details').first().textContent()) ?? '';

/** The same call by somebody else, by curl. */
const callAs = async (user: string, method: string, path: string): Promise<number> => {
  const token = stack.issuer?.userToken(`${user}@example.com`) ?? '';
  const headers = { authorization: `Bearer ${token}` };
  const answer = await fetch(`${stack.gateway.url}${path}`, { method, headers });
  await answer.arrayBuffer();
  return answer.status;
};

describe('the record of that request', () => {
  beforeAll(async () => {
    const uid = localUsers(['banned']).find(({ login }) => login === 'banned@example.com')?.uid;
    stack = await startLocalStack({
      map: { ...MAP, blocked: { users: [uid ?? ''] } } as never,
      consolePort: 0,
    });
  }, 120_000);
  afterAll(() => stack?.stop());

  test('a refused reader stays refused when an admin has called the same route by curl', async () => {
    await openAs('readers');
    await shown.callRoute('POST /stock');
    await shown.verdict.getByText('Forbidden: `readers` does not allow `POST /stock`.').waitFor();
    expect(await callAs('admins', 'POST', '/stock')).toBe(200);
    await shown.feed.locator('.call').getByText('admins@example.com').first().waitFor();
    expect(await whyText()).toContain('deny POST /stock (GROUP_NOT_ALLOWED, no_group_allows)');
    expect(await whyText()).toContain('nearest group that would allow it: `admins`');
    // The user asks the route by which the page asks: a call like any other.
    await shown.callRoute('GET /permissions');
    await shown.verdict.getByText('Allowed').waitFor();
    await shown.feed.locator('.call').getByText('GET /permissions').first().waitFor();
    // The call by curl is explained in the feed, by its own record.
    await shown.feed.getByLabel('Caller').selectOption('admins@example.com');
    await shown.feed.locator('.call').first().press('Enter');
    await shown.feed.getByText('allow POST /stock (group_allows)').waitFor();
    await shown.screenshot('feed-open');
    expect(await shown.faults()).toEqual([]);
  });

  test('a blocked user, whose group allows the route', async () => {
    await openAs('banned');
    await shown.callRoute('GET /stock');
    await shown.verdict.getByText('Forbidden: the map blocks this user').waitFor();
    expect(await whyText()).toContain('deny GET /stock (BLOCKED, user)');
    expect(await whyText()).toContain('blocked.users[0]');
  });

  test('a refused path of an allowed route', async () => {
    await openAs('admins');
    await shown.callRoute('GET /stock/{id}', '/stock/a%2F..%2Fb');
    await shown.verdict.getByText(/^403/).waitFor();
    await shown.panel.getByText('deny GET /stock/{id} (PATH_REFUSED').waitFor();
    expect(await whyText()).not.toContain('allow GET /stock/{id}');
  });

  test('shadow mode: 200, and what the rules will say once enforced', async () => {
    await openAs('readers');
    await shown.callRoute('PUT /stock');
    await shown.verdict.getByText('Allowed, in shadow mode: the rules would refuse it.').waitFor();
    expect(await whyText()).toContain('allow PUT /stock: in shadow mode');
    expect(await whyText()).toContain('once enforced: deny (GROUP_NOT_ALLOWED, no_group_allows)');
  });

  test('a gateway that is not there explains nothing, whatever an earlier call came to', async () => {
    await openAs('readers');
    await shown.callRoute('GET /stock');
    await shown.verdict.getByText('Allowed').waitFor();
    await shown.callRoute('GET /stock');
    await shown.verdict.getByText(/^Quota used up\. There is room again in \d+ s\.$/).waitFor();
    expect(await whyText()).toContain('quota `once` (by user): used up, all 1 a day');
    await shown.page.route(`${stack.gateway.url}/stock`, (route) => route.abort());
    await shown.callRoute('GET /stock');
    await shown.verdict.getByText('The gateway could not be reached, or its answer').waitFor();
    await shown.panel.getByText('This page got no answer, so that it knows of no record').waitFor();
    expect(await whyText()).not.toContain('quota');
  });

  test('a path that would name another host than the gateway is not called', async () => {
    await openAs('readers');
    const asked: string[] = [];
    shown.page.on('request', (request) => asked.push(request.url()));
    for (const path of ['@evil.example.com/', '.evil.example.com/', ''])
      await shown.callRoute('GET /stock', path);
    expect(asked).toEqual([]);
    expect(await shown.panel.locator('input:invalid').count()).toBe(1);
    expect(await shown.panel.locator('.verdict').count()).toBe(0);
  });

  test('a call without a token has no record, and is reported as such', async () => {
    shown = await openConsole(browser, `http://localhost:${stack.console?.port}`);
    await shown.callRoute('GET /stock');
    await shown.verdict.getByText('Not signed in').waitFor();
    await shown.panel.getByText('The call had no Authorization header').waitFor();
  });

  test('preflights and the page’s own questions are shown when asked for, and filters narrow', async () => {
    await openAs('admins');
    await shown.callRoute('POST /stock');
    await shown.verdict.getByText('Allowed').waitFor();
    const rows = shown.feed.locator('.call');
    await rows.first().waitFor();
    const texts = async (): Promise<string> => (await rows.allTextContents()).join('\n');
    expect(await texts()).not.toMatch(/OPTIONS|permissions/);
    await shown.feed.getByLabel('preflights and what this page asks').check();
    await rows.getByText('OPTIONS /stock').first().waitFor();
    await rows.getByText('GET /permissions').first().waitFor();
    await shown.feed.getByLabel('Route').fill('post stock');
    await shown.feed.getByLabel('Code').selectOption('ALLOWED');
    expect(await texts()).not.toMatch(/OPTIONS|GET/);
    await shown.feed.getByLabel('Route').fill('nowhere');
    await shown.feed.getByText('No call fits the filters.').waitFor();
  });
});

describe('with scopes: intersect', () => {
  beforeAll(async () => {
    stack = await startLocalStack({
      map: { ...MAP, scopes: 'intersect' } as never,
      consolePort: 0,
    });
  }, 120_000);
  afterAll(() => stack?.stop());

  test('a scope that the token lacks refuses, and is named', async () => {
    await openAs('readers', { scp: ['openid'] });
    await shown.callRoute('GET /stock');
    await shown.verdict.getByText('the token must have asked for `stock:read`').waitFor();
    expect(await whyText()).toContain('deny GET /stock (SCOPE_MISSING, not_requested)');
  });
});
