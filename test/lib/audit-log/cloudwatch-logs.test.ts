import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { cloudWatchLogs } from '../../../lib/audit-log/log-group.ts';

interface Asked {
  readonly logGroupName?: string;
  readonly nextToken?: string;
  readonly startTime?: number;
  readonly endTime?: number;
}

let server: Server;
const asked: Asked[] = [];
let answers: (readonly [number, object])[] = [];
const before = { ...process.env };

beforeEach(async () => {
  asked.length = 0;
  server = createServer(async (request, response) => {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    asked.push(JSON.parse(Buffer.concat(pieces).toString()) as Asked);
    const [status, body] = answers.shift() ?? [500, {}];
    response
      .writeHead(status, { 'content-type': 'application/x-amz-json-1.1' })
      .end(JSON.stringify(body));
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as AddressInfo;
  const settings = {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'a',
    AWS_SECRET_ACCESS_KEY: 'b',
    AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
  };
  Object.assign(process.env, settings);
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((closed) => server.close(closed));
  process.env = { ...before };
});

async function read(startMs?: number): Promise<readonly (string | undefined)[]> {
  const messages: (string | undefined)[] = [];
  const range = { ...(startMs !== undefined && { startMs }), endMs: 2_000 };
  for await (const page of cloudWatchLogs.pages('/aws/lambda/f', range))
    messages.push(...page.map(({ message }) => message));
  return messages;
}

test('reads every page, empty ones too, and goes on after being throttled', async () => {
  answers = [
    [200, { events: [{ timestamp: 1, message: 'one' }], nextToken: 'a' }],
    [400, { __type: 'ThrottlingException', message: 'Rate exceeded' }],
    [200, { events: [], nextToken: 'b' }],
    [200, { events: [{ timestamp: 2, message: 'two' }] }],
  ];
  expect(await read(1_000)).toEqual(['one', 'two']);
  expect(asked.map(({ nextToken }) => nextToken)).toEqual([undefined, 'a', 'a', 'b']);
  expect(asked[0]).toMatchObject({
    logGroupName: '/aws/lambda/f',
    startTime: 1_000,
    endTime: 2_000,
  });
}, 20_000);

test('a group that is not there is told by the name of the fault', async () => {
  answers = [
    [
      400,
      { __type: 'ResourceNotFoundException', message: 'The specified log group does not exist.' },
    ],
  ];
  await expect(read()).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});

test('Ctrl-C ends the reading, and leaves nobody waiting for the next one', async () => {
  const events = { events: [{ timestamp: 1, message: 'one' }], nextToken: 'a' };
  answers = [
    [200, events],
    [200, events],
  ];
  const pages = cloudWatchLogs.pages('/aws/lambda/f', { endMs: 2_000 })[Symbol.asyncIterator]();
  const listeners = process.listenerCount('SIGINT');
  await pages.next();
  expect(process.listenerCount('SIGINT')).toBe(listeners + 1);
  process.emit('SIGINT');
  await expect(pages.next()).rejects.toMatchObject({ name: 'AbortError' });
  expect(process.listenerCount('SIGINT')).toBe(listeners);
});
