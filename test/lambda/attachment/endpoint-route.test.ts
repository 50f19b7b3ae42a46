/**
 * The permissions endpoint on an API that exists: CloudFormation makes and removes its route,
 * played here by `set`.
 */
import { describe, expect, test } from '@jest/globals';
import type { ResourceEvent, ResourceResult } from '../../../lambda/adapters/custom-resource.ts';
import { findDrift } from '../../../lambda/attachment/unprotected-routes.ts';
import type { Authorization, LiveApi } from '../../../lambda/gateway/live-api.ts';
import { requestIn } from '../../support/wire/attachment.ts';
import {
  type FakeGateway,
  fakeGateway,
  iam,
  noAuthorization,
  ours,
  plan,
  properties,
  send,
} from './fake-api.ts';

const ROUTES = { 'GET /orders': noAuthorization, 'GET /health': noAuthorization };
const KINDS = ['http', 'rest'] as const;
type Kind = (typeof KINDS)[number];

/**
 * An HTTP API with a stage that deploys by itself has nothing to publish; this one has to be
 * deployed.
 */
const byHand = (api: LiveApi): LiveApi => ({
  ...api,
  resources: new Map([
    ['/', 'root'],
    ['/v1', 'r1'],
  ]),
  stages: api.stages.map((stage) =>
    api.kind === 'http' ? { ...stage, autoDeploy: false } : stage,
  ),
});

const gatewayOf = (kind: Kind, more: Readonly<Record<string, Authorization>> = {}): FakeGateway =>
  fakeGateway({ kind, routes: { ...ROUTES, ...more }, change: byHand });

const desiredProperties = (kind: Kind, endpoint?: string, more: object = {}) =>
  properties({
    guarded: ['GET /orders'],
    public: ['GET /health'],
    ...(endpoint !== undefined && { Endpoint: endpoint }),
    ...(kind === 'rest' ? { Kind: 'rest', Stage: 'prod' } : { PublishPending: 'true' }),
    ...more,
  });

type Properties = Readonly<Record<string, unknown>>;
const removal = (
  gateway: FakeGateway,
  request: Pick<ResourceEvent, 'RequestType' | 'ResourceProperties'>,
): Promise<ResourceResult> =>
  send(gateway, { ResourceType: 'Custom::OktaGroupPermissionsEndpoint', ...request });

/** As CloudFormation deploys the stack for the first time. */
async function deployed(
  kind: Kind,
  gateway = gatewayOf(kind),
  desired: Properties = desiredProperties(kind, '/permissions'),
): Promise<FakeGateway> {
  expect(
    await plan(gateway, {
      RequestType: 'Create',
      ResourceProperties: { ...desired, AuthorizerId: undefined },
    }),
  ).toMatchObject({
    kind: 'success',
  });
  expect(
    await removal(gateway, { RequestType: 'Create', ResourceProperties: desired }),
  ).toMatchObject({ kind: 'success' });
  if (desired['Endpoint'] !== undefined) gateway.set(`GET ${String(desired['Endpoint'])}`, ours);
  expect(await send(gateway, { RequestType: 'Create', ResourceProperties: desired })).toMatchObject(
    {
      kind: 'success',
    },
  );
  return gateway;
}

const update = (from: Properties, to: Properties) =>
  ({ RequestType: 'Update', ResourceProperties: to, OldResourceProperties: from }) as const;
const servedBy = (gateway: FakeGateway): Readonly<Record<string, string>> =>
  (gateway.state() as [unknown, Record<string, string>])[1];

