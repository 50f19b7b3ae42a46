import { describe, expect, test } from '@jest/globals';
import { parseModel } from '../../../lambda/core/model/load-model.ts';
import { asking, type Call, type Kind } from '../../support/asked-paths.ts';
import { type ModelSketch, model, modelFile, rowOf } from '../../support/model.ts';

/** Of a map with routes below a greedy or the default route. */
const withBelow = (sketch: ModelSketch) => parseModel({ ...modelFile(sketch), routesBelow: true });

const KINDS: readonly Kind[] = ['http', 'rest'];
const CLOSED = 'PATH_REFUSED closed_route';

const SIBLINGS: ModelSketch = {
  routes: [
    'GET /orders',
    'GET /orders/{id}',
    'GET /orders/export',
    'GET /users/{id}/keys',
    'GET /users/root/keys',
  ],
  groups: {
    readers: { allow: ['GET /orders/{id}', 'GET /users/{id}/keys'] },
    admins: { allow: ['GET /orders/export', 'GET /orders', 'GET /users/root/keys'] },
  },
};

describe.each(KINDS)('a literal beside a parameter, on an API of kind %s', (kind) => {
  const ask = asking(model(SIBLINGS), kind);
  const order = (sent: string, as: string): Call => ({
    matched: 'GET /orders/{id}',
    sent: `GET ${sent}`,
    as,
  });

  test.each([
    '/orders/export',
    '/orders/Export',
    '/orders/EXPORT',
    '/orders/export;x',
    '/orders/export;x=1',
    '/orders/export%3Bx',
    '/orders/%65xport',
    '/orders/export.json',
    '/orders/export%20',
    '/orders/export.',
    '/orders/export%3Fx',
    '/orders/export%23',
  ])('%s is refused to who may call the parameter alone', async (sent) => {
    expect(await ask(order(sent, 'readers'))).toBe(CLOSED);
    expect(await ask(order(sent, 'readers+admins'))).toBe('allow');
    expect(await ask(order(sent, 'admins'))).toBe('GROUP_NOT_ALLOWED no_group_allows');
  });

  test.each([
    '/orders/7',
    '/orders/exports',
    '/orders/export-7',
    '/orders/a.json',
    '/orders/%C3%A9',
    // What stands before the end is a value like any other.
    '/orders/why%3F',
    '/orders/a%23b',
  ])('%s is a value like any other', async (sent) => {
    expect(await ask(order(sent, 'readers'))).toBe('allow');
  });

  test('a parameter in the middle is evaluated as one at the end', async () => {
    const keys = (sent: string) => ask({ matched: 'GET /users/{id}/keys', sent, as: 'readers' });
    expect(await keys('GET /users/7/keys')).toBe('allow');
    expect(await keys('GET /users/ROOT/keys')).toBe(CLOSED);
    expect(await keys('GET /users/root%20/keys')).toBe(CLOSED);
    // Who ends the path at the semicolon finds no route there.
    expect(await keys('GET /users/root;x/keys')).toBe('PATH_REFUSED ambiguous_parameter');
  });

  test('who has no valid token is told that', async () => {
    expect(await ask(order('/orders/Export', 'void'))).toBe('TOKEN_EXPIRED exp_passed');
  });
});

describe.each(KINDS)(
  'what else decides whether the sibling is open, on an API of kind %s',
  (kind) => {
    const QUOTA = { windows: [{ id: 'day', per: 'day', limit: 9 }] } as const;
    const asked = (sketch: ModelSketch, as = 'g') =>
      asking(model(sketch), kind)({ matched: 'GET /a/{id}', sent: 'GET /a/B', as });
    const routes = ['GET /a/{id}', 'GET /a/b'];

    test('a public one is open to all', async () => {
      const groups = { g: { allow: ['GET /a/{id}'] } };
      expect(await asked({ routes, groups, public: ['GET /a/b'] })).toBe('allow');
      expect(await asked({ routes, groups })).toBe(CLOSED);
    });

    test('a parameter for any valid token opens no sibling to whoever has no group', async () => {
      const sketch = { routes, signedIn: ['GET /a/{id}'], groups: { g: { allow: ['GET /a/b'] } } };
      expect(await asked(sketch, 'nobody')).toBe(CLOSED);
      expect(await asked(sketch)).toBe('allow');
    });

    test('one that another quota pays for is closed by this path', async () => {
      const paid = { allow: ['GET /a/b'], quota: 'small' };
      const quotas = [{ name: 'small', ...QUOTA }];
      const groups = { g: { allow: ['GET /a/{id}'] }, h: paid };
      expect(await asked({ routes, quotas, groups }, 'g+h')).toBe(CLOSED);
      const both = { g: { allow: routes, quota: 'small' } };
      expect(await asked({ routes, quotas, groups: both })).toBe('allow');
    });

    test('a window that counts one of the two makes two prices', async () => {
      const window = {
        id: 'day',
        per: 'day',
        limit: 9,
        routes: rowOf(routes, ['GET /a/b']),
      } as const;
      const quotas = [
        { name: 'small', windows: [window, { id: 'hour', per: 'hour', limit: 9 }] } as const,
      ];
      expect(
        await asked({ routes, quotas, groups: { g: { allow: routes, quota: 'small' } } }),
      ).toBe(CLOSED);
    });
  },
);

