import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { FlushTarget } from '../../lambda/core/contract/custom-resources.ts';
import { flushOnChange } from '../../lambda/flush/flush.ts';
import type { MapSource } from '../../local/local-map.ts';
import { type RunningProduct, runProduct } from '../support/running-product.ts';

const CACHED = resolve('examples/cached.yaml');

/**
 * Some caller may call `/users/{id}` without `/users/{id}/secrets`, and another the other way
 * round: no policy of a token is right.
 */
const CONFLICT: MapSource = {
  api: { name: 'users', kind: 'rest', upstream: { url: 'https://users.example.com' } },
  okta: {
    issuer: 'https://acme.okta.com/oauth2/aus1abc',
    audience: 'api://users',
    clients: ['0oa1web'],
  },
  routes: ['GET /users/{id}', 'GET /users/{id}/secrets', 'ANY /notes/{id}'],
  groups: {
    librarians: { allow: ['GET /users/{id}', 'GET /notes/{id}'] },
    security: { allow: ['GET /users/{id}/secrets'] },
    readers: { allow: ['GET /notes/{id}'] },
  },
  permissionsEndpoint: { path: '/permissions' },
};

/** Decisions that the function made so far. */
const decisionsOf = ({ lines }: RunningProduct) =>
  lines.filter((line) => line.includes('"effect":')).length;

/**
 * What CloudFormation's update of the custom resource does, on the control plane of the local
 * gateway.
 */
async function flush(
  product: RunningProduct,
  flushed: (target: FlushTarget, stage: string) => void,
): Promise<void> {
  const { api, resetAuthorizersCache } = product.stack;
  const control = {
    stagesOf: async () => api.stages.map(({ name }) => name),
    flush: async (target: FlushTarget, stage: string) => {
      flushed(target, stage);
      resetAuthorizersCache();
    },
  };
  await flushOnChange(
    { RequestType: 'Update', ResourceProperties: { Kind: 'rest', ApiId: api.apiId } },
    control,
    () => undefined,
  );
}

describe('a REST API whose answers are cached per token', () => {
  let product: RunningProduct;
  beforeAll(async () => {
    product = await runProduct({ map: CACHED, kind: 'rest' });
  }, 60_000);
  afterAll(() => product.stack.stop());

  test('keeps them for 60 s by the token', () => {
    const authorizer =
      'methods' in product.stack.api
        ? product.stack.api.methods.find((method) => method.authorizer)?.authorizer
        : undefined;
    expect(authorizer).toMatchObject({
      ttlSeconds: 60,
      identitySources: ['request.header.Authorization'],
    });
  });

  test.each([
    ['librarians', 'GET /users/1', 200],
    ['librarians', 'GET /users/1/secrets', 403],
    ['librarians', 'GET /users/1%2Fsecrets', 403],
    ['librarians', 'GET /users/1//secrets', 403],
    ['librarians', 'GET /books', 200],
    ['librarians', 'GET /books/', 403],
    ['librarians', 'GET /live/users/1/secrets', 403],
    ['librarians', 'PUT /books/1', 200],
    ['readers', 'GET /books/1', 200],
    ['readers', 'PUT /books/1', 403],
    ['readers', 'GET /users/1', 403],
    ['security', 'GET /users/1/secrets', 200],
  ])(
    'answers %s on %s with %i from an answer to another request, without an invocation',
    async (user, route, status) => {
      const token = await product.tokenOf(user);
      expect((await product.call('GET /me', token)).status).toBe(200);
      const before = decisionsOf(product);
      const reply = await product.call(route, token);
      // A path of no resource gets the gateway's own answer, which is a 403 as well.
      expect(reply.status).toBe(status);
      expect(decisionsOf(product)).toBe(before);
    },
  );

  test('opens the permissions endpoint from a kept answer to another request, which tells each caller its own', async () => {
    const [reader, security] = [
      await product.tokenOf('readers'),
      await product.tokenOf('security'),
    ];
    for (const token of [reader, security]) await product.call('GET /me', token);
    const before = decisionsOf(product);
    const routesOf = async (token: string) =>
      JSON.parse((await product.call('GET /permissions', token)).text).routes;
    expect([await routesOf(reader), await routesOf(security)]).toEqual([
      ['GET /books', 'GET /books/{isbn}', 'GET /health', 'GET /me', 'GET /permissions'],
      ['GET /users/{id}', 'GET /users/{id}/secrets', 'GET /health', 'GET /me', 'GET /permissions'],
    ]);
    expect(decisionsOf(product)).toBe(before);
  });

  test('refuses a route from the cache that the kept answer’s own route is next to', async () => {
    const token = await product.tokenOf('librarians');
    const before = decisionsOf(product);
    expect((await product.call('GET /users/1', token)).status).toBe(200);
    const refused = await product.call('GET /users/1/secrets', token);
    expect(refused).toMatchObject({
      status: 403,
      text: JSON.stringify({ message: 'Forbidden', code: '-', quotaReset: '-' }),
    });
    expect((await product.call('GET /users/2', token)).status).toBe(200);
    expect(decisionsOf(product)).toBe(before + 1);
  });

  test('serves from an answer to a refused request, and nothing of that request goes with it', async () => {
    const token = await product.tokenOf('readers');
    expect((await product.call('PUT /books/1', token)).status).toBe(403);
    const reply = await product.call('GET /books', token);
    expect(reply.status).toBe(200);
    expect(reply.echo.headers).toMatchObject({
      'x-access-quota-limit': '-',
      'x-access-quota-exceeded': 'false',
    });
    expect(reply.headers.get('retry-after')).toBeNull();
  });

  test('keeps no 401, and asks nobody where the token is missing', async () => {
    const before = decisionsOf(product);
    expect((await product.call('GET /books')).status).toBe(401);
    expect(decisionsOf(product)).toBe(before);
    for (const count of [1, 2]) {
      expect((await product.call('GET /books', 'junk')).status).toBe(401);
      expect(decisionsOf(product)).toBe(before + count);
    }
  });

  test('asks again after the TTL, and after the flush of a new map', async () => {
    const token = await product.tokenOf('readers');
    await product.call('GET /books', token);
    const before = decisionsOf(product);
    product.now += 61_000;
    await product.call('GET /books', token);
    expect(decisionsOf(product)).toBe(before + 1);
    const flushed: unknown[] = [];
    await flush(product, ({ kind }, stage) => flushed.push([kind, stage]));
    expect(flushed).toEqual([['rest', 'live']]);
    await product.call('GET /books', token);
    expect(decisionsOf(product)).toBe(before + 2);
  });
});

