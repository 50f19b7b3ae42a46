/** The console's states in Chromium: each in plain words, and none against another. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { type ConsoleServer, startConsole } from '../../local/console/console-server.ts';
import { type LocalStack, startLocalStack } from '../../local/stack.ts';
import { localUsers } from '../../local/users.ts';
import { freePort } from '../support/free-port.ts';
import { type ConsolePage, launchBrowser, openConsole } from './console-page.ts';

const BANNED = localUsers(['banned']).find(({ login }) => login === 'banned@example.com')?.uid;

const MAP = {
  api: { name: 'shop', upstream: { url: 'https://shop.example.com' } },
  okta: { issuer: 'https://acme.okta.com/oauth2/aus1', audience: 'api://shop', clients: ['0oa1'] },
  routes: ['GET /stock', 'GET /me'],
  signedIn: ['GET /me'],
  quotas: { few: { limit: 5, per: 'day', by: 'user' } },
  groups: { readers: { allow: ['GET /stock'], quota: 'few' }, banned: { allow: ['GET /stock'] } },
  blocked: { users: [BANNED] },
  permissionsEndpoint: { path: '/permissions' },
};

let browser: Browser;
let shown: ConsolePage;
const folder = mkdtempSync(join(tmpdir(), 'states-'));
beforeAll(async () => {
  browser = await launchBrowser();
}, 60_000);
afterEach(() => shown.close());
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

const SIGN_IN = 'Nobody is signed in. Sign in to see what is yours.';

/** What the cards say that show what belongs to the caller; the matrix then has no column of it. */
async function cardsSay(text: string): Promise<void> {
  await shown.app.getByText(text).waitFor();
  await shown.quotas.getByText(text).waitFor();
  expect(await shown.labels()).toEqual([]);
  expect(await shown.quotas.getByRole('meter').count()).toBe(0);
  expect(await shown.matrix.getByText('you, now').count()).toBe(0);
}

const header = () => shown.page.locator('header');

describe('a run', () => {
  let stack: LocalStack;
  const url = () => `http://localhost:${stack.console?.port}`;
  beforeAll(async () => {
    stack = await startLocalStack({ map: MAP as never, consolePort: 0 });
  }, 120_000);
  afterAll(() => stack?.stop());

  const openWith = async (changes: Readonly<Record<string, unknown>>, user = 'readers') => {
    const token = stack.issuer?.userToken(`${user}@example.com`, changes) ?? '';
    shown = await openConsole(browser, url());
    await shown.page.evaluate((text) => sessionStorage.setItem('console.token', text), token);
    await shown.page.reload();
  };

  test.each([
    ['light', 375],
    ['dark', 375],
    ['light', 1280],
    ['dark', 1280],
  ] as const)('nobody, %s, %d px: the first thing seen is no error', async (colorScheme, width) => {
    shown = await openConsole(browser, url(), { colorScheme, viewport: { width, height: 800 } });
    await cardsSay(SIGN_IN);
    await header().getByRole('button', { name: 'Sign in' }).waitFor();
    expect(await shown.page.getByRole('alert').count()).toBe(0);
    expect(await shown.page.locator('.verdict.bad').count()).toBe(0);
    await shown.feed.getByText('No call yet.').waitFor();
    expect([await shown.faults(), await shown.overflows()]).toEqual([[], false]);
    await shown.screenshot(`nobody-${colorScheme}-${width}`);
  });

  test('loading, then ready', async () => {
    await openWith({});
    let answer = (): void => undefined;
    const held = new Promise<void>((done) => {
      answer = done;
    });
    await shown.page.route('**/permissions', async (route) => {
      await held;
      await route.continue();
    });
    await shown.page.reload();
    await cardsSay('Asking what you may do …');
    answer();
    await shown.button('Show stock').waitFor();
    await shown.quotas.getByRole('meter').waitFor();
    await header().getByText('Signed in as readers@example.com').waitFor();
  });

  test('expired: the header and the cards say so, and offer to sign in', async () => {
    const past = Math.floor(Date.now() / 1_000) - 60;
    await openWith({ iat: past - 60, exp: past });
    await cardsSay('Your token has expired. Sign in once more.');
    await header().getByText('Was signed in as readers@example.com').waitFor();
    await header().getByRole('button', { name: 'Sign in once more' }).waitFor();
    expect(await shown.faults()).toEqual([]);
    await shown.screenshot('expired');
  });

  test('not accepted: a token of another audience', async () => {
    await openWith({ aud: 'api://another' });
    await cardsSay('The gateway does not accept your token. Sign in once more.');
    await header().getByText('Was signed in as').waitFor();
  });

  test('blocked', async () => {
    await openWith({}, 'banned');
    await cardsSay('The permissions endpoint refuses you, so you may call nothing.');
    await header().getByText('Signed in as banned@example.com').waitFor();
    expect(await shown.faults()).toEqual([]);
  });

  test('unreachable', async () => {
    await openWith({});
    await shown.page.route('**/permissions', (route) => route.abort());
    await shown.page.reload();
    await cardsSay(`What you may do could not be asked: ${stack.gateway.url}`);
  });

  test('room again is counted down, and then said to be there', async () => {
    await openWith({});
    await shown.button('Show stock').waitFor();
    await shown.page.clock.install();
    const record = { quota: { endsAt: Math.floor(Date.now() / 1_000) + 40 } };
    await shown.page.route('**/api/why?*', (route) =>
      route.fulfill({
        json: {
          call: { requestId: 'r', record },
          explanation: { effect: 'deny', code: 'QUOTA_EXCEEDED', lines: [], sentence: '' },
        },
      }),
    );
    await shown.page.route(`${stack.gateway.url}/stock`, (route) =>
      route.fulfill({
        status: 403,
        headers: {
          'access-control-allow-origin': '*',
          'access-control-expose-headers': '*',
          'apigw-requestid': 'r',
        },
        body: '{}',
      }),
    );
    await shown.callRoute('GET /stock');
    await shown.verdict.getByText(/There is room again in \d+ s\./).waitFor();
    await shown.page.clock.runFor(25_000);
    await shown.verdict.getByText(/There is room again in 1?\d s\./).waitFor();
    await shown.page.clock.runFor(20_000);
    await shown.verdict.getByText('There is room now: call once more.').waitFor();
  });
});

