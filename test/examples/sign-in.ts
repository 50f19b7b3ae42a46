/** A person at a site, in Chromium. */
import assert from 'node:assert/strict';
import type { Browser } from 'playwright-core';

export interface Visit {
  /** A login of the local issuer without its domain. */
  readonly user: string;
  /** What the site shows to this user alone. */
  readonly sees: string;
}

/** Signs in; the site asks for the permissions once and complains of nothing. */
export async function visit(
  browser: Browser,
  origin: string,
  { user, sees }: Visit,
): Promise<void> {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    const complaints: string[] = [];
    let asked = 0;
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('console', (message) => {
      const isIcon = message.location().url.endsWith('/favicon.ico');
      if (message.type() === 'error' && !isIcon) complaints.push(message.text());
    });
    page.on('request', (request) => {
      if (request.url().endsWith('/permissions') && request.method() === 'GET') asked += 1;
    });
    await page.goto(origin);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('button', { name: `${user}@example.com` }).click();
    await page.getByText(sees).waitFor();
    assert.equal(asked, 1, `${origin} has asked for the permissions of ${user} ${asked} times`);
    assert.deepEqual(complaints, []);
  } finally {
    await context.close();
  }
}
