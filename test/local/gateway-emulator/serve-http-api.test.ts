import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import {
  decide,
  policy,
  type RunningGateway,
  result,
  runGateway,
  thrown,
} from '../fixtures/gateway.ts';

const token = ['Authorization', 'Bearer t'] as const;
const defaultAnswer: RunningGateway['answer'] = async (event) => decide(event);
let gateway: RunningGateway;

beforeAll(async () => {
  gateway = await runGateway();
});
afterEach(() => {
  gateway.answer = defaultAnswer;
  gateway.events.length = 0;
  gateway.records.length = 0;
  gateway.resetAuthorizersCache();
});
afterAll(() => gateway.stop());

const arn = (rest: string) => `arn:aws:execute-api:us-east-1:000000000000:${gateway.apiId}/${rest}`;
const answerWith = (...answers: readonly Parameters<typeof result>[0][]) => {
  const rest = [...answers];
  gateway.answer = async () => result(rest.length > 1 ? rest.shift() : rest[0]);
};
const iam = (effect: 'Allow' | 'Deny', resource: string, context?: unknown) => ({
  principalId: 'ada',
  policyDocument: policy(effect, resource),
  context,
});

describe('the authorizer’s event', () => {
  test('is the documented payload 2.0', async () => {
    await gateway.call('GET /orders/a%20b?x=1&y=2&x=3%20', [
      ...token,
      'X-Twice',
      'one',
      'x-twice',
      'two',
      'Cookie',
      'a=1; b=2',
      'User-Agent',
      'jest',
    ]);
    const [event = {}] = gateway.events;
    const { requestContext, headers, ...rest } = event as {
      requestContext: Record<string, unknown>;
      headers: Record<string, string>;
    };
    expect(rest).toEqual({
      version: '2.0',
      type: 'REQUEST',
      routeArn: arn('$default/GET/orders/a%20b'),
      identitySource: ['Bearer t'],
      routeKey: 'ANY /orders/{id}',
      rawPath: '/orders/a%20b',
      rawQueryString: 'x=1&y=2&x=3%20',
      cookies: ['a=1', 'b=2'],
      queryStringParameters: { x: '1,3 ', y: '2' },
      pathParameters: { id: 'a b' },
      stageVariables: { tier: 'gold' },
    });
    expect(headers).toMatchObject({
      authorization: 'Bearer t',
      'x-twice': 'one,two',
      host: 'api.local',
      'x-forwarded-for': '127.0.0.1',
    });
    expect(headers).not.toHaveProperty('cookie');
    expect(requestContext).toEqual({
      accountId: '000000000000',
      apiId: gateway.apiId,
      domainName: `${gateway.apiId}.execute-api.us-east-1.amazonaws.com`,
      domainPrefix: gateway.apiId,
      http: {
        method: 'GET',
        path: '/orders/a%20b',
        protocol: 'HTTP/1.1',
        sourceIp: '127.0.0.1',
        userAgent: 'jest',
      },
      requestId: expect.stringMatching(/^[\w-]{15}=$/),
      routeKey: 'ANY /orders/{id}',
      stage: '$default',
      time: '22/Nov/2026:01:00:29 +0000',
      timeEpoch: gateway.nowMs,
    });
  });

  test('leaves out what the call does not have', async () => {
    await gateway.call('GET /test/orders', [...token]);
    const [event = {}] = gateway.events;
    expect(Object.keys(event).toSorted()).toEqual(
      [
        'version',
        'type',
        'routeArn',
        'identitySource',
        'routeKey',
        'rawPath',
        'rawQueryString',
        'headers',
        'requestContext',
      ].toSorted(),
    );
    expect(event).toMatchObject({
      rawQueryString: '',
      routeArn: arn('test/GET/orders'),
      requestContext: { stage: 'test' },
    });
  });

  test('joins repeated Authorization headers, so that none is hidden', async () => {
    await gateway.call('GET /orders', ['Authorization', 'Bearer a', 'authorization', 'Bearer b']);
    expect(gateway.events[0]).toMatchObject({
      identitySource: ['Bearer a,Bearer b'],
      headers: { authorization: 'Bearer a,Bearer b' },
    });
  });
});

