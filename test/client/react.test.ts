import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { load, openPage, REACT_VERSIONS } from './dom.ts';
import type * as Entry from './react-entry.ts';
import { ANSWER, deferred, endpoint, json } from './support.ts';

interface ProbeProps {
  readonly lib: typeof Entry;
  readonly read: () => unknown;
}

/** Shows what hooks answer. */
const Probe = ({ lib, read }: ProbeProps) =>
  lib.createElement('i', null, JSON.stringify(read() ?? null));

let page: ReturnType<typeof openPage>;
beforeAll(() => {
  page = openPage();
});
afterAll(() => page.close());

describe.each(REACT_VERSIONS)('React %s', (major, alias) => {
  let lib: typeof Entry;
  beforeAll(() => {
    lib = load("export * from './test/client/react-entry.ts'", alias) as typeof Entry;
  });

  const client = (
    answers: () => Response | Promise<Response> = () => json(ANSWER),
    token: () => string | null = () => 'token',
  ) => {
    const at = endpoint(answers);
    return {
      at,
      permissions: lib.createPermissions({
        url: '/permissions',
        getToken: token,
        fetch: at.fetch,
        refreshSeconds: 0,
      }),
    };
  };
  type Client = ReturnType<typeof client>['permissions'];

  async function render(
    permissions: Client,
    children: Parameters<typeof lib.createElement>[2],
    token?: unknown,
  ) {
    const host = page.window.document.createElement('div');
    const root = lib.createRoot(host as unknown as HTMLElement);
    const show = (token?: unknown) =>
      lib.act(async () =>
        root.render(
          lib.createElement(
            lib.StrictMode,
            null,
            lib.createElement(
              lib.PermissionsProvider,
              { permissions, token },
              ...[children].flat(),
            ),
          ),
        ),
      );
    await show(token);
    return {
      host,
      show,
      text: () => host.textContent,
      end: () => lib.act(async () => root.unmount()),
    };
  }

  const can = (what: string, children = 'yes', rest = {}) =>
    lib.createElement(lib.Can, { do: what, fallback: 'no', ...rest }, children);
  const probe = (read: () => unknown) => lib.createElement(Probe, { lib, read });

  test('is the version that is tested', () => {
    expect(lib.version.split('.')[0]).toBe(major);
  });

  test('`Can` shows its children to those who may and the fallback to those who may not', async () => {
    const shown = await render(client().permissions, [
      can('GET /orders', 'list,'),
      can('POST /orders', 'create,'),
      can('orders:read', 'read'),
    ]);
    expect(shown.text()).toBe('list,noread');
    await shown.end();
  });

  test('neither children nor fallback flash up while it is not known', async () => {
    const answer = deferred<Response>();
    const { permissions } = client(() => answer.promise);
    const shown = await render(permissions, [
      can('GET /orders'),
      can('POST /orders', 'yes', { loading: '...' }),
    ]);
    expect(shown.text()).toBe('...');
    await lib.act(async () => answer.resolve(json(ANSWER)));
    expect(shown.text()).toBe('yesno');
    await shown.end();
  });

  test('the hooks answer no while it is not known, and follow a change', async () => {
    const { at, permissions } = client();
    const shown = await render(permissions, [
      probe(() => [
        lib.usePermission('GET /orders'),
        lib.usePermission('POST /orders'),
        lib.usePermissionsStatus(),
        lib.useQuota()?.limit,
      ]),
    ]);
    expect(shown.text()).toBe('[true,false,"ready",60]');
    at.answers = () => json({ ...ANSWER, routes: ['POST /orders'], quotas: [] });
    await lib.act(async () => void (await permissions.refresh()));
    expect(shown.text()).toBe('[false,true,"ready",null]');
    await shown.end();
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
    const shown = await render(client().permissions, [
      probe(() => lib.useFirstAllowed<string>(choices)),
    ]);
    expect(shown.text()).toBe(text);
    await shown.end();
  });

  test.each([
    ['ready', () => json(ANSWER), 'GET /orders', 'page'],
    ['forbidden', () => json(ANSWER), 'POST /orders', 'You have no permission to open this page.'],
    ['signed out', () => json({}, 401), 'GET /orders', 'Sign in to open this page.'],
    [
      'an error',
      () => json({}, 500),
      'GET /orders',
      'Your permissions could not be loaded. Try again',
    ],
  ])('`RequirePermission` tells %s', async (_what, answers, route, text) => {
    const shown = await render(client(answers).permissions, [
      lib.createElement(lib.RequirePermission, { do: route }, 'page'),
    ]);
    expect(shown.text()).toBe(text);
    expect(shown.host.querySelectorAll('[role=alert]')).toHaveLength(text === 'page' ? 0 : 1);
    await shown.end();
  });

  test('the button of `RequirePermission` asks again', async () => {
    const { at, permissions } = client(() => json({}, 500));
    const shown = await render(permissions, [
      lib.createElement(lib.RequirePermission, { do: 'GET /orders' }, 'page'),
    ]);
    at.answers = () => json(ANSWER);
    await lib.act(async () => {
      permissions.refresh();
    });
    expect(shown.text()).toBe('page');
    await shown.end();
  });

  test('another token asks again, the same one does not', async () => {
    const { at, permissions } = client();
    const shown = await render(permissions, [can('GET /orders')], 'first');
    await shown.show('first');
    expect(at.tokens).toHaveLength(1);
    await shown.show('second');
    expect(at.tokens).toHaveLength(2);
    await shown.end();
  });

  test('the server renders what is shown while nothing is known, asks nobody, and the browser takes the page over', async () => {
    const { at, permissions } = client();
    const app = () =>
      lib.createElement(lib.PermissionsProvider, { permissions }, [
        lib.createElement('b', { key: 1 }, can('GET /orders', 'yes', { loading: 'wait' })),
        lib.createElement(
          'u',
          { key: 2 },
          probe(() => [
            lib.usePermission('GET /orders'),
            lib.useQuota(),
            lib.usePermissionsStatus(),
          ]),
        ),
      ]);
    const html = lib.renderToString(app());
    expect(html.replace(/&quot;/g, '"')).toBe('<b>wait</b><u><i>[false,null,"loading"]</i></u>');
    expect(at.tokens).toEqual([]);
    // Known before the page is taken over: the first render must be the server's all the same.
    await permissions.refresh();
    const host = page.window.document.createElement('div');
    host.innerHTML = html;
    const errors: unknown[] = [];
    await lib.act(
      async () =>
        void lib.hydrateRoot(host as unknown as HTMLElement, app(), {
          onRecoverableError: (error) => errors.push(error),
        }),
    );
    expect([host.textContent, errors]).toEqual([
      'yes[true,{"name":"standard","per":"minute","limit":60,"remaining":60,"resetsAt":1000060},"ready"]',
      [],
    ]);
  });

  test('outside of a provider a hook says what is missing', () => {
    expect(() => lib.renderToString(can('GET /orders'))).toThrow(
      'expected a `PermissionsProvider` above',
    );
  });
});
