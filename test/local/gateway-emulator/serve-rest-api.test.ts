/**
 * The local gateway of REST APIs: resources, events, gateway responses, and what a template without
 * a grant does.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from '@jest/globals';
import { AccessStack } from '../../../lib/stack/access-stack.ts';
import { type MethodView, readAssembly } from '../../../local/cloud-assembly.ts';
import { serveGateway } from '../../../local/gateway-emulator/gateway-server.ts';
import { gatewayResponse } from '../../../local/gateway-emulator/rest-failures.ts';
import { createMethodSelector } from '../../../local/gateway-emulator/rest-resources.ts';
import { createRestApi } from '../../../local/gateway-emulator/serve-rest-api.ts';
import type { RunningServer } from '../../../local/listen.ts';
import { accessMap, newApp } from '../../support/synthesis.ts';

const method = (routeKey: string): MethodView => {
  const [methodName = '', template = ''] = routeKey.split(' ');
  return {
    routeKey,
    method: methodName,
    template,
    authorizer: undefined,
    integration: { kind: 'mock', status: 200, headers: {} },
  };
};
const select = createMethodSelector(
  [
    'GET /',
    'GET /orders',
    'POST /orders',
    'GET /orders/{id}',
    'GET /orders/special',
    'ANY /files/{proxy+}',
    'GET /orders/{id}/lines/{line}',
  ].map(method),
);

/**
 * Source: behaviour of the service as LocalStack recorded it in August 2024; aws-sam-cli pull
 * request 1495.
 */
test.each([
  ['GET /', 'GET /', {}],
  ['GET /orders', 'GET /orders', {}],
  ['GET /orders/', 'GET /orders', {}],
  ['GET //orders', 'GET /orders', {}],
  ['GET /orders/special', 'GET /orders/special', {}],
  ['GET /orders/a%2Bb', 'GET /orders/{id}', { id: 'a%2Bb' }],
  ['GET /orders/1/lines/2', 'GET /orders/{id}/lines/{line}', { id: '1', line: '2' }],
  ['DELETE /files/a', 'ANY /files/{proxy+}', { proxy: 'a' }],
  ['GET /files/a/', 'ANY /files/{proxy+}', { proxy: 'a' }],
  ['GET /files/a//b', 'ANY /files/{proxy+}', { proxy: 'a//b' }],
])('%s is the method %s', (request, routeKey, pathParameters) => {
  const [methodName = '', path = ''] = request.split(' ');
  expect(select(methodName, path)).toMatchObject({ method: { routeKey }, pathParameters });
});

test.each([
  'DELETE /orders',
  'GET /other',
  'GET /files',
  'GET /files/',
  'POST /orders/special',
  'GET /orders/1/lines',
  'GET /ORDERS',
])('%s is no method', (request) => {
  const [methodName = '', path = ''] = request.split(' ');
  expect(select(methodName, path)).toBeUndefined();
});

test('two parameters below one resource are refused, as by the service', () => {
  expect(() => createMethodSelector([method('GET /a/{id}'), method('GET /a/{key}/b')])).toThrow(
    'a resource has one parameter below it',
  );
});

const servers: RunningServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
});

interface Served {
  readonly call: (
    path: string,
    init?: RequestInit,
  ) => Promise<{ readonly status: number; readonly text: string; readonly headers: Headers }>;
  readonly events: Record<string, unknown>[];
}

/**
 * Serves a small map's API from its template, which may be changed before; the function is
 * `decide`.
 */
async function serve(
  decide: (event: Record<string, unknown>) => unknown,
  change: (resources: Record<string, { Type: string }>) => void = () => undefined,
): Promise<Served> {
  const app = newApp({ 'aws:cdk:bundling-stacks': [] });
  const api = {
    name: 'shop',
    kind: 'rest',
    upstream: { url: 'http://127.0.0.1:9' },
    cache: 'off',
    cors: { origins: ['https://a.example.com'] },
  };
  new AccessStack(app, 'Access', {
    map: accessMap({ api, routes: ['GET /items/{id}', 'GET /health'], groups: {} }),
  });
  const folder = app.synth().directory;
  const file = `${folder}/Access.template.json`;
  const template = JSON.parse(readFileSync(file, 'utf8')) as {
    Resources: Record<string, { Type: string }>;
  };
  change(template.Resources);
  writeFileSync(file, JSON.stringify(template));
  const [view] = readAssembly(folder).restApis;
  if (view === undefined) throw new Error('expected a REST API');
  const events: Record<string, unknown>[] = [];
  const invoke = async (_arn: string, event: string) => {
    const parsed = JSON.parse(event) as Record<string, unknown>;
    events.push(parsed);
    const answer = decide(parsed);
    if (answer instanceof Error)
      return { kind: 'error', errorType: 'Error', errorMessage: answer.message } as const;
    return { kind: 'result', payload: JSON.stringify(answer) } as const;
  };
  const server = await serveGateway(
    createRestApi(view, { invoke, now: () => 1_795_342_530_000 }),
    0,
  );
  servers.push(server);
  return {
    events,
    call: async (path, init) => {
      const reply = await fetch(server.url + path, init);
      return { status: reply.status, text: await reply.text(), headers: reply.headers };
    },
  };
}