describe('what the caller gets', () => {
  test.each([
    ['GET /nowhere', 404, 'Not Found'],
    ['GET /orders/', 404, 'Not Found'],
    ['GET //orders', 404, 'Not Found'],
    ['POST /orders', 404, 'Not Found'],
    ['GET /test', 404, 'Not Found'],
  ])('%s has no route, and no function is asked', async (request, status, message) => {
    const reply = await gateway.call(request, [...token]);
    expect([reply.status, reply.text, gateway.events.length]).toEqual([
      status,
      `{"message":"${message}"}`,
      0,
    ]);
  });

  test.each([
    ['no header', []],
    ['an empty header', ['Authorization', '']],
  ])(
    'with %s for the identity source it is 401, and no function is asked',
    async (_name, headers) => {
      const reply = await gateway.call('GET /orders', headers);
      expect([reply.status, reply.text, gateway.events.length]).toEqual([
        401,
        '{"message":"Unauthorized"}',
        0,
      ]);
    },
  );

  test.each([
    ['an Allow of the request', () => iam('Allow', arn('$default/GET/orders')), 200],
    ['an Allow of another path', () => iam('Allow', arn('$default/GET/other')), 403],
    ['an Allow of another stage', () => iam('Allow', arn('test/GET/orders')), 403],
    ['a Deny', () => iam('Deny', '*'), 403],
    ['no principal', () => ({ policyDocument: policy('Allow', '*') }), 500],
    ['a simple answer that was not agreed', () => ({ isAuthorized: true }), 500],
    ['null', () => null, 500],
    [
      'a condition',
      () => ({
        principalId: 'a',
        policyDocument: {
          Statement: [{ Effect: 'Allow', Action: '*', Resource: '*', Condition: { Bool: {} } }],
        },
      }),
      500,
    ],
  ])('%s gives its status', async (_name, answer, status) => {
    answerWith(answer());
    const reply = await gateway.call('GET /orders', [...token]);
    expect(reply.status).toBe(status);
    if (status === 403) expect(reply.text).toBe('{"message":"Forbidden"}');
    if (status === 500) expect(reply.text).toBe('{"message":"Internal Server Error"}');
  });

  test.each([
    ['exactly Unauthorized', 'Unauthorized', 401],
    ['Unauthorized and more', 'Unauthorized: expired', 500],
    ['anything else', 'AuthorizerFailure', 500],
  ])('a thrown %s gives its status', async (_name, message, status) => {
    gateway.answer = async () => thrown(message);
    expect((await gateway.call('GET /orders', [...token])).status).toBe(status);
  });

  test.each([
    [true, 200],
    [false, 403],
  ])('a simple answer of %s gives %i', async (isAuthorized, status) => {
    answerWith({ isAuthorized, context: { user: 'ada' } });
    expect((await gateway.call('GET /simple', [...token])).status).toBe(status);
  });

  test('a head above 10,240 bytes is 431', async () => {
    expect(
      (await gateway.call('GET /orders', [...token, 'x-long', 'x'.repeat(10_240)])).status,
    ).toBe(431);
    expect(
      (await gateway.call('GET /orders', [...token, 'x-long', 'x'.repeat(9_900)])).status,
    ).toBe(200);
  });

  test('every answer names the request', async () => {
    const reply = await gateway.call('GET /nowhere');
    expect(reply.headers['apigw-requestid']).toBe(gateway.records[0]?.requestId);
  });
});

