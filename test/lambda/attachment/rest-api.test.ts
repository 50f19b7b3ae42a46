import type { APIGatewayClient } from '@aws-sdk/client-api-gateway';
import { expect, test } from '@jest/globals';
import { restApiControl } from '../../../lambda/gateway/rest-api.ts';

const method = (uri: string, more: object = {}) => ({
  authorizationType: 'NONE',
  methodIntegration: { type: 'HTTP_PROXY', uri },
  ...more,
});

/** Answers by the command's name; resources come in two pages. */
function clientWith(
  exported: object,
  [first, second]: readonly [number, number] = [1, 2],
  stage: object = {},
): { readonly client: APIGatewayClient; readonly sent: [string, Record<string, unknown>][] } {
  const sent: [string, Record<string, unknown>][] = [];
  const answers: Readonly<Record<string, (input: Record<string, unknown>) => unknown>> = {
    GetRestApiCommand: () => ({ name: 'orders', policy: '{\\"Statement\\":[]}' }),
    GetResourcesCommand: ({ position }) =>
      position === undefined
        ? {
            items: [
              {
                id: 'r1',
                path: '/a',
                resourceMethods: {
                  GET: method('https://a'),
                  OPTIONS: method('', { methodIntegration: { type: 'MOCK' } }),
                },
              },
            ],
            position: 'p2',
          }
        : {
            items: [
              {
                id: 'r2',
                path: '/b',
                resourceMethods: {
                  ANY: method('https://b', {
                    apiKeyRequired: true,
                    authorizationType: 'CUSTOM',
                    authorizerId: 'x',
                  }),
                },
              },
            ],
          },
    GetAuthorizersCommand: () => ({ items: [{ id: 'x', name: 'legacy', type: 'TOKEN' }] }),
    GetStagesCommand: () => ({ item: [{ stageName: 'prod', deploymentId: 'd1', ...stage }] }),
    GetDeploymentsCommand: () => ({
      items: [
        { id: 'd1', createdDate: new Date(first) },
        { id: 'd2', createdDate: new Date(second) },
      ],
    }),
    GetDeploymentCommand: () => ({
      apiSummary: { '/a': { GET: { authorizationType: 'NONE', apiKeyRequired: true } } },
    }),
    GetExportCommand: () => ({
      body: new TextEncoder().encode(JSON.stringify({ paths: exported })),
    }),
  };
  const send = async (command: {
    readonly constructor: { readonly name: string };
    readonly input: Record<string, unknown>;
  }) => {
    sent.push([command.constructor.name, command.input]);
    return answers[command.constructor.name]?.(command.input) ?? {};
  };
  return { client: { send } as unknown as APIGatewayClient, sent };
}

const integration = (type: string, uri?: string) => ({
  'x-amazon-apigateway-integration': { type, ...(uri !== undefined && { uri }) },
});
const SAME = {
  '/a': { get: integration('http_proxy', 'https://a'), options: integration('mock') },
  '/b': { 'x-amazon-apigateway-any-method': integration('http_proxy', 'https://b') },
};

test('a REST API is read over all pages', async () => {
  const { client } = clientWith(SAME);
  expect(await restApiControl(client, 'a1', 'prod').read()).toEqual({
    kind: 'rest',
    id: 'a1',
    name: 'orders',
    resources: new Map([
      ['/a', 'r1'],
      ['/b', 'r2'],
    ]),
    resourcePolicy: '{"Statement":[]}',
    routes: [
      {
        key: 'ANY /b',
        locator: 'r2/ANY',
        authorization: { type: 'CUSTOM', authorizerId: 'x', scopes: [] },
        apiKeyRequired: true,
        preflight: false,
      },
      {
        key: 'GET /a',
        locator: 'r1/GET',
        authorization: { type: 'NONE', scopes: [] },
        apiKeyRequired: false,
        preflight: false,
      },
      {
        key: 'OPTIONS /a',
        locator: 'r1/OPTIONS',
        authorization: { type: 'NONE', scopes: [] },
        apiKeyRequired: false,
        preflight: true,
      },
    ],
    authorizers: [{ id: 'x', name: 'legacy', type: 'TOKEN' }],
    stages: [
      {
        name: 'prod',
        autoDeploy: false,
        canary: false,
        current: false,
        served: new Map([['GET /a', 'NONE']]),
        servedKeyed: new Set(['GET /a']),
        untyped: new Set(),
        exported: new Map([
          ['GET /a', { integration: 'HTTP_PROXY https://a', preflight: false }],
          ['OPTIONS /a', { integration: 'MOCK ', preflight: true }],
          ['ANY /b', { integration: 'HTTP_PROXY https://b', preflight: false }],
        ]),
      },
    ],
    pendingEdits: [],
  });
});

