/**
 * Policies that the gateway keeps, written out for a few callers. That they are right for every
 * request is proven over random maps in test/lib/access-map/cache.
 */
import { describe, expect, test } from '@jest/globals';
import { entitlementsOf } from '../../../../lambda/core/decision/entitlements.ts';
import { hasBit, rowFromHex } from '../../../../lambda/core/model/bits.ts';
import {
  AMBIGUOUS_RESOURCES,
  allowedResource,
  allowedRoutes,
  deniedResource,
  refusalPolicy,
  routePolicy,
  stageOf,
  tokenPolicy,
  withoutRequest,
} from '../../../../lambda/core/policy/cached-policy.ts';
import { type ModelSketch, model, rowOf } from '../../../support/model.ts';

const STAGE = 'arn:aws-cn:execute-api:cn-north-1:111122223333:abcdef1234/prod/';
const WIDE = 'arn:aws-cn:execute-api:*:*:abcdef1234/prod/';
const ARN = `${STAGE}GET/orders/1`;

const sketch: ModelSketch = {
  routes: ['GET /orders', 'GET /orders/{id}', 'DELETE /orders/{id}', 'GET /health', 'GET /me'],
  public: ['GET /health'],
  signedIn: ['GET /me'],
  groups: {
    readers: { allow: ['GET /orders', 'GET /orders/{id}'] },
    denied: { deny: ['GET /orders/{id}'] },
  },
  permissions: { 'orders:list': ['GET /orders'] },
};
const rowFrom = (routes: readonly string[]) => rowFromHex(rowOf(sketch.routes, routes), 1);
const resources = (effect: 'Allow' | 'Deny', { Statement }: ReturnType<typeof tokenPolicy>) =>
  Statement.filter(({ Effect }) => Effect === effect).flatMap(({ Resource }) => Resource);
const ambiguous = AMBIGUOUS_RESOURCES.map((odd) => WIDE + odd);

describe('routes of a kept answer', () => {
  test.each<
    [string, ModelSketch['scopes'], readonly string[], readonly string[], readonly string[]]
  >([
    ['no group', 'groups', [], [], ['GET /me']],
    ['a group', 'groups', ['readers'], [], ['GET /orders', 'GET /orders/{id}', 'GET /me']],
    ['a deny beside it', 'groups', ['readers', 'denied'], [], ['GET /orders', 'GET /me']],
    ['a scope that narrows', 'intersect', ['readers'], ['orders:list'], ['GET /orders', 'GET /me']],
  ])('%s', (_, scopes, groups, asked, expected) => {
    const held = model({ ...sketch, ...(scopes && { scopes }) });
    const allowed = allowedRoutes(
      held,
      entitlementsOf(held, { kind: 'user', uid: '00u1', cid: '0oa1web', groups, scopes: asked }),
    );
    expect(sketch.routes.filter((_route, index) => hasBit(allowed, index))).toEqual(expected);
  });
});

test.each([
  ['GET /', 'GET/', 'GET/'],
  ['GET /orders', 'GET/orders', 'GET/orders'],
  ['GET /orders/{id}', 'GET/orders/?*', 'GET/orders/*'],
  ['GET /{id}', 'GET/?*', 'GET/?*'],
  ['GET /{id}/items', 'GET/?*/items', 'GET/*/items'],
  ['GET /files/{path+}', 'GET/files/?*', 'GET/files/*'],
  ['POST $default', 'POST/*', 'POST/*'],
])('%s is allowed as %s and refused as %s', (route, allowed, denied) => {
  expect([allowedResource(route), deniedResource(route)]).toEqual([allowed, denied]);
});

test('a stage is named to its end, whatever stands in the path', () => {
  expect(stageOf(`${STAGE}GET/a/b`)).toBe(STAGE);
  expect(stageOf('no arn')).toBe('no arn');
});

test('a refusal is of the whole stage', () => {
  expect(refusalPolicy(ARN)).toMatchObject({
    Statement: [{ Effect: 'Deny', Resource: [`${WIDE}*`] }],
  });
});

describe('a policy of one route', () => {
  const held = model(sketch);
  const of = (route: string, allowed: readonly string[]) =>
    routePolicy(held, route, rowFrom(allowed), ARN);

  test('without parameters names it and nothing else', () => {
    expect(of('GET /orders', ['GET /orders'])).toMatchObject({
      Statement: [{ Effect: 'Allow', Resource: [`${STAGE}GET/orders`] }],
    });
  });

  test('with one refuses a value of two segments, and odd spellings', () => {
    const policy = of('GET /orders/{id}', ['GET /orders/{id}']);
    expect(resources('Allow', policy)).toEqual([`${STAGE}GET/orders/?*`]);
    expect(resources('Deny', policy)).toEqual([`${WIDE}GET/orders/*/*`, ...ambiguous]);
  });

  test.each([['GET /orders'], ['GET /nowhere']])('%s that is not allowed is a refusal', (route) => {
    expect(of(route, ['GET /me'])).toEqual(refusalPolicy(ARN));
  });
});

describe('a policy of all routes', () => {
  const classes = [
    { route: 0, allow: ['GET/orders'], deny: ['GET/orders'] },
    { route: 1, allow: ['GET/orders/?*'], deny: ['GET/orders/*'], near: [2] },
    { route: 2, allow: ['DELETE/orders/?*'], deny: ['DELETE/orders/*'], near: [1] },
  ];
  const of = (kind: 'http' | 'rest', allowed: readonly string[]) =>
    tokenPolicy({ ...model(sketch), kind }, classes, rowFrom(allowed), ARN);

  test('refuses what no Allow is near to by saying nothing of it', () => {
    const policy = of('http', ['GET /orders']);
    expect(resources('Allow', policy)).toEqual([`${STAGE}GET/orders`]);
    expect(resources('Deny', policy)).toEqual([]);
  });

  test('refuses what an Allow reaches, always by name where nothing says what is near', () => {
    expect(resources('Deny', of('http', ['GET /orders/{id}']))).toEqual([
      `${WIDE}GET/orders`,
      `${WIDE}DELETE/orders/*`,
      ...ambiguous,
    ]);
  });

  test('of a REST API refuses odd spellings although no resource has a wildcard', () => {
    expect(resources('Deny', of('rest', ['GET /orders']))).toEqual(ambiguous);
  });

  test('of a caller without any route is a refusal', () => {
    expect(of('http', ['GET /me'])).toEqual(refusalPolicy(ARN));
  });
});

test('a refused spelling is taken out of what is allowed, as the request has it', () => {
  const allowed = refusalPolicy(ARN);
  expect(withoutRequest(allowed, `${STAGE}GET/orders/*`).Statement).toEqual([
    ...allowed.Statement,
    { Action: 'execute-api:Invoke', Effect: 'Deny', Resource: [`${STAGE}GET/orders/?`] },
  ]);
  const [, added] = withoutRequest(allowed, STAGE + 'a'.repeat(512)).Statement;
  expect(added?.Resource[0]).toHaveLength(300);
});
