import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { buildSync } from 'esbuild';
import type { Window } from 'happy-dom';
import type * as Entry from './react-entry.ts';
import { ANSWER, deferred, endpoint, json } from './support.ts';

const VERSIONS = [
  ['18', { react: 'react-18', 'react-dom': 'react-dom-18' }],
  ['19', {}],
] as const;

/** A module and all that it imports, as one script: the packages are of several module systems, and React comes in two versions. */
function load(entry: string, alias: Readonly<Record<string, string>> = {}): unknown {
  const { outputFiles } = buildSync({
    entryPoints: [entry],
    bundle: true,
    format: 'cjs',
    platform: 'node',
    write: false,
    define: { 'process.env.NODE_ENV': '"development"', 'import.meta.url': '"file:///"' },
    alias: { ...alias },
  });
  const module = { exports: {} };
  new Function('module', 'exports', 'require', outputFiles[0]?.text ?? '')(module, module.exports, createRequire(resolve('package.json')));
  return module.exports;
}

interface ProbeProps {
  readonly lib: typeof Entry;
  readonly read: () => unknown;
}

/** Shows what hooks answer. */
const Probe = ({ lib, read }: ProbeProps) => lib.createElement('i', null, JSON.stringify(read() ?? null));

/** React's scheduler opens a channel when it is loaded, which would keep the process alive. */
const ports: InstanceType<typeof MessagePort>[] = [];
class TrackedChannel extends MessageChannel {
  constructor() {
    super();
    ports.push(this.port1, this.port2);
  }
}

let window: Window;
const GLOBALS = ['window', 'document', 'navigator', 'HTMLElement', 'Node', 'HTMLIFrameElement'] as const;
beforeAll(() => {
  globalThis.MessageChannel = TrackedChannel;
  const dom = load(resolve('node_modules/happy-dom/lib/index.js')) as { readonly Window: typeof Window };
  window = new dom.Window({ url: 'http://localhost/' });
  const values: Readonly<Record<string, unknown>> = Object.fromEntries(GLOBALS.map((name) => [name, Reflect.get(window, name)]));
  for (const [name, value] of Object.entries(values))
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  Reflect.set(globalThis, 'IS_REACT_ACT_ENVIRONMENT', true);
});
afterAll(async () => {
  for (const port of ports) port.close();
  await window.happyDOM.close();
});

