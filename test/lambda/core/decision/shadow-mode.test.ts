/** What shadow mode records and does not enforce, and what it refuses all the same. */
import { describe, expect, test } from '@jest/globals';
import type { RefusalCode } from '../../../../lambda/core/contract/codes.ts';
import { shadowMode } from '../../../../lambda/core/decision/shadow-mode.ts';
import { parseModel } from '../../../../lambda/core/model/load-model.ts';
import { type ModelSketch, modelFile, rowOf } from '../../../support/model.ts';
import { REFUSALS } from '../../../support/wire/refusals.ts';

const sketch: ModelSketch = {
  routes: ['GET /a', 'GET /b', 'GET /health'],
  public: ['GET /health'],
};
const shadowOf = (routes: readonly string[] | undefined, whole = false) => {
  const file = modelFile(sketch);
  const shadow = routes && { whole, routes: rowOf(sketch.routes, routes) };
  return shadowMode(parseModel(shadow ? { ...file, shadow } : file));
};

test.each([
  ['without it', undefined, false, ['enforce', 'enforce', 'enforce'], true],
  ['of a route', ['GET /a'], false, ['shadow', 'enforce', 'enforce'], true],
  ['of the map, but for a route', ['GET /a'], true, ['shadow', 'enforce', 'shadow'], true],
  ['of the whole map', ['GET /a', 'GET /b'], true, ['shadow', 'shadow', 'shadow'], false],
] as const)('%s', (_, routes, whole, modes, refusesAmbiguous) => {
  const { modeOf, refusesAmbiguousPaths } = shadowOf(routes, whole);
  expect(['GET /a', 'GET /b', 'GET /unmapped'].map((route) => modeOf(route))).toEqual(modes);
  expect(refusesAmbiguousPaths).toBe(refusesAmbiguous);
});

describe('a route for any valid token', () => {
  const { refusesAnyToken } = shadowOf(['GET /a'], true);
  test.each<[RefusalCode, boolean]>([
    ['NO_TOKEN', true],
    ['TOKEN_EXPIRED', true],
    ['KEY_UNKNOWN', true],
    ['EVENT_MALFORMED', true],
    ['GROUP_DENIED', false],
    ['BLOCKED', false],
    ['QUOTA_EXCEEDED', false],
    ['QUOTA_STORE_UNAVAILABLE', false],
    ['TOKEN_REVOKED', false],
    ['REVOCATIONS_UNAVAILABLE', false],
  ])('%s holds there: %s', (code, holds) => {
    const [reason = ''] = REFUSALS[code].reasons;
    expect(refusesAnyToken({ code, reason } as never)).toBe(holds);
  });
});
