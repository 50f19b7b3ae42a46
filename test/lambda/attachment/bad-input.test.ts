/**
 * What makes a deployment fail, by the real clients of the SDK: one sentence that names cause and
 * fix, and the API as it was.
 */
import { describe, expect, test } from '@jest/globals';
import type { ResourceEvent, ResourceResult } from '../../../lambda/adapters/custom-resource.ts';
import { handleResource } from '../../../lambda/attachment/handle-resource.ts';
import { properties } from './fake-api.ts';
import { WIRE_ID, type WireApi, type WireOptions, wireApi } from './wire-api.ts';

const MAP = {
  guarded: ['GET /me', 'GET /orders', 'POST /orders'],
  AuthorizerName: 'okta-groups-11111111',
  AuthorizerId: 'id-okta-groups-11111111',
};
const ROLE = 'arn:aws:sts::111122223333:assumed-role/access-orders-AttachRole/access-orders-Attach';
const throttled = { status: 429, type: 'TooManyRequestsException', message: 'Too Many Requests' };
const denied = (action: string) => ({
  status: 403,
  type: 'AccessDeniedException',
  message: `User: ${ROLE} is not authorized to perform: ${action} on resource: arn:aws:apigateway:us-east-1::/apis/${WIRE_ID}/routes/0 because no permissions boundary allows the ${action} action`,
});

const event = (
  kind: WireOptions['kind'],
  more: Partial<ResourceEvent>,
  changes: Readonly<Record<string, unknown>> = {},
): ResourceEvent => ({
  RequestType: 'Create',
  ResourceType: 'Custom::OktaGroupAttachment',
  ResponseURL: 'https://cloudformation.example.com/answer',
  StackId: 'arn:aws:cloudformation:us-east-1:111122223333:stack/access-orders/1',
  RequestId: 'r1',
  LogicalResourceId: 'Attachment',
  ResourceProperties: properties({
    ...MAP,
    AcceptedForeign: ['GET /me'],
    Kind: kind,
    ...(kind === 'rest' && { Stage: 'prod' }),
    ...changes,
  }),
  ...more,
});

const PLAN = { ResourceType: 'Custom::OktaGroupAttachmentPlan' } as const;

function reasonOf(result: ResourceResult): string {
  if (result.kind !== 'failure') throw new Error('it succeeded');
  return result.reason;
}

/** Found, expected and how to fix it, in one line. */
function expectSentence(reason: string): void {
  expect(reason).toMatch(/^expected .*, found .*: \S/);
  expect(reason).not.toMatch(/[\r\n]|\.$|undefined/);
}

const changing = ({ requests }: WireApi): readonly string[] =>
  requests.filter((request) => !request.startsWith('GET '));

