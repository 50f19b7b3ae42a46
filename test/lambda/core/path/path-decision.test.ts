/** Whether a path that may mean another route is refused, for one caller. */
import { describe, expect, test } from '@jest/globals';
import { entitlementsOf } from '../../../../lambda/core/decision/entitlements.ts';
import { parseModel } from '../../../../lambda/core/model/load-model.ts';
import type { ShadowFile } from '../../../../lambda/core/model/model-file.ts';
import type { PathVerdict } from '../../../../lambda/core/path/evaluate-path.ts';
import { pathRefusals } from '../../../../lambda/core/path/path-decision.ts';
import { type ModelSketch, modelFile, rowOf } from '../../../support/model.ts';

const ID = 'GET /orders/{id}';
const EXPORT = 'GET /orders/export';
const minute = { id: 'minute', per: 'minute', limit: 10 } as const;
const sketch: ModelSketch = {
  routes: [ID, EXPORT, 'GET /orders/help', 'POST /orders/{id}', 'DELETE /orders/{id}'],
  public: ['GET /orders/help'],
  quotas: [
    { name: 'much', windows: [{ ...minute, limit: 100 }] },
    { name: 'little', windows: [minute] },
  ],
  groups: {
    readers: { allow: [ID, 'POST /orders/{id}'] },
    both: { allow: [ID, EXPORT] },
    paying: { allow: [ID], quota: 'much' },
    exporting: { allow: [EXPORT], quota: 'little' },
    same: { allow: [ID, EXPORT], quota: 'much' },
  },
};
const verdict = (over: Partial<PathVerdict> = {}): PathVerdict => ({
  ...{ route: ID, needs: [], misses: [], odd: [], unbounded: false },
  ...over,
});
const may = (route: string): PathVerdict => verdict({ needs: [{ route, by: ['case'] }] });

interface Asked {
  readonly arrived?: string;
  readonly groups?: readonly string[];
  readonly shadow?: ShadowFile;
}
function refusal(of: PathVerdict, { arrived = ID, groups, shadow }: Asked = {}) {
  const held = parseModel({ ...modelFile(sketch), ...(shadow && { shadow }) });
  const caller =
    groups &&
    entitlementsOf(held, { kind: 'user', uid: '00u1', cid: '0oa1web', groups, scopes: [] });
  return pathRefusals(held).read(of, arrived, caller);
}
const reasonOf = (...asked: Parameters<typeof refusal>) => refusal(...asked)?.refusal.reason;

describe('a path that may mean another route', () => {
  test.each<[string, string, readonly string[] | undefined, string | undefined]>([
    ['that the caller may not call', EXPORT, ['readers'], 'closed_route'],
    ['that the caller may call as well', EXPORT, ['both'], undefined],
    ['at another price', EXPORT, ['paying', 'exporting'], 'closed_route'],
    ['at the same price', EXPORT, ['same'], undefined],
    ['that is free, beside one that costs', EXPORT, ['paying', 'both'], undefined],
    ['that is public', 'GET /orders/help', ['readers'], undefined],
    ['that is public, without a token', 'GET /orders/help', undefined, undefined],
    ['without a token', EXPORT, undefined, 'closed_route'],
  ])('%s', (_, route, groups, reason) => {
    expect(reasonOf(may(route), { ...(groups && { groups }) })).toBe(reason);
  });

  test('names how it is read, and where the request arrived', () => {
    expect(refusal(may(EXPORT), { groups: ['readers'], arrived: 'GET /{proxy+}' })).toEqual({
      refusal: { code: 'PATH_REFUSED', reason: 'closed_route' },
      ...{ holdsInShadow: true, forAll: false },
      reading: { on: 'GET /{proxy+}', by: ['case'], routes: [EXPORT] },
    });
  });

  test('by another method is reported as such, of a POST alone', () => {
    const named = verdict({
      route: 'POST /orders/{id}',
      needs: [{ route: 'DELETE /orders/{id}', by: ['method'] }],
    });
    const groups = ['readers'];
    expect(reasonOf(named, { groups, arrived: 'POST /orders/{id}' })).toBe('method_override');
    expect(reasonOf(named, { groups, arrived: 'HEAD /orders/{id}' })).toBe('closed_route');
  });
});

describe('in shadow mode', () => {
  const shadowOf = (...routes: readonly string[]): ShadowFile => ({
    routes: rowOf(sketch.routes, routes),
  });
  test('of the route that it arrives on, an enforced one beside it stays closed', () => {
    const asked = { groups: ['readers'], shadow: shadowOf(ID) };
    expect(refusal(may(EXPORT), asked)).toMatchObject({ holdsInShadow: true });
  });

  test('of both, it is recorded and not held', () => {
    const asked = { groups: ['readers'], shadow: shadowOf(ID, EXPORT) };
    expect(refusal(may(EXPORT), asked)).toMatchObject({ holdsInShadow: false });
  });

  test('of the other alone, nothing is refused', () => {
    expect(refusal(may(EXPORT), { groups: ['readers'], shadow: shadowOf(EXPORT) })).toBeUndefined();
  });

  test('a quota refuses nobody, so that it opens nothing that costs elsewhere', () => {
    const groups = ['paying', 'exporting'];
    expect(refusal(may(EXPORT), { groups, shadow: shadowOf(ID) })).toMatchObject({
      holdsInShadow: true,
    });
    expect(reasonOf(may(EXPORT), { groups: ['same'], shadow: shadowOf(ID) })).toBe('closed_route');
  });
});

describe('what no caller may send', () => {
  test.each<[string, Partial<PathVerdict>, string, string | undefined]>([
    ['more readings than are followed', { unbounded: true }, ID, 'too_many_readings'],
    ['an odd value', { odd: ['dots'] }, ID, 'ambiguous_parameter'],
    ['an odd path', { odd: ['dots'] }, 'GET $default', 'ambiguous_path'],
    ['an odd path of a greedy route', { odd: ['nul'] }, 'GET /{proxy+}', 'ambiguous_path'],
    ['a reading that is no route', { misses: [['matrix']] }, ID, 'ambiguous_parameter'],
    ['a method that is no route', { misses: [['method']] }, ID, 'method_override'],
    ['both', { misses: [['method'], ['matrix']] }, ID, 'ambiguous_parameter'],
    [
      'of a route that the map has not, readings are none of the map’s',
      { route: 'GET /x', misses: [['matrix']] },
      'GET $default',
      undefined,
    ],
  ])('%s', (_, over, arrived, reason) => {
    const found = refusal(verdict(over), { arrived, groups: ['both'] });
    expect(found?.refusal.reason).toBe(reason);
    if (found) expect(found).toMatchObject({ forAll: true, holdsInShadow: true });
  });
});

test('what cannot be read is refused unless the whole map is in shadow mode', () => {
  const unevaluated = (shadow?: ShadowFile) =>
    pathRefusals(parseModel({ ...modelFile(sketch), ...(shadow && { shadow }) })).unevaluated;
  const routes = rowOf(sketch.routes, sketch.routes);
  expect(unevaluated()).toMatchObject({ holdsInShadow: true, forAll: false });
  expect(unevaluated({ routes })).toMatchObject({ holdsInShadow: true });
  expect(unevaluated({ routes, whole: true })).toMatchObject({ holdsInShadow: false });
});
