import { describe, expect, test } from '@jest/globals';
import { describeError } from '../../../lambda/attachment/describe-error.ts';
import { rateLimiter } from '../../../lambda/attachment/rate-limit.ts';
import { driftMetric, findDrift } from '../../../lambda/attachment/unprotected-routes.ts';
import type { LiveApi } from '../../../lambda/gateway/live-api.ts';
import { restrictsByAllow } from '../../../lambda/gateway/resource-policy.ts';
import { requestIn } from '../../support/wire/attachment.ts';
import {
  API_ID,
  type Desired,
  fakeGateway,
  jwt,
  noAuthorization,
  ours,
  plan,
  properties,
  send,
} from './fake-api.ts';

const ROUTES = { 'GET /orders': noAuthorization, 'GET /me': jwt };
const WISH: Desired = { guarded: ['GET /orders', 'GET /me'], AcceptedForeign: ['GET /me'] };

const reasonOf = async (
  change: (api: LiveApi) => LiveApi,
  desired: Partial<Desired> = {},
  kind: 'http' | 'rest' = 'http',
) => {
  const gateway = fakeGateway({ kind, routes: ROUTES, change });
  const ResourceProperties = properties({
    ...WISH,
    ...(kind === 'rest' && { Kind: 'rest', Stage: 'prod' }),
    ...desired,
  });
  const before = gateway.state();
  const result = await plan(gateway, { RequestType: 'Create', ResourceProperties });
  expect([gateway.state(), gateway.trace]).toEqual([before, ['read', 'load']]);
  return result.kind === 'failure' ? result.reason : undefined;
};
const same = (api: LiveApi): LiveApi => api;
const addRoutes =
  (...keys: readonly string[]) =>
  (api: LiveApi): LiveApi => ({
    ...api,
    routes: [
      ...api.routes,
      ...keys.map((key) => ({
        key,
        locator: key,
        authorization: noAuthorization,
        apiKeyRequired: false,
        preflight: key.startsWith('OPTIONS'),
      })),
    ],
  });

const keyedByAuthorizer = (api: LiveApi): LiveApi => ({
  ...api,
  keySource: 'AUTHORIZER',
  routes: api.routes.map((route) => ({ ...route, apiKeyRequired: route.key === 'GET /orders' })),
  stages: api.stages.map(({ servedKeyed: _, ...stage }) => stage),
});
const ANY_USER = { guarded: ['GET /orders', 'GET /me', 'ANY /user'] };
const withAny = (api: LiveApi): LiveApi => ({ ...addRoutes('ANY /user')(api), hasCors: true });

test('the plan forbids to leave a route without an authorizer that may spell a guarded one', async () => {
  const wild = addRoutes('ANY /{proxy+}');
  expect(await reasonOf(wild, { OnUnmapped: 'leave' })).toContain(
    '`ANY /{proxy+}` has no authorizer, and a back end may read its calls as `GET /orders`',
  );
  expect(await reasonOf(addRoutes('GET /health'), { OnUnmapped: 'leave' })).toBeUndefined();
  // The ways out that it names.
  for (const way of [
    { OnUnmapped: 'deny' },
    { guarded: [...WISH.guarded, 'ANY /{proxy+}'], OnUnmapped: 'leave' },
    { public: ['ANY /{proxy+}'], OnUnmapped: 'leave' },
  ])
    expect(await reasonOf(wild, way)).toBeUndefined();
});

