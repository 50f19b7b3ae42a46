import { describe, expect, test } from '@jest/globals';
import { createAuthorizer } from '../../../lambda/authorizer/authorize.ts';
import { createHandler } from '../../../lambda/authorizer/handler.ts';
import { readRestApiEvent } from '../../../lambda/authorizer/rest-api-event.ts';
import { refuse } from '../../../lambda/core/contract/codes.ts';
import type { Principal } from '../../../lambda/core/token/principal.ts';
import { httpApiEvent } from '../../support/http-api-event.ts';
import { model } from '../../support/model.ts';
import { restApiEvent } from '../../support/rest-api-event.ts';

const ENDS_AT = 1_795_342_560;
const reader: Principal = {
  kind: 'user',
  uid: '00u1',
  cid: '0oa1web',
  groups: ['readers'],
  scopes: [],
};
const access = model({
  routes: [
    'GET /orders',
    'POST /orders',
    'GET /orders/{id}',
    'GET /',
    'GET /files/{proxy+}',
    'DELETE /orders',
  ],
  groups: {
    readers: { allow: ['GET /orders', 'GET /orders/{id}', 'GET /', 'GET /files/{proxy+}'] },
  },
});

function scene({ exceeded = false, unauthorized = 'throw' as 'throw' | 'deny' } = {}) {
  const records: Record<string, unknown>[] = [];
  const clock = { now: () => (ENDS_AT - 30) * 1_000 };
  const state = { quota: 'standard', payer: 'user:00u1', limit: 60, remaining: 0, endsAt: ENDS_AT };
  const verifier = {
    verify: async (token: string) =>
      token === 'reader' ? reader : refuse('TOKEN_MALFORMED', 'not_a_jwt'),
  };
  const quota = async () =>
    exceeded
      ? ({ kind: 'exceeded', state, onExceeded: 'refuse' } as const)
      : ({ kind: 'free' } as const);
  const authorize = createAuthorizer({ model: access, clock, verifier, quota });
  const audit = { record: (record: object) => void records.push({ ...record }) };
  return {
    records,
    handler: createHandler({ authorize, unauthorized, mapVersion: access.version, clock, audit }),
  };
}

const orders = restApiEvent('GET', '/orders', { token: 'reader' });
const order = (id: string, parameter = id) =>
  restApiEvent('GET', `/orders/${id}`, {
    resource: '/orders/{id}',
    token: 'reader',
    parameters: { id: parameter },
  });
const files = (path: string, proxy: string) =>
  restApiEvent('GET', `/files/${path}`, {
    resource: '/files/{proxy+}',
    token: 'reader',
    parameters: { proxy },
  });
const http = httpApiEvent('GET', '/orders', { token: 'reader' });
const { multiValueHeaders: _lists, ...withoutLists } = orders;
const { identity: _identity, ...withoutIdentity } = orders.requestContext;
const arn = (path: string): string => orders.methodArn.replace(/GET.*/, `GET${path}`);

/**
 * Source: API Gateway Developer Guide, "Input to a Lambda authorizer" and "Control access to HTTP
 * APIs with Lambda authorizers".
 */
