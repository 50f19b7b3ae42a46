import http from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { AccessMap } from '../../lib/access-map/index.ts';
import { createCallFeed } from '../../local/console/feed.ts';
import { type ConsoleServer, startConsole } from '../../local/console/server.ts';

const map = AccessMap.fromFile('access.yaml');
const PARTS = {
  map,
  servedVersion: 'fedcba9876543210',
  gateway: 'http://127.0.0.1:4000',
  issuer: 'http://127.0.0.1:4001/oauth2/default',
  users: [],
};
const CALL = {
  requestId: 'r1',
  status: 200,
  method: 'GET',
  path: '/orders',
  routeKey: 'GET /orders',
  authorization: undefined,
  error: undefined,
  accessLogLine: undefined,
};

let server: ConsoleServer;
let feed = createCallFeed(() => 1_000);
beforeAll(async () => {
  server = await startConsole(0);
});
beforeEach(() => {
  feed = createCallFeed(() => 1_000);
  server.show(PARTS, feed);
});
afterAll(() => server.stop());

/** With any Host and Origin, which `fetch` would not send. */
function ask(path: string, headers: Readonly<Record<string, string>> = {}) {
  return new Promise<{
    readonly status: number | undefined;
    readonly headers: http.IncomingHttpHeaders;
    readonly text: string;
  }>((done, fail) => {
    const request = http.request(
      { host: '127.0.0.1', port: server.port, path, headers },
      async (answer) => {
        let text = '';
        for await (const chunk of answer) text += chunk;
        done({ status: answer.statusCode, headers: answer.headers, text });
      },
    );
    request.on('error', fail);
    request.end();
  });
}

describe('the console’s server', () => {
  test.each(['127.0.0.1', 'localhost'])('answers to %s', async (host) => {
    expect(
      (await ask('/', { host: `${host}:${server.port}`, origin: `http://${host}:${server.port}` }))
        .status,
    ).toBe(200);
  });

  test.each([
    ['a rebound name', { host: 'evil.example.com' }],
    ['a rebound name with the port', { host: 'evil.example.com:4002' }],
    ['another port', { host: 'localhost:1' }],
    ['another page', { origin: 'https://evil.example.com' }],
    ['a page without origin', { origin: 'null' }],
    ['another local app', { origin: 'http://localhost:3000' }],
  ])('tells %s nothing', async (_what, headers) => {
    for (const path of ['/', '/console.js', '/api/setup', '/api/what-if?route=x', '/api/calls']) {
      expect(await ask(path, headers)).toMatchObject({
        status: 403,
        text: 'expected this page under its own address\n',
      });
    }
  });

  test('lets the page speak to itself, the gateway and the issuer, run its own script, and be framed by nobody', async () => {
    expect((await ask('/')).headers['content-security-policy']).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self' http://127.0.0.1:4000 http://127.0.0.1:4001; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    );
  });

  test('tells the run: routes, each group by itself, where to sign in', async () => {
    const setup = JSON.parse((await ask('/api/setup')).text);
    expect(setup).toMatchObject({
      name: 'orders',
      mapVersion: map.version,
      servedVersion: 'fedcba9876543210',
      clientId: '0oa1web',
      scope: 'openid',
      permissionsPath: '/permissions',
    });
    expect(
      setup.groups
        .find(({ name }: { readonly name: string }) => name === 'contractors')
        .cells.map(({ rule }: { readonly rule: string }) => rule),
    ).toEqual(['closed', 'closed', 'closed', 'denied', 'denied', 'public', 'signedIn', 'signedIn']);
    expect(setup.everyone).toBeUndefined();
  });

  test('answers what-if questions with the decision and its rules', async () => {
    const query = new URLSearchParams([
      ['route', 'DELETE /orders/{id}'],
      ['group', 'orders-admins'],
      ['group', 'contractors'],
    ]);
    const answer = JSON.parse((await ask(`/api/what-if?${query}`)).text);
    expect(answer).toMatchObject({ effect: 'deny', code: 'GROUP_DENIED' });
    expect(answer.lines.join('\n')).toContain('beaten by the deny:');
  });

  test('sends each call with its record, those before included', async () => {
    feed.onLine(
      JSON.stringify({
        record: 'decision',
        effect: 'allow',
        requestId: 'r1',
        principal: { kind: 'user', id: '00u1' },
      }),
    );
    feed.onLine('no record');
    feed.onCall(CALL);
    const answer = await fetch(`${server.url}/api/calls`);
    const reader = answer.body?.getReader();
    const next = async () =>
      JSON.parse(new TextDecoder().decode((await reader?.read())?.value).replace('data: ', ''));
    expect(answer.headers.get('content-type')).toBe('text/event-stream');
    expect(await next()).toMatchObject({
      requestId: 'r1',
      at: 1_000,
      record: { principal: { id: '00u1' } },
    });
    feed.onCall({ ...CALL, requestId: 'r2' });
    expect(await next()).toEqual({
      requestId: 'r2',
      at: 1_000,
      status: 200,
      method: 'GET',
      path: '/orders',
      routeKey: 'GET /orders',
    });
    await reader?.cancel();
  });

  test('says that the run is starting until it has started', async () => {
    const early = await startConsole(0);
    try {
      expect((await fetch(`${early.url}/api/setup`)).status).toBe(503);
      expect((await fetch(early.url)).status).toBe(200);
    } finally {
      await early.stop();
    }
  });
});
