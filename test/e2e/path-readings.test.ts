import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type RunningProduct, runProduct } from '../support/running-product.ts';

const map = (kind: 'http' | 'rest') => ({
  api: { name: 'orders', kind, cache: 'off', upstream: { url: 'https://orders.example.com' } },
  okta: {
    issuer: 'https://acme.okta.com/oauth2/aus1abc',
    audience: 'api://orders',
    clients: ['0oa1web'],
  },
  routes: [
    'GET /orders',
    'GET /orders/{id}',
    'GET /orders/export',
    'POST /orders',
    'DELETE /orders',
    'ANY /wide/{proxy+}',
    'GET /wide/admin/{id}',
  ],
  groups: {
    readers: { allow: ['GET /orders/{id}', 'POST /orders', 'ANY /wide/{proxy+}'] },
    admins: { allow: ['ANY /**'] },
  },
});

describe.each(['http', 'rest'] as const)('a path that reads as a closed route, kind %s', (kind) => {
  let product: RunningProduct;
  beforeAll(async () => {
    product = await runProduct({ map: map(kind) as never });
  }, 60_000);
  afterAll(() => product.stack.stop());

  const readersGet = async (route: string, headers: Readonly<Record<string, string>> = {}) => {
    const { status } = await product.call(route, await product.tokenOf('readers'), headers);
    return [status, product.lastRecord()['code']];
  };

  test.each([
    'GET /orders/Export',
    'GET /orders/EXPORT',
    'GET /orders/export;x',
    'GET /orders/export%3Bx',
    'GET /orders/export.json',
    'GET /orders/export%20',
    'HEAD /wide/admin/1',
    'GET /wide/Admin/1',
    'GET /wide/;x/admin/1',
    'GET /wide/;/admin/1',
    'GET /wide/x/..;/admin/1',
    'GET /wide/admin%c0%af1',
  ])('%s is refused to readers', async (route) => {
    expect(await readersGet(route)).toEqual([403, 'PATH_REFUSED']);
  });

  test('an escape of a letter leads to no closed route', async () => {
    // Where the gateway decodes before it matches, the route itself is closed to readers.
    const [status, code] = await readersGet('GET /orders/%65xport');
    expect([status, ['PATH_REFUSED', 'GROUP_NOT_ALLOWED'].includes(String(code))]).toEqual([
      403,
      true,
    ]);
  });

  test.each(['GET /orders/7', 'GET /orders/exported', 'GET /wide/other', 'HEAD /wide/other'])(
    '%s is let in',
    async (route) => {
      expect(await readersGet(route)).toEqual([200, undefined]);
    },
  );

  test('a POST that names another method is evaluated for both', async () => {
    const override = { 'x-http-method-override': 'DELETE' };
    expect(await readersGet('POST /orders')).toEqual([200, undefined]);
    // A REST API's gateway takes the header for the method itself.
    const code = kind === 'http' ? 'PATH_REFUSED' : 'GROUP_NOT_ALLOWED';
    expect(await readersGet('POST /orders', override)).toEqual([403, code]);
    for (const field of ['_method', '_METHOD', '.method', '[method', '%20_method', '_method%00'])
      expect([field, await readersGet(`POST /orders?${field}=DELETE`)]).toEqual([
        field,
        [403, 'PATH_REFUSED'],
      ]);
    expect(await readersGet('POST /orders?method=DELETE')).toEqual([200, undefined]);
    const admin = await product.tokenOf('admins');
    expect((await product.call('POST /orders', admin, override)).status).toBe(200);
    expect((await product.call('GET /orders/Export', admin)).status).toBe(200);
  });
});