test.each<[string, 'leave' | 'deny', string, readonly string[], boolean]>([
  ['one that gets ours', 'deny', 'GET /files/secret', [], true],
  ['one that gets ours for all methods', 'deny', 'ANY /files/secret', ['POST /files/secret'], true],
  ['one of whose methods the map has that one', 'deny', 'ANY /files/x', ['GET /files/x'], false],
  ['one that stays open', 'leave', 'GET /files/secret', [], false],
  ['one that it does not spell', 'deny', 'GET /other', [], false],
])('the plan forbids that a public route spells a route that the map lacks: %s', async (...row) => {
  const [, OnUnmapped, other, alsoPublic, isForbidden] = row;
  const anyone = 'GET /files/{id}';
  const says = `\`${anyone}\` is public in the access map, so nothing refuses a call that a back end reads as \`${other}\``;
  const wish = { public: [anyone, ...alsoPublic], OnUnmapped };
  const reason = await reasonOf(addRoutes(anyone, other), wish);
  expect(reason?.includes(says) ?? false).toBe(isForbidden);
  // Where the owner has the back end read the route exactly, or has its paths reported.
  const unchecked = await reasonOf(addRoutes(anyone, other), {
    ...wish,
    UncheckedPublic: [anyone],
  });
  expect(unchecked?.includes(says) ?? false).toBe(false);
});

test('a public preflight that the gateway answers spells nothing', async () => {
  const wish = { public: ['OPTIONS /{proxy+}'], OnUnmapped: 'deny' };
  const reason = await reasonOf(addRoutes('OPTIONS /{proxy+}', 'ANY /admin'), wish, 'rest');
  expect(reason ?? '').not.toContain('is public in the access map');
});

