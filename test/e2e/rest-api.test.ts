import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { FORGED, forgedSpellings } from '../support/forged-headers.ts';
import { type RunningProduct, runProduct } from '../support/running-product.ts';
import { deepTest } from '../support/tier.ts';

let product: RunningProduct;
beforeAll(async () => {
  product = await runProduct({ kind: 'rest' });
}, 60_000);
afterAll(() => product.stack.stop());
beforeEach(() => {
  // A minute of its own for each test, so that no test eats another's quota.
  product.now += 60_000;
});

const denied = (code: string, quotaReset = '-') =>
  JSON.stringify({ message: 'Forbidden', code, quotaReset });

describe('the REST API of the example map, run locally from its template and bundle', () => {
  test.each([
    ['reader', 'GET /orders', 200, undefined],
    ['reader', 'GET /orders/42', 200, undefined],
    ['reader', 'POST /orders', 403, 'GROUP_NOT_ALLOWED'],
    ['reader', 'GET /reports/2026', 403, 'GROUP_NOT_ALLOWED'],
    ['admin', 'GET /reports/2026', 200, undefined],
    ['admin', 'DELETE /orders/1', 200, undefined],
    ['contractor', 'DELETE /orders/1', 403, 'GROUP_DENIED'],
    ['contractor', 'POST /orders', 200, undefined],
    ['partner', 'POST /orders', 200, undefined],
    ['nobody', 'GET /me', 200, undefined],
    ['nobody', 'GET /orders', 403, 'GROUPS_MISSING'],
    ['admin', 'GET /orders/a%2Fb', 403, 'PATH_REFUSED'],
    ['admin', 'GET /orders/%2e%2e%2f', 403, 'PATH_REFUSED'],
  ])(
    'answers %s on %s with %i, and a refusal tells its code (%s)',
    async (user, route, status, code) => {
      const reply = await product.call(route, await product.tokenOf(user));
      expect(reply.status).toBe(status);
      expect(product.lastRecord()).toMatchObject(
        code === undefined ? { effect: 'allow' } : { effect: 'deny', code },
      );
      if (code !== undefined) {
        expect(reply.text).toBe(denied(code));
        expect(reply.headers.get('retry-after')).toBeNull();
      }
    },
  );

  test.each([
    ['GET /orders', '/orders'],
    ['GET /live/orders', '/orders'],
    ['GET /live//orders/', '/orders'],
    ['GET /orders/', '/orders'],
    ['GET /orders/a%2Bb', '/orders/a%2Bb'],
    ['GET /orders/42?page=2', '/orders/42'],
  ])('takes %s to the back end as %s', async (route, path) => {
    const reply = await product.call(route, await product.tokenOf('admin'));
    expect(reply.status).toBe(200);
    expect(reply.echo.path).toBe(path);
  });

  test('answers the public route without a token, and no identity of anybody arrives', async () => {
    const reply = await product.call('GET /health', undefined, FORGED);
    expect(reply.status).toBe(200);
    const identity = Object.entries(reply.echo.headers).filter(([name]) =>
      /^x[-_]access/.test(name),
    );
    expect(identity).toHaveLength(32);
    expect(new Set(identity.map(([, value]) => value))).toEqual(new Set(['-']));
    expect(JSON.stringify(reply.echo.headers)).not.toMatch(/forged/i);
  });

  test('hands the caller’s identity to the back end, and nothing that the client forged', async () => {
    const reply = await product.call('GET /orders', await product.tokenOf('reader'), FORGED);
    expect(reply.status).toBe(200);
    expect(reply.echo).toMatchObject({ method: 'GET', path: '/orders' });
    expect(reply.echo.headers).toMatchObject({
      'x-access-uid': '00u1reader',
      'x-access-cid': '0oa1web',
      'x-access-groups': '["orders-readers"]',
      'x-access-scope': 'orders:read',
      'x-access-quota-limit': '60',
      'x-access-quota-remaining': '59',
      'x-access-quota-reset': '30',
      'x-http-method-override': 'GET',
      'x-http-method': 'GET',
      'x-method-override': 'GET',
    });
    expect(JSON.stringify(reply.echo.headers)).not.toMatch(/forged|DELETE/i);
  });

  test.each([
    ['GET /orders', 'with a token', true],
    ['GET /health', 'without one', false],
  ])(
    'lets no name of a header that decides something through to %s %s, however hyphens and underscores are mixed',
    async (route, _, authorized) => {
      const token = authorized ? await product.tokenOf('reader') : undefined;
      const reply = await product.call(route, token, forgedSpellings('rest'));
      expect(reply.status).toBe(200);
      expect(JSON.stringify(reply.echo.headers)).not.toMatch(/forged/i);
      expect(reply.echo.headers['x-access_uid']).toBe(authorized ? '00u1reader' : '-');
    },
  );

  test('decides on the method that a gateway takes from an override, and the back end gets no other', async () => {
    const override = { 'X-HTTP-Method-Override': 'DELETE' };
    expect(
      await product.call('POST /orders/1', await product.tokenOf('reader'), override),
    ).toMatchObject({
      status: 403,
      text: denied('GROUP_NOT_ALLOWED'),
    });
    expect(product.lastRecord()).toMatchObject({ route: 'DELETE /orders/{id}' });
    const allowed = await product.call('POST /orders/1', await product.tokenOf('admin'), override);
    expect(allowed.echo).toMatchObject({
      method: 'DELETE',
      headers: { 'x-http-method-override': 'DELETE' },
    });
  });

  test.each(['GET /nowhere', 'PUT /orders', 'GET /', 'GET /orders/1/2', 'GET /other/orders'])(
    'does not know %s and says so as REST APIs do',
    async (route) => {
      const reply = await product.call(route, await product.tokenOf('admin'));
      expect(reply).toMatchObject({
        status: 403,
        text: expect.stringContaining('not a valid key=value pair (missing equal-sign)'),
      });
      expect(await product.call(route)).toMatchObject({
        status: 403,
        text: '{"message":"Missing Authentication Token"}',
      });
      expect(reply.headers.get('access-control-allow-origin')).toBe('https://app.example.com');
    },
  );

  test.each([
    ['no token', () => undefined],
    ['another payload', (token: string) => token.replace(/\.(.{20}).{4}/, '.$1AAAA')],
    ['another signature', (token: string) => `${token.slice(0, -8)}AAAAAAAA`],
    ['half a token', (token: string) => token.slice(0, token.length / 2)],
  ])('answers 401 to %s', async (_, change) => {
    const reply = await product.call('GET /orders', change(await product.tokenOf('admin')));
    expect(reply).toMatchObject({ status: 401, text: '{"message":"Unauthorized"}' });
  });

  test('lets a machine do what the map gives its client, and a user behind that client nothing', async () => {
    expect(
      (await product.call('GET /orders', await product.machineToken('0oa1batch'))).status,
    ).toBe(200);
    expect(
      (await product.call('DELETE /orders/1', await product.machineToken('0oa1batch'))).status,
    ).toBe(403);
    expect(
      (await product.call('GET /orders', await product.tokenOf('reader', '0oa1batch'))).status,
    ).toBe(401);
  });

  test('refuses the 61st call of a minute, tells when to come again, and takes calls again then', async () => {
    const token = await product.tokenOf('reader');
    const statuses: number[] = [];
    for (let n = 0; n < 60; n++) statuses.push((await product.call('GET /orders', token)).status);
    expect(statuses).toEqual(Array(60).fill(200));
    const refused = await product.call('GET /orders', token);
    expect(refused).toMatchObject({ status: 403, text: denied('QUOTA_EXCEEDED', '30') });
    expect(refused.headers.get('retry-after')).toBe('30');
    expect(refused.headers.get('access-control-expose-headers')).toBe('Retry-After');
    product.now += 30_000;
    expect((await product.call('GET /orders', token)).status).toBe(200);
  });

  deepTest('admits no call too many when 80 arrive at once', async () => {
    const token = await product.tokenOf('reader');
    const replies = await Promise.all(
      Array.from({ length: 80 }, () => product.call('GET /orders', token)),
    );
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(60);
    expect(replies.filter(({ status }) => status === 403)).toHaveLength(20);
  });

  test('lets a browser of another origin read 401 and 403, and answers its preflight without a token', async () => {
    const origin = { origin: 'https://app.example.com' };
    const asked = {
      ...origin,
      'access-control-request-method': 'DELETE',
      'access-control-request-headers': 'authorization',
    };
    const preflight = await product.call('OPTIONS /orders/1', undefined, asked);
    expect(preflight.status).toBe(204);
    expect(Object.fromEntries(preflight.headers)).toMatchObject({
      'access-control-allow-origin': 'https://app.example.com',
      'access-control-allow-methods': 'GET,DELETE',
      'access-control-allow-headers': 'authorization,content-type',
    });
    for (const token of [undefined, 'junk', await product.tokenOf('nobody')]) {
      const reply = await product.call('GET /orders', token, origin);
      expect([401, 403]).toContain(reply.status);
      expect(reply.headers.get('access-control-allow-origin')).toBe('https://app.example.com');
    }
  });

  test('writes nothing of a token anywhere', async () => {
    const token = await product.tokenOf('admin');
    await product.call('POST /orders', token);
    await product.call('POST /orders', `${token}x`);
    const [, payload = '', signature = ''] = token.split('.');
    const output = product.lines.join('\n');
    expect(output).toContain('POST /orders');
    for (const secret of [payload.slice(0, 24), payload.slice(-24), signature.slice(0, 24)])
      expect(output).not.toContain(secret);
  });
});
