import http from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { cellKey } from '../../../local/console/app/cell-key.ts';
import { type ConsoleServer, startConsole } from '../../../local/console/console-server.ts';
import { createCallFeed } from '../../../local/console/feed.ts';
import { mapFacts } from '../../../local/console/setup.ts';
import type { ConsoleSetup } from '../../../local/console/wire.ts';
import type { CallRecord } from '../../../local/gateway-emulator/serve-http-api.ts';
import { readMap } from '../../../local/local-map.ts';

const read = readMap('access.yaml');
const { map } = read;
const PARTS = {
  facts: mapFacts(map, read),
  servedVersion: 'fedcba9876543210',
  gateway: 'http://127.0.0.1:4000',
  issuer: {
    authorizationEndpoint: 'http://127.0.0.1:4001/oauth2/default/v1/authorize',
    tokenEndpoint: 'http://127.0.0.1:4001/oauth2/default/v1/token',
  },
  users: [],
};
const CALL = {
  requestId: 'r1',
  status: 200,
  method: 'GET',
  path: '/orders',
  routeKey: 'GET /orders',
  authorization: 'invoked',
  error: undefined,
  origin: undefined,
  preflight: false,
  accessLogLine: undefined,
} as const satisfies CallRecord;

const newFeed = () =>
  createCallFeed(
    () => 1_000,
    ({ origin }) => origin === 'http://console',
  );

const PATHS = [
  ...['/', '/console.js', '/api/setup', '/api/what-if?route=x', '/api/calls', '/api/why?request=r'],
];