describe('the plan forbids, before anything is changed,', () => {
  const policy = JSON.stringify({
    Statement: [
      {
        Effect: 'Allow',
        Principal: '*',
        Action: 'execute-api:Invoke',
        Resource: '*',
        Condition: { IpAddress: {} },
      },
    ],
  });
  const ten = (api: LiveApi): LiveApi => ({
    ...api,
    authorizers: Array.from({ length: 10 }, (_, n) => ({ id: `${n}`, name: `a${n}`, type: 'JWT' })),
  });
  const foreignAttachment = (api: LiveApi): LiveApi => ({
    ...api,
    authorizers: [
      ...api.authorizers,
      { id: 'other', name: 'okta-groups-99999999', type: 'REQUEST' },
    ],
    routes: api.routes.map((route) => ({
      ...route,
      authorization: { type: 'CUSTOM', authorizerId: 'other', scopes: [] },
    })),
  });
  const elsewhereAttached = (api: LiveApi): LiveApi => ({
    ...api,
    authorizers: [
      ...api.authorizers,
      { id: 'other', name: 'okta-groups-99999999', type: 'REQUEST' },
    ],
    routes: addRoutes('GET /theirs')(api).routes.map((route) =>
      route.key === 'GET /theirs'
        ? { ...route, authorization: { type: 'CUSTOM', authorizerId: 'other', scopes: [] } }
        : route,
    ),
  });
  const manual = (api: LiveApi): LiveApi => ({
    ...api,
    stages: [{ name: 'v1', autoDeploy: false, canary: false, current: true }],
  });
  const keyless = (api: LiveApi): LiveApi => ({
    ...api,
    stages: api.stages.map((stage) => ({ ...stage, servedKeyed: new Set(['GET /orders']) })),
  });
  const canary = (api: LiveApi): LiveApi => ({
    ...api,
    stages: api.stages.map((stage) => ({ ...stage, canary: true })),
  });
  test.each<
    readonly [string, (api: LiveApi) => LiveApi, Partial<Desired>, 'http' | 'rest', RegExp]
  >([
    [
      'an unmapped route',
      addRoutes('GET /new'),
      {},
      'http',
      /every route .* in the access map, found `GET \/new` without an entry: add them to `routes`/,
    ],
    [
      'a map for other routes',
      same,
      { guarded: ['GET /carts'] },
      'http',
      /expected the map's routes on API .* found no `GET \/carts` there/,
    ],
    [
      'an eleventh authorizer',
      ten,
      {},
      'http',
      /expected room for an authorizer on API .*, found 10, .*: delete one/,
    ],
    [
      'another attachment',
      foreignAttachment,
      {},
      'http',
      /found one on `GET \/me`, `GET \/orders`: take it over by `attachTo.takeOver: STACK`, or delete the stack that attached there first/,
    ],
    [
      'a policy that restricts by Allow',
      (api) => ({ ...api, resourcePolicy: policy }),
      {},
      'rest',
      /restricts only by what it allows/,
    ],
    [
      'keys of usage plans that the authorizer would have to answer with',
      keyedByAuthorizer,
      {},
      'rest',
      /`apiKeySourceType: HEADER` on API .* would get 403, since this authorizer returns no key/,
    ],
    [
      'preflights of an HTTP API with CORS that an `ANY` route would take',
      withAny,
      ANY_USER,
      'http',
      /found that `ANY \/user` would refuse them: add `OPTIONS \/user`/,
    ],
    [
      'preflights of an API that the map has origins for',
      addRoutes('ANY /user'),
      { ...ANY_USER, Cors: 'true' },
      'rest',
      /found that `ANY \/user` would refuse them: add `OPTIONS \/user`/,
    ],
    [
      'a stage that is deployed by hand',
      manual,
      {},
      'http',
      /stages .* that deploy automatically, found `v1`/,
    ],
    [
      'a key that waits to be taken off',
      keyless,
      {},
      'rest',
      /found edits that are not deployed at `GET \/orders`: /,
    ],
    ['a canary', canary, {}, 'rest', /without a canary/],
    [
      'edits of others that wait',
      (api) => ({ ...api, pendingEdits: ['GET /orders'] }),
      {},
      'rest',
      /edits that are not deployed at `GET \/orders`/,
    ],
  ])('%s', async (_, change, desired, kind, says) => {
    expect(await reasonOf(change, desired, kind)).toMatch(says);
  });

  test.each<readonly [string, (api: LiveApi) => LiveApi, Partial<Desired>, 'http' | 'rest']>([
    ['an unmapped route with `deny`', addRoutes('GET /new'), { OnUnmapped: 'deny' }, 'http'],
    ['an unmapped route with `leave`', addRoutes('GET /new'), { OnUnmapped: 'leave' }, 'http'],
    ['a preflight method', addRoutes('OPTIONS /orders'), {}, 'rest'],
    [
      'an accepted policy',
      (api) => ({ ...api, resourcePolicy: policy }),
      { Accept: ['resourcePolicy'] },
      'rest',
    ],
    [
      'an eleventh authorizer where AWS has raised the quota',
      ten,
      { Accept: ['authorizerQuota'] },
      'http',
    ],
    ['accepted preflights', withAny, { ...ANY_USER, Accept: ['preflight'] }, 'http'],
    [
      'preflights that the key of a usage plan refuses anyway',
      (api) => {
        const routes = addRoutes('ANY /user', 'OPTIONS /orders')(api).routes;
        return { ...api, routes: routes.map((one) => ({ ...one, apiKeyRequired: true })) };
      },
      ANY_USER,
      'rest',
    ],
    [
      'preflights of an HTTP API without CORS',
      (api) => ({ ...withAny(api), hasCors: false }),
      ANY_USER,
      'http',
    ],
    ['preflights of a REST API without CORS', addRoutes('ANY /user'), ANY_USER, 'rest'],
    [
      'keys of usage plans from the header',
      (api) => ({ ...keyedByAuthorizer(api), keySource: 'HEADER' }),
      {},
      'rest',
    ],
    ['another attachment on other routes', elsewhereAttached, { OnUnmapped: 'leave' }, 'http'],
    [
      'accepted edits',
      (api) => ({ ...api, pendingEdits: ['GET /orders'] }),
      { PublishPending: 'true' },
      'rest',
    ],
  ])('but not %s', async (_, change, desired, kind) => {
    expect(await reasonOf(change, desired, kind)).toBeUndefined();
  });
});

test('with `deny` an unmapped route gets the authorizer, which refuses what the map does not have; with `leave` it stays open', async () => {
  for (const [OnUnmapped, type] of [
    ['deny', 'CUSTOM'],
    ['leave', 'NONE'],
  ] as const) {
    const gateway = fakeGateway({ routes: { ...ROUTES, 'GET /new': noAuthorization } });
    await send(gateway, {
      RequestType: 'Create',
      ResourceProperties: properties({ ...WISH, OnUnmapped }),
    });
    expect((gateway.state() as [Record<string, readonly unknown[]>])[0]['GET /new']?.[0]).toBe(
      type,
    );
  }
});