describe.each(KINDS)('on a %s API', (kind) => {
  const desired = desiredProperties(kind, '/permissions');

  test('is published with the attachment, and no route of the owner is recorded or reported for it', async () => {
    const gateway = await deployed(kind);
    expect(gateway.published).toEqual([kind === 'rest' ? 'prod' : '$default']);
    expect(Object.keys(gateway.record().routes)).toEqual(['GET /orders']);
    if (kind === 'rest') expect(servedBy(gateway)).toMatchObject({ 'GET /permissions': 'CUSTOM' });
  });

  test('is looked past by the next deployment, whatever happens to unmapped routes', async () => {
    for (const OnUnmapped of ['fail', 'deny', 'leave']) {
      const gateway = await deployed(kind, gatewayOf(kind), { ...desired, OnUnmapped });
      const second = update(
        { ...desired, OnUnmapped },
        { ...desired, OnUnmapped, MapVersion: '2' },
      );
      expect(
        await plan(gateway, {
          ...second,
          ResourceProperties: { ...second.ResourceProperties, AuthorizerId: undefined },
        }),
      ).toMatchObject({
        kind: 'success',
        data: { Attached: '1: `GET /orders`', Unmapped: 'none' },
      });
      expect(await send(gateway, second)).toMatchObject({ kind: 'success' });
      expect(Object.keys(gateway.record().routes)).toEqual(['GET /orders']);
    }
  });

  test('that joins an attachment later is published although no other route changes', async () => {
    const without = desiredProperties(kind);
    const gateway = await deployed(kind, gatewayOf(kind), without);
    const before = gateway.published.length;
    expect(await plan(gateway, update(without, desired))).toMatchObject({ kind: 'success' });
    gateway.set('GET /permissions', ours);
    expect(await send(gateway, update(without, desired))).toMatchObject({ kind: 'success' });
    expect(gateway.published.length).toBe(before + 1);
  });

  test.each([
    ['the same route', 'GET /permissions', noAuthorization],
    ['the same route with an authorizer of its own', 'GET /permissions', iam],
    ['a route for every method', 'ANY /permissions', noAuthorization],
  ])('finds %s, stops and touches nothing', async (_what, key, authorization) => {
    const gateway = gatewayOf(kind, { [key]: authorization });
    const before = gateway.state();
    for (const OnUnmapped of ['leave', 'deny']) {
      const result = await plan(gateway, {
        RequestType: 'Create',
        ResourceProperties: { ...desired, OnUnmapped },
      });
      expect(result).toMatchObject({
        kind: 'failure',
        reason: expect.stringContaining(`found \`${key}\`: give \`permissionsEndpoint\``),
      });
    }
    expect(gateway.state()).toEqual(before);
  });

  test('a route that was the owner’s and has been attached is not taken for the endpoint', async () => {
    const denyUnmapped = desiredProperties(kind, undefined, { OnUnmapped: 'deny' });
    const gateway = await deployed(
      kind,
      gatewayOf(kind, { 'GET /permissions': noAuthorization }),
      denyUnmapped,
    );
    const result = await plan(
      gateway,
      update(denyUnmapped, { ...denyUnmapped, Endpoint: '/permissions' }),
    );
    expect(result).toMatchObject({
      kind: 'failure',
      reason: expect.stringContaining('expected nothing at `/permissions`'),
    });
  });

  test('goes with the stack: every route is as it was, and no stage serves the endpoint', async () => {
    const before = gatewayOf(kind).state();
    const gateway = await deployed(kind);
    expect(
      await send(gateway, { RequestType: 'Delete', ResourceProperties: desired }),
    ).toMatchObject({
      kind: 'success',
    });
    gateway.set('GET /permissions', undefined);
    const published = gateway.published.length;
    expect(
      await removal(gateway, { RequestType: 'Delete', ResourceProperties: desired }),
    ).toMatchObject({ kind: 'success' });
    expect([gateway.state(), gateway.published.length]).toEqual([before, published + 1]);
  });

  test('leaves the attachment when the map no longer asks for it', async () => {
    const gateway = await deployed(kind);
    const without = desiredProperties(kind);
    expect(await plan(gateway, update(desired, without))).toMatchObject({
      kind: 'success',
      data: { Unmapped: 'none' },
    });
    expect(await send(gateway, update(desired, without))).toMatchObject({ kind: 'success' });
    // CloudFormation's clean-up.
    gateway.set('GET /permissions', undefined);
    expect(
      await removal(gateway, { RequestType: 'Delete', ResourceProperties: desired }),
    ).toMatchObject({ kind: 'success' });
    if (kind === 'rest')
      expect(Object.keys(servedBy(gateway)).toSorted()).toEqual(['GET /health', 'GET /orders']);
    expect(await plan(gateway, update(without, without))).toMatchObject({ kind: 'success' });
  });

  test('moves: while both paths are there, neither is the owner’s', async () => {
    const gateway = await deployed(kind);
    const moved = desiredProperties(kind, '/mine');
    expect(await plan(gateway, update(desired, moved))).toMatchObject({ kind: 'success' });
    gateway.set('GET /mine', ours);
    expect(await send(gateway, update(desired, moved))).toMatchObject({
      kind: 'success',
      data: { Unmapped: 'none' },
    });
    expect(Object.keys(gateway.record().routes)).toEqual(['GET /orders']);
  });

  test('a removal that nothing was published for publishes nothing', async () => {
    if (kind === 'http') return;
    const gateway = gatewayOf(kind);
    await removal(gateway, { RequestType: 'Delete', ResourceProperties: desired });
    gateway.gone = true;
    expect(
      await removal(gateway, { RequestType: 'Delete', ResourceProperties: desired }),
    ).toMatchObject({ kind: 'success' });
    expect(gateway.published).toEqual([]);
  });

  test('without its authorizer it is drift, also where unmapped routes are left', async () => {
    const gateway = await deployed(kind);
    const drift = async () => {
      const request = requestIn({ ...desired, OnUnmapped: 'leave' });
      const parts = {
        control: gateway.parts.control(request),
        store: gateway.parts.store(request),
        unmapped: gateway.parts.unmapped(request),
        invokes: undefined,
      };
      return (await findDrift(request, parts)).map(({ key }) => key);
    };
    expect(await drift()).toEqual([]);
    gateway.set('GET /permissions', noAuthorization);
    expect(await drift()).toEqual(['GET /permissions']);
  });
});