test('a canary is read with the deployment that its callers get, once', async () => {
  for (const [deploymentId, asked] of [
    ['d2', ['d1', 'd2']],
    ['d1', ['d1']],
  ] as const) {
    const { client, sent } = clientWith(SAME, [1, 2], { canarySettings: { deploymentId } });
    const [stage] = (await restApiControl(client, 'a1', 'prod').read()).stages;
    expect(stage?.canary).toBe(true);
    expect(stage?.canaryServes?.served).toEqual(
      deploymentId === 'd2' ? new Map([['GET /a', 'NONE']]) : undefined,
    );
    expect(
      sent.flatMap(([name, { deploymentId: id }]) => (name === 'GetDeploymentCommand' ? [id] : [])),
    ).toEqual(asked);
  }
});

test.each([
  [
    'another target',
    {
      ...SAME,
      '/b': { 'x-amazon-apigateway-any-method': integration('http_proxy', 'https://old') },
    },
    ['ANY /b'],
  ],
  [
    'a method that the stage does not have',
    { ...SAME, '/a': { options: integration('mock') } },
    ['GET /a'],
  ],
  [
    'a method that the stage alone has',
    { ...SAME, '/c': { get: integration('mock') } },
    ['GET /c'],
  ],
])('%s is an edit that waits', async (_, exported, keys) => {
  expect(
    (await restApiControl(clientWith(exported).client, 'a1', 'prod').read()).pendingEdits,
  ).toEqual(keys);
});

test('type and authorizer of a method are set in one call', async () => {
  const { client, sent } = clientWith(SAME);
  const control = restApiControl(client, 'a1', 'prod');
  const [route] = (await control.read()).routes;
  if (route === undefined) throw new Error('no route');
  await control.authorize(route, { type: 'CUSTOM', authorizerId: 'ours', scopes: [] });
  expect(sent.at(-1)).toEqual([
    'UpdateMethodCommand',
    {
      restApiId: 'a1',
      resourceId: 'r2',
      httpMethod: 'ANY',
      patchOperations: [
        { op: 'replace', path: '/authorizationType', value: 'CUSTOM' },
        { op: 'replace', path: '/authorizerId', value: 'ours' },
      ],
    },
  ]);
});

test('an id that no authorizer stands behind any more is emptied: one that a method names cannot be deleted', async () => {
  const { client, sent } = clientWith(SAME);
  const control = restApiControl(client, 'a1', 'prod');
  const [any, get] = (await control.read()).routes;
  if (any === undefined || get === undefined) throw new Error('two routes are expected');
  for (const route of [any, get]) await control.authorize(route, { type: 'NONE', scopes: [] });
  expect(sent.slice(-2).map(([, { patchOperations }]) => patchOperations)).toEqual([
    [
      { op: 'replace', path: '/authorizationType', value: 'NONE' },
      { op: 'replace', path: '/authorizerId', value: '' },
    ],
    [{ op: 'replace', path: '/authorizationType', value: 'NONE' }],
  ]);
});

test('of deployments of the same second the one that the stage serves counts as the newest', async () => {
  const { client } = clientWith(SAME, [1, 1]);
  expect((await restApiControl(client, 'a1', 'prod').read()).stages[0]?.current).toBe(true);
});
