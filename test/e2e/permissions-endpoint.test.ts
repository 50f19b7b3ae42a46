import http from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { routesOf } from '../../local/apis.ts';
import { servedVersion } from '../../local/served-version.ts';
import { type RunningProduct, runProduct } from '../support/running-product.ts';

const ALLOWED_WITHOUT_GROUP = ['GET /health', 'GET /me', 'GET /permissions'];
const ORIGIN = 'https://app.example.com';

describe.each(['http', 'rest'] as const)(
  'the permissions endpoint of an API of kind %s, with its real function, authorizer and store',
  (kind) => {
    let product: RunningProduct;
    beforeAll(async () => {
      product = await runProduct({ kind });
    }, 60_000);
    afterAll(() => product.stack.stop());
    beforeEach(() => {
      // A minute of its own for each test, so that no test eats another's quota.
      product.now += 60_000;
    });

    const ask = async (user: string, headers: Readonly<Record<string, string>> = {}) =>
      product.call('GET /permissions', await product.tokenOf(user), headers);
    const answerTo = async (user: string) => JSON.parse((await ask(user)).text);
    /** What the gateway says where it has nothing. */
    const absent = kind === 'http' ? 404 : 403;

    test.each([
      ['reader', ['GET /orders', 'GET /orders/{id}'], ['orders:read'], ['standard']],
      [
        'admin',
        [
          'GET /orders',
          'POST /orders',
          'GET /orders/{id}',
          'DELETE /orders/{id}',
          'GET /reports/{year}',
        ],
        ['orders:read', 'orders:write'],
        [],
      ],
      [
        'partner',
        ['GET /orders', 'POST /orders', 'GET /orders/{id}'],
        ['orders:read', 'orders:write'],
        ['partner'],
      ],
      [
        'contractor',
        ['GET /orders', 'POST /orders', 'GET /orders/{id}'],
        ['orders:read', 'orders:write'],
        [],
      ],
      ['nobody', [], [], []],
    ])(
      'tells %s exactly its own routes, permissions and quotas',
      async (user, routes, permissions, quotas) => {
        const answer = await answerTo(user);
        expect(Object.keys(answer)).toEqual([
          'mapVersion',
          'routes',
          'closed',
          'permissions',
          'quotas',
          'goodForSeconds',
        ]);
        expect(answer.mapVersion).toBe(product.lastRecord()['mapVersion']);
        expect(answer.routes.toSorted()).toEqual([...routes, ...ALLOWED_WITHOUT_GROUP].toSorted());
        expect(answer.permissions).toEqual(permissions);
        expect(answer.quotas.map(({ name }: { readonly name: string }) => name)).toEqual(quotas);
      },
    );

    test('a machine is told what the map gives it', async () => {
      const reply = await product.call('GET /permissions', await product.machineToken('0oa1batch'));
      expect(JSON.parse(reply.text).routes).toEqual([
        'GET /orders',
        'POST /orders',
        'GET /orders/{id}',
        ...ALLOWED_WITHOUT_GROUP,
      ]);
    });

    test('shows the quota that calls have left, and is never charged itself', async () => {
      const endsAt = Math.ceil(product.now / 60_000) * 60;
      const left = async () => (await answerTo('reader')).quotas;
      for (let asked = 0; asked < 3; asked++) {
        expect(await left()).toEqual([
          {
            name: 'standard',
            windows: [{ per: 'minute', limit: 60, remaining: 60, resetsAt: endsAt }],
          },
        ]);
      }
      const token = await product.tokenOf('reader');
      for (let calls = 0; calls < 2; calls++) await product.call('GET /orders', token);
      expect((await left())[0].windows[0].remaining).toBe(58);
      product.now += 60_000;
      expect((await left())[0].windows[0]).toMatchObject({ remaining: 60, resetsAt: endsAt + 60 });
    });

    test('tells the version of which the console says that it is served', async () => {
      const { assembly, api } = product.stack;
      const arn =
        routesOf(api).find(({ authorizer }) => authorizer !== undefined)?.authorizer?.functionArn ??
        '';
      expect((await answerTo('reader')).mapVersion).toBe(servedVersion(assembly, arn));
    });

    test('names no group, neither the caller’s nor another', async () => {
      const texts = await Promise.all(
        ['reader', 'admin', 'partner', 'contractor'].map(async (user) => (await ask(user)).text),
      );
      // `partner` is the name of a quota as well, `partners` of a group.
      expect(texts.join()).not.toMatch(/orders-readers|orders-admins|partners|contractors/);
    });

    test('is kept by the caller’s browser alone, and answers 304 while nothing has changed', async () => {
      const first = await ask('reader');
      expect(first.headers.get('cache-control')).toBe('private, no-cache');
      const etag = first.headers.get('etag') ?? '';
      expect(etag).toMatch(/^"[\w-]{22}"$/);
      const second = await ask('reader', { 'if-none-match': `"other", W/${etag}` });
      expect([second.status, second.text, second.headers.get('etag')]).toEqual([304, '', etag]);
      expect((await ask('nobody', { 'if-none-match': etag })).status).toBe(200);
      await product.call('GET /orders', await product.tokenOf('reader'));
      expect((await ask('reader', { 'if-none-match': etag })).status).toBe(200);
    });

    test('lets in the origins of `api.cors`, refusals included, and no other', async () => {
      expect(
        (await ask('reader', { origin: ORIGIN })).headers.get('access-control-allow-origin'),
      ).toBe(ORIGIN);
      expect(
        (await ask('reader', { origin: 'https://evil.example.com' })).headers.get(
          'access-control-allow-origin',
        ),
      ).toBeNull();
      expect((await ask('reader')).headers.get('access-control-allow-origin')).toBeNull();
      const refused = await product.call('GET /permissions', undefined, { origin: ORIGIN });
      expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([
        401,
        ORIGIN,
      ]);
      const preflight = await product.call('OPTIONS /permissions', undefined, {
        origin: ORIGIN,
        'access-control-request-method': 'GET',
        'access-control-request-headers': 'authorization',
      });
      expect(preflight.status).toBe(204);
      expect(preflight.headers.get('access-control-allow-headers')).toContain('authorization');
      expect(preflight.headers.get('access-control-allow-methods')).toContain('GET');
    });

    test.each(['POST', 'PUT', 'PATCH', 'DELETE', 'HEAD'])('has no %s', async (method) => {
      const reply = await product.call(`${method} /permissions`, await product.tokenOf('admin'));
      expect(reply.status).toBe(absent);
    });

    test('tells nothing by OPTIONS', async () => {
      const reply = await product.call('OPTIONS /permissions', await product.tokenOf('admin'));
      // A REST API answers every OPTIONS as a preflight.
      expect([reply.status, reply.text.includes('orders')]).toEqual([
        kind === 'http' ? 404 : 204,
        false,
      ]);
    });

    test.each(['/permissions/x', '/PERMISSIONS', '/permissions%2F', '/x/permissions'])(
      'is not at %s',
      async (path) => {
        const reply = await product.call(`GET ${path}`, await product.tokenOf('admin'));
        expect(reply.status).toBe(absent);
      },
    );

    test.each(['/permissions/', '//permissions'])(
      'at %s is what the gateway makes of it, and never another caller’s',
      async (path) => {
        const reply = await product.call(`GET ${path}`, await product.tokenOf('nobody'));
        // A REST API's fixed paths answer to these spellings as well.
        expect(reply.status).toBe(kind === 'http' ? 404 : 200);
        if (kind === 'rest') expect(JSON.parse(reply.text).routes).toEqual(ALLOWED_WITHOUT_GROUP);
      },
    );

    test.each([
      [
        'a forged identity',
        { 'x-access-groups': '["orders-admins"]', 'x-access-uid': '00u1admin' },
        200,
      ],
      ['an overriding method', { 'x-http-method-override': 'POST' }, 200],
      ['a tag of 10,000 bytes', { 'if-none-match': `"${'x'.repeat(10_000)}"` }, 431],
      ['a tag of 7,000 commas', { 'if-none-match': ','.repeat(7_000) }, 200],
      ['a header of 20,000 bytes', { 'x-noise': 'x'.repeat(20_000) }, 431],
    ])(
      'with %s answers the caller’s own permissions or nothing',
      async (_what, headers, status) => {
        const reply = await ask('nobody', headers);
        // What a REST API answers to headers beyond its limit is not documented: here they get
        // through to the function.
        expect(reply.status).toBe(kind === 'http' ? status : 200);
        if (reply.status === 200)
          expect(JSON.parse(reply.text).routes).toEqual(ALLOWED_WITHOUT_GROUP);
      },
    );

    test('a body sent along changes nothing', async () => {
      const token = await product.tokenOf('nobody');
      const { port } = product.stack.gateway;
      const body = JSON.stringify({
        requestContext: { authorizer: { lambda: { uid: '00u1admin' } } },
      });
      const status = await new Promise((done, fail) => {
        const headers = {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          'content-length': String(body.length),
        };
        const request = http.request(
          { host: '127.0.0.1', port, path: '/permissions', method: 'GET', headers },
          (answer) => {
            answer.resume();
            done(answer.statusCode);
          },
        );
        request.on('error', fail);
        request.end(body);
      });
      expect(status).toBe(200);
    });

    test('no part of a token is in an answer or in what the function writes', async () => {
      const token = await product.tokenOf('reader');
      const reply = await product.call('GET /permissions', token);
      const [, payload = '', signature = ''] = token.split('.');
      for (const part of [payload, signature]) {
        expect(reply.text).not.toContain(part.slice(0, 16));
        expect(product.lines.join('\n')).not.toContain(part.slice(0, 16));
      }
    });
  },
);