describe('the cache of answers', () => {
  const bothPaths = async () => [
    (await gateway.call('GET /cached/a', [...token])).status,
    (await gateway.call('GET /cached/b', [...token])).status,
  ];

  test('keeps an answer for all routes of the authorizer and evaluates it again for each', async () => {
    answerWith(iam('Allow', arn('$default/GET/cached/a')));
    expect(await bothPaths()).toEqual([200, 403]);
    expect(gateway.events).toHaveLength(1);
    expect(gateway.records.map((record) => record.authorization)).toEqual(['invoked', 'cached']);
  });

  test('keeps a Deny as well', async () => {
    answerWith(iam('Deny', '*'), iam('Allow', '*'));
    expect(await bothPaths()).toEqual([403, 403]);
  });

  test('ends with its time to live', async () => {
    answerWith(iam('Allow', '*'), iam('Deny', '*'));
    await bothPaths();
    gateway.nowMs += 59_999;
    expect(await bothPaths()).toEqual([200, 200]);
    gateway.nowMs += 1;
    expect(await bothPaths()).toEqual([403, 403]);
  });

  test('is keyed by the identity source', async () => {
    await gateway.call('GET /cached/a', [...token]);
    await gateway.call('GET /cached/a', ['Authorization', 'Bearer other']);
    expect(gateway.events).toHaveLength(2);
  });

  test('is kept per route where the route is an identity source', async () => {
    for (const path of ['a', 'b', 'a']) await gateway.call(`GET /per-route/${path}`, [...token]);
    expect(gateway.events.map((event) => event['identitySource'])).toEqual([
      ['Bearer t', 'GET /per-route/a', 'GET'],
      ['Bearer t', 'GET /per-route/b', 'GET'],
    ]);
  });

  test('is apart for each stage', async () => {
    await gateway.call('GET /cached/a', [...token]);
    await gateway.call('GET /test/cached/a', [...token]);
    expect(gateway.events).toHaveLength(2);
  });

  test('never holds an error', async () => {
    gateway.answer = async () => thrown('Unauthorized');
    await bothPaths();
    expect(gateway.events).toHaveLength(2);
  });

  test('is not used without a time to live', async () => {
    await gateway.call('GET /orders', [...token]);
    await gateway.call('GET /orders', [...token]);
    expect(gateway.events).toHaveLength(2);
  });
});

describe('what arrives at an HTTP back end', () => {
  test('is the call with the mappings applied', async () => {
    const { echo } = await gateway.call(
      'POST /orders/a%2Fb?from=client&x=1',
      [...token, 'X-User', 'eve', 'x-secret', '1', 'x-trail', 'client', 'x-kept', 'k'],
      'body',
    );
    expect(echo).toMatchObject({
      method: 'POST',
      path: '/orders/a%2Fb',
      query: 'from=gateway&x=1',
      body: 'body',
    });
    expect(echo.headers).toMatchObject({
      'x-user': 'ada',
      'x-trail': 'client,$default/gold',
      'x-kept': 'k',
      authorization: 'Bearer t',
    });
    expect(echo.headers).not.toHaveProperty('x-secret');
    expect(echo.headers['host']).toMatch(/^127\.0\.0\.1:/);
  });

  test.each([
    ['a missing value', {}],
    ['an empty value', { user: '' }],
  ])(
    'is the client’s header where the mapping has %s: the worst that may happen',
    async (_name, context) => {
      gateway.answer = async (event) => decide(event, 'Allow', context);
      expect(
        (await gateway.call('GET /orders', [...token, 'x-user', 'eve'])).echo.headers['x-user'],
      ).toBe('eve');
    },
  );

  test('is the path without the stage', async () => {
    expect((await gateway.call('GET /test/orders', [...token])).echo.path).toBe('/orders');
  });

  test('is the integration’s own path, parameters filled in, where none is mapped', async () => {
    expect((await gateway.call('GET /plain/7?x=1', [])).echo).toMatchObject({
      path: '/base/7',
      query: 'x=1',
    });
  });

  test.each([
    ['an unknown media type', 'POST /open', ['content-type', ';;'], 'body'],
    ['a body without a type', 'POST /open', [], 'body'],
    ['a body where none is usual', 'GET /open', [], 'body'],
    ['a body of unknown length', 'DELETE /open', ['transfer-encoding', 'chunked'], ''],
    ['a method that no route names', 'PROPFIND /open', [], ''],
  ])('is %s as it was sent', async (_name, request, headers, body) => {
    const reply = await gateway.call(request, headers, body === '' ? undefined : body);
    expect(reply).toMatchObject({ status: 200, echo: { method: request.split(' ')[0], body } });
  });

  test('is not normalised on the way', async () => {
    expect((await gateway.call('GET /guarded/a/../b//c/./d%2e/', [...token])).echo.path).toBe(
      '/guarded/a/../b//c/./d%2e/',
    );
  });
});

