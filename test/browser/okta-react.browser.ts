/**
 * The example app with the real packages of Okta and React in a real browser: it signs in at the
 * local issuer, as an app of another origin, and follows the permissions of the local API.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { build } from 'esbuild';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { type LocalStack, startLocalStack } from '../../local/stack.ts';

const REACT_VERSIONS = [
  ['18', { react: 'react-18', 'react-dom': 'react-dom-18' }],
  ['19', {}],
] as const;

/** The app's page at every address, and its script. */
async function serveApp(): Promise<{ readonly server: Server; readonly origin: string }> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return { server, origin: `http://localhost:${(server.address() as AddressInfo).port}` };
}

/** The example as its bundler makes it, with the settings of the local run. */
async function scriptOf(
  alias: Readonly<Record<string, string>>,
  settings: Readonly<Record<string, string>>,
): Promise<string> {
  const define = Object.entries(settings).map(
    ([name, value]) => [`import.meta.env.${name}`, JSON.stringify(value)] as const,
  );
  const { outputFiles } = await build({
    entryPoints: ['client/examples/okta-react/main.tsx'],
    bundle: true,
    format: 'esm',
    platform: 'browser',
    write: false,
    jsx: 'automatic',
    logLevel: 'silent',
    define: { 'process.env.NODE_ENV': '"development"', ...Object.fromEntries(define) },
    alias: {
      'okta-group-authorizer-client': resolve('client/src/index.ts'),
      'okta-group-authorizer-client/react': resolve('client/src/react.ts'),
      ...alias,
    },
  });
  return outputFiles[0]?.text ?? '';
}

let browser: Browser;
beforeAll(async () => {
  browser = await chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? 'chromium',
    args: ['--no-sandbox'],
  });
});
afterAll(() => browser?.close());

describe.each(REACT_VERSIONS)('React %s', (_major, alias) => {
  let stack: LocalStack;
  let app: Awaited<ReturnType<typeof serveApp>>;
  beforeAll(async () => {
    app = await serveApp();
    stack = await startLocalStack({ map: resolve('access.yaml'), apps: [app.origin] });
    const script = await scriptOf(alias, {
      VITE_ISSUER: stack.issuer?.issuer ?? '',
      VITE_CLIENT_ID: '0oa1web',
      VITE_API: stack.gateway.url,
    });
    app.server.on('request', (request, response) => {
      const isScript = request.url === '/main.js';
      response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
      response.end(
        isScript ? script : '<main id="root"></main><script type="module" src="/main.js"></script>',
      );
    });
  }, 120_000);
  afterAll(async () => {
    app?.server.closeAllConnections();
    app?.server.close();
    await stack?.stop();
  });

  let context: BrowserContext;
  let page: Page;
  let asked: number;
  beforeEach(async () => {
    context = await browser.newContext();
    page = await context.newPage();
    page.setDefaultTimeout(15_000);
    asked = 0;
    page.on('request', (request) => {
      if (request.url().endsWith('/permissions') && request.method() === 'GET') asked += 1;
    });
  });
  afterEach(() => context.close());

  const pick = async (user: string) => {
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('button', { name: `${user}@example.com` }).click();
  };
  const path = () => new URL(page.url()).pathname;

  test('a reader signs in, reloads, and signs out; then an admin sees other things', async () => {
    await page.goto(app.origin);
    await pick('reader');
    await page.getByRole('heading', { name: 'Orders' }).waitFor();
    expect([path(), asked]).toEqual(['/orders', 1]);
    await page.getByText('Ask your team lead').waitFor();
    await page.reload();
    await page.getByText('Ask your team lead').waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    await pick('admin');
    await page.getByRole('heading', { name: 'Manage orders' }).waitFor();
    expect(path()).toBe('/manage');
  });

  test('a deep link leads to its page after the sign-in, and is shut to whom it is not for', async () => {
    await page.goto(`${app.origin}/orders`);
    await pick('admin');
    await page.getByRole('button', { name: 'New order' }).waitFor();
    expect(path()).toBe('/orders');
    await context.clearCookies();
    await page.evaluate('sessionStorage.clear(); localStorage.clear()');
    await page.goto(`${app.origin}/manage`);
    await pick('reader');
    await page.getByText('You have no permission to open this page.').waitFor();
    expect(path()).toBe('/manage');
  });

  test('an endpoint that is out of order is told from a refusal', async () => {
    await page.route('**/permissions', (route) => route.fulfill({ status: 503 }));
    await page.goto(`${app.origin}/orders`);
    await pick('reader');
    await page.getByText('Your permissions could not be loaded.').waitFor();
    await page.unroute('**/permissions');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('heading', { name: 'Orders' }).waitFor();
  });
});
