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

  const jwt = (uid: string, id = 1): string =>
    `e30.${Buffer.from(JSON.stringify({ uid, id })).toString('base64url')}.c2ln`;

  test('a provider that is mounted again under another token says nothing before it has asked', async () => {
    let user = jwt('alice');
    const { at, permissions } = client(
      () => json(ANSWER),
      () => user,
    );
    const alice = await render(permissions, [can('GET /orders')], user);
    expect(alice.text()).toBe('yes');
    await alice.end();
    user = jwt('bob');
    const answer = deferred<Response>();
    at.answers = () => answer.promise;
    const said: unknown[] = [];
    const bob = await render(
      permissions,
      [probe(() => said.push(lib.usePermissions().can('GET /orders')) && null), can('GET /orders')],
      user,
    );
    expect([new Set(said), bob.text()]).toEqual([new Set([false]), 'null']);
    await lib.act(async () => answer.resolve(json({ ...ANSWER, routes: [] })));
    expect(bob.text()).toBe('nullno');
    expect(at.tokens).toEqual([jwt('alice'), jwt('bob')]);
    await bob.end();
  });

  test('mounted again under the same token it still knows, and asks nothing', async () => {
    const user = jwt('alice');
    const { at, permissions } = client(
      () => json(ANSWER),
      () => user,
    );
    await (await render(permissions, [can('GET /orders')], user)).end();
    const shown = await render(permissions, [can('GET /orders')], user);
    expect([shown.text(), at.tokens.length]).toEqual(['yes', 1]);
    await shown.end();
  });

  test.each([
    ['renewed of the same caller leaves what is known', jwt('alice', 2), 'yes'],
    ['of another caller makes it unknown at once', jwt('bob'), ''],
    [
      'in Okta’s `authState` is found there',
      { accessToken: { accessToken: jwt('alice', 3) } },
      'yes',
    ],
    ['that is gone makes it unknown at once', undefined, ''],
  ])('a token %s', async (_what, next, text) => {
    let user: string | null = jwt('alice');
    const { at, permissions } = client(
      () => json(ANSWER),
      () => user,
    );
    const shown = await render(permissions, [can('GET /orders')], user);
    const answer = deferred<Response>();
    at.answers = () => answer.promise;
    user = typeof next === 'object' ? next.accessToken.accessToken : (next ?? null);
    // The answer for nobody needs no request.
    const said = next === undefined ? 'no' : text;
    await shown.show(next);
    expect(shown.text()).toBe(said);
    await lib.act(async () => answer.resolve(json(ANSWER)));
    await shown.end();
  });

  test('`Can` tells a refusal, an outage, an empty hand and its opposite apart', async () => {
    const shows = async (answers: () => Response, what: string) => {
      const parts = { fallback: 'refused', error: 'outage', loading: 'wait' };
      const shown = await render(client(answers).permissions, [
        can(what, 'yes', parts),
        can(what, ',not', { ...parts, not: true, fallback: ',may' }),
        lib.createElement(
          lib.Can,
          { do: what },
          ((each: { readonly reason?: string }) => `,${each.reason ?? 'free'}`) as never,
        ),
      ]);
      const text = shown.text();
      await shown.end();
      return text;
    };
    expect([
      await shows(() => json(ANSWER), 'GET /orders'),
      await shows(() => json(ANSWER), 'POST /orders'),
      await shows(() => json({}, 403), 'GET /orders'),
      await shows(() => json({}, 500), 'GET /orders'),
      await shows(() => json({}, 401), 'GET /orders'),
    ]).toEqual([
      'yes,may,free',
      'refused,not,forbidden',
      'refused,not,forbidden',
      'outageoutage,error',
      'refused,not,signed-out',
    ]);
  });

  test('a function is given the reason and the seconds until there is room', async () => {
    const resetsAt = Math.floor(Date.now() / 1_000) + 30;
    const windows = [{ per: 'minute', limit: 60, remaining: 0, resetsAt }];
    const { permissions } = client(() => json({ ...ANSWER, quotas: [{ name: 'q', windows }] }));
    const shown = await render(permissions, [
      lib.createElement(lib.Can, { do: 'GET /orders' }, ((each: object) =>
        JSON.stringify(each)) as never),
    ]);
    expect(JSON.parse(shown.text() ?? '')).toEqual({
      allowed: true,
      reason: 'quota',
      retryAt: resetsAt,
      retryAfter: expect.any(Number),
    });
    await shown.end();
  });

  test('a changed quota renders again who shows it and nobody else; one `Can` subscribes once', async () => {
    const { at, permissions } = client();
    let subscriptions = 0;
    const counted = {
      ...permissions,
      subscribe: (listener: () => void) => {
        subscriptions += 1;
        const end = permissions.subscribe(listener);
        return () => {
          subscriptions -= 1;
          end();
        };
      },
    };
    const renders = { can: 0, quota: 0 };
    const shown = await render(counted, [
      lib.createElement(lib.Can, { do: 'GET /orders' }, (() => {
        renders.can += 1;
        return 'yes';
      }) as never),
    ]);
    expect(subscriptions).toBe(1);
    await shown.end();
    const both = await render(counted, [
      probe(() => {
        renders.can += 1;
        return lib.usePermission('GET /orders');
      }),
      probe(() => {
        renders.quota += 1;
        return lib.useQuota()?.remaining;
      }),
    ]);
    const before = { ...renders };
    const windows = [{ per: 'minute', limit: 60, remaining: 7, resetsAt: 4_000_000_000 }];
    at.answers = () => json({ ...ANSWER, quotas: [{ name: 'standard', windows }] });
    await lib.act(async () => void (await permissions.refresh()));
    expect([both.text(), renders.can, renders.quota > before.quota]).toEqual([
      'true7',
      before.can,
      true,
    ]);
    await both.end();
  });

  test('50 `Can` ask once', async () => {
    const { at, permissions } = client();
    const shown = await render(
      permissions,
      Array.from({ length: 50 }, () => can('GET /orders')),
      'token',
    );
    expect(at.tokens).toHaveLength(1);
    await shown.end();
  });

  test('outside of a provider a hook says what is missing', () => {
    expect(() => lib.renderToString(can('GET /orders'))).toThrow(
      'expected a `PermissionsProvider` above',
    );
  });
});
