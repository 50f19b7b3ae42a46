/** What a map alone tells of its stack's size is what synthesis finds. */
import { describe, expect, test } from '@jest/globals';
import { CfnResource, Stack } from 'aws-cdk-lib';
import { type AccessMap, AccessMapError } from '../../../lib/access-map/index.ts';
import { AccessStack } from '../../../lib/stack/access-stack.ts';
import { resourceCount, sizeFindings } from '../../../lib/stack/stack-size.ts';
import { accessMap, newApp } from '../../support/synthesis.ts';

const DOMAIN = {
  name: 'api.example.com',
  certificate: 'arn:aws:acm:eu-west-1:123456789012:certificate/abc',
};
const upstream = { url: 'https://shop.example.com' };
const cached = { name: 'shop', upstream };
const cors = { origins: ['https://a.example.com'] };
const names = (count: number, of: string) => Array.from({ length: count }, (_, at) => `${of}${at}`);
const quotas = (count: number, by: 'user' | 'group') => ({
  quotas: Object.fromEntries(
    names(count, 'q').map((name) => [name, { limit: 5, per: 'minute', by }]),
  ),
  groups: Object.fromEntries(
    names(count, 'q').map((name) => [`g-${name}`, { allow: ['GET /items'], quota: name }]),
  ),
});
const lambda = 'arn:aws:lambda:eu-west-1:123456789012:function:shop';

test.each([
  ['cached', { api: cached }],
  ['not cached', {}],
  [
    'with CORS and `ANY` routes',
    { api: { ...cached, cors }, routes: ['ANY /a', '$default'], public: [], groups: {} },
  ],
  [
    'with CORS and an OPTIONS route',
    { api: { ...cached, cors }, routes: ['ANY /a', 'OPTIONS /a'], public: [], groups: {} },
  ],
  ['with a permissions endpoint', { permissionsEndpoint: { path: '/me' } }],
  ['with quotas of users', quotas(3, 'user')],
  ['with quotas of groups', quotas(25, 'group')],
  ['to a function', { api: { name: 'shop', upstream: { lambda } } }],
  ['with a domain', { api: { ...cached, domain: DOMAIN } }],
  ['in shadow mode', { mode: 'shadow' }],
  ['of 90 routes', { routes: names(90, 'GET /o'), public: [], groups: {} }],
])('the resources of a map %s are counted', (_, overrides: Record<string, unknown>) => {
  const map = accessMap(overrides);
  const count = (watch?: false) => {
    const stack = new AccessStack(newApp(), 'Access', { map, ...(watch === false && { watch }) });
    return stack.node
      .findAll()
      .filter((node) => CfnResource.isCfnResource(node) && Stack.of(node) === stack).length;
  };
  expect(resourceCount(map)).toEqual({ least: count(false), usual: count() });
});

describe('what synthesis refuses is a finding before it', () => {
  const ofRoutes = (count: number, kind: 'http' | 'rest', api: object = { upstream }): AccessMap =>
    accessMap({
      api: { name: 'shop', kind, cache: 'off', ...api },
      routes: names(count, 'GET /o'),
      public: [],
      groups: {},
    });
  const refusalOf = (map: AccessMap, watch?: false): string | undefined => {
    try {
      new AccessStack(newApp(), 'Access', { map, ...(watch === false && { watch }) });
      return undefined;
    } catch (error) {
      if (error instanceof AccessMapError) return error.message;
      throw error;
    }
  };

  test.each([
    { kind: 'http' as const, count: 459, severity: undefined },
    { kind: 'http' as const, count: 460, severity: 'warning' },
    { kind: 'http' as const, count: 486, severity: 'warning' },
    { kind: 'http' as const, count: 487, severity: 'error' },
    { kind: 'rest' as const, count: 200, severity: undefined },
    { kind: 'rest' as const, count: 1_000, severity: 'error' },
  ])('$count routes of kind $kind: $severity', ({ kind, count, severity }) => {
    const map = ofRoutes(count, kind);
    const [finding] = sizeFindings(map);
    expect(finding?.severity).toBe(severity);
    const refused = refusalOf(map);
    expect(refused === undefined).toBe(severity === undefined);
    if (refused !== undefined) {
      expect(refused).toContain(`expected ${finding?.detail.expected}`);
      expect(refused).toContain(`found ${finding?.detail.found}`);
    }
    if (severity === 'warning') expect(refusalOf(map, false)).toBeUndefined();
  });

  test('a map that deploys no API has no such limits', () => {
    expect(sizeFindings(ofRoutes(1_000, 'http', {}))).toEqual([]);
    expect(sizeFindings(ofRoutes(1_000, 'http', { authorizerOnly: true }))).toEqual([]);
  });
});
