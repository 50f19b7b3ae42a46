import type { Socket } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  type DynamoClient,
  DynamoError,
  type DynamoFailure,
  failedCondition,
  type LateAnswer,
} from '../../../../lambda/adapters/dynamo/requests.ts';
import { DYNAMO_CLIENTS, withVariables } from '../../../support/dynamo-clients.ts';
import {
  answer,
  type HostileServer,
  type Reaction,
  says,
  startHostileServer,
} from '../../../support/hostile-server.ts';
import { signal } from '../../../support/signal.ts';
import { pass, stopTimers } from '../../../support/stopped-timers.ts';

const GOOD = JSON.stringify({ Attributes: { used: { N: '1' } } });
const good = says(answer('200 OK', GOOD));
const refusal = (type: string, more: object = {}) =>
  JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${type}`, message: 'no', ...more });
const WITHIN_MS = 150;

const refused = (status: number, type = ''): DynamoFailure => ({ kind: 'refused', status, type });
const drips: Reaction = (socket) => {
  socket.write(
    'HTTP/1.1 200 OK\r\ncontent-type: application/x-amz-json-1.0\r\ncontent-length: 100000\r\n\r\n',
  );
  const more = (): void => void (socket.destroyed || socket.write(' ', () => setImmediate(more)));
  more();
};
/** More than any client reads; it breaks off for one that has no bound. */
const endless: Reaction = (socket) => {
  socket.write(
    'HTTP/1.1 200 OK\r\ncontent-type: application/x-amz-json-1.0\r\ntransfer-encoding: chunked\r\n\r\n',
  );
  const chunk = `10000\r\n${' '.repeat(0x10000)}\r\n`;
  let chunks = 0;
  const more = (): void => {
    while (!socket.destroyed && socket.write(chunk)) if (++chunks > 256) socket.destroy();
  };
  socket.on('drain', more);
  more();
};

const ends: readonly (readonly [name: string, reaction: Reaction, failure: DynamoFailure])[] = [
  ['the connection was lost', (socket) => void socket.destroy(), { kind: 'connection' }],
  [
    'one side closed and the other left open',
    (socket) => void socket.end(),
    { kind: 'connection' },
  ],
  ['the half of a head', (socket) => void socket.end('HTTP/1.1 200 O'), { kind: 'connection' }],
  ['no HTTP', (socket) => void socket.end('SSH-2.0-server\r\n'), { kind: 'connection' }],
  [
    'a head without end',
    says(`HTTP/1.1 200 OK\r\nx: ${'a'.repeat(40_000)}`),
    { kind: 'connection' },
  ],
  [
    'half of a body',
    (socket) => void socket.end(answer('200 OK', GOOD, { 'content-length': '1000' })),
    { kind: 'connection' },
  ],
  [
    'half of a body of unknown length',
    (socket) =>
      void socket.end(answer('200 OK', GOOD.slice(0, 20), { 'content-length': undefined })),
    { kind: 'answer' },
  ],
  ['a body that does not end', endless, { kind: 'answer' }],
  [
    'a body that announces more than there may be',
    says(answer('200 OK', `"${'x'.repeat(5 << 20)}"`)),
    { kind: 'answer' },
  ],
  [
    'a page with status 200',
    says(answer('200 OK', '<html>', { 'content-type': 'text/html' })),
    { kind: 'answer' },
  ],
  [
    'JSON of another type',
    says(answer('200 OK', GOOD, { 'content-type': 'text/html' })),
    { kind: 'answer' },
  ],
  ['no type', says(answer('200 OK', GOOD, { 'content-type': undefined })), { kind: 'answer' }],
  ['text that is no JSON', says(answer('200 OK', '{"Attributes":')), { kind: 'answer' }],
  ['JSON that is no object', says(answer('200 OK', '[]')), { kind: 'answer' }],
  ['nothing', says(answer('200 OK', '')), { kind: 'answer' }],
  ['status 204', says('HTTP/1.1 204 No Content\r\n\r\n'), { kind: 'answer' }],
  [
    'a redirect',
    says(answer('301 Moved', '', { location: 'http://169.254.169.254/' })),
    { kind: 'answer' },
  ],
  [
    'a redirect that keeps the method',
    says(answer('307 Elsewhere', GOOD, { location: '/' })),
    { kind: 'answer' },
  ],
  [
    'a page with status 502',
    says(answer('502 Bad Gateway', '<html>', { 'content-type': 'text/html' })),
    refused(502),
  ],
  ['status 503 and nothing', says(answer('503 Away', '')), refused(503)],
  [
    'a page with status 403',
    says(answer('403 Forbidden', '<html>', { 'content-type': 'text/html' })),
    refused(403),
  ],
  [
    'its own refusal',
    says(answer('400 Bad Request', refusal('ValidationException'))),
    refused(400, 'ValidationException'),
  ],
  [
    'a refusal without namespace',
    says(answer('400 Bad Request', '{"__type":"ThrottlingException"}')),
    refused(400, 'ThrottlingException'),
  ],
  [
    'a refusal that is no name',
    says(answer('400 Bad Request', '{"__type":{"a":1}}')),
    refused(400),
  ],
];

function thrownBy(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return error;
  }
}

stopTimers();

describe.each(DYNAMO_CLIENTS)('%s', (_client, connect) => {
  let server: HostileServer;
  let client: DynamoClient;
  beforeAll(async () => {
    server = await startHostileServer();
  });
  beforeEach(() => {
    client = withVariables({ AWS_ENDPOINT_URL_DYNAMODB: server.endpoint }, () => connect());
    server.react([good]);
  });
  afterAll(() => server.close());

  const ask = (onLate?: (answer: LateAnswer<'UpdateItem'>) => void) =>
    client.send(
      'UpdateItem',
      { TableName: 'quota', Key: { pk: { S: 'a' } }, UpdateExpression: 'REMOVE x' },
      WITHIN_MS,
      onLate,
    );
  const failureOf = async (asked: ReturnType<typeof ask>) => {
    const error: unknown = await asked.then(
      () => 'no error',
      (thrown: unknown) => thrown,
    );
    return error;
  };
  const failure = () => failureOf(ask());
  /** What a request ends in whose time is over after the server has reacted to it. */
  const failureAtLast = async (
    reaction: Reaction,
    onLate?: (answer: LateAnswer<'UpdateItem'>) => void,
  ) => {
    const asked = signal();
    server.react([
      (socket) => {
        reaction(socket);
        asked.give();
      },
      good,
    ]);
    const failed = failureOf(ask(onLate));
    await asked.given;
    await pass(WITHIN_MS);
    return failed;
  };

  test.each(ends)('that is answered with %s says so', async (_name, reaction, expected) => {
    server.react([reaction]);
    expect(await failure()).toMatchObject({ name: 'DynamoError', failure: expected });
    expect(server.requests()).toHaveLength(1);
  });

  test.each([
    ['silence', () => undefined],
    [
      'a head without a body',
      says(
        'HTTP/1.1 200 OK\r\ncontent-type: application/x-amz-json-1.0\r\ncontent-length: 10\r\n\r\n',
      ),
    ],
    ['a byte now and then', drips],
    ['one interim answer after the other', says('HTTP/1.1 102 Processing\r\n\r\n'.repeat(50))],
  ] satisfies [string, Reaction][])(
    'that is answered with %s gives up in time, and asks over another connection next',
    async (_name, reaction) => {
      expect(await failureAtLast(reaction)).toMatchObject({ failure: { kind: 'timeout' } });
      expect(await ask()).toMatchObject({ Attributes: { used: { N: '1' } } });
      expect(server.connections()).toBe(2);
    },
  );

  test('keeps its connection from answer to answer, refusals included', async () => {
    server.react([good, says(answer('400 Bad Request', refusal('ThrottlingException'))), good]);
    await ask();
    await failure();
    await ask();
    expect(server.connections()).toBe(1);
  });

  test('asks again where a kept connection turns out to be dead, and once', async () => {
    await ask();
    const hangUp: Reaction = (socket) => void socket.destroy();
    server.react([hangUp, good]);
    expect(await ask()).toMatchObject({ Attributes: { used: { N: '1' } } });
    expect(server.requests()).toHaveLength(2);
    expect(server.connections()).toBe(1);
    server.react([hangUp]);
    expect(await failure()).toMatchObject({ failure: { kind: 'connection' } });
    expect(server.requests()).toHaveLength(2);
  });

  test('asks again where the connection was cut while the environment was frozen', async () => {
    await ask();
    await server.cut();
    server.react([good]);
    expect(await ask()).toMatchObject({ Attributes: { used: { N: '1' } } });
    expect(server.requests()).toHaveLength(1);
  });

  test('does not ask again where a kept connection broke off with the first byte of an answer', async () => {
    await ask();
    server.react([(socket) => void socket.end('H'), good]);
    expect(await failure()).toMatchObject({ failure: { kind: 'connection' } });
    expect(server.requests()).toHaveLength(1);
  });

  test('leaves all kept connections alone after one that gave no answer', async () => {
    await Promise.all([ask(), ask(), ask()]);
    const failed = await failureAtLast(() => undefined);
    expect(failed).toMatchObject({ failure: { kind: 'timeout' } });
    await ask();
    expect(server.connections()).toBe(1);
  });

  test('tells the item behind a condition that failed', async () => {
    const item = { pk: { S: 'a' }, used: { N: '5' } };
    server.react([
      says(answer('400 Bad Request', refusal('ConditionalCheckFailedException', { Item: item }))),
    ]);
    expect(await failure()).toMatchObject({
      failure: { kind: 'refused', type: 'ConditionalCheckFailedException', item },
    });
  });

  test('tells of every answer when it came and what time it named, refusals included', async () => {
    const told: unknown[] = [];
    client = withVariables({ AWS_ENDPOINT_URL_DYNAMODB: server.endpoint }, () =>
      connect({
        onAnswer: (date, sentAt, receivedAt) => void told.push([date, receivedAt >= sentAt]),
      }),
    );
    const date = 'Sat, 28 Nov 2026 10:00:00 GMT';
    server.react([
      says(answer('200 OK', GOOD, { date })),
      says(answer('500 Fault', '', { date: undefined })),
    ]);
    await ask();
    await failure();
    expect(told).toEqual([
      [date, true],
      [undefined, true],
    ]);
  });

  test('says that nothing can be reached, and that nothing was sent', async () => {
    client = withVariables({ AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:1' }, () => connect());
    expect(await failure()).toMatchObject({ failure: { kind: 'connection', unsent: true } });
  });

  test.each([
    ['silence', undefined, 'timeout'],
    ['a text', says('220 mail.example.com ESMTP\r\n'), 'connection'],
    ['one side closed and the other left open', (socket) => void socket.end(), 'connection'],
    ['the connection was lost', (socket) => void socket.destroy(), 'connection'],
  ] satisfies [string, Reaction | undefined, string][])(
    'says that nothing was sent where TLS is answered with %s',
    async (_name, greeting, kind) => {
      const reached = signal();
      const mute = await startHostileServer((socket) => {
        greeting?.(socket);
        reached.give();
      });
      const endpoint = mute.endpoint.replace('http:', 'https:');
      client = withVariables({ AWS_ENDPOINT_URL_DYNAMODB: endpoint }, () => connect());
      const failed = failure();
      await reached.given;
      if (kind === 'timeout') await pass(WITHIN_MS);
      expect(await failed).toHaveProperty('failure', { kind, unsent: true });
      expect(mute.connections()).toBe(1);
      await mute.close();
    },
  );

  test('says of a request that was sent nothing of the kind: silence', async () => {
    expect(await failureAtLast(() => undefined)).toHaveProperty('failure', { kind: 'timeout' });
  });

  test('says of a request that was sent nothing of the kind: the connection was lost', async () => {
    server.react([(socket) => void socket.destroy()]);
    expect(await failure()).toHaveProperty('failure', { kind: 'connection' });
  });

  /** Gives up on a request whose answer comes when `release` is called; resolves with what came. */
  const askInVain = async (bytes: string) => {
    const held: Socket[] = [];
    const heard: LateAnswer<'UpdateItem'>[] = [];
    const late = signal();
    const failed = await failureAtLast(
      (socket) => void held.push(socket),
      (answered) => {
        heard.push(answered);
        late.give();
      },
    );
    expect(failed).toHaveProperty('failure', { kind: 'timeout' });
    expect(heard).toEqual([]);
    for (const socket of held) socket.write(bytes);
    await late.given;
    return heard;
  };

  test('hears of an answer that came late, and keeps its connection', async () => {
    const [late] = await askInVain(answer('200 OK', GOOD));
    expect(late?.()).toMatchObject({ Attributes: { used: { N: '1' } } });
    server.react([good]);
    await ask();
    expect(server.connections()).toBe(0);
  });

  test('hears of a refusal that came late', async () => {
    const item = { pk: { S: 'a' } };
    const [late] = await askInVain(
      answer('400 Bad Request', refusal('ConditionalCheckFailedException', { Item: item })),
    );
    expect(() => late?.()).toThrow(DynamoError);
    const error = thrownBy(() => late?.());
    expect(failedCondition(error)).toMatchObject({ item });
  });
});