test('while CloudFormation rolls back nothing is forbidden: a stack must not get stuck', async () => {
  const gateway = fakeGateway({ routes: ROUTES, change: addRoutes('GET /new') });
  gateway.rollingBack = true;
  const update = {
    RequestType: 'Update',
    ResourceProperties: properties(WISH),
    OldResourceProperties: properties(WISH),
  } as const;
  expect(await plan(gateway, update)).toMatchObject({
    kind: 'success',
    data: { Attached: '-', ReopenOnDetach: '-' },
  });
  gateway.rollingBack = false;
  expect(await plan(gateway, update)).toMatchObject({ kind: 'failure' });
});

test('a dry run on an attached API is refused, since it would take the authorizer away', async () => {
  const gateway = fakeGateway({ routes: ROUTES });
  await send(gateway, { RequestType: 'Create', ResourceProperties: properties(WISH) });
  const dry = properties({ ...WISH, DryRun: 'true' });
  const update = {
    RequestType: 'Update',
    ResourceProperties: dry,
    OldResourceProperties: properties(WISH),
  } as const;
  expect(await plan(gateway, update)).toMatchObject({
    kind: 'failure',
    reason: expect.stringContaining('before the first attachment'),
  });
});

test('another stage of an attached REST API is refused', async () => {
  const gateway = fakeGateway({ kind: 'rest', routes: ROUTES });
  const at = (Stage: string) => properties({ ...WISH, Kind: 'rest', Stage });
  await send(gateway, { RequestType: 'Create', ResourceProperties: at('prod') });
  const update = {
    RequestType: 'Update',
    ResourceProperties: at('test'),
    OldResourceProperties: at('prod'),
  } as const;
  expect(await plan(gateway, update)).toMatchObject({
    kind: 'failure',
    reason: expect.stringContaining('expected `attachTo.stage` `prod`'),
  });
});

test.each([
  [
    { Effect: 'Allow', Principal: '*', Action: 'execute-api:Invoke', Resource: 'execute-api:/*' },
    false,
  ],
  [
    {
      Effect: 'Allow',
      Principal: { AWS: '*' },
      Action: ['execute-api:*'],
      Resource: ['arn:aws:execute-api:us-east-1:111122223333:a1b2c3d4e5/*'],
    },
    false,
  ],
  [
    {
      Effect: 'Allow',
      Principal: '*',
      Action: 'execute-api:Invoke',
      Resource: 'arn:aws:execute-api:us-east-1:111122223333:f6g7h8i9j0/*',
    },
    true,
  ],
  [
    {
      Effect: 'Allow',
      Principal: '*',
      Action: 'execute-api:Invoke',
      Resource: 'execute-api:/prod/GET/*',
    },
    true,
  ],
  [
    {
      Effect: 'Allow',
      Principal: '*',
      Action: 'execute-api:Invoke',
      Resource: '*',
      Condition: { StringEquals: { 'aws:SourceVpc': 'vpc-1' } },
    },
    true,
  ],
  [
    {
      Effect: 'Allow',
      Principal: { AWS: 'arn:aws:iam::111122223333:root' },
      Action: 'execute-api:Invoke',
      Resource: '*',
    },
    true,
  ],
  [
    {
      Effect: 'Deny',
      Principal: '*',
      Action: 'execute-api:Invoke',
      Resource: '*',
      Condition: { Bool: { a: 'b' } },
    },
    true,
  ],
])('a policy with %j restricts by Allow: %s', (statement, restricts) => {
  expect(restrictsByAllow(JSON.stringify({ Statement: [statement] }), API_ID)).toBe(restricts);
  expect(restrictsByAllow(JSON.stringify({ Statement: statement }), API_ID)).toBe(restricts);
});

test('a policy that cannot be read is taken as one that restricts', () => {
  expect(restrictsByAllow('{"Statement":', API_ID)).toBe(true);
});

