/** The console's page in Chromium, for the tests of it. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import {
  type Browser,
  type BrowserContextOptions,
  chromium,
  type Locator,
  type Page,
} from 'playwright-core';
import { faultsOf } from './axe.ts';

/** In a container Chromium cannot make a sandbox of its own as root. */
export const launchBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? 'chromium',
    args: ['--no-sandbox'],
  });

export interface ConsolePage {
  readonly page: Page;
  readonly app: Locator;
  readonly panel: Locator;
  /** What the last call came to. */
  readonly verdict: Locator;
  readonly quotas: Locator;
  readonly matrix: Locator;
  readonly feed: Locator;
  readonly whatIf: Locator;
  button(name: string): Locator;
  labels(): Promise<readonly string[]>;
  signIn(user: string): Promise<void>;
  callRoute(route: string, path?: string): Promise<void>;
  /** What axe-core finds. */
  faults(): Promise<readonly string[]>;
  overflows(): Promise<boolean>;
  /** Kept out of the repository, for people to look at. */
  screenshot(name: string): Promise<void>;
  /** Closes the page, which must have thrown nothing. */
  close(): Promise<void>;
}

export async function openConsole(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<ConsolePage> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const errors = errorsOf(page);
  await page.goto(url);
  const region = (name: string): Locator => page.getByRole('region', { name });
  const app = region('An app of this API');
  const panel = region('Call a route');
  return {
    page,
    app,
    panel,
    verdict: panel.getByRole('status'),
    quotas: region('Quotas'),
    matrix: region('Access matrix'),
    feed: region('Calls of this run'),
    whatIf: region('What if'),
    button: (name) => app.getByRole('button', { name, exact: false }),
    labels: () => app.locator('button b').allTextContents(),
    signIn: (user) => signIn(page, user),
    callRoute: (route, path) => callRoute(panel, route, path),
    faults: () => faultsOf(page),
    overflows: () =>
      page.evaluate<boolean>(
        'document.documentElement.scrollWidth > document.documentElement.clientWidth',
      ),
    screenshot: (name) => screenshot(page, name),
    close: async () => {
      await context.close();
      expect(errors).toEqual([]);
    },
  };
}

function errorsOf(page: Page): readonly string[] {
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  // What the gateway refuses is told by the browser as well, and is what these tests are about.
  page.on('console', (message) => {
    if (message.type() === 'error' && !/Failed to load|net::ERR|CORS policy/.test(message.text()))
      errors.push(message.text());
  });
  return errors;
}

async function signIn(page: Page, user: string): Promise<void> {
  await page.getByRole('button', { name: /^Sign in|Switch user/ }).click();
  await page.getByRole('button', { name: `${user}@example.com` }).click();
  await page.getByText(`Signed in as ${user}@example.com`).waitFor();
}

async function callRoute(panel: Locator, route: string, path?: string): Promise<void> {
  await panel.getByLabel('Route').selectOption(route);
  if (path !== undefined) await panel.getByLabel('Path').fill(path);
  await panel.getByRole('button', { name: 'Call', exact: true }).click();
}

async function screenshot(page: Page, name: string): Promise<void> {
  const folder = process.env['SCREENSHOTS'];
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}