describe('an event of the wild that is allowed', () => {
  test.each([
    ['of a REST API', orders, 'GET /orders'],
    ['of the root resource', restApiEvent('GET', '/', { token: 'reader' }), 'GET /'],
    ['with a path parameter', order('42'), 'GET /orders/{id}'],
    ['with a parameter that is percent-encoded', order('a%2Bb'), 'GET /orders/{id}'],
    ['with a parameter whose encoding is not UTF-8', order('%FF'), 'GET /orders/{id}'],
    ['with a greedy parameter', files('a/b', 'a/b'), 'GET /files/{proxy+}'],
    [
      'with a trailing slash that the greedy parameter lost',
      files('a/', 'a'),
      'GET /files/{proxy+}',
    ],
    ['with a doubled slash in the greedy parameter', files('a//b', 'a//b'), 'GET /files/{proxy+}'],
    [
      'of a custom domain with a base path',
      { ...orders, path: '/shop/orders', methodArn: arn('/orders') },
      'GET /orders',
    ],
    [
      'of a custom domain whose base path is part of the ARN',
      { ...orders, methodArn: arn('/shop/orders') },
      'GET /orders',
    ],
    [
      'of a doubled slash before the resource',
      { ...orders, requestContext: { ...orders.requestContext, path: '/live//orders' } },
      'GET /orders',
    ],
    ['with stage variables', { ...orders, stageVariables: { lane: 'blue' } }, 'GET /orders'],
    ['with header names as an HTTP/2 client writes them', renamed('authorization'), 'GET /orders'],
    ['with header names in odd case', renamed('aUTHORIZATION'), 'GET /orders'],
    [
      'with repeated headers of other names',
      { ...orders, multiValueHeaders: { ...orders.multiValueHeaders, 'X-A': ['1', '2'] } },
      'GET /orders',
    ],
    ['without lists of header values, as MiniStack sends it', withoutLists, 'GET /orders'],
    [
      'without requestContext.identity',
      { ...orders, requestContext: withoutIdentity },
      'GET /orders',
    ],
    [
      'without request id and path, as MiniStack sends it',
      { ...orders, requestContext: lean() },
      'GET /orders',
    ],
    [
      'with fields that nobody has documented',
      { ...orders, news: { of: ['tomorrow'] } },
      'GET /orders',
    ],
    ['of an HTTP API', http, 'GET /orders'],
    [
      'of an HTTP API with null for what is absent, as MiniStack sends it',
      { ...http, queryStringParameters: null, stageVariables: null },
      'GET /orders',
    ],
    ['of an HTTP API in payload format 1.0', payload1({}), 'GET /orders'],
    ['of an HTTP API with cookies', { ...http, cookies: ['a=1', 'b=2'] }, 'GET /orders'],
    ['of an HTTP API with a named stage', { ...http, rawPath: '/live/orders' }, 'GET /orders'],
  ])('(%s) is evaluated as %s', async (_, event, route) => {
    const { handler, records } = scene();
    const answer = await handler(event);
    expect(answer.policyDocument.Statement).toMatchObject([{ Effect: 'Allow' }]);
    expect(
      Object.values(answer.context).every((value) => typeof value === 'string' && value !== ''),
    ).toBe(true);
    expect(records).toMatchObject([{ effect: 'allow', route }]);
  });
});

function renamed(name: string): unknown {
  const rename = (headers: Readonly<Record<string, unknown>>) =>
    Object.fromEntries(
      Object.entries(headers).map(([key, value]) => [key === 'Authorization' ? name : key, value]),
    );
  return {
    ...orders,
    headers: rename(orders.headers),
    multiValueHeaders: rename(orders.multiValueHeaders),
  };
}

/** An HTTP API that CDK's own authorizer construct asks for IAM answers sends it. */
function payload1({
  resource = '/orders',
  pathParameters = null,
}: {
  readonly resource?: string;
  readonly pathParameters?: Readonly<Record<string, string>> | null;
}): object {
  const { multiValueQueryStringParameters: _, ...rest } = orders;
  return {
    ...rest,
    version: '1.0',
    identitySource: 'Bearer reader',
    authorizationToken: 'Bearer reader',
    resource,
    pathParameters,
    methodArn: orders.methodArn.replace('/live/', '/$default/'),
    requestContext: { ...orders.requestContext, resourcePath: resource, stage: '$default' },
  };
}

function lean(): unknown {
  const { apiId, httpMethod, stage, resourcePath } = orders.requestContext;
  return { apiId, httpMethod, stage, resourcePath };
}

