import type { APIGatewayClient } from '@aws-sdk/client-api-gateway';
import { describe, expect, test } from '@jest/globals';
import { exportCache, exportOf } from '../../../lambda/gateway/stage-export.ts';

const FUNCTION = 'arn:aws:lambda:us-east-1:111122223333:function:f';
const securitySchemes = {
  team: {
    type: 'apiKey',
    'x-amazon-apigateway-authtype': 'custom',
    'x-amazon-apigateway-authorizer': {
      type: 'token',
      authorizerUri: `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${FUNCTION}/invocations`,
      identitySource: 'method.request.header.A,method.request.header.B',
      authorizerResultTtlInSeconds: 60,
    },
  },
  key: { type: 'apiKey', name: 'x-api-key', in: 'header' },
  signed: { type: 'apiKey', 'x-amazon-apigateway-authtype': 'awsSigv4' },
};
const TEAM = {
  id: '',
  name: 'team',
  type: 'TOKEN',
  invokes: FUNCTION,
  identitySources: ['method.request.header.A', 'method.request.header.B'],
  ttlSeconds: 60,
};
const requiring = (...names: readonly string[]) => ({
  security: names.map((name) => ({ [name]: [] })),
});

async function exported(paths: object, root: object = { components: { securitySchemes } }) {
  const body = new TextEncoder().encode(JSON.stringify({ ...root, paths }));
  const client = { send: async () => ({ body }) } as unknown as APIGatewayClient;
  return exportOf(client, 'a1', { stageName: 'prod', deploymentId: 'd1' }, exportCache());
}

describe('the authorizer of a served method', () => {
  const authorizerOf = async (operation: object, root?: object) =>
    (await exported({ '/a': { get: operation } }, root)).get('GET /a')?.authorizer;

  test.each([
    ['is the one that it requires', requiring('team'), TEAM],
    ['is the one that it requires beside a key', requiring('key', 'team'), TEAM],
    ['is none where it requires a key alone', requiring('key'), undefined],
    ['is none where it requires none', {}, undefined],
    ['is none that the export does not describe', requiring('other'), undefined],
  ])('%s', async (_, operation, authorizer) => {
    expect(await authorizerOf(operation)).toEqual(authorizer);
  });

  test('is the one that the whole export requires, unless the method requires nothing', async () => {
    const root = { components: { securitySchemes }, ...requiring('team') };
    expect(await authorizerOf({}, root)).toEqual(TEAM);
    expect(await authorizerOf({ security: [] }, root)).toBeUndefined();
  });

  test('is found in version 2 as well', async () => {
    const root = { swagger: '2.0', securityDefinitions: securitySchemes };
    expect(await authorizerOf(requiring('team'), root)).toEqual(TEAM);
  });
});

describe('an OPTIONS method that the gateway answers', () => {
  const mock = { 'x-amazon-apigateway-integration': { type: 'mock' } };

  test.each([
    ['alone', mock, true],
    ['with a key', { ...mock, ...requiring('key') }, true],
    ['without authentication', { ...mock, 'x-amazon-apigateway-auth': { type: 'NONE' } }, true],
    ['with an authorizer', { ...mock, ...requiring('team') }, false],
    ['for signed requests', { ...mock, ...requiring('signed') }, false],
    ['with IAM', { ...mock, 'x-amazon-apigateway-auth': { type: 'AWS_IAM' } }, false],
  ])('%s is a preflight: %j', async (_, operation, preflight) => {
    const routes = await exported({ '/a': { options: operation } });
    expect(routes.get('OPTIONS /a')?.preflight).toBe(preflight);
  });
});

test('what is no method of a path is no route', async () => {
  const routes = await exported({
    '/a': { get: {}, parameters: [], summary: 'a', servers: [], 'x-any': {} },
    '/b': { 'x-amazon-apigateway-any-method': {} },
  });
  expect([...routes.keys()]).toEqual(['GET /a', 'ANY /b']);
});