describe.each(['http', 'rest'] as const)('a deployment that attaches to a %s API', (kind) => {
  test('succeeds on the wire, over pages, and leaves what another authorizer guards', async () => {
    const api = wireApi({ kind, authorizers: ['b', 'c', 'd'] });
    expect(await handleResource(event(kind, {}), api.parts)).toMatchObject({
      kind: 'success',
      data: { Attached: '2: `GET /orders`, `POST /orders`' },
    });
    expect(api.state()).toEqual({
      'GET /me': ['CUSTOM', 'id-acme'],
      'GET /orders': ['CUSTOM', 'id-okta-groups-11111111'],
      'POST /orders': ['CUSTOM', 'id-okta-groups-11111111'],
    });
  });

  test('refuses a type of custom resource that it does not know, and asks for nothing', async () => {
    const api = wireApi({ kind });
    const ResourceType = 'Custom::OktaGroupElse';
    const reason = reasonOf(await handleResource(event(kind, { ResourceType }), api.parts));
    expectSentence(reason);
    expect(reason).toContain(ResourceType);
    expect(api.requests).toEqual([]);
  });

  const many = Array.from({ length: 10 }, (_, n) => `a${n}`);
  test.each<readonly [string, Partial<WireOptions>, Readonly<Record<string, unknown>>, RegExp]>([
    [
      'an id that no API has',
      {},
      { ApiId: 'nosuchapi1' },
      /expected an? (?:HTTP|REST) API, found none with the id `nosuchapi1`: look up the id/,
    ],
    [
      'a map for other routes',
      {},
      { guarded: ['GET /carts'], OnUnmapped: 'leave' },
      /found no `GET \/carts` there: correct `routes`/,
    ],
    [
      'a route that the map does not have',
      {},
      { guarded: ['GET /me', 'GET /orders'] },
      /found `POST \/orders` without an entry: add them/,
    ],
    [
      'an API at its limit of authorizers',
      { authorizers: many },
      { AuthorizerName: 'okta-groups-22222222', AuthorizerId: 'id-none' },
      /found 12, the most/,
    ],
    [
      'another attachment on the same routes',
      { authorizers: ['okta-groups-9'], carried: 'okta-groups-9' },
      {},
      /found one on `GET \/orders`, `POST \/orders`: take it over/,
    ],
    [
      'no right to read',
      { refuse: { method: 'GET', from: 1, error: denied('apigateway:GET') } },
      {},
      /found it refused \(User: .* apigateway:GET action\): a permissions boundary/,
    ],
    [
      'a control plane that is throttled while reading',
      { refuse: { method: 'GET', from: 3, error: throttled } },
      {},
      /found it throttled through all retries .*: deploy again/,
    ],
  ])(
    'stops at %s before anything is changed, in plan and attachment',
    async (_, options, changes, says) => {
      for (const resource of [PLAN, {}]) {
        const api = wireApi({ kind, ...options });
        const before = api.state();
        const reason = reasonOf(await handleResource(event(kind, resource, changes), api.parts));
        expectSentence(reason);
        expect(reason).toMatch(says);
        expect([api.state(), changing(api)]).toEqual([before, []]);
      }
    },
  );

  test('stops at another API than the one that the stack is attached to', async () => {
    const api = wireApi({ kind });
    const update = {
      RequestType: 'Update',
      PhysicalResourceId: 'f6g7h8i9j0',
      OldResourceProperties: {},
    } as const;
    for (const resource of [PLAN, {}]) {
      const reason = reasonOf(
        await handleResource(event(kind, { ...update, ...resource }), api.parts),
      );
      expectSentence(reason);
      expect([
        reason.includes('found `a1b2c3d4e5`: delete the stack first'),
        changing(api),
      ]).toEqual([true, []]);
    }
  });

  test.each([
    [
      'no right to change a route',
      { method: 'PATCH', from: 1, error: denied('apigateway:PATCH') },
      /found it refused \(User: .*: a permissions boundary/,
    ],
    [
      'a control plane that is throttled in the middle',
      { method: 'PATCH', from: 2, error: throttled },
      /throttled through all retries .*: deploy again/,
    ],
    [
      'a route that goes meanwhile',
      {
        method: 'PATCH',
        from: 2,
        error: { status: 404, type: 'NotFoundException', message: 'Unable to find Route' },
      },
      /a concurrent change \(Unable to find Route\): deploy again/,
    ],
    [
      'another change at the same time',
      {
        method: 'PATCH',
        from: 2,
        error: { status: 409, type: 'ConflictException', message: 'Unable to complete operation' },
      },
      /a concurrent change \(Unable/,
    ],
    ...(kind === 'rest'
      ? [
          [
            'no right to deploy',
            { method: 'POST', from: 1, error: denied('apigateway:POST') },
            /found it refused/,
          ] as const,
        ]
      : []),
  ])('that meets %s leaves the API as it was once Delete has run', async (_, refuse, says) => {
    const api = wireApi({ kind, refuse });
    const before = api.state();
    const reason = reasonOf(await handleResource(event(kind, {}), api.parts));
    expectSentence(reason);
    expect(reason).toMatch(says);
    api.recover();
    expect(
      await handleResource(
        event(kind, { RequestType: 'Delete', PhysicalResourceId: WIRE_ID }),
        api.parts,
      ),
    ).toMatchObject({
      kind: 'success',
    });
    expect(api.state()).toEqual(before);
  });
});

test.each([
  [
    'http',
    { protocol: 'WEBSOCKET' },
    {},
    /found that `a1b2c3d4e5` is a WEBSOCKET API: give the id of an HTTP API/,
  ],
  [
    'rest',
    {},
    { Stage: 'test' },
    /expected the stage `test`, found `prod`: correct `attachTo.stage`/,
  ],
] as const)(
  'a wrong protocol or stage of a %s API is reported',
  async (kind, options, changes, says) => {
    const api = wireApi({ kind, ...options });
    const reason = reasonOf(await handleResource(event(kind, PLAN, changes), api.parts));
    expectSentence(reason);
    expect([reason.match(says) !== null, changing(api)]).toEqual([true, []]);
  },
);