describe.each(VERSIONS)('React %s', (major, alias) => {
  let lib: typeof Entry;
  beforeAll(() => {
    lib = load(resolve('test/client/react-entry.ts'), alias) as typeof Entry;
  });

  const client = (answers: () => Response | Promise<Response> = () => json(ANSWER), token: () => string | null = () => 'token') => {
    const at = endpoint(answers);
    return { at, permissions: lib.createPermissions({ url: '/permissions', getToken: token, fetch: at.fetch, refreshSeconds: 0 }) };
  };
  type Client = ReturnType<typeof client>['permissions'];

  async function render(permissions: Client, children: Parameters<typeof lib.createElement>[2], token?: unknown) {
    const host = window.document.createElement('div');
    const root = lib.createRoot(host as unknown as HTMLElement);
    const show = (token?: unknown) =>
      lib.act(async () =>
        root.render(lib.createElement(lib.StrictMode, null, lib.createElement(lib.PermissionsProvider, { permissions, token }, children))),
      );
    await show(token);
    return { host, show, text: () => host.textContent, end: () => lib.act(async () => root.unmount()) };
  }

  const can = (what: string, children = 'yes', rest = {}) => lib.createElement(lib.Can, { do: what, fallback: 'no', ...rest }, children);
  const probe = (read: () => unknown) => lib.createElement(Probe, { lib, read });

  test('is the version that is tested', () => {
    expect(lib.version.split('.')[0]).toBe(major);
  });

  test('`Can` shows its children to those who may and the fallback to those who may not', async () => {
    const page = await render(client().permissions, [
      can('GET /orders', 'list,'),
      can('POST /orders', 'create,'),
      can('orders:read', 'read'),
    ]);
    expect(page.text()).toBe('list,noread');
    await page.end();
  });

  test('neither children nor fallback flash up while it is not known', async () => {
    const answer = deferred<Response>();
    const { permissions } = client(() => answer.promise);
    const page = await render(permissions, [can('GET /orders'), can('POST /orders', 'yes', { loading: '...' })]);
    expect(page.text()).toBe('...');
    await lib.act(async () => answer.resolve(json(ANSWER)));
    expect(page.text()).toBe('yesno');
    await page.end();
  });

  test('the hooks answer no while it is not known, and follow a change', async () => {
    const { at, permissions } = client();
    const page = await render(permissions, [
      probe(() => [lib.usePermission('GET /orders'), lib.usePermission('POST /orders'), lib.usePermissionsStatus(), lib.useQuota()?.limit]),
    ]);
    expect(page.text()).toBe('[true,false,"ready",60]');
    at.answers = () => json({ ...ANSWER, routes: ['POST /orders'], quotas: [] });
    await lib.act(async () => void (await permissions.refresh()));
    expect(page.text()).toBe('[false,true,"ready",null]');
    await page.end();
  });

  test.each([
    [
      [
        ['orders:write', '/manage'],
        ['orders:read', '/orders'],
      ] as const,
      '"/orders"',
    ],
    [
      [
        ['GET /orders', '/list'],
        ['orders:read', '/orders'],
      ] as const,
      '"/list"',
    ],
    [[['orders:write', '/manage']] as const, 'null'],
  ])('`useFirstAllowed` of %j is %s', async (choices, text) => {
    const page = await render(client().permissions, [probe(() => lib.useFirstAllowed<string>(choices))]);
    expect(page.text()).toBe(text);
    await page.end();
  });

  test.each([
    ['ready', () => json(ANSWER), 'GET /orders', 'page'],
    ['forbidden', () => json(ANSWER), 'POST /orders', 'You have no permission to open this page.'],
    ['signed out', () => json({}, 401), 'GET /orders', 'Sign in to open this page.'],
    ['an error', () => json({}, 500), 'GET /orders', 'Your permissions could not be loaded. Try again'],
  ])('`RequirePermission` tells %s', async (_what, answers, route, text) => {
    const page = await render(client(answers).permissions, [lib.createElement(lib.RequirePermission, { do: route }, 'page')]);
    expect(page.text()).toBe(text);
    expect(page.host.querySelectorAll('[role=alert]')).toHaveLength(text === 'page' ? 0 : 1);
    await page.end();
  });

  test('the button of `RequirePermission` asks again', async () => {
    const { at, permissions } = client(() => json({}, 500));
    const page = await render(permissions, [lib.createElement(lib.RequirePermission, { do: 'GET /orders' }, 'page')]);
    at.answers = () => json(ANSWER);
    await lib.act(async () => {
      permissions.refresh();
    });
    expect(page.text()).toBe('page');
    await page.end();
  });

  test('another token asks again, the same one does not', async () => {
    const { at, permissions } = client();
    const page = await render(permissions, [can('GET /orders')], 'first');
    await page.show('first');
    expect(at.tokens).toHaveLength(1);
    await page.show('second');
    expect(at.tokens).toHaveLength(2);
    await page.end();
  });

  test('the server renders what is shown while nothing is known, asks nobody, and the browser takes the page over', async () => {
    const { at, permissions } = client();
    const app = () =>
      lib.createElement(lib.PermissionsProvider, { permissions }, [
        lib.createElement('b', { key: 1 }, can('GET /orders', 'yes', { loading: 'wait' })),
        lib.createElement(
          'u',
          { key: 2 },
          probe(() => [lib.usePermission('GET /orders'), lib.useQuota(), lib.usePermissionsStatus()]),
        ),
      ]);
    const html = lib.renderToString(app());
    expect(html.replace(/&quot;/g, '"')).toBe('<b>wait</b><u><i>[false,null,"loading"]</i></u>');
    expect(at.tokens).toEqual([]);
    // Known before the page is taken over: the first render must be the server's all the same.
    await permissions.refresh();
    const host = window.document.createElement('div');
    host.innerHTML = html;
    const errors: unknown[] = [];
    await lib.act(
      async () => void lib.hydrateRoot(host as unknown as HTMLElement, app(), { onRecoverableError: (error) => errors.push(error) }),
    );
    expect([host.textContent, errors]).toEqual([
      'yes[true,{"name":"standard","per":"minute","limit":60,"remaining":60,"resetsAt":1000060},"ready"]',
      [],
    ]);
  });

  test('outside of a provider a hook says what is missing', () => {
    expect(() => lib.renderToString(can('GET /orders'))).toThrow('expected a `PermissionsProvider` above');
  });
});
