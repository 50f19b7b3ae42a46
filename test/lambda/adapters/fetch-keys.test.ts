import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { fetchKeys } from '../../../lambda/adapters/fetch-keys.ts';
import { inTime } from '../../support/in-time.ts';
import { signal } from '../../support/signal.ts';
import { pass, stopTimers } from '../../support/stopped-timers.ts';
import { signingKey } from '../../support/tokens.ts';

const { jwk } = signingKey('a');
const body = JSON.stringify({ keys: [jwk] });
const running: Server[] = [];

afterEach(() => {
  for (const server of running.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

type Answer = (response: ServerResponse, request: IncomingMessage) => void;

async function serve(answer: Answer): Promise<string> {
  const server = createServer((request, response) => answer(response, request));
  running.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/keys`;
}

stopTimers();

describe('fetching keys', () => {
  test.each([
    ['as they are', {}, undefined],
    ['with the age that the issuer names', { 'cache-control': 'no-transform, max-age=60' }, 60_000],
    ['with an age of nothing', { 'cache-control': 'max-age=0' }, 0],
    ['with an age in capitals', { 'cache-control': 'Public, Max-Age=60' }, 60_000],
    [
      'with an age of nothing where it must not be stored',
      { 'cache-control': 'No-Store, max-age=60' },
      0,
    ],
    [
      'with an age of nothing where it must not be used again',
      { 'cache-control': 'max-age=60,no-cache' },
      0,
    ],
    [
      'without an age of another name',
      { 'cache-control': 'x-no-store-ever, no-cached' },
      undefined,
    ],
    ['without an age that is none', { 'cache-control': 's-maxage=5, max-age=soon' }, undefined],
  ])('gives them %s', async (_, headers, maxAgeMs) => {
    const uri = await serve((response) => response.writeHead(200, headers).end(body));
    expect(await fetchKeys(uri)).toEqual({ keys: [jwk], maxAgeMs });
  });

  test('gives odd keys as well: one of them must not shut out the others', async () => {
    const keys = [jwk, { kty: 7 }, null, 'text'];
    const uri = await serve((response) => response.end(JSON.stringify({ keys })));
    expect((await fetchKeys(uri)).keys).toEqual(keys);
  });

  const failures: readonly (readonly [string, Answer, string])[] = [
    [
      'a redirect, which is not followed',
      (response) => response.writeHead(302, { location: 'https://evil.example/keys' }).end(),
      'found 302',
    ],
    ['an error', (response) => response.writeHead(503).end(body), 'found 503'],
    ['a rate limit', (response) => response.writeHead(429).end(body), 'found 429'],
    ['no content', (response) => response.writeHead(204).end(), 'found 204'],
    ['a page', (response) => response.end('<html>keys</html>'), ''],
    ['nothing', (response) => response.end(), ''],
    ['a list', (response) => response.end('[]'), 'a list `keys`'],
    ['null', (response) => response.end('null'), 'a list `keys`'],
    ['keys that are no list', (response) => response.end('{"keys":{}}'), 'a list `keys`'],
    ['bytes that are not UTF-8', (response) => response.end(Buffer.from([0xff, 0xfe, 0x7b])), ''],
    ['half of what it announced', (response) => halved(response), ''],
    ['a stream that breaks off', (response) => brokenOff(response), ''],
    [
      'more than 256 KiB',
      (response) => response.end(JSON.stringify({ keys: ['x'.repeat(300_000)] })),
      'at most 262144 bytes',
    ],
    [
      'more than 256 KiB, unannounced and endless',
      (response) => endless(response),
      'at most 262144 bytes',
    ],
    ['one side closed and the other left open', (response) => void response.socket?.end(), ''],
    ['a closed connection', (response) => void response.socket?.destroy(), ''],
  ];

  test.each(failures)('fails at %s', async (_, answer, message) => {
    const uri = await serve(answer);
    await expect(fetchKeys(uri)).rejects.toThrow(message);
  });

  test.each([
    ['no answer within two seconds', () => undefined],
    ['an answer letter by letter', (response) => dripping(response)],
  ] satisfies [string, Answer][])('fails at %s', async (_, answer) => {
    const asked = signal();
    const uri = await serve((response) => {
      answer(response);
      asked.give();
    });
    const failed = expect(inTime(2_001, fetchKeys(uri))).rejects.toThrow(
      'no answer within 2000 ms',
    );
    await asked.given;
    await pass(2_001);
    await failed;
  });

  test('fails where nobody listens', async () => {
    await expect(fetchKeys('http://127.0.0.1:1/v1/keys')).rejects.toThrow();
  });

  test('uses a connection once, since one kept alive is dead after a freeze', async () => {
    const sockets = new Set<Socket>();
    const uri = await serve((response, request) => {
      sockets.add(request.socket);
      response.end(body);
    });
    await fetchKeys(uri);
    await fetchKeys(uri);
    expect(sockets.size).toBe(2);
  });
});

function halved(response: ServerResponse): void {
  response.writeHead(200, { 'content-length': body.length }).write(body.slice(0, 100));
  setImmediate(() => response.socket?.destroy());
}

function brokenOff(response: ServerResponse): void {
  response.writeHead(200).write(body);
  setImmediate(() => response.socket?.destroy());
}

/** More than any client reads; it breaks off for one that has no bound. */
function endless(response: ServerResponse): void {
  let chunks = 0;
  const more = (): void => {
    if (++chunks > 256) response.socket?.destroy();
    else if (response.writable) response.write('x'.repeat(65_536), () => setImmediate(more));
  };
  more();
}

function dripping(response: ServerResponse): void {
  const more = (): void =>
    void (response.writable && response.write(' ', () => setImmediate(more)));
  more();
}
