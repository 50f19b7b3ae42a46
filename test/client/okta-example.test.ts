/**
 * The example with Okta's sign-in does what it says, in both versions of React; `npm run typecheck`
 * checks its types.
 */
import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { act, ComponentType, createElement } from 'react';
import type { createRoot, Root } from 'react-dom/client';
import { load, openPage, REACT_VERSIONS } from './dom.ts';
import type * as Fake from './fake-okta.ts';
import { ANSWER, deferred, endpoint, json } from './support.ts';

interface Library extends Pick<typeof Fake, 'become' | 'currentPath' | 'oktaAuth' | 'signIns'> {
  readonly act: typeof act;
  readonly createElement: typeof createElement;
  readonly createRoot: typeof createRoot;
  readonly App: ComponentType<{ readonly oktaAuth: typeof Fake.oktaAuth; readonly api: string }>;
}

const ENTRY = `
export { App } from './client/examples/okta-react/app.tsx';
export { become, currentPath, oktaAuth, signIns } from './test/client/fake-okta.ts';
export { act, createElement } from 'react';
export { createRoot } from 'react-dom/client';`;

const aliases = {
  ...Object.fromEntries(
    ['@okta/okta-auth-js', '@okta/okta-react', 'react-router-dom'].map((name) => [
      name,
      resolve('test/client/fake-okta.ts'),
    ]),
  ),
  'okta-group-authorizer-client': resolve('client/src/index.ts'),
  'okta-group-authorizer-client/react': resolve('client/src/react.ts'),
};

/** Of a window that does not end while the test runs. */
const LASTING = [
  {
    name: 'standard',
    windows: [{ per: 'month', limit: 60, remaining: 58, resetsAt: 4_000_000_000 }],
  },
];

let page: ReturnType<typeof openPage>;
beforeAll(() => {
  page = openPage();
});
afterAll(() => page.close());

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const tokenOf = (uid: string, time = 1) => ({
  accessToken: {
    accessToken: `e30.${Buffer.from(JSON.stringify({ uid, time })).toString('base64url')}.c2ln`,
  },
});

describe.each(REACT_VERSIONS)('React %s', (_major, alias) => {
  async function openApp(at = endpoint()) {
    const lib = load(ENTRY, { ...alias, ...aliases }) as Library;
    const before = globalThis.fetch;
    globalThis.fetch = at.fetch;
    const host = page.window.document.createElement('div');
    const root: Root = lib.createRoot(host as unknown as HTMLElement);
    const { oktaAuth } = lib;
    await lib.act(async () =>
      root.render(lib.createElement(lib.App, { oktaAuth, api: 'https://api.example.com' })),
    );
    closing.push(async () => {
      await lib.act(async () => root.unmount());
      globalThis.fetch = before;
    });
    return {
      lib,
      at,
      host,
      become: (next: Parameters<typeof Fake.become>[0]) => lib.act(async () => lib.become(next)),
      seen: () => [lib.currentPath(), host.textContent],
    };
  }

  test('asks nobody, and shows nothing that it would take back, until Okta has looked for a session', async () => {
    const answer = deferred<Response>();
    const app = await openApp(endpoint(() => answer.promise));
    expect([app.seen(), app.at.tokens]).toEqual([['/', 'Signing in …'], []]);
    await app.become({ authState: tokenOf('00u1') });
    expect([app.seen(), app.at.tokens.length]).toEqual([['/', 'One moment …'], 1]);
    await app.lib.act(async () => answer.resolve(json({ ...ANSWER, quotas: LASTING })));
    expect(app.seen()).toEqual([
      '/orders',
      'OrdersAsk your team lead if you want to place orders.58 of 60 calls left this month',
    ]);
  });

  test('leads to the best page that the user may open', async () => {
    const app = await openApp(
      endpoint(() => json({ ...ANSWER, permissions: ['orders:read', 'orders:write'] })),
    );
    await app.become({ authState: tokenOf('00u1') });
    expect(app.seen()).toEqual(['/manage', 'Manage orders']);
  });

  test('keeps a page shut that the user may not open, whatever address is typed', async () => {
    const app = await openApp();
    await app.become({ authState: tokenOf('00u1'), path: '/manage' });
    expect(app.seen()).toEqual(['/manage', 'You have no permission to open this page.']);
  });

  test('asks again with a renewed token, and follows what it brings', async () => {
    const app = await openApp();
    await app.become({ authState: tokenOf('00u1') });
    app.at.answers = () => json({ ...ANSWER, routes: [...ANSWER.routes, 'POST /orders'] });
    const renewed = tokenOf('00u1', 2);
    await app.become({ authState: renewed });
    expect(app.at.tokens.at(-1)).toBe(renewed.accessToken.accessToken);
    expect(app.host.querySelector('button')?.textContent).toBe('New order');
  });

  test('signed out, it shows nothing of before and leads to the sign-in', async () => {
    const app = await openApp();
    await app.become({ authState: tokenOf('00u1') });
    await app.become({ authState: {} });
    expect(app.seen()).toEqual(['/sign-in', 'Sign in']);
    app.host.querySelector('button')?.click();
    expect(app.lib.signIns).toEqual([{ originalUri: '/' }]);
  });
});

test('its types hold', () => {
  const compiler = resolve('node_modules/typescript/bin/tsc');
  expect(
    execFileSync(
      process.execPath,
      [compiler, '-p', 'client/examples/okta-react', '--pretty', 'false'],
      { encoding: 'utf8' },
    ),
  ).toBe('');
});