describe('a run that stops and starts', () => {
  let stack: LocalStack;
  let ports: { readonly gateway: number; readonly issuer: number };
  let consolePort: number;
  const state = { issuer: join(folder, 'issuer'), tables: join(folder, 'tables') };
  const start = () => startLocalStack({ map: MAP as never, ports, consolePort, state });
  beforeAll(async () => {
    ports = { gateway: await freePort(), issuer: await freePort() };
    consolePort = await freePort();
    stack = await start();
  }, 120_000);
  afterAll(() => stack?.stop());

  test('says over everything that it has stopped, and goes on by itself with the same sign-in', async () => {
    shown = await openConsole(browser, `http://localhost:${consolePort}`);
    await shown.signIn('readers');
    await shown.button('Show stock').click();
    await shown.verdict.getByText('Allowed').waitFor();
    await shown.quotas.getByText('4 of 5 left this day').waitFor();
    await stack.stop();
    await shown.page.getByRole('heading', { name: 'The run has stopped' }).waitFor();
    expect(await shown.page.locator('[inert]').count()).toBe(1);
    expect(await shown.faults()).toEqual([]);
    await shown.screenshot('stopped');
    stack = await start();
    await shown.page
      .getByRole('heading', { name: 'The run has stopped' })
      .waitFor({ state: 'detached' });
    await header().getByText('Signed in as readers@example.com').waitFor();
    // The counter has been kept, and no verdict of the run before stands beside new ticks.
    await shown.quotas.getByText('4 of 5 left this day').waitFor();
    expect(await shown.panel.locator('.verdict').count()).toBe(0);
    expect(await shown.feed.locator('.call').count()).toBe(0);
  }, 90_000);
});

test('a run that starts says so, and shows itself when it is ready', async () => {
  const early: ConsoleServer = await startConsole(0);
  try {
    shown = await openConsole(browser, `http://localhost:${early.port}`);
    await shown.page.getByText('This page shows it when it is ready.').waitFor();
    expect(await shown.faults()).toEqual([]);
  } finally {
    await early.stop();
  }
  await shown.page.getByRole('heading', { name: 'The run has stopped' }).waitFor();
}, 60_000);

test('without a permissions endpoint the cards say that it is not known, and calls work', async () => {
  const { permissionsEndpoint: _, ...map } = MAP;
  const stack = await startLocalStack({ map: map as never, consolePort: 0 });
  try {
    shown = await openConsole(browser, `http://localhost:${stack.console?.port}`);
    await cardsSay(SIGN_IN);
    await shown.signIn('readers');
    await cardsSay('Not known: the map has no permissionsEndpoint');
    await shown.callRoute('GET /stock');
    await shown.verdict.getByText('Allowed').waitFor();
    // Nothing but a call can tell that a token is not accepted.
    const token = stack.issuer?.userToken('readers@example.com', { aud: 'api://another' }) ?? '';
    await shown.page.evaluate((text) => sessionStorage.setItem('console.token', text), token);
    await shown.page.reload();
    await cardsSay('Not known: the map has no permissionsEndpoint');
    await shown.callRoute('GET /stock');
    await cardsSay('The gateway does not accept your token. Sign in once more.');
    await header().getByText('Was signed in as readers@example.com').waitFor();
    expect(await shown.matrix.getByText('(yours)').count()).toBe(0);
  } finally {
    await stack.stop();
  }
}, 120_000);