describe('on a REST API', () => {
  const planned = (endpoint: string, gateway = gatewayOf('rest')) =>
    plan(gateway, {
      RequestType: 'Create',
      ResourceProperties: desiredProperties('rest', endpoint),
    });

  test.each([
    ['/permissions', 'root'],
    ['/v1/permissions', 'r1'],
  ])('%s stands below the resource that is there', async (path, parent) => {
    expect(await planned(path)).toMatchObject({
      kind: 'success',
      data: { EndpointParent: parent },
    });
  });

  test('a path below a resource that is not there is refused', async () => {
    expect(await planned('/v2/permissions')).toMatchObject({
      kind: 'failure',
      reason: expect.stringContaining(
        'expected the resource `/v2`, which `/v2/permissions` is to be below',
      ),
    });
  });

  test('a path that the owner has for another method is refused: its resource is the owner’s', async () => {
    const result = await planned(
      '/permissions',
      gatewayOf('rest', { 'POST /permissions': noAuthorization }),
    );
    expect(result).toMatchObject({
      kind: 'failure',
      reason: expect.stringContaining('found `POST /permissions`'),
    });
  });

  test('while a failure is taken back the plan still tells where the resource stands, or CloudFormation would move it', async () => {
    const desired = desiredProperties('rest', '/permissions');
    const gateway = await deployed('rest');
    gateway.rollingBack = true;
    expect(await plan(gateway, update(desired, desired))).toMatchObject({
      kind: 'success',
      data: { EndpointParent: 'root' },
    });
  });

  test('edits of others that wait keep its removal from publishing, but not in a rollback', async () => {
    const pending = { waits: false };
    const change = (api: LiveApi): LiveApi => ({
      ...byHand(api),
      pendingEdits: pending.waits ? ['GET /new'] : [],
    });
    const gateway = await deployed('rest', fakeGateway({ kind: 'rest', routes: ROUTES, change }));
    gateway.set('GET /permissions', undefined);
    pending.waits = true;
    const request = {
      RequestType: 'Delete',
      ResourceProperties: desiredProperties('rest', '/permissions'),
    } as const;
    expect(await removal(gateway, request)).toMatchObject({
      kind: 'failure',
      reason: expect.stringContaining('`GET /new`'),
    });
    gateway.rollingBack = true;
    expect(await removal(gateway, request)).toMatchObject({ kind: 'success' });
  });

  test('its own edits that wait, preflight included, are no edits of others', async () => {
    const change = (api: LiveApi): LiveApi => ({
      ...byHand(api),
      pendingEdits: ['GET /permissions', 'OPTIONS /permissions'],
    });
    await deployed('rest', fakeGateway({ kind: 'rest', routes: ROUTES, change }));
  });
});

test('on an HTTP API routes of other methods stay beside it', async () => {
  await deployed(
    'http',
    gatewayOf('http', { 'POST /permissions': noAuthorization }),
    desiredProperties('http', '/permissions', { OnUnmapped: 'leave' }),
  );
});
