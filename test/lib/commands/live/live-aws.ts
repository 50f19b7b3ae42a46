/** A live API, the stack of its authorizer, and the map that it was attached by. */
import type { LiveApi, LiveRoute } from '../../../../lambda/gateway/live-api.ts';
import type { FoundStack, LiveAws } from '../../../../lib/commands/live/live-aws.ts';
import type { Captured } from '../project.ts';

export const route = (
  key: string,
  type: string,
  more: Partial<LiveRoute['authorization']> = {},
): LiveRoute => ({
  key,
  locator: key,
  authorization: { type, scopes: [], ...more },
  apiKeyRequired: false,
  preflight: false,
});

export const API: LiveApi = {
  kind: 'http',
  id: 'a1b2c3d4e5',
  name: 'Orders of Acme!',
  routes: [
    route('GET /health', 'NONE'),
    route('GET /invoices', 'JWT', { authorizerId: 'acme', scopes: ['invoices'] }),
    route('GET /orders', 'CUSTOM', { authorizerId: 'ours' }),
    route('POST /orders', 'NONE'),
  ],
  authorizers: [
    {
      id: 'acme',
      name: 'acme',
      type: 'JWT',
      jwt: { issuer: 'https://acme.okta.com/oauth2/aus1abc', audiences: ['api://orders'] },
    },
    {
      id: 'ours',
      name: 'okta-groups-11111111',
      type: 'REQUEST',
      invokes: 'arn:aws:lambda:us-east-1:111122223333:function:orders-authorizer',
      identitySources: ['$request.header.Authorization'],
      ttlSeconds: 0,
    },
  ],
  stages: [{ name: '$default', autoDeploy: true, canary: false, current: true }],
  pendingEdits: [],
};

export const ARN = 'arn:aws:lambda:us-east-1:111122223333:function:orders-authorizer';
const OUTPUT = 'OktaGroupAuthorizerAccessMap0123ABCD';
export const stackWith = (value: object): FoundStack => ({
  name: 'access-orders',
  arn: 'arn:aws:cloudformation:us-east-1:111122223333:stack/access-orders/1',
  outputs: { [OUTPUT]: JSON.stringify({ map: 'orders', authorizer: ARN, records: [], ...value }) },
});
const STACK = stackWith({});

export const aws = (api: LiveApi | Error = API, more: Partial<LiveAws> = {}): LiveAws => ({
  findStack: async (name) => (name === 'access-orders' ? STACK : undefined),
  findStacksOf: async () => [],
  readRecord: async () => ({ unpublished: false, routes: {} }),
  readUnmapped: async () => ({ routes: [] }),
  read: async () => {
    if (api instanceof Error) throw api;
    return api;
  },
  findApi: async (stack) =>
    stack === 'access-orders' ? { kind: 'http', id: 'a1b2c3d4e5' } : undefined,
  readTemplate: async () => undefined,
  ...more,
});

export const MAP = `api: { name: orders, attachTo: { httpApiId: a1b2c3d4e5 } }
okta: { issuer: https://acme.okta.com/oauth2/aus1abc, audience: api://orders, clients: [0oa1web] }
routes: [GET /health, GET /invoices, GET /orders, POST /orders]
public: [GET /health]
groups: { staff: { allow: [GET /orders] } }
`;

/** What `--json` names as wrong, whatever its sentences say. */
export const problemCodes = (io: Captured): readonly string[] =>
  (io.json() as { readonly problems: readonly { readonly code: string }[] }).problems.map(
    ({ code }) => code,
  );