let server: ConsoleServer;
let feed = newFeed();
beforeAll(async () => {
  server = await startConsole(0);
});
beforeEach(() => {
  feed = newFeed();
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

/** The events of the stream of calls, one by one. */
async function follow(url: string) {
  const answer = await fetch(`${url}/api/calls`);
  const reader = answer.body?.getReader();
  let text = '';
  return {
    type: answer.headers.get('content-type'),
    end: () => reader?.cancel(),
    next: async (): Promise<unknown> => {
      while (!text.includes('\n\n'))
        text += new TextDecoder().decode((await reader?.read())?.value);
      const at = text.indexOf('\n\n');
      const event = text.slice(0, at);
      text = text.slice(at + 2);
      return JSON.parse(/^data: (.*)$/m.exec(event)?.[1] ?? 'null');
    },
  };
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
    for (const path of PATHS) {
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
    const { cells, subjects } = setup as Pick<ConsoleSetup, 'cells' | 'subjects'>;
    const rules = subjects
      .find(({ name }) => name === 'contractors')
      ?.cells.map((place) => cells[place]?.rule);
    expect(rules).toEqual([
      ...['closed', 'closed', 'closed', 'denied', 'denied', 'public', 'signedIn', 'signedIn'],
    ]);
    expect(subjects.filter(({ kind }) => kind === 'everyone')).toEqual([]);
  });

  test('says of every cell what it means, in words', async () => {
    const { cells, cellLabels } = JSON.parse((await ask('/api/setup')).text) as ConsoleSetup;
    const labels = cells.map((cell) => [cell.rule, cellLabels[cellKey(cell)]?.label]);
    expect(Object.fromEntries(labels)).toEqual({
      allowed: 'allowed',
      closed: 'not allowed',
      denied: 'denied, whatever other groups allow',
      signedIn: 'any signed-in user',
      public: 'public, no token needed',
    });
    const inShadow = { rule: 'closed', mode: 'shadow', gateway: 'anyToken' } as const;
    expect(cellLabels[cellKey(inShadow)]).toEqual({
      sign: '·',
      label: 'not allowed (shadow: any valid token passes)',
      shadow: true,
    });
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
    const stream = await follow(server.url);
    expect(stream.type).toBe('text/event-stream');
    expect(await stream.next()).toEqual({ run: expect.stringMatching(/^[\da-f-]{36}$/) });
    expect(await stream.next()).toMatchObject({
      requestId: 'r1',
      at: 1_000,
      record: { principal: { id: '00u1' } },
    });
    feed.onCall({ ...CALL, requestId: 'r2' });
    expect(await stream.next()).toEqual({
      requestId: 'r2',
      at: 1_000,
      status: 200,
      method: 'GET',
      path: '/orders',
      routeKey: 'GET /orders',
      kind: 'call',
      answeredBy: 'authorizer',
    });
    await stream.end();
  });

  test.each([
    [{ preflight: true, authorization: undefined }, 'preflight', 'gateway'],
    [{ origin: 'http://console' }, 'console', 'authorizer'],
    [{ origin: 'http://localhost:5173', authorization: 'cached' }, 'call', 'cache'],
    [{ authorization: 'identity source missing' }, 'call', 'gateway'],
  ] as const)('of %j it is said what it is and who answered', async (change, kind, answeredBy) => {
    feed.onCall({ ...CALL, ...change });
    expect(await feed.find('r1', 0)).toMatchObject({ kind, answeredBy });
  });

  test('explains the record of the asked request and of no other call of the same route', async () => {
    const record = {
      record: 'decision',
      route: 'POST /orders',
      mode: 'enforce',
      mapVersion: 'fedcba9876543210',
      groups: ['orders-readers'],
    };
    const [reader, admin] = [
      { ...record, requestId: 'r1', effect: 'deny', code: 'BLOCKED', reason: 'user' },
      { ...record, requestId: 'r2', effect: 'allow', reason: 'group_allows' },
    ];
    for (const line of [reader, admin]) feed.onLine(JSON.stringify(line));
    for (const requestId of ['r1', 'r2']) feed.onCall({ ...CALL, requestId });
    const answer = JSON.parse((await ask('/api/why?request=r1')).text);
    expect(answer.explanation).toMatchObject({
      effect: 'deny',
      code: 'BLOCKED',
      sentence: 'the map blocks this user, whatever its token says: see `blocked`',
    });
  });

  test('names the line of the map that a refusal is about, where no rule made it', async () => {
    const record = {
      ...{ record: 'decision', requestId: 'r1', effect: 'deny', mode: 'enforce', mapVersion: 'v' },
      ...{ code: 'GROUP_NOT_ALLOWED', reason: 'no_group_allows', group: 'orders-readers' },
      ...{ route: 'POST /orders', principal: { kind: 'user', id: '00u1', cid: '0oa1web' } },
      groups: ['orders-readers'],
    };
    feed.onLine(JSON.stringify(record));
    feed.onCall({ ...CALL, status: 403 });
    const { explanation } = JSON.parse((await ask('/api/why?request=r1')).text);
    expect(explanation.lines).toContain('see groups.orders-readers (access.yaml:43:3)');
  });

  test('waits for a call whose answer has reached the caller first', async () => {
    const asked = ask('/api/why?request=r1');
    const seen = feed.find('r1', 60_000);
    feed.onCall({ ...CALL, requestId: 'r0' });
    feed.onCall({ ...CALL, authorization: undefined });
    expect(await seen).toMatchObject({ requestId: 'r1' });
    expect(JSON.parse((await asked).text)).toMatchObject({
      call: { requestId: 'r1' },
      withoutRecord: 'The route is public: the gateway asks no authorizer there.',
    });
  });

  test.each([
    [{ authorization: 'identity source missing' }, 'The call had no Authorization header'],
    [{ authorization: 'identity source empty' }, 'The Authorization header of the call was empty'],
    // The back end's own refusal.
    [{ authorization: undefined, error: undefined }, 'The route is public'],
    [
      { authorization: undefined, status: 503, error: 'refused', integrationFailed: true },
      'The route is public: the gateway asks no authorizer there. The integration failed: refused',
    ],
    [
      { authorization: 'invoked', status: 503, error: 'refused', integrationFailed: true },
      'share one record. The integration failed: refused',
    ],
    [{ authorization: 'invoked', status: 500, error: 'late' }, 'The authorizer failed: late'],
    [{ authorization: undefined, routeKey: undefined }, 'The API has no route'],
    [{ authorization: undefined, routeKey: undefined, status: 431 }, 'larger than the gateway'],
  ] as const)('says of %j why it has no record', async (change, sentence) => {
    feed.onCall({ ...CALL, status: 401, ...change });
    const { withoutRecord } = JSON.parse((await ask('/api/why?request=r1')).text);
    expect(withoutRecord).toContain(sentence);
  });

  test('explains nothing for a request that it does not know', async () => {
    // Waited for in vain, and here not at all.
    server.show(PARTS, { ...feed, find: (requestId) => feed.find(requestId, 0) });
    expect(await ask('/api/why?request=r9')).toMatchObject({ status: 404 });
  });

  test('says that the run is starting until it has started', async () => {
    const early = await startConsole(0);
    try {
      const stream = await follow(early.url);
      expect(await stream.next()).toEqual({});
      expect((await fetch(`${early.url}/api/setup`)).status).toBe(503);
      expect((await fetch(early.url)).status).toBe(200);
      early.show(PARTS, feed);
      expect(await stream.next()).toEqual({ run: expect.any(String) });
      expect((await fetch(`${early.url}/api/setup`)).status).toBe(200);
      await stream.end();
    } finally {
      await early.stop();
    }
  });
});
