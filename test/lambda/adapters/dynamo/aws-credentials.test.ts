import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { credentialsFrom } from '../../../../lambda/adapters/dynamo/aws-credentials.ts';
import {
  answer,
  type HostileServer,
  says,
  startHostileServer,
} from '../../../support/hostile-server.ts';

const SOON_MS = 30_000;

describe('credentials in variables', () => {
  test('are read again at each signing', () => {
    const env: Record<string, string> = {
      AWS_ACCESS_KEY_ID: 'one',
      AWS_SECRET_ACCESS_KEY: 'secret',
    };
    const current = credentialsFrom(env);
    expect(current(SOON_MS)).toEqual({ accessKeyId: 'one', secretAccessKey: 'secret' });
    Object.assign(env, {
      AWS_ACCESS_KEY_ID: 'two',
      AWS_SECRET_ACCESS_KEY: 'other',
      AWS_SESSION_TOKEN: 'session',
    });
    expect(current(SOON_MS)).toEqual({
      accessKeyId: 'two',
      secretAccessKey: 'other',
      sessionToken: 'session',
    });
  });

  test('that are gone later are reported', () => {
    const env: Record<string, string> = {
      AWS_ACCESS_KEY_ID: 'one',
      AWS_SECRET_ACCESS_KEY: 'secret',
    };
    const current = credentialsFrom(env);
    delete env['AWS_SECRET_ACCESS_KEY'];
    expect(() => current(SOON_MS)).toThrow(
      expect.objectContaining({ failure: { kind: 'credentials' } }),
    );
  });

  test('win over an endpoint', () => {
    const env = {
      AWS_ACCESS_KEY_ID: 'one',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://127.0.0.1:1',
    };
    expect(credentialsFrom(env)(SOON_MS)).toMatchObject({ accessKeyId: 'one' });
  });
});

test.each([
  [
    {},
    'no AWS credentials: expected AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_CONTAINER_CREDENTIALS_FULL_URI, as Lambda sets them; found neither',
  ],
  [
    { AWS_ACCESS_KEY_ID: 'one' },
    'no AWS credentials: expected AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_CONTAINER_CREDENTIALS_FULL_URI, as Lambda sets them; found neither',
  ],
  [
    { AWS_PROFILE: 'dev' },
    'no AWS credentials: expected AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_CONTAINER_CREDENTIALS_FULL_URI, as Lambda sets them; found neither',
  ],
  [
    { AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://169.254.170.2/v2/credentials' },
    'AWS_CONTAINER_CREDENTIALS_FULL_URI: expected an http URL on a loopback address, found `http://169.254.170.2`',
  ],
  [
    { AWS_CONTAINER_CREDENTIALS_FULL_URI: 'file:///etc/passwd' },
    'AWS_CONTAINER_CREDENTIALS_FULL_URI: expected an http URL on a loopback address, found `null`',
  ],
])(
  'an environment without usable credentials ends the start with a sentence: %j',
  (env, sentence) => {
    expect(() => credentialsFrom(env)).toThrow(new Error(sentence));
  },
);

describe('credentials of the endpoint that SnapStart sets', () => {
  let server: HostileServer;
  let variables: Record<string, string>;
  beforeAll(async () => {
    server = await startHostileServer();
  });
  beforeEach(() => {
    variables = {
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `${server.endpoint}/creds?x=1`,
      AWS_CONTAINER_AUTHORIZATION_TOKEN: 'token-1',
    };
  });
  afterAll(() => server.close());

  const given = (name: string, lastsMs: number) =>
    JSON.stringify({
      AccessKeyId: name,
      SecretAccessKey: 'secret',
      Token: 'session',
      Expiration: new Date(Date.now() + lastsMs).toISOString(),
    });
  const gives = (name: string, lastsMs: number) =>
    says(answer('200 OK', given(name, lastsMs), { connection: 'close' }));
  const HOUR_MS = 3_600_000;

  test('are fetched once with its token, and kept', async () => {
    server.react([gives('one', HOUR_MS)]);
    const current = credentialsFrom(variables);
    const both = await Promise.all([current(SOON_MS), current(SOON_MS)]);
    expect(both).toMatchObject([
      { accessKeyId: 'one', secretAccessKey: 'secret', sessionToken: 'session' },
      { accessKeyId: 'one' },
    ]);
    // Now they are at hand, without a promise.
    expect(current(SOON_MS)).toMatchObject({ accessKeyId: 'one' });
    expect(server.requests()).toHaveLength(1);
    expect(server.requests()[0]).toMatch(/^GET \/creds\?x=1 HTTP/);
    expect(server.requests()[0]).toMatch(/\r\nauthorization: token-1\r\n/i);
  });

  test('that have run out are fetched again, with the token of that time', async () => {
    server.react([gives('one', -1_000), gives('two', HOUR_MS)]);
    const current = credentialsFrom(variables);
    await current(SOON_MS);
    variables['AWS_CONTAINER_AUTHORIZATION_TOKEN'] = 'token-2';
    expect(await current(SOON_MS)).toMatchObject({ accessKeyId: 'two' });
    expect(server.requests()[1]).toMatch(/\r\nauthorization: token-2\r\n/i);
  });

  test('that run out soon are used while new ones are fetched, and while none can be had', async () => {
    server.react([gives('one', 60_000), says(answer('500 Away', '')), gives('two', HOUR_MS)]);
    const current = credentialsFrom(variables);
    await current(SOON_MS);
    const names = new Set<string>();
    while (!names.has('two')) {
      names.add((await current(SOON_MS)).accessKeyId);
      await new Promise((done) => setImmediate(done));
    }
    expect([...names]).toEqual(['one', 'two']);
    expect(server.requests()).toHaveLength(3);
  });

  test.each([
    ['an error', says(answer('403 Forbidden', '{"Message":"no"}'))],
    ['a page', says(answer('200 OK', '<html>'))],
    ['no object', says(answer('200 OK', 'null'))],
    [
      'no secret',
      says(
        answer(
          '200 OK',
          JSON.stringify({ AccessKeyId: 'x', Token: 't', Expiration: '2099-01-01T00:00:00Z' }),
        ),
      ),
    ],
    [
      'no end',
      says(
        answer(
          '200 OK',
          JSON.stringify({
            AccessKeyId: 'x',
            SecretAccessKey: 's',
            Token: 't',
            Expiration: 'never',
          }),
        ),
      ),
    ],
    ['too much', says(answer('200 OK', 'x'.repeat(65 * 1_024)))],
    [
      'half of an answer',
      (socket) => void socket.end(answer('200 OK', '{', { 'content-length': '100' })),
    ],
    ['nothing, and hangs up', (socket) => void socket.destroy()],
    ['nothing, and closes one side', (socket) => void socket.end()],
  ] satisfies [string, Parameters<HostileServer['react']>[0][number]][])(
    'fail where it gives %s',
    async (_name, reaction) => {
      server.react([reaction]);
      await expect(credentialsFrom(variables)(SOON_MS)).rejects.toMatchObject({
        name: 'DynamoError',
        failure: { kind: 'credentials' },
      });
    },
  );

  test('fail where it is silent, in the time that there is', async () => {
    server.react([() => undefined]);
    await expect(credentialsFrom(variables)(20)).rejects.toThrow('no answer within 20 ms');
  });
});
