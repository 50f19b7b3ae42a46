import { describe, expect, test } from '@jest/globals';
import type { GatewayResponse } from '../../../lambda/gateway/response-control.ts';
import { attachedResponses } from '../../../lib/template-parts/gateway-responses.ts';
import {
  type FakeGateway,
  fakeGateway,
  noAuthorization,
  plan,
  properties,
  send,
} from './fake-api.ts';

const BODY = '{"message":$context.error.messageString}';
const OURS =
  '{"message":$context.error.messageString,"code":"$context.authorizer.code","quotaReset":"$context.authorizer.quotaReset"}';
const cors = (origin: string) => ({ origins: [origin], headers: [], maxAgeSeconds: 0 });
const desiredProperties = (origin?: string, more: Readonly<Record<string, unknown>> = {}) =>
  properties({
    guarded: ['GET /orders'],
    Kind: 'rest',
    Stage: 'prod',
    GatewayResponses: JSON.stringify(
      attachedResponses(origin === undefined ? undefined : cors(origin), true),
    ),
    ReplaceResponses: 'false',
    ...more,
  });
const PLAIN = desiredProperties();
const BROWSERS = desiredProperties('https://app.example.com');
const headers = (all: Readonly<Record<string, string>>) =>
  Object.fromEntries(
    Object.entries(all).map(([name, source]) => [`gatewayresponse.header.${name}`, source]),
  );
const owners = (body: string, more: Partial<GatewayResponse> = {}): GatewayResponse => ({
  statusCode: '403',
  parameters: {},
  templates: { 'application/json': body },
  ...more,
});

const ResourceType = 'Custom::OktaGroupGatewayResponses';
const request = (
  RequestType: 'Create' | 'Update' | 'Delete',
  ResourceProperties: Readonly<Record<string, unknown>>,
) => ({ RequestType, ResourceProperties, ResourceType }) as const;

function gatewayWith(set: Readonly<Record<string, GatewayResponse>> = {}): FakeGateway {
  const gateway = fakeGateway({ kind: 'rest', routes: { 'GET /orders': noAuthorization } });
  for (const [type, response] of Object.entries(set)) gateway.responses.set(type, response);
  gateway.responses.serve();
  return gateway;
}

type State = readonly [
  Readonly<Record<string, GatewayResponse>>,
  Readonly<Record<string, GatewayResponse>>,
];
const stateOf = (gateway: FakeGateway): State => gateway.responses.state() as State;

async function setting(
  gateway: FakeGateway,
  desired: Readonly<Record<string, unknown>>,
): Promise<State[0]> {
  expect(await send(gateway, request('Create', desired))).toMatchObject({ kind: 'success' });
  const [set, served] = stateOf(gateway);
  expect(served).toEqual(set);
  return set;
}