describe('CORS', () => {
  const preflight = [
    'Origin',
    'https://app.example.com',
    'Access-Control-Request-Method',
    'GET',
  ] as const;

  test.each(['OPTIONS /orders', 'OPTIONS /orders/1', 'OPTIONS /open', 'OPTIONS /nowhere'])(
    'a preflight of %s is answered before any authorizer',
    async (request) => {
      const reply = await gateway.call(request, [...preflight]);
      expect([reply.status, gateway.events.length]).toEqual([204, 0]);
      expect(reply.headers).toMatchObject({
        'access-control-allow-origin': 'https://app.example.com',
        'access-control-allow-methods': 'GET,POST',
        'access-control-allow-headers': 'authorization',
        'access-control-max-age': '600',
      });
    },
  );

  test('a preflight of another origin gets no permission', async () => {
    const reply = await gateway.call('OPTIONS /orders', [
      'Origin',
      'https://evil.example.com',
      'Access-Control-Request-Method',
      'GET',
    ]);
    expect(Object.keys(reply.headers).filter((name) => name.startsWith('access-control'))).toEqual(
      [],
    );
  });

  test('a catch-all route with an authorizer captures preflights', async () => {
    expect((await gateway.call('OPTIONS /guarded/x', [...preflight])).status).toBe(401);
  });

  test('an OPTIONS that is no preflight is a call like another', async () => {
    expect((await gateway.call('OPTIONS /orders')).status).toBe(404);
    expect((await gateway.call('OPTIONS /open')).echo).toMatchObject({ method: 'OPTIONS' });
  });

  test.each([
    ['an answer', 'GET /open', 200],
    ['a missing token', 'GET /orders', 401],
    ['a missing route', 'GET /nowhere', 404],
  ])('%s carries the headers of CORS', async (_name, request, status) => {
    const reply = await gateway.call(request, ['Origin', 'https://app.example.com']);
    expect([reply.status, reply.headers['access-control-allow-origin']]).toEqual([
      status,
      'https://app.example.com',
    ]);
  });
});