describe.each(KINDS)('below a greedy route, on an API of kind %s', (kind) => {
  const ask = asking(
    withBelow({
      routes: [
        ...['GET', 'HEAD', 'POST', 'DELETE'].map((method) => `${method} /{proxy+}`),
        'GET /orders',
        'GET /admin/{id}',
        'DELETE /admin/{id}',
      ],
      groups: {
        broad: { allow: ['GET', 'HEAD', 'POST', 'DELETE'].map((method) => `${method} /{proxy+}`) },
        admins: { allow: ['GET /orders', 'GET /admin/{id}', 'DELETE /admin/{id}'] },
      },
    }),
    kind,
  );
  const broad = (sent: string, as = 'broad') => {
    const [method = ''] = sent.split(' ', 1);
    return ask({ matched: `${method} /{proxy+}`, sent, as });
  };

  test.each([
    ['GET /orders', 'GROUP_NOT_ALLOWED no_group_allows'],
    ['GET /other/1', 'allow'],
    ['HEAD /other/1', 'allow'],
    ['HEAD /orders', CLOSED],
    ['HEAD /admin/7', CLOSED],
    ['GET /Orders', CLOSED],
    ['GET /orders/', CLOSED],
    ['GET /orders;v=1', CLOSED],
    // Decoded, it names the route itself.
    ['GET /%6frders', 'GROUP_NOT_ALLOWED no_group_allows'],
  ])('%s by who may call the broad route: %s', async (sent, verdict) => {
    expect(await broad(sent)).toBe(verdict);
  });

  test.each([
    'GET /;x/orders',
    'GET /;/admin/1',
    'DELETE /x/..;/admin/1',
    'GET /admin%c0%af1',
    'GET /x/../orders',
    'GET /x/%2e%2e/orders',
    'GET //admin/1',
    'GET /orders%5C1/..',
    'GET /orders%00',
    'GET /orders%3F/other',
    'GET /admin%252F1',
  ])('%s is refused', async (sent) => {
    expect(await broad(sent)).toMatch(/^PATH_REFUSED /);
  });

  test('an escaped slash makes the path no other route than the one that it is decoded to', async () => {
    expect(await broad('GET /admin%2F1')).toMatch(/^(?:PATH_REFUSED|GROUP_NOT_ALLOWED) /);
    expect(await broad('GET /admin%2F1', 'admins')).toMatch(/^PATH_REFUSED /);
  });

  test('who may call both may spell it so', async () => {
    expect(await broad('GET /Admin/7', 'broad+admins')).toBe('allow');
    expect(await broad('HEAD /orders', 'broad+admins')).toBe('allow');
  });
});