describe('an event of the wild that is not evaluated', () => {
  test.each([
    [
      'payload 1.0 of a greedy route',
      payload1({ resource: '/files/{path+}', pathParameters: { path: 'a' } }),
      'catch_all_in_payload_1',
    ],
    [
      'payload 1.0 of the default route',
      payload1({ resource: '$default' }),
      'catch_all_in_payload_1',
    ],
    [
      'payload 1.0 whose context names another resource',
      { ...payload1({}), resource: '/' },
      'method_disagrees',
    ],
    [
      'payload 1.0 with a path in place of the template',
      payload1({ pathParameters: { id: 'orders' } }),
      'field_missing',
    ],
    [
      'a TOKEN authorizer',
      { type: 'TOKEN', authorizationToken: 'Bearer reader', methodArn: orders.methodArn },
      'token_authorizer',
    ],
    ['a WebSocket connect', webSocketConnect(), 'not_an_authorizer_event'],
    ['an event without type', { ...orders, type: undefined }, 'not_an_authorizer_event'],
    ['an event without context', { ...orders, requestContext: undefined }, 'field_missing'],
    ['an event without ARN', { ...orders, methodArn: '' }, 'field_missing'],
    [
      'a stage that is null, as in a console test',
      { ...orders, requestContext: { ...orders.requestContext, stage: null } },
      'field_missing',
    ],
    ['a template without its parameters', { ...order('1'), pathParameters: null }, 'field_missing'],
    ['an overridden method in httpMethod', { ...orders, httpMethod: 'DELETE' }, 'method_disagrees'],
    [
      'an overridden method in the context',
      { ...orders, requestContext: { ...orders.requestContext, httpMethod: 'DELETE' } },
      'method_disagrees',
    ],
    [
      'an overridden method in the ARN',
      { ...orders, methodArn: orders.methodArn.replace('GET', 'DELETE') },
      'method_disagrees',
    ],
    [
      'another stage in the ARN',
      { ...orders, methodArn: orders.methodArn.replace('/live/', '/dev/') },
      'field_missing',
    ],
    [
      'another resource in the context',
      { ...orders, requestContext: { ...orders.requestContext, resourcePath: '/' } },
      'method_disagrees',
    ],
  ])('(%s) is refused with the one fixed failure', async (_, event, reason) => {
    const { handler, records } = scene();
    await expect(handler(event)).rejects.toThrow(/^AuthorizerFailure$/);
    expect(records).toMatchObject([{ effect: 'deny', code: 'EVENT_MALFORMED', reason }]);
  });
});

function webSocketConnect(): unknown {
  const { resource: _resource, httpMethod: _method, ...rest } = orders;
  const requestContext = {
    routeKey: '$connect',
    eventType: 'CONNECT',
    connectionId: 'c',
    stage: 'live',
    apiId: 'abcdef123',
    requestId: 'r',
  };
  return { ...rest, methodArn: arn('').replace('/GET', '/$connect'), requestContext };
}

describe('a REST event that is refused', () => {
  test.each([
    ['an encoded slash', order('a%2Fb')],
    ['an encoded backslash', order('a%5cb')],
    ['an encoded line break', order('a%0ab')],
    ['an encoded dot segment', order('%2e%2e')],
    ['an escape that is none', order('%zz')],
    ['an escape that breaks off', order('a%2')],
    ['an escape that is none in a greedy parameter', files('a/%if..', 'a/%if..')],
    ['a dot segment in a greedy parameter', files('a/../b', 'a/../b')],
  ])('for %s gets an explicit Deny', async (_, event) => {
    const answer = await scene().handler(event);
    expect(answer.policyDocument.Statement).toMatchObject([{ Effect: 'Deny' }]);
    expect(answer.context).toMatchObject({ code: 'PATH_REFUSED' });
    expect(answer.context).not.toHaveProperty('retryAfter');
  });

  test('for its quota tells when to come again, in a field that no other refusal has', async () => {
    const answer = await scene({ exceeded: true }).handler(orders);
    expect(answer.context).toMatchObject({
      code: 'QUOTA_EXCEEDED',
      quotaReset: '30',
      retryAfter: '30',
    });
    expect((await scene({ exceeded: true }).handler(http)).context).not.toHaveProperty(
      'retryAfter',
    );
  });

  test.each([
    [
      'two values of the header',
      { ...orders, multiValueHeaders: { Authorization: ['Bearer reader', 'Bearer reader'] } },
      'several',
    ],
    [
      'two values that disagree',
      { ...orders, headers: { Authorization: 'Bearer other' } },
      'several',
    ],
    [
      'two spellings of the header',
      {
        ...orders,
        multiValueHeaders: { authorization: ['Bearer reader'], Authorization: ['Bearer reader'] },
      },
      'several',
    ],
    ['no header', restApiEvent('GET', '/orders'), 'absent'],
    ['no headers at all', { ...orders, headers: null, multiValueHeaders: null }, 'absent'],
  ])(
    'for %s is answered 401 by exactly Unauthorized, whatever the map says of HTTP APIs',
    async (_, event, reason) => {
      const { handler, records } = scene({ unauthorized: 'deny' });
      await expect(handler(event)).rejects.toThrow(/^Unauthorized$/);
      expect(records).toMatchObject([{ code: 'NO_TOKEN', reason }]);
    },
  );
});

test('the path of a REST event on a greedy route is routed as a back end decodes it', () => {
  const { sent } = readRestApiEvent(files('caf%C3%A9/a%20b', 'caf%C3%A9/a%20b'));
  expect(sent.paths).toEqual(['/files/café/a b', '/files/caf%C3%A9/a%20b']);
});