const policy = (effect: string, resource: unknown, context: object = {}) => ({
  principalId: 'u',
  policyDocument: {
    Version: '2012-10-17',
    Statement: [{ Action: 'execute-api:Invoke', Effect: effect, Resource: resource }],
  },
  context,
});

describe('the gateway', () => {
  test('gives the authorizer the event of a REST API, names in their case and values as sent', async () => {
    const { call, events } = await serve(() => new Error('Unauthorized'));
    await call('/live/items/a%2Bb/?q=1&q=2', {
      headers: { 'X-Trace': 't', authorization: 'Bearer x' },
    });
    expect(events).toMatchObject([
      {
        type: 'REQUEST',
        resource: '/items/{id}',
        path: '/items/a%2Bb/',
        httpMethod: 'GET',
        pathParameters: { id: 'a%2Bb' },
        queryStringParameters: { q: '2' },
        multiValueQueryStringParameters: { q: ['1', '2'] },
        stageVariables: null,
        requestContext: {
          path: '/live/items/a%2Bb/',
          resourcePath: '/items/{id}',
          httpMethod: 'GET',
          stage: 'live',
        },
      },
    ]);
    expect(events[0]).not.toHaveProperty('version');
    expect(events[0]?.['methodArn']).toMatch(
      /^arn:aws:execute-api:us-east-1:000000000000:[a-z0-9]{10}\/live\/GET\/items\/a%2Bb\/$/,
    );
    expect(events[0]?.['headers']).toMatchObject({ authorization: 'Bearer x' });
  });

  test.each([
    ['a thrown Unauthorized', () => new Error('Unauthorized'), 401, '{"message":"Unauthorized"}'],
    ['another exception', () => new Error('Unauthorized: why'), 500, '{"message":null}'],
    ['an answer of another shape', () => ({ isAuthorized: true }), 500, '{"message":null}'],
    [
      'a nested context',
      (event: Record<string, unknown>) => policy('Allow', event['methodArn'], { groups: ['a'] }),
      500,
      '{"message":null}',
    ],
    [
      'a Deny',
      (event: Record<string, unknown>) =>
        policy('Deny', event['methodArn'], { code: 'C', quotaReset: '7' }),
      403,
      '{"message":"Forbidden","code":"C","quotaReset":"7"}',
    ],
    [
      'neither Allow nor Deny',
      () => policy('Allow', 'arn:aws:execute-api:us-east-1:000000000000:other/live/GET/'),
      403,
      '{"message":"Forbidden","code":"","quotaReset":""}',
    ],
    [
      'an Allow, with nobody behind the upstream',
      (event: Record<string, unknown>) => policy('Allow', event['methodArn']),
      504,
      '{"message":"Network error communicating with endpoint"}',
    ],
  ])('answers %s', async (_, decide, status, text) => {
    const { call } = await serve(decide);
    const reply = await call('/items/1');
    expect(reply).toMatchObject({ status, text });
    expect(reply.headers.get('access-control-allow-origin')).toBe('https://a.example.com');
  });

  test('answers 500 where the template lets nobody invoke the authorizer', async () => {
    const { call, events } = await serve(
      () => new Error('Unauthorized'),
      (resources) => {
        for (const [id, { Type }] of Object.entries(resources))
          if (Type === 'AWS::Lambda::Permission') delete resources[id];
      },
    );
    expect((await call('/items/1')).status).toBe(500);
    expect(events).toEqual([]);
  });

  test('takes the service’s own message where no gateway response is set', () => {
    const call = {
      stage: { name: 'live' },
      request: {},
      outcome: undefined,
    } as unknown as Parameters<typeof gatewayResponse>[1];
    const answer = gatewayResponse('ACCESS_DENIED', call, new Map());
    expect(String(answer.body)).toBe(
      '{"Message":"User is not authorized to access this resource with an explicit deny"}',
    );
    expect(answer.headers).toMatchObject({ 'x-amzn-errortype': 'AccessDeniedException' });
  });
});
