import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type RunningProduct, runProduct } from '../support/running-product.ts';

let product: RunningProduct;
beforeAll(async () => {
  product = await runProduct({
    map: {
      api: { name: 'express', upstream: { url: 'https://express.example.com' } },
      okta: {
        issuer: 'https://acme.okta.com/oauth2/aus1abc',
        audience: 'api://express',
        clients: ['0oa1web'],
      },
      routes: ['ANY /{proxy+}', 'GET /orders/{id}', 'GET /admin/{page}'],
      groups: { 'all-users': { allow: ['ANY /{proxy+}'] }, readers: { allow: ['GET /orders/*'] } },
    },
  });
}, 60_000);
afterAll(() => product.stack.stop());

describe('routes below a greedy route', () => {
  test.each([
    ['readers', 'GET /orders/1', 200, undefined],
    ['readers', 'GET /other', 403, 'GROUP_NOT_ALLOWED'],
    ['all-users', 'GET /other', 200, undefined],
    ['all-users', 'GET /orders/1', 403, 'GROUP_NOT_ALLOWED'],
    ['all-users', 'GET /admin/1', 403, 'GROUP_NOT_ALLOWED'],
    // Spelled so that the gateway gives them to the greedy route, which is open.
    ['all-users', 'GET /Admin/1', 403, 'PATH_REFUSED'],
    ['all-users', 'GET /admin/1/', 403, 'PATH_REFUSED'],
    ['all-users', 'GET //admin/1', 403, 'PATH_REFUSED'],
    // Decoded by the gateway, they name the route itself.
    ['all-users', 'GET /admin%2F1', 403, 'GROUP_NOT_ALLOWED'],
    ['all-users', 'GET /admi%6e/1', 403, 'GROUP_NOT_ALLOWED'],
  ])('a token of %s gets %s answered with %i (%s)', async (user, route, status, code) => {
    const reply = await product.call(route, await product.tokenOf(user));
    expect(reply.status).toBe(status);
    expect(product.lastRecord()).toMatchObject(
      code === undefined ? { effect: 'allow' } : { effect: 'deny', code },
    );
  });
});