describe('a function as back end', () => {
  test('gets payload 2.0 with the authorizer’s context', async () => {
    gateway.answer = async (event) =>
      'type' in event
        ? decide(event)
        : result({
            statusCode: 201,
            headers: { 'X-Made': 'yes' },
            cookies: ['a=1', 'b=2'],
            body: '{}',
          });
    const reply = await gateway.call(
      'POST /backend',
      [...token, 'content-type', 'application/json'],
      '{"a":1}',
    );
    expect(reply).toMatchObject({
      status: 201,
      text: '{}',
      headers: {
        'x-made': 'yes',
        'set-cookie': ['a=1', 'b=2'],
        'content-type': 'application/json',
      },
    });
    expect(gateway.events[1]).toMatchObject({
      version: '2.0',
      routeKey: 'POST /backend',
      body: '{"a":1}',
      isBase64Encoded: false,
      requestContext: { authorizer: { lambda: { user: 'ada' } } },
    });
  });

  test.each(['POST /backend', 'POST /backend/v1'])(
    'gets an event with the mapped headers, nothing that the client forged: %s',
    async (request) => {
      gateway.answer = async (event) =>
        'type' in event ? decide(event) : result({ statusCode: 200, body: 'ok' });
      await gateway.call(request, [
        ...token,
        'x-access-uid',
        'root',
        'x_access_uid',
        'root',
        'x-other',
        'kept',
      ]);
      const headers = (
        gateway.events.at(-1) as { readonly headers: Readonly<Record<string, string>> }
      ).headers;
      expect(headers).toMatchObject({ 'x-access-uid': 'gateway', 'x-other': 'kept' });
      expect(headers).not.toHaveProperty('x_access_uid');
    },
  );

  test('may answer with the body alone', async () => {
    gateway.answer = async (event) =>
      'type' in event ? decide(event) : result({ hello: 'world' });
    expect(await gateway.call('POST /backend', [...token])).toMatchObject({
      status: 200,
      text: '{"hello":"world"}',
    });
  });

  test('gets payload 1.0 where the integration says so, and must give a status code', async () => {
    gateway.answer = async () => result({ statusCode: 200, body: 'b2s=', isBase64Encoded: true });
    expect(
      await gateway.call('POST /backend/v1', ['content-type', 'image/png'], 'png'),
    ).toMatchObject({ status: 200, text: 'ok' });
    expect(gateway.events[0]).toMatchObject({
      version: '1.0',
      resource: '/backend/v1',
      httpMethod: 'POST',
      body: 'cG5n',
      isBase64Encoded: true,
    });
    gateway.answer = async () => result({ hello: 'world' });
    expect((await gateway.call('POST /backend/v1')).status).toBe(500);
  });

  test('that throws is a 500', async () => {
    gateway.answer = async () => thrown('boom');
    expect(await gateway.call('POST /backend/v1')).toMatchObject({
      status: 500,
      text: '{"message":"Internal Server Error"}',
    });
  });
});

test('each call writes one access log line in the stage’s format', async () => {
  await gateway.call('GET /orders', [...token]);
  answerWith(iam('Deny', '*', { user: 'bob' }));
  await gateway.call('GET /orders', [...token]);
  await gateway.call('GET /nowhere');
  expect(gateway.records.map((record) => record.accessLogLine)).toEqual([
    '200 GET GET /orders ada -',
    '403 GET GET /orders bob explicit deny',
    '404 GET - - -',
  ]);
});

describe('with other options', () => {
  async function statusWith(
    options: Parameters<typeof runGateway>[0],
    changes: Parameters<typeof runGateway>[1],
    answer?: RunningGateway['answer'],
  ) {
    const other = await runGateway(options, changes);
    if (answer !== undefined) other.answer = answer;
    const reply = await other.call('GET /orders', [...token, 'x-user', 'eve']);
    await other.stop();
    return reply;
  }

  test('a thrown Unauthorized may be a 500', async () => {
    expect(
      (await statusWith({ httpThrow: 500 }, {}, async () => thrown('Unauthorized'))).status,
    ).toBe(500);
  });

  test('an authorizer without an answer in time is a 500', async () => {
    expect(
      (await statusWith({ authorizerTimeoutMs: 5 }, {}, () => new Promise(() => undefined))).status,
    ).toBe(500);
  });

  test('a function without permission for the authorizer is a 500', async () => {
    expect((await statusWith({}, { GuardPermission: undefined })).status).toBe(500);
  });

  test('a back end that is not there is a 503', async () => {
    const nowhere = { Properties: { IntegrationUri: 'http://127.0.0.1:1' } };
    expect(await statusWith({}, { Proxy: nowhere })).toMatchObject({
      status: 503,
      text: '{"message":"Service Unavailable"}',
    });
  });

  test('a mapping without a value may take the header away', async () => {
    const reply = await statusWith({ missingMappingValue: 'remove' }, {}, async (event) =>
      decide(event, 'Allow', {}),
    );
    expect(reply.echo.headers).not.toHaveProperty('x-user');
  });
});
