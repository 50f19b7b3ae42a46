/** What the rules say of a caller on a route, and what the gateway does. */
import { describe, expect, test } from '@jest/globals';
import { cellsOf } from '../../../../lambda/core/decision/cell.ts';
import { entitlementsOf } from '../../../../lambda/core/decision/entitlements.ts';
import { parseModel } from '../../../../lambda/core/model/load-model.ts';
import type { ShadowFile } from '../../../../lambda/core/model/model-file.ts';
import type { Principal } from '../../../../lambda/core/token/principal.ts';
import { type ModelSketch, modelFile, rowOf } from '../../../support/model.ts';

const sketch: ModelSketch = {
  routes: ['GET /a', 'POST /a', 'GET /health', 'GET /me', 'GET /permissions'],
  public: ['GET /health'],
  signedIn: ['GET /me', 'GET /permissions'],
  everyone: { deny: ['POST /a'] },
  groups: { readers: { allow: ['GET /a'] }, barred: { deny: ['GET /a'] }, other: {} },
  conflicts: [{ groups: ['readers', 'other'], routes: ['GET /a'] }],
  blocked: { users: ['00ublocked'] },
};
const cellOf = (
  who: readonly string[] | 'nobody' | 'blocked',
  route: string,
  shadow?: ShadowFile,
) => {
  const file = {
    ...modelFile(sketch),
    permissionsEndpoint: { route: 'GET /permissions', exposeGroups: true },
  };
  const held = parseModel(shadow ? { ...file, shadow } : file);
  const principal: Principal = {
    ...{ kind: 'user', cid: '0oa1web', scopes: [] },
    uid: who === 'blocked' ? '00ublocked' : '00u1',
    groups: typeof who === 'string' ? [] : who,
  };
  const { rule, mode, gateway } = cellsOf(held)(
    who === 'nobody' ? undefined : entitlementsOf(held, principal),
    route,
  );
  return [rule, mode, gateway];
};

test.each([
  [['readers'], 'GET /a', 'allowed', 'allow'],
  [['barred', 'readers'], 'GET /a', 'denied', 'deny'],
  [['readers', 'other'], 'GET /a', 'denied', 'deny'],
  [['other'], 'GET /a', 'closed', 'deny'],
  [[], 'GET /a', 'closed', 'deny'],
  [[], 'POST /a', 'denied', 'deny'],
  [[], 'GET /me', 'signedIn', 'anyToken'],
  [[], 'GET /health', 'public', 'anyone'],
  ['blocked', 'GET /me', 'denied', 'deny'],
  ['nobody', 'GET /a', 'closed', 'deny'],
  ['nobody', 'GET /me', 'signedIn', 'deny'],
  ['nobody', 'GET /health', 'public', 'anyone'],
] as const)('%j on %s: the rules say %s, the gateway %s', (who, route, rule, gateway) => {
  expect(cellOf(who, route)).toEqual([rule, 'enforce', gateway]);
});

describe('in shadow mode', () => {
  const whole: ShadowFile = { whole: true, routes: rowOf(sketch.routes, sketch.routes) };
  test.each([
    [[], 'GET /a', 'closed', 'anyToken'],
    [['barred'], 'GET /a', 'denied', 'anyToken'],
    ['nobody', 'GET /a', 'closed', 'deny'],
    ['nobody', 'GET /health', 'public', 'anyone'],
  ] as const)(
    '%j on %s: the rules say %s, any valid token passes: %s',
    (who, route, rule, gateway) => {
      expect(cellOf(who, route, whole)).toEqual([rule, 'shadow', gateway]);
    },
  );

  test('of one route, the others are enforced', () => {
    const one: ShadowFile = { routes: rowOf(sketch.routes, ['POST /a']) };
    expect(cellOf([], 'POST /a', one)).toEqual(['denied', 'shadow', 'anyToken']);
    expect(cellOf([], 'GET /a', one)).toEqual(['closed', 'enforce', 'deny']);
  });

  test.each([
    [['readers'], 'GET /a', 'allowed', 'prior'],
    ['nobody', 'GET /a', 'closed', 'prior'],
    ['nobody', 'GET /health', 'public', 'anyone'],
    // Nothing stood before a route of ours.
    [[], 'GET /permissions', 'signedIn', 'anyToken'],
  ] as const)(
    'of an attached API, %j on %s: the rules say %s, the gateway %s',
    (who, route, rule, gateway) => {
      expect(cellOf(who, route, { ...whole, prior: true })).toEqual([rule, 'shadow', gateway]);
    },
  );
});