describe('the drift check', () => {
  const drift = async (
    routes: Parameters<typeof fakeGateway>[0]['routes'],
    more: Partial<Desired> = {},
    change = same,
  ) => {
    const gateway = fakeGateway({
      kind: more['Kind'] === 'rest' ? 'rest' : 'http',
      routes,
      change,
    });
    const request = requestIn(properties({ ...WISH, AcceptedForeign: ['GET /me'], ...more }));
    const parts = {
      control: gateway.parts.control(request),
      store: gateway.parts.store(request),
      unmapped: gateway.parts.unmapped(request),
      invokes: undefined,
    };
    return (await findDrift(request, parts)).map(({ key }) => key);
  };
  test.each([
    [
      'nothing while every route has our authorizer or one that is accepted',
      { 'GET /orders': ours, 'GET /me': jwt },
      {},
      [],
    ],
    [
      'a route with an authorizer that is not accepted',
      { 'GET /orders': ours, 'GET /me': jwt },
      { AcceptedForeign: [] },
      ['GET /me'],
    ],
    [
      'a route whose authorizer its owner took away',
      { 'GET /orders': noAuthorization, 'GET /me': jwt },
      {},
      ['GET /orders'],
    ],
    [
      'a route that its owner has added',
      { 'GET /orders': ours, 'GET /new': noAuthorization },
      {},
      ['GET /new'],
    ],
    [
      'no route that the map lists as public',
      { 'GET /health': noAuthorization },
      { public: ['GET /health'] },
      [],
    ],
    [
      'with `leave` no unmapped route',
      { 'GET /orders': noAuthorization, 'GET /new': noAuthorization },
      { OnUnmapped: 'leave' },
      ['GET /orders'],
    ],
  ] as const)('finds %s', async (_, routes, more, found) => {
    expect(await drift(routes, more)).toEqual(found);
  });

  test('finds a REST route whose stage serves a deployment without authorizer', async () => {
    const older = (api: LiveApi): LiveApi => ({
      ...api,
      stages: api.stages.map((stage) => ({ ...stage, served: new Map([['GET /orders', 'NONE']]) })),
    });
    expect(
      await drift({ 'GET /orders': ours, 'GET /me': jwt }, { Kind: 'rest', Stage: 'prod' }, older),
    ).toEqual(['GET /orders']);
  });

  test('writes the metric that the alarm reads', () => {
    expect(
      driftMetric(API_ID, [{ key: 'GET /a', state: { kind: 'unprotected', fix: 'reattach' } }], 5),
    ).toEqual({
      _aws: {
        Timestamp: 5,
        CloudWatchMetrics: [
          {
            Namespace: 'OktaGroupAuthorizer',
            Dimensions: [['Api']],
            Metrics: [{ Name: 'UnprotectedRoutes', Unit: 'Count' }],
          },
        ],
      },
      Api: API_ID,
      UnprotectedRoutes: 1,
      routes: ['GET /a'],
      states: [
        {
          state: 'unprotected',
          says: 'no authorizer',
          mend: '`npx cdk deploy -c attachAgain=$(date +%s)`',
        },
      ],
    });
  });
});

test.each([
  [
    'TooManyRequestsException',
    'Too Many Requests',
    /found it throttled through all retries .*: deploy again/,
  ],
  [
    'AccessDeniedException',
    'not authorized to perform: apigateway:PATCH',
    /a permissions boundary or a service control policy must allow/,
  ],
  [
    'BadRequestException',
    'Invalid\nAuthorizer',
    /^unexpected BadRequestException: Invalid Authorizer$/,
  ],
])('%s is reported in one sentence', (name, message, says) => {
  expect(describeError(Object.assign(new Error(message), { name }))).toMatch(says);
});

test('calls are spread evenly', async () => {
  let now = 0;
  const pace = rateLimiter(
    100,
    () => now,
    async (ms) => {
      now += ms;
    },
  );
  const at: number[] = [];
  for (let n = 0; n < 4; n++) {
    await pace();
    at.push(now);
  }
  expect(at).toEqual([0, 100, 200, 300]);
});
