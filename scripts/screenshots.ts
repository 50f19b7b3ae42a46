/**
 * Takes the pictures of the documentation (`npm run docs:screenshots`): the console, signed in,
 * after a call that is refused. Needs a Chromium: CHROMIUM names it, if it is not
 * `/usr/bin/chromium`.
 */
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { startLocalStack } from '../local/stack.ts';

const folder = join(import.meta.dirname, '..', 'docs', 'images');
const VIEWPORT = { width: 1200, height: 760 };

async function signIn(page: Page, user: string): Promise<void> {
  await page.getByRole('button', { name: /^Sign in/ }).click();
  await page.getByRole('button', { name: `${user}@example.com` }).click();
  await page.getByText(`Signed in as ${user}@example.com`).waitFor();
}

const stack = await startLocalStack({ map: resolve('access.yaml'), consolePort: 0 });
const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
});
try {
  mkdirSync(folder, { recursive: true });
  const page = await browser.newPage({ viewport: VIEWPORT });
  await page.goto(`http://localhost:${stack.console?.port}`);
  await signIn(page, 'reader');
  const panel = page.getByRole('region', { name: 'Call a route' });
  await panel.getByLabel('Route').selectOption('POST /orders');
  await panel.getByRole('button', { name: 'Call', exact: true }).click();
  await panel.getByRole('status').filter({ hasText: '403' }).waitFor();
  await page.screenshot({ path: join(folder, 'console.png') });
} finally {
  await browser.close();
  await stack.stop();
}
