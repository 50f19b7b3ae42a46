/** A leaver in Chromium: a person clicks, and sees the token die. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { Browser, Locator } from 'playwright-core';
import { COMMANDS } from '../../lib/commands/index.ts';
import { runProgram } from '../../lib/commands/shell/program.ts';
import { type OktaSide, startOktaSide } from '../../local/okta-org/side.ts';
import { type LocalStack, startLocalStack } from '../../local/stack.ts';
import { capture } from '../lib/commands/project.ts';
import { freePort } from '../support/free-port.ts';
import { type ConsolePage, launchBrowser, openConsole } from './console-page.ts';

const MAP = `
api: { name: leavers, upstream: { url: https://leavers.example.com } }
okta:
  issuer: https://acme.okta.com/oauth2/aus1abc
  audience: api://leavers
  clients: [0oa1web]
  groupPrefix: api-
  revocation: { within: 1s, margin: 0s }
routes: [GET /orders, POST /orders]
groups:
  readers: { allow: [GET /orders] }
  writers: { allow: [POST /orders] }
permissionsEndpoint: { path: /permissions }
`;

const folder = mkdtempSync(join(tmpdir(), 'people-'));
let browser: Browser;
let side: OktaSide;
let stack: LocalStack;
let shown: ConsolePage;
let people: Locator;

beforeAll(async () => {
  browser = await launchBrowser();
  const file = join(folder, 'access.yaml');
  writeFileSync(file, MAP);
  const consolePort = await freePort();
  side = await startOktaSide({ file, folder, consolePort });
  const { gatewayMap: map, root, decide, org } = side;
  stack = await startLocalStack({ map, root, decide, orgUrl: org.url, consolePort });
  side.useIssuer(stack.issuer?.url ?? '');
  if (stack.hub) side.useHub(stack.hub);
  const { hook } = stack.hub ?? {};
  const env = {
    OKTA_CLIENT_TOKEN: 'local',
    ...{ OKTA_HOOK_URL: hook?.url ?? '', OKTA_HOOK_SECRET: hook?.secret ?? '' },
  };
  const apply = ['okta', 'apply', '--yes', '--write', '-m', side.commandMap];
  const program = { commands: COMMANDS, version: '0' };
  expect(await runProgram(apply, capture(folder, { env }), program)).toBe(0);
}, 180_000);
afterEach(() => shown.close());
afterAll(async () => {
  await browser?.close();
  await stack?.stop();
  await side?.org.stop();
  rmSync(folder, { recursive: true, force: true });
});

const show = async (): Promise<void> => {
  shown = await openConsole(browser, `http://127.0.0.1:${stack.console?.port}`);
  people = shown.page.getByRole('region', { name: 'People in Okta' });
};
const press = (name: string): Promise<void> => people.getByRole('button', { name }).click();
const said = (text: string): Promise<void> => people.getByRole('status').getByText(text).waitFor();

/** Calls until the verdict has the text. */
async function callUntil(route: string, text: string): Promise<void> {
  for (let tries = 0; tries < 60; tries++) {
    await shown.callRoute(route);
    const found = shown.verdict.getByText(text).first();
    if (
      await found.waitFor({ timeout: 1_000 }).then(
        () => true,
        () => false,
      )
    )
      return;
  }
  throw new Error(`expected ${text}, found ${await shown.verdict.textContent()}`);
}

test('whoever is deactivated loses the token in seconds', async () => {
  await show();
  await shown.signIn('readers');
  await callUntil('GET /orders', '200');
  expect(await people.getByLabel('Person').inputValue()).toBe(
    stack.users.find(({ login }) => login === 'readers@example.com')?.uid,
  );
  await press('Deactivate');
  await said('readers@example.com is deactivated in Okta.');
  await callUntil('GET /orders', '401');
  await shown.feed.getByRole('listitem').getByText('TOKEN_REVOKED').first().waitFor();
  expect([await shown.faults(), await shown.overflows()]).toEqual([[], false]);
  await shown.screenshot('people');
}, 120_000);

test('whoever loses a group loses the token that has it', async () => {
  await show();
  await shown.signIn('writers');
  await callUntil('POST /orders', '200');
  await press('Take away');
  await said('writers@example.com left the group writers in Okta.');
  await callUntil('POST /orders', '401');
  await press('Give');
  await said('writers@example.com joined the group writers in Okta.');
});

test('an org that has stopped has changed nothing', async () => {
  await show();
  await side.org.stop();
  await press('End sessions');
  await said('Nothing has changed: the local Okta org does not answer.');
});
