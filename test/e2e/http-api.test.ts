import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { FORGED, forgedSpellings } from '../support/forged-headers.ts';
import { type RunningProduct, runProduct } from '../support/running-product.ts';

let product: RunningProduct;
beforeAll(async () => {
  product = await runProduct();
}, 60_000);
afterAll(() => product.stack.stop());
beforeEach(() => {
  // A minute of its own for each test, so that no test eats another's quota.
  product.now += 60_000;
});

describe('the deployed API, run locally from its template and bundle', () => {
  test.each([
    ['reader', 'GET /orders', 200, undefined],
    ['reader', 'GET /orders/42', 200, undefined],
    ['reader', 'POST /orders', 403, 'GROUP_NOT_ALLOWED'],
    ['reader', 'GET /reports/2026', 403, 'GROUP_NOT_ALLOWED'],
    ['admin', 'GET /reports/2026', 200, undefined],
    ['admin', 'DELETE /orders/1', 200, undefined],
    ['contractor', 'DELETE /orders/1', 403, 'GROUP_DENIED'],
    ['contractor', 'GET /reports/2026', 403, 'GROUP_DENIED'],
    ['contractor', 'POST /orders', 200, undefined],
    ['partner', 'POST /orders', 200, undefined],
    ['nobody', 'GET /me', 200, undefined],
    ['nobody', 'GET /orders', 403, 'GROUPS_MISSING'],
    ['admin', 'GET /orders/a%2Fb', 403, 'PATH_REFUSED'],
    ['admin', 'GET /orders/%2e%2e%2f', 403, 'PATH_REFUSED'],
  ])('answers %s on %s with %i (%s)', async (user, route, status, code) => {
    const reply = await product.call(route, await product.tokenOf(user));
    expect(reply.status).toBe(status);
    expect(product.lastRecord()).toMatchObject(
      code === undefined ? { effect: 'allow' } : { effect: 'deny', code },
    );
    if (status === 403) expect(reply.text).toBe('{"message":"Forbidden"}');
  });

  test('answers the public route without a token, and no identity of anybody arrives', async () => {
    const reply = await product.call('GET /health', undefined, FORGED);
    expect(reply.status).toBe(200);
    expect(
      Object.keys(reply.echo.headers).filter((name) =>
        /^x-(access|http-method|method)/i.test(name),
      ),
    ).toEqual([]);
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
      'x-access-map-version': product.lastRecord()['mapVersion'],
      'x-access-quota-exceeded': 'false',
      'x-access-quota-limit': '60',
      'x-access-quota-remaining': '59',
      'x-access-quota-reset': '30',
    });
    expect(JSON.stringify(reply.echo.headers)).not.toMatch(/forged|override/i);
  });

  test.each([
    ['GET /orders', 'with a token', true],
    ['GET /health', 'without one', false],
  ])(
    'lets no spelling of these names through to %s %s, however hyphens and underscores are mixed',
    async (route, _, authorized) => {
      const token = authorized ? await product.tokenOf('reader') : undefined;
      const reply = await product.call(route, token, forgedSpellings('http'));
      expect(reply.status).toBe(200);
      const ours = Object.keys(reply.echo.headers).filter((name) =>
        /^x[-_](access|http|method|original|rewrite)/i.test(name),
      );
      expect(
        ours.every((name) => authorized && name.startsWith('x-access-') && !name.includes('_')),
      ).toBe(true);
      expect(JSON.stringify(reply.echo.headers)).not.toMatch(/forged/i);
    },
  );

  test('has a value in every header where the caller has none', async () => {
    const reply = await product.call('GET /me', await product.tokenOf('nobody'), FORGED);
    expect(reply.echo.headers).toMatchObject({
      'x-access-groups': '[]',
      'x-access-scope': '-',
      'x-access-quota-limit': '-',
    });
  });

  test('does not know a path that the map does not list, nor a trailing slash', async () => {
    const token = await product.tokenOf('admin');
    expect(await product.call('GET /nowhere', token)).toMatchObject({
      status: 404,
      text: '{"message":"Not Found"}',
    });
    expect((await product.call('GET /orders/', token)).status).toBe(404);
  });

  test.each([
    ['no token', () => undefined],
    ['another payload', (token: string) => token.replace(/\.(.{20}).{4}/, '.$1AAAA')],
    ['another signature', (token: string) => `${token.slice(0, -8)}AAAAAAAA`],
    ['no signature', (token: string) => token.slice(0, token.lastIndexOf('.') + 1)],
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
    expect(product.lastRecord()).toMatchObject({
      code: 'TOKEN_CLIENT',
      reason: 'machine_client_with_user',
    });
  });

  test('refuses the 61st call of a minute and takes calls again in the next', async () => {
    const token = await product.tokenOf('reader');
    const statuses: number[] = [];
    for (let n = 0; n < 62; n++) statuses.push((await product.call('GET /orders', token)).status);
    expect(statuses).toEqual([...Array(60).fill(200), 403, 403]);
    expect(product.lastRecord()).toMatchObject({
      code: 'QUOTA_EXCEEDED',
      quota: { limit: 60, remaining: 0, exceeded: true },
    });
    product.now += 30_000;
    expect((await product.call('GET /orders', token)).status).toBe(200);
  });

  test('admits no call too many when 80 arrive at once', async () => {
    const token = await product.tokenOf('reader');
    const replies = await Promise.all(
      Array.from({ length: 80 }, () => product.call('GET /orders', token)),
    );
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(60);
    expect(replies.filter(({ status }) => status === 403)).toHaveLength(20);
  });

  test('refuses a token from the second after its exp and the skew', async () => {
    const token = await product.tokenOf('admin');
    product.now += 3_600_000 + 59_000;
    expect((await product.call('POST /orders', token)).status).toBe(200);
    product.now += 2_000;
    expect((await product.call('POST /orders', token)).status).toBe(401);
    expect(product.lastRecord()).toMatchObject({ code: 'TOKEN_EXPIRED' });
  });

  test('answers preflights of the configured origin without a token, and no other', async () => {
    const preflight = (origin: string) =>
      product.call('OPTIONS /orders', undefined, {
        origin,
        'access-control-request-method': 'GET',
        'access-control-request-headers': 'authorization',
      });
    expect(
      (await preflight('https://app.example.com')).headers.get('access-control-allow-origin'),
    ).toBe('https://app.example.com');
    expect(
      (await preflight('https://evil.example.com')).headers.get('access-control-allow-origin'),
    ).toBeNull();
  });

  test('answers a preflight as docs/how-to/troubleshooting.md shows', async () => {
    const page = readFileSync('docs/how-to/troubleshooting.md', 'utf8');
    const shown = /```text cors\n([^`]+)\n```/.exec(page)?.[1]?.split('\n') ?? [];
    const reply = await product.call('OPTIONS /orders', undefined, {
      origin: 'https://app.example.com',
      'access-control-request-method': 'GET',
    });
    const headers = [...reply.headers].map(([name, value]) => `${name}: ${value}`);
    expect(shown).toHaveLength(5);
    expect(shown[0]).toBe(`HTTP/1.1 ${reply.status} No Content`);
    expect(shown.slice(1).filter((line) => !headers.includes(line))).toEqual([]);
  });

  test('writes nothing of a token anywhere', async () => {
    const token = await product.tokenOf('admin');
    await product.call('POST /orders', token);
    await product.call('POST /orders', `${token}x`);
    await product.call('GET /orders', `${token},Bearer ${token}`);
    const [, payload = '', signature = ''] = token.split('.');
    const output = product.lines.join('\n');
    expect(output).toContain('POST /orders');
    for (const secret of [payload.slice(0, 24), payload.slice(-24), signature.slice(0, 24)])
      expect(output).not.toContain(secret);
  });
});