describe('a REST API whose answers are cached per token and route', () => {
  let product: RunningProduct;
  beforeAll(async () => {
    product = await runProduct({ map: CONFLICT, kind: 'rest' });
  }, 60_000);
  afterAll(() => product.stack.stop());

  test('keeps them by token, method and resource', () => {
    const authorizer =
      'methods' in product.stack.api ? product.stack.api.methods[0]?.authorizer : undefined;
    expect(authorizer).toMatchObject({
      ttlSeconds: 60,
      identitySources: [
        'request.header.Authorization',
        'context.httpMethod',
        'context.resourcePath',
      ],
    });
  });

  test.each([
    ['librarians', 'GET /users/1', 'GET /users/2', 200],
    ['librarians', 'GET /users/1/secrets', 'GET /users/2/secrets', 403],
    ['security', 'GET /users/1', 'GET /users/2', 403],
    ['security', 'GET /users/1/secrets', 'GET /users/2/secrets', 200],
    ['readers', 'GET /notes/1', 'GET /notes/2', 200],
    ['nobody', 'GET /permissions', 'GET /permissions', 200],
    ['readers', 'DELETE /notes/1', 'DELETE /notes/2', 403],
    ['readers', 'GET /notes/1', 'GET /notes/%2e%2e', 403],
  ])(
    'answers %s after %s on %s with %i without another invocation',
    async (user, first, second, status) => {
      const token = await product.tokenOf(user);
      await product.call(first, token);
      const before = decisionsOf(product);
      expect((await product.call(second, token)).status).toBe(status);
      expect(decisionsOf(product)).toBe(before);
    },
  );

  test('decides each route, and each method of one, for itself', async () => {
    const token = await product.tokenOf('librarians');
    const before = decisionsOf(product);
    const statuses: number[] = [];
    for (const route of ['GET /users/1', 'GET /users/1/secrets', 'GET /notes/1', 'DELETE /notes/1'])
      statuses.push((await product.call(route, token)).status);
    expect(statuses).toEqual([200, 403, 200, 403]);
    expect(decisionsOf(product)).toBe(before + 4);
  });
});
