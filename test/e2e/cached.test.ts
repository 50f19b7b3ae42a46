import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type RunningProduct, runProduct } from '../support/running-product.ts';

let product: RunningProduct;
beforeAll(async () => {
  product = await runProduct({ map: resolve('examples/cached.yaml') });
}, 60_000);
afterAll(() => product.stack.stop());

/** Decisions that the function made so far. */
const decisions = () => product.lines.filter((line) => line.includes('"effect":')).length;

describe('answers cached per token', () => {
  test.each([
    ['librarians', 'GET /users/1', 200],
    ['librarians', 'GET /users/1/secrets', 403],
    ['librarians', 'GET /users/1%2Fsecrets', 403],
    ['librarians', 'GET /users/%252e%252E', 403],
    ['librarians', 'PUT /books/1', 200],
    ['librarians', 'GET /me', 200],
    ['readers', 'GET /books/1', 200],
    ['readers', 'PUT /books/1', 403],
    ['readers', 'GET /users/1', 403],
    ['security', 'GET /users/1/secrets', 200],
  ])(
    'from the first request of %s on, %s is answered with %i, cached or not',
    async (user, route, status) => {
      const token = await product.tokenOf(user);
      expect((await product.call(route, token)).status).toBe(status);
      await product.call('GET /me', token);
      const before = decisions();
      expect((await product.call(route, token)).status).toBe(status);
      expect(decisions()).toBe(before);
    },
  );

  test('hold for other requests of the token, and nothing of the first one goes with them', async () => {
    const token = await product.tokenOf('readers');
    expect((await product.call('PUT /books/1', token)).status).toBe(403);
    const reply = await product.call('GET /books', token);
    expect(reply.status).toBe(200);
    expect(reply.echo.headers).toMatchObject({
      'x-access-quota-limit': '-',
      'x-access-quota-exceeded': 'false',
    });
  });

  test('open the permissions endpoint too, which tells each caller its own', async () => {
    const [reader, security] = [
      await product.tokenOf('readers'),
      await product.tokenOf('security'),
    ];
    for (const token of [reader, security]) await product.call('GET /me', token);
    const before = decisions();
    const routesOf = async (token: string) =>
      JSON.parse((await product.call('GET /permissions', token)).text).routes;
    expect([await routesOf(reader), await routesOf(security)]).toEqual([
      ['GET /books', 'GET /books/{isbn}', 'GET /health', 'GET /me', 'GET /permissions'],
      ['GET /users/{id}', 'GET /users/{id}/secrets', 'GET /health', 'GET /me', 'GET /permissions'],
    ]);
    expect(decisions()).toBe(before);
  });

  test('end with their TTL', async () => {
    const token = await product.tokenOf('readers');
    await product.call('GET /books', token);
    const before = decisions();
    product.now += 61_000;
    await product.call('GET /books', token);
    expect(decisions()).toBe(before + 1);
  });
});
