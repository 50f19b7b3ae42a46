/**
 * The example app with the real packages of Okta and React in a real browser: it signs in at the
 * local issuer, as an app of another origin, and follows the permissions of the local API.
 */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { build } from 'esbuild';
import {
  type Browser,
  type BrowserContext,
  chromium,
  type Page,
  type Request,
} from 'playwright-core';
import { type LocalStack, startLocalStack } from '../../local/stack.ts';

const REACT_VERSIONS = [
  ['18', { react: 'react-18', 'react-dom': 'react-dom-18' }],
  ['19', {}],
] as const;

/** The access token in Okta's storage, as a script of the page reads it. */
const TOKEN =
  "JSON.parse(localStorage.getItem('okta-token-storage') ?? '{}').accessToken?.accessToken";

/** The project's map with a quota that two calls use up, and a user who is blocked. */
function tightMap(): string {
  const text = readFileSync('access.yaml', 'utf8');
  const tight = text.replace('{ limit: 600, per: minute }', '{ limit: 2, per: minute }');
  if (tight === text) throw new Error('access.yaml has no quota of 600 a minute any more');
  const file = join(mkdtempSync(join(tmpdir(), 'okta-react-')), 'access.yaml');
  writeFileSync(file, `${tight}\nblocked: { users: [00u1contractor] }\n`);
  return file;
}

/** The app's page at every address, and its script. */
async function serveApp(): Promise<ServedApp> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  const [origin, beside] = ['localhost', '127.0.0.1'].map((host) => `http://${host}:${port}`);
  return { server, origin: String(origin), beside: String(beside) };
}

interface ServedApp {
  readonly server: Server;
  /** Of another site than the issuer, whose cookies no frame on its pages gets. */
  readonly origin: string;
  /** Of the issuer's site. */
  readonly beside: string;
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
  /** What the run's clock is ahead of the real one, in milliseconds. */
  let ahead = 0;
  const now = () => Date.now() + ahead;
  let app: ServedApp;
  beforeAll(async () => {
    app = await serveApp();
    stack = await startLocalStack({
      map: tightMap(),
      apps: [app.origin, app.beside],
      now,
      preload: [resolve('test/support/pinned-clock.mjs')],
    });
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
  /** Requests that have no answer yet, and when the last one began or ended. */
  let traffic: { readonly pending: Set<Request>; last: number };
  beforeEach(async () => {
    context = await browser.newContext();
    await context.clock.install({ time: now() });
    page = await context.newPage();
    asked = 0;
    traffic = { pending: new Set(), last: Date.now() };
    const ended = (request: Request) => {
      traffic.pending.delete(request);
      traffic.last = Date.now();
    };
    page.on('requestfinished', ended);
    page.on('requestfailed', ended);
    page.on('request', (request) => {
      traffic.pending.add(request);
      traffic.last = Date.now();
      if (request.url().endsWith('/permissions') && request.method() === 'GET') asked += 1;
    });
  });
  afterEach(() => context.close());

  const pick = async (user: string) => {
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('button', { name: `${user}@example.com` }).click();
  };
  const path = () => new URL(page.url()).pathname;
  /** A clock that is put forward lets each pending request run into its time limit. */
  const quiet = async () => {
    while (traffic.pending.size > 0 || Date.now() - traffic.last < 300)
      await new Promise((done) => setTimeout(done, 50));
  };
  /** For the page and for what it talks to. */
  const later = async (seconds: number) => {
    await quiet();
    ahead += seconds * 1_000;
    await page.clock.fastForward(seconds * 1_000);
  };
  const tokenOf = () => page.evaluate<string>(TOKEN);

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

  describe('a token that has ended', () => {
    const signedIn = async (origin: string) => {
      await page.goto(`${origin}/orders`);
      await pick('reader');
      await page.getByText('Ask your team lead').waitFor();
      asked = 0;
    };

    test('is renewed by Okta’s session, and the user stays where they are', async () => {
      await signedIn(app.beside);
      const first = await tokenOf();
      await later(2 * 3_600);
      await page.waitForFunction(`(${TOKEN}) && (${TOKEN}) !== ${JSON.stringify(first)}`);
      await page.getByText('Ask your team lead').waitFor();
      expect(path()).toBe('/orders');
      await later(3_500);
      await page.getByText('Ask your team lead').waitFor();
    });

    test('without a session that Okta’s frame sees leads to the sign-in, and is no outage', async () => {
      await signedIn(app.origin);
      await later(2 * 3_600);
      await page.getByRole('button', { name: 'Sign in' }).waitFor();
      expect(path()).toBe('/sign-in');
      const before = asked;
      await later(3_600);
      expect(asked).toBe(before);
      await pick('admin');
      await page.getByRole('button', { name: 'New order' }).waitFor();
      expect(path()).toBe('/orders');
    });

    test('by the gateway’s clock alone is renewed once', async () => {
      await signedIn(app.beside);
      const ended = stack.issuer?.userToken('reader@example.com', { exp: now() / 1_000 - 600 });
      await page.evaluate(
        `localStorage.setItem('okta-token-storage', JSON.stringify({ ...JSON.parse(localStorage.getItem('okta-token-storage')), accessToken: { ...JSON.parse(localStorage.getItem('okta-token-storage')).accessToken, accessToken: '${ended}' } }))`,
      );
      await page.reload();
      await page.getByText('Ask your team lead').waitFor();
      expect([path(), await tokenOf()]).toEqual(['/orders', expect.not.stringMatching(`${ended}`)]);
      expect(asked).toBeLessThanOrEqual(3);
    });
  });

  test('a blocked user is refused, and told no outage', async () => {
    await page.goto(app.origin);
    await pick('contractor');
    await page.getByText('There is nothing here that you may open.').waitFor();
    await page.goto(`${app.origin}/orders`);
    await page.getByText('You have no permission to open this page.').waitFor();
    expect(await page.getByText('could not be loaded').count()).toBe(0);
  });

  test('a quota is spent and comes back', async () => {
    await page.goto(`${app.origin}/orders`);
    await pick('partner');
    const button = page.getByRole('button', { name: 'New order' });
    await page.getByText('2 of 2 calls left this minute').waitFor();
    await button.click();
    await page.getByText('1 of 2 calls left this minute').waitFor();
    // Spent by another device, of which this page knows nothing.
    const headers = { authorization: `Bearer ${await tokenOf()}` };
    await fetch(`${stack.gateway.url}/orders`, { method: 'POST', headers });
    await button.click();
    await page.getByText('Refused: your calls are used up.').waitFor();
    await page.getByText(/There is room again in \d+ s\./).waitFor();
    expect(await button.isDisabled()).toBe(true);
    await later(61);
    await page.getByText('2 of 2 calls left this minute').waitFor();
    await button.click();
    await page.getByText('Ordered.').waitFor();
  });

  test('an outage after the sign-in leaves what is known, and is no refusal after a reload', async () => {
    await page.goto(`${app.origin}/orders`);
    await pick('reader');
    await page.getByText('Ask your team lead').waitFor();
    await page.route('**/permissions', (route) => route.abort());
    await later(400);
    await page.getByText('Ask your team lead').waitFor();
    await page.reload();
    await page.getByText('Your permissions could not be loaded.').waitFor();
    expect(await page.getByText('You have no permission').count()).toBe(0);
  });
});
