/**
 * Shadow mode on an API of another owner: what may be watched, what is written down for the
 * authorizer, and when it is put there.
 */
import { describe, expect, test } from '@jest/globals';
import type { Authorization, LiveAuthorizer } from '../../../lambda/gateway/live-api.ts';
import {
  type Desired,
  fakeGateway,
  iam,
  jwt,
  noAuthorization,
  OURS,
  plan,
  properties,
  send,
} from './fake-api.ts';

const ISSUER = 'https://acme.okta.com/oauth2/aus1abc';
const ACME: LiveAuthorizer = {
  id: 'acme',
  name: 'acme',
  type: 'JWT',
  identitySources: ['$request.header.Authorization'],
  jwt: { issuer: ISSUER, audiences: ['api://orders'] },
};
const desired: Desired = {
  guarded: ['GET /orders'],
  replace: ['GET /orders'],
  Shadow: ['GET /orders'],
  ShadowUnmapped: 'false',
  Issuers: [ISSUER],
};

const gatewayWith = (
  authorization: Authorization,
  authorizer: LiveAuthorizer = ACME,
  more: Readonly<Record<string, Authorization>> = {},
) => {
  const gateway = fakeGateway({ routes: { 'GET /orders': authorization, ...more } });
  gateway.authorizers.splice(0, gateway.authorizers.length, authorizer, OURS);
  return gateway;
};
const planned = async (gateway: ReturnType<typeof fakeGateway>, changes: Partial<Desired> = {}) => {
  const result = await plan(gateway, {
    RequestType: 'Create',
    ResourceProperties: properties({ ...desired, ...changes }),
  });
  return result.kind === 'failure' ? result.reason : 'planned';
};

describe('a plan with shadow mode', () => {
  test.each<[string, Authorization, LiveAuthorizer]>([
    ['an open route', noAuthorization, ACME],
    ['a route behind a JWT authorizer of the issuer', jwt, ACME],
  ])('takes %s', async (_name, authorization, authorizer) => {
    expect(await planned(gatewayWith(authorization, authorizer))).toBe('planned');
  });

  test.each<[string, Authorization, LiveAuthorizer, string]>([
    ['IAM', iam, ACME, 'AWS_IAM'],
    [
      'another Lambda',
      { type: 'CUSTOM', authorizerId: 'acme', scopes: [] },
      { ...ACME, type: 'REQUEST' },
      'CUSTOM acme',
    ],
    [
      'Cognito',
      { type: 'COGNITO_USER_POOLS', authorizerId: 'acme', scopes: [] },
      ACME,
      'COGNITO_USER_POOLS acme',
    ],
    [
      'a JWT authorizer of another issuer',
      jwt,
      { ...ACME, jwt: { issuer: 'https://other.example.com', audiences: ['x'] } },
      'JWT acme',
    ],
    [
      'a JWT authorizer without audience',
      jwt,
      { ...ACME, jwt: { issuer: ISSUER, audiences: [] } },
      'JWT acme',
    ],
    [
      'a JWT authorizer that reads a query string',
      jwt,
      { ...ACME, identitySources: ['$request.querystring.token'] },
      'JWT acme',
    ],
  ])(
    'refuses a route behind %s, with a sentence',
    async (_name, authorization, authorizer, authorizerName) => {
      const reason = await planned(gatewayWith(authorization, authorizer));
      expect(reason).toContain(`found \`GET /orders\` (${authorizerName}): set`);
      expect(await planned(gatewayWith(authorization, authorizer), { Shadow: [] })).toBe('planned');
    },
  );

  test('evaluates routes that the map does not have by the mode of the map', async () => {
    const unmapped = () => gatewayWith(noAuthorization, ACME, { 'GET /other': iam });
    const changes = { OnUnmapped: 'deny', replace: ['GET /orders', 'GET /other'] };
    expect(await planned(unmapped(), { ...changes, ShadowUnmapped: 'true' })).toContain(
      '`GET /other` (AWS_IAM)',
    );
    expect(await planned(unmapped(), changes)).toBe('planned');
  });

  test('refuses a route that carries our authorizer and has no record', async () => {
    const gateway = gatewayWith({ type: 'CUSTOM', authorizerId: OURS.id, scopes: [] });
    expect(await planned(gateway)).toContain('`GET /orders` (unknown authorizer)');
  });
});

describe('an attachment with shadow mode', () => {
  test('writes issuer, audiences and scopes down before the route changes, and lets the authorizer read them first', async () => {
    const gateway = gatewayWith(jwt);
    const waits: string[] = [];
    const settle = async (): Promise<void> => {
      waits.push(...gateway.trace, JSON.stringify(gateway.record().routes['GET /orders']));
    };
    Object.assign(gateway.parts, { waitForReaders: settle });
    const result = await send(gateway, {
      RequestType: 'Create',
      ResourceProperties: properties(desired),
    });
    expect(result.kind).toBe('success');
    expect(gateway.record().routes['GET /orders']).toMatchObject({
      type: 'JWT',
      scopes: jwt.scopes,
      jwt: ACME.jwt,
    });
    expect(waits.slice(0, -1)).toEqual(['read', 'load', 'save']);
    expect(JSON.parse(waits.at(-1) ?? '')).toMatchObject({ jwt: ACME.jwt });
  });

  test('waits for nothing where everything is enforced', async () => {
    const gateway = gatewayWith(noAuthorization);
    Object.assign(gateway.parts, { waitForReaders: () => Promise.reject(new Error('waited')) });
    const ResourceProperties = properties({ ...desired, Shadow: [] });
    expect((await send(gateway, { RequestType: 'Create', ResourceProperties })).kind).toBe(
      'success',
    );
  });
});