describe('below the default route', () => {
  const ask = asking(
    withBelow({
      routes: ['GET $default', 'GET /orders/{id}', 'GET /{tenant}/{id}'],
      groups: {
        broad: { allow: ['GET $default'] },
        both: { allow: ['GET $default', 'GET /orders/{id}'] },
      },
    }),
    'http',
  );
  const CUSTOM = { domainName: 'api.example.com' };
  const at = (path: string, call: Partial<Call> = {}) =>
    ask({ matched: '$default', sent: `GET ${path}`, as: 'broad', ...call });

  test.each<[string, Partial<Call>, string]>([
    ['/a/b/c', {}, 'allow'],
    ['/x/..;/orders/1', {}, 'PATH_REFUSED ambiguous_path'],
    ['/orders%2F1', {}, CLOSED],
    // Not after a prefix that no domain of the API's own has.
    ['/shop/orders/1', {}, 'allow'],
    ['/shop/orders/1', { context: CUSTOM }, CLOSED],
    ['/shop/orders/1', { context: CUSTOM, as: 'both' }, 'allow'],
    ['/a/b/c/orders/1', { context: CUSTOM }, CLOSED],
    ['/a/b/c/d/orders/1', { context: CUSTOM }, 'allow'],
    // Two segments would be `/{tenant}/{id}` after any prefix: they name nothing.
    ['/shop/x/y', { context: CUSTOM }, 'allow'],
    ['/live/live/orders/1', { context: { stage: 'live' } }, CLOSED],
    // On a custom domain the event's path may begin with the stage's own name, which is no stage
    // then.
    ['/orders/1;x', { context: { stage: 'orders' } }, CLOSED],
    ['/orders/1', { context: { stage: 'orders' }, as: 'both' }, 'allow'],
    ['/live/x', { context: { stage: 'live' } }, 'allow'],
  ])('%s with %j: %s', async (path, call, verdict) => {
    expect(await at(path, call)).toBe(verdict);
  });
});

describe.each(KINDS)('where the back end reads paths exactly, on an API of kind %s', (kind) => {
  const { routes } = SIBLINGS;
  const exactPaths = rowOf(routes, ['GET /orders/{id}']);
  const ask = asking(parseModel({ ...modelFile(SIBLINGS), exactPaths }), kind);

  test.each([
    ['GET /orders/{id}', 'GET /orders/Export', 'allow'],
    ['GET /orders/{id}', 'GET /orders/export;x', 'allow'],
    // Whatever reads it: an HTTP API has decoded it.
    ['GET /orders/{id}', 'GET /orders/export', CLOSED],
    ['GET /orders/{id}', 'GET /orders/..', 'PATH_REFUSED ambiguous_parameter'],
    ['GET /users/{id}/keys', 'GET /users/ROOT/keys', CLOSED],
  ])('%s called as %s: %s', async (matched, sent, verdict) => {
    expect(await ask({ matched, sent, as: 'readers' })).toBe(verdict);
  });
});

describe.each(KINDS)('where paths are only reported, on an API of kind %s', (kind) => {
  const { routes } = SIBLINGS;
  const reportPaths = rowOf(routes, ['GET /orders/{id}']);
  const ask = asking(parseModel({ ...modelFile(SIBLINGS), reportPaths }), kind);

  test.each([
    ['GET /orders/{id}', 'GET /orders/Export', 'allow, read by case as GET /orders/export'],
    ['GET /orders/{id}', 'GET /orders/export;x', 'allow, read by matrix as GET /orders/export'],
    ['GET /orders/{id}', 'GET /orders/1', 'allow'],
    ['GET /orders/{id}', 'GET /orders/..', 'PATH_REFUSED ambiguous_parameter'],
    ['GET /users/{id}/keys', 'GET /users/ROOT/keys', CLOSED],
  ])('%s called as %s: %s', async (matched, sent, verdict) => {
    expect(await ask({ matched, sent, as: 'readers', reported: true })).toBe(verdict);
  });
});

test.each([
  [[], '/shop/orders/1', 'allow'],
  [['shop'], '/shop/orders/1', CLOSED],
  [['/shop/v1/'], '/shop/v1/orders/1', CLOSED],
  [['shop'], '/store/orders/1', 'allow'],
  [['shop', 'v1'], '/shop/V1/orders/1', CLOSED],
])('with the base paths %j %s is %s', async (basePaths, path, verdict) => {
  const routes = ['GET $default', 'GET /orders/{id}'];
  const file = modelFile({ routes, groups: { broad: { allow: ['GET $default'] } } });
  const ask = asking(parseModel({ ...file, routesBelow: true, basePaths }), 'http');
  const context = { domainName: 'api.example.com' };
  expect(await ask({ matched: '$default', sent: `GET ${path}`, as: 'broad', context })).toBe(
    verdict,
  );
});

