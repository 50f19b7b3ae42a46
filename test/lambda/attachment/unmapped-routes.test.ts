/**
 * Which routes of the API an attachment hands to the authorizer, since the map does not have them.
 */
import { describe, expect, test } from '@jest/globals';
import { findDrift } from '../../../lambda/attachment/unprotected-routes.ts';
import { cellsOf, routesResolved } from '../../../lambda/gateway/confusable-routes.ts';
import { NO_UNMAPPED, requestIn } from '../../support/wire/attachment.ts';
import {
  type FakeGateway,
  fakeGateway,
  iam,
  noAuthorization,
  properties,
  send,
} from './fake-api.ts';

const KINDS = ['http', 'rest'] as const;
type Kind = (typeof KINDS)[number];

const GUARDED = ['GET /orders/{id}', 'POST /orders'];
const ROUTES = {
  'GET /orders/{id}': noAuthorization,
  'POST /orders': noAuthorization,
  'GET /orders/export': iam,
  'DELETE /orders': iam,
  'GET /other': iam,
};
const MEANT = ['DELETE /orders', 'GET /orders/export'];

const desired = (kind: Kind, onUnmapped: string) =>
  properties({
    guarded: GUARDED,
    OnUnmapped: onUnmapped,
    ...(kind === 'rest' && { Kind: 'rest', Stage: 'prod' }),
  });
const handed = (gateway: FakeGateway) => gateway.store('unmapped', NO_UNMAPPED).load();
const check = async (gateway: FakeGateway, kind: Kind, onUnmapped: string) => {
  const request = requestIn(desired(kind, onUnmapped));
  const { control, store, unmapped } = gateway.parts;
  const parts = { control: control(request), store: store(request), unmapped: unmapped(request) };
  await findDrift(request, { ...parts, invokes: undefined });
};

describe.each(KINDS)('an attachment to an API of kind %s', (kind) => {
  const attach = async (onUnmapped: string): Promise<FakeGateway> => {
    const gateway = fakeGateway({ kind, routes: ROUTES });
    const request = {
      RequestType: 'Create',
      ResourceProperties: desired(kind, onUnmapped),
    } as const;
    expect(await send(gateway, request)).toMatchObject({ kind: 'success' });
    return gateway;
  };

  test('hands over what a path or method of a guarded route may mean, before the first route changes', async () => {
    const gateway = await attach('leave');
    expect(await handed(gateway)).toEqual({ routes: MEANT });
    const saved = gateway.trace.indexOf('save');
    expect(saved).toBeGreaterThan(-1);
    expect(saved).toBeLessThan(gateway.trace.findIndex((name) => name.startsWith('authorize')));
  });

  test('the check hands over what the owner has added since, and writes nothing where nothing changed', async () => {
    const gateway = await attach('leave');
    const writes = () => gateway.trace.filter((name) => name === 'save').length;
    const before = writes();
    await check(gateway, kind, 'leave');
    expect(writes()).toBe(before);
    gateway.set('GET /orders/import', iam);
    gateway.set('GET /orders/export', undefined);
    await check(gateway, kind, 'leave');
    expect(await handed(gateway)).toEqual({ routes: ['DELETE /orders', 'GET /orders/import'] });
  });

  test('deleting the stack removes the list', async () => {
    const gateway = await attach('leave');
    await send(gateway, { RequestType: 'Delete', ResourceProperties: desired(kind, 'leave') });
    expect(await handed(gateway)).toEqual(NO_UNMAPPED);
  });

  test('where the map must have every route there is nothing to hand over', async () => {
    const { 'GET /orders/export': _, 'DELETE /orders': __, 'GET /other': ___, ...mapped } = ROUTES;
    const gateway = fakeGateway({ kind, routes: mapped });
    await send(gateway, { RequestType: 'Create', ResourceProperties: desired(kind, 'fail') });
    await check(gateway, kind, 'fail');
    expect(await handed(gateway)).toEqual(NO_UNMAPPED);
  });
});

test.each<[string, string, string, boolean]>([
  ['a literal beside a parameter', 'GET /orders/{id}', 'GET /orders/export', true],
  ['a route of all methods', 'GET /orders/{id}', 'ANY /orders/export', true],
  ['a route below a greedy one', 'ANY /{proxy+}', 'PUT /orders', true],
  ['any route beside the default one', '$default', 'PUT /orders', true],
  ['a GET that a HEAD is answered by', 'HEAD /orders/{id}', 'GET /orders/export', true],
  ['the GET of the same path', 'HEAD /orders', 'GET /orders', false],
  ['another method that a POST names', 'POST /orders', 'DELETE /orders', true],
  ['another method and path', 'POST /orders/{id}', 'DELETE /orders/all', true],
  ['another method of a GET', 'GET /orders/{id}', 'DELETE /orders/all', false],
  ['a parameter beside a literal', 'GET /orders/export', 'GET /orders/{id}', false],
  ['another folder', 'GET /files/{path+}', 'GET /orders', false],
])('a call may mean %s', (_name, guarded, other, may) => {
  const neighbours = { guarded: [guarded], unmapped: [other], hasCell: cellsOf([guarded]) };
  expect(routesResolved(neighbours)).toEqual(may ? [other] : []);
});
