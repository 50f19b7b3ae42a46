/** What the example map in the project's root compiles to. */
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { hasBit, rowFromHex } from '../../../../lambda/core/model/bits.ts';
import { parseModel } from '../../../../lambda/core/model/load-model.ts';
import { AccessMap } from '../../../../lib/access-map/index.ts';

const map = AccessMap.fromFile(join(__dirname, '../../../../access.yaml'));
const keys = (hex: string): readonly string[] => {
  const row = rowFromHex(hex, 1);
  return map.model.routes.filter((_, index) => hasBit(row, index)).map(({ key }) => key);
};

test('the example map is valid, without a warning', () => {
  expect(map.warnings).toEqual([]);
  expect([map.name, map.kind, map.source]).toEqual(['orders', 'http', 'access.yaml']);
});

test('the authorizer can load the compiled model', () => {
  expect(parseModel(JSON.parse(JSON.stringify(map.model))).routeIndex.get('GET /me')).toBe(6);
});

test('each group has the cells that its patterns and permissions name', () => {
  expect(
    map.model.groups.map(({ name, allow, deny, quota }) => ({
      name,
      allow: keys(allow),
      deny: keys(deny),
      quota,
    })),
  ).toEqual([
    {
      name: 'orders-readers',
      allow: ['GET /orders', 'GET /orders/{id}'],
      deny: [],
      quota: 'standard',
    },
    {
      name: 'orders-admins',
      allow: [
        'GET /orders',
        'POST /orders',
        'GET /orders/{id}',
        'DELETE /orders/{id}',
        'GET /reports/{year}',
      ],
      deny: [],
      quota: undefined,
    },
    {
      name: 'partners',
      allow: ['GET /orders', 'POST /orders', 'GET /orders/{id}'],
      deny: [],
      quota: 'partner',
    },
    {
      name: 'contractors',
      allow: [],
      deny: ['DELETE /orders/{id}', 'GET /reports/{year}'],
      quota: undefined,
    },
  ]);
});

test('open routes, permissions and machines are in the model', () => {
  expect([keys(map.model.public), keys(map.model.signedIn)]).toEqual([
    ['GET /health'],
    ['GET /me', 'GET /permissions'],
  ]);
  expect(map.model.permissions.map(({ name, routes }) => [name, keys(routes)])).toEqual([
    ['orders:read', ['GET /orders', 'GET /orders/{id}']],
    ['orders:write', ['POST /orders']],
  ]);
  expect(map.model.machines).toEqual([
    { cid: '0oa1batch', groups: ['partners'], allow: '00000000', deny: '00000000' },
  ]);
});

test('defaults are written out', () => {
  expect(map.model.okta).toEqual([
    {
      issuers: ['https://acme.okta.com/oauth2/aus1abc'],
      audience: 'api://orders',
      clients: ['0oa1web'],
      groupsClaims: ['groups'],
      groupPrefix: '',
      maxClockSkewSeconds: 60,
      maxTokenLifetimeSeconds: 86_400,
    },
  ]);
  expect(map.api).toEqual({
    accept: { findings: [], foreign: [] },
    upstream: { kind: 'url', url: 'https://orders.example.com' },
    cors: {
      origins: ['https://app.example.com'],
      headers: ['authorization', 'content-type'],
      maxAgeSeconds: 3600,
    },
    paths: { whole: 'usual', of: [] },
    unauthorized: 'throw',
    authorizerOnly: false,
    cache: { kind: 'auto' },
  });
  expect(map.model.quotas[0]).toMatchObject({
    accuracy: 'exact',
    onStoreFailure: 'deny',
    onExceeded: 'refuse',
  });
});

test('the gateway gets the routes in the order of the file', () => {
  expect(map.gatewayRoutes[5]).toEqual({
    key: 'GET /health',
    method: 'GET',
    template: '/health',
    public: true,
  });
  expect(map.gatewayRoutes.map(({ key }) => key)).toEqual(
    map.model.routes.map(({ key }) => key).slice(0, -1),
  );
  expect(map.permissionsEndpoint).toEqual({
    path: '/permissions',
    route: 'GET /permissions',
    exposeGroups: false,
  });
  expect(map.model.routes.at(-1)).toEqual({ key: 'GET /permissions' });
  expect(map.gatewayRoutes.filter((route) => route.public)).toHaveLength(1);
});

test('each rule knows its line, also through a permission', () => {
  const rules = map.rules.map(({ subject, effect, pattern, permission, place, patternPlace }) =>
    [subject.kind, subject.name, effect, pattern, permission, place.line, patternPlace?.line]
      .filter((part) => part !== undefined)
      .join(' '),
  );
  expect(rules).toEqual([
    'public public allow GET /health 23',
    'signedIn signedIn allow GET /me 25',
    'signedIn signedIn allow GET /permissions 67',
    'group orders-readers allow GET /orders orders:read 44 29',
    'group orders-readers allow GET /orders/{id} orders:read 44 30',
    'group orders-admins allow ANY /orders 48',
    'group orders-admins allow ANY /orders/{id} 49',
    'group orders-admins allow GET /reports/* 50',
    'group partners allow GET /orders orders:read 52 29',
    'group partners allow GET /orders/{id} orders:read 52 30',
    'group partners allow POST /orders orders:write 52 32',
    'group contractors deny DELETE /orders/{id} 56',
    'group contractors deny GET /reports/* 57',
  ]);
});

test('the tests of the map come with their cells', () => {
  expect(
    map.tests.map(({ subject, allows, denies }) => [
      subject,
      allows.map((row) => row.pattern),
      denies.map((row) => row.pattern),
    ]),
  ).toEqual([
    [{ kind: 'groups', groups: ['orders-readers'] }, ['GET /orders'], ['POST /orders']],
    [{ kind: 'groups', groups: ['orders-admins', 'contractors'] }, [], ['DELETE /orders/{id}']],
  ]);
});