describe.each(KINDS)('methods as frameworks see them, on an API of kind %s', (kind) => {
  const ask = asking(
    model({
      routes: ['POST /orders', 'DELETE /orders', 'GET /a/{id}', 'POST /b'],
      groups: {
        writers: { allow: ['POST /orders', 'POST /b'] },
        owners: { allow: ['POST /orders', 'DELETE /orders'] },
      },
    }),
    kind,
  );
  const post = (as: string, call: Partial<Call>) =>
    ask({ matched: 'POST /orders', sent: 'POST /orders', as, ...call });

  test.each<Partial<Call>>([
    { headers: { 'X-HTTP-Method-Override': 'DELETE' } },
    { headers: { 'x-http-method': 'delete' } },
    { headers: { X_Method_Override: 'DELETE' } },
    { headers: { 'x-method-override': 'POST, DELETE' } },
    { query: { _method: 'DELETE' } },
  ])('%j is evaluated for both methods', async (call) => {
    expect(await post('writers', call)).toBe('PATH_REFUSED method_override');
    expect(await post('owners', call)).toBe('allow');
  });

  test('a method that the map does not have there, or that none can have, is refused', async () => {
    const overridden = (method: string) =>
      post('owners', { headers: { 'x-http-method-override': method } });
    expect(await overridden('PATCH')).toBe('PATH_REFUSED method_override');
    expect(await overridden('TRACE')).toBe('PATH_REFUSED method_override');
    expect(await overridden('POST')).toBe('allow');
  });

  test('of other methods no header makes another one', async () => {
    const headers = { 'x-http-method-override': 'DELETE' };
    const call = { matched: 'DELETE /orders', sent: 'DELETE /orders', as: 'owners', headers };
    expect(await ask(call)).toBe('allow');
  });

  test.each(['TRACE', 'get', 'Post', 'PROPFIND'])(
    '%s is refused on every route',
    async (method) => {
      const template = kind === 'rest' ? `${method} /orders` : 'ANY /orders';
      expect(await ask({ matched: template, sent: `${method} /orders`, as: 'owners' })).toMatch(
        /^(?:PATH_REFUSED unknown_method|ROUTE_UNMAPPED not_in_inventory)$/,
      );
    },
  );
});

describe.each(KINDS)('an event whose fields name different paths, on an API of kind %s', (kind) => {
  const ask = asking(model(SIBLINGS), kind);
  const order = (path: string, over: Partial<Call> = {}) =>
    ask({ matched: 'GET /orders/{id}', sent: `GET ${path}`, as: 'readers', ...over });
  const other = (path: string): Partial<Call> =>
    kind === 'http' ? { event: { rawPath: path } } : { event: { path } };

  test.each([
    ['/orders/7', 'allow'],
    ['/orders/7/', 'allow'],
    ['/live/orders/7', 'allow'],
    ['/shop/v1/orders/7', 'allow'],
    ['/orders/8', 'PATH_REFUSED paths_disagree'],
    ['/orders/7/8', 'PATH_REFUSED paths_disagree'],
    ['/a/b/c/d/orders/7', 'PATH_REFUSED paths_disagree'],
  ])('%s: %s', async (path, verdict) => {
    expect(await order('/orders/7', other(path))).toBe(verdict);
  });

  test('a character that was lost on the way is refused', async () => {
    expect(await order('/orders/a%EF%BF%BDb')).toBe('PATH_REFUSED ambiguous_parameter');
  });
});

describe.each(KINDS)('in shadow mode, on an API of kind %s', (kind) => {
  const routes = ['GET /a/{id}', 'GET /a/b'];
  const asked = (shadow: readonly string[], as?: string) => {
    const file = modelFile({ routes, groups: { g: { allow: ['GET /a/{id}'] } } });
    const access = parseModel({ ...file, shadow: { routes: rowOf(routes, shadow) } });
    return asking(access, kind)({ matched: 'GET /a/{id}', sent: 'GET /a/B', ...(as && { as }) });
  };

  test('a sibling in shadow is open, and a parameter in shadow too records it', async () => {
    expect(await asked(['GET /a/b'], 'g')).toBe('allow');
    expect(await asked(routes, 'g')).toBe('would deny PATH_REFUSED closed_route');
  });

  test('a parameter in shadow does not open a sibling that is enforced', async () => {
    expect(await asked(['GET /a/{id}'], 'g')).toBe(CLOSED);
    // Whoever may not call the parameter either is told so, and does not pass.
    expect(await asked(['GET /a/{id}'], 'h')).toBe('GROUP_NOT_ALLOWED no_group_mapped');
  });
});