describe('gateway responses of an attachment', () => {
  test('tell the code and the seconds of a refused call, and nothing else is set without origins', async () => {
    expect(await setting(gatewayWith(), PLAIN)).toEqual({
      ACCESS_DENIED: {
        statusCode: '403',
        parameters: headers({ 'Retry-After': 'context.authorizer.retryAfter' }),
        templates: { 'application/json': OURS },
      },
    });
  });

  test('are readable for browsers of the listed origin, also those of an authorizer that fails', async () => {
    const set = await setting(gatewayWith(), BROWSERS);
    expect(Object.keys(set)).toEqual([
      'ACCESS_DENIED',
      'AUTHORIZER_CONFIGURATION_ERROR',
      'AUTHORIZER_FAILURE',
      'UNAUTHORIZED',
    ]);
    for (const { parameters } of Object.values(set)) {
      expect(parameters).toMatchObject(
        headers({ 'Access-Control-Allow-Origin': "'https://app.example.com'" }),
      );
    }
    expect(set['UNAUTHORIZED']).toMatchObject({
      statusCode: '401',
      templates: { 'application/json': BODY },
    });
  });

  test('keep the headers that their owner has set for all errors: a response of its own no longer inherits them', async () => {
    const theirs = headers({
      'access-control-allow-origin': "'https://owner.example.com'",
      'X-Team': "'orders'",
    });
    const set = await setting(
      gatewayWith({ DEFAULT_4XX: { parameters: theirs, templates: { 'application/json': BODY } } }),
      BROWSERS,
    );
    expect(set['ACCESS_DENIED']?.parameters).toEqual({
      ...theirs,
      ...headers({
        'Retry-After': 'context.authorizer.retryAfter',
        'Access-Control-Expose-Headers': "'Retry-After'",
      }),
    });
    expect(Object.keys(set)).not.toContain('UNAUTHORIZED');
  });

  test.each([
    ['a body', owners('{"error":"no"}')],
    ['a status', owners(BODY, { statusCode: '404' })],
    ['a body for all errors', undefined],
  ])('leave %s that the owner has set, unless it is to be replaced', async (_, own) => {
    const set = own
      ? { ACCESS_DENIED: own }
      : { DEFAULT_4XX: { parameters: {}, templates: { 'application/json': '{"error":"no"}' } } };
    const left = await setting(gatewayWith(set), PLAIN);
    expect(left['ACCESS_DENIED']).toMatchObject(
      own ?? { statusCode: '403', templates: { 'application/json': '{"error":"no"}' } },
    );
    const replaced = await setting(gatewayWith(set), { ...PLAIN, ReplaceResponses: 'true' });
    expect(replaced['ACCESS_DENIED']).toMatchObject({
      statusCode: '403',
      templates: { 'application/json': OURS },
    });
  });

  test('are planned, and told by name', async () => {
    const gateway = gatewayWith({ ACCESS_DENIED: owners('{"error":"no"}') });
    expect(
      await plan(gateway, { RequestType: 'Create', ResourceProperties: BROWSERS }),
    ).toMatchObject({
      kind: 'success',
      data: {
        GatewayResponses:
          '4: `ACCESS_DENIED`, `UNAUTHORIZED`, `AUTHORIZER_FAILURE`, `AUTHORIZER_CONFIGURATION_ERROR`',
        LeftGatewayResponses: '1: `ACCESS_DENIED`',
      },
    });
  });

  const OWN = {
    ACCESS_DENIED: owners('{"error":"no"}', { statusCode: '404' }),
    DEFAULT_5XX: {
      parameters: headers({ 'X-Team': "'orders'" }),
      templates: { 'application/json': BODY },
    },
    THROTTLED: owners('{"slow":"down"}', { statusCode: '429' }),
  };
  const REPLACING = { ...BROWSERS, ReplaceResponses: 'true' };

  test('are given back when the resource goes, and the record with them', async () => {
    const gateway = gatewayWith(OWN);
    const before = gateway.responses.state();
    await setting(gateway, REPLACING);
    expect(gateway.responses.state()).not.toEqual(before);
    for (let times = 0; times < 2; times++) {
      expect(await send(gateway, request('Delete', REPLACING))).toMatchObject({ kind: 'success' });
      expect([gateway.responses.state(), gateway.responseRecord().responses]).toEqual([before, {}]);
    }
  });

  test('that their owner has changed since are left', async () => {
    const gateway = gatewayWith(OWN);
    await setting(gateway, REPLACING);
    gateway.responses.set('ACCESS_DENIED', owners('{"error":"new"}'));
    await send(gateway, request('Delete', REPLACING));
    expect(stateOf(gateway)[0]).toEqual({ ...OWN, ACCESS_DENIED: owners('{"error":"new"}') });
  });

  test('set again change nothing and publish nothing', async () => {
    const gateway = gatewayWith(OWN);
    await setting(gateway, REPLACING);
    const [state, published] = [gateway.responses.state(), gateway.published.length];
    await send(gateway, request('Update', REPLACING));
    expect([gateway.responses.state(), gateway.published.length]).toEqual([state, published]);
  });

  test('follow a map with another origin, and the former ones are still known', async () => {
    const gateway = gatewayWith(OWN);
    const before = gateway.responses.state();
    await setting(gateway, REPLACING);
    const other = desiredProperties('https://next.example.com', { ReplaceResponses: 'true' });
    expect(await send(gateway, request('Update', other))).toMatchObject({ kind: 'success' });
    expect(JSON.stringify(gateway.responses.state())).not.toContain('app.example.com');
    await send(gateway, request('Delete', other));
    expect(gateway.responses.state()).toEqual(before);
  });

  test('whose API or stage is gone can be deleted', async () => {
    const gateway = gatewayWith(OWN);
    await setting(gateway, REPLACING);
    gateway.stageGone = true;
    const published = gateway.published.length;
    expect(await send(gateway, request('Delete', REPLACING))).toMatchObject({ kind: 'success' });
    expect([stateOf(gateway)[0], gateway.published.length]).toEqual([OWN, published]);
    const other = gatewayWith(OWN);
    await setting(other, REPLACING);
    other.gone = true;
    expect(await send(other, request('Delete', REPLACING))).toMatchObject({ kind: 'success' });
    expect(other.responseRecord().responses).toEqual({});
  });

  test('wait for a decision where the stage lacks edits of others', async () => {
    const gateway = gatewayWith(OWN);
    await setting(gateway, REPLACING);
    gateway.set('GET /orders', { type: 'AWS_IAM', scopes: [] });
    const state = gateway.responses.state();
    expect(await send(gateway, request('Delete', REPLACING))).toMatchObject({
      kind: 'failure',
      reason: expect.stringContaining('not deployed'),
    });
    expect(gateway.responses.state()).toEqual(state);
  });

  describe.each(['before', 'after'] as const)('a fault %s the effect of any call', (effect) => {
    /** Every call of `work` fails in turn, with all after it. */
    async function eachFault(
      prepare: () => Promise<FakeGateway>,
      work: (gateway: FakeGateway) => Promise<unknown>,
      then: (gateway: FakeGateway, at: number) => Promise<void>,
    ) {
      const probe = await prepare();
      const before = probe.calls();
      await work(probe);
      const calls = probe.calls() - before;
      expect(calls).toBeGreaterThan(5);
      for (let at = 1; at <= calls; at++) {
        const gateway = await prepare();
        gateway.failAt(at, effect);
        expect(await work(gateway)).toMatchObject({ kind: 'failure' });
        gateway.failAt(undefined);
        gateway.rollingBack = true;
        await then(gateway, at);
      }
    }
    const fresh = async () => gatewayWith(OWN);
    const attached = async () => {
      const gateway = gatewayWith(OWN);
      await setting(gateway, REPLACING);
      return gateway;
    };
    const other = desiredProperties('https://next.example.com');

    test('of Create leaves the old state once Delete has run', async () => {
      const before = gatewayWith(OWN).responses.state();
      await eachFault(
        fresh,
        (gateway) => send(gateway, request('Create', REPLACING)),
        async (gateway, at) => {
          expect(await send(gateway, request('Delete', REPLACING))).toMatchObject({
            kind: 'success',
          });
          expect([at, gateway.responses.state(), gateway.responseRecord().responses]).toEqual([
            at,
            before,
            {},
          ]);
        },
      );
    });

    test('of Update leaves the former state once the opposite Update has run', async () => {
      const original = (await attached()).responses.state();
      await eachFault(
        attached,
        (gateway) => send(gateway, request('Update', other)),
        async (gateway, at) => {
          expect(await send(gateway, request('Update', REPLACING))).toMatchObject({
            kind: 'success',
          });
          expect([at, gateway.responses.state()]).toEqual([at, original]);
          await send(gateway, request('Delete', REPLACING));
          expect([at, gateway.responses.state()]).toEqual([at, gatewayWith(OWN).responses.state()]);
        },
      );
    });

    test('of Delete is made good by the next Delete', async () => {
      const before = gatewayWith(OWN).responses.state();
      await eachFault(
        attached,
        (gateway) => send(gateway, request('Delete', REPLACING)),
        async (gateway, at) => {
          expect(await send(gateway, request('Delete', REPLACING))).toMatchObject({
            kind: 'success',
          });
          expect([at, gateway.responses.state(), gateway.responseRecord().responses]).toEqual([
            at,
            before,
            {},
          ]);
        },
      );
    });
  });
});
