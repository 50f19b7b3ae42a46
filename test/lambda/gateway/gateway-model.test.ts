/** No tool says good where a call reaches the back end, and each says good where none does. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { ExpectedRoutes } from '../../../lambda/gateway/classify-route.ts';
import { classifyRoutes } from '../../../lambda/gateway/route-state.ts';
import type { RouteState } from '../../../lambda/gateway/route-states.ts';
import { sized } from '../../support/tier.ts';
import { type World, worlds } from './gateway-model.ts';
import { ARN, apiOf, leaks, servedBy } from './modelled-api.ts';

const expectedOf = (world: World): ExpectedRoutes => ({
  guarded: world.guarded,
  public: world.public,
  authorizer: { invokes: ARN },
  attachment: {
    recorded: world.recorded,
    replace: world.replace,
    onUnmapped: world.onUnmapped,
  },
  acceptedForeign: world.accepted,
  ...(world.kind === 'rest' && { stage: 'prod' }),
  otherStages: world.otherStages,
  strict: false,
});

const isGood = ({ kind }: RouteState): boolean =>
  ['ours', 'public', 'preflight', 'accepted'].includes(kind);

function compare(world: World): void {
  const classified = new Map(
    classifyRoutes(apiOf(world), expectedOf(world)).map(({ key, state }) => [key, state]),
  );
  const keys = new Set([
    ...servedBy(world).flatMap(([, serves]) => Object.keys(serves)),
    ...world.guarded,
    ...world.public,
  ]);
  expect([...classified.keys()].toSorted()).toEqual([...keys].toSorted());
  const wrong = [...classified].flatMap(([key, state]) => {
    const found = leaks(world, key);
    // A route that nobody serves is neither: its rule is dead, and nothing is open by it.
    if (state.kind === 'missing') return [];
    return isGood(state) === (found.length === 0) ? [] : [{ key, state, found }];
  });
  expect(wrong.slice(0, 3)).toEqual([]);
}

const MANY = sized(500, 200);

describe.each(['http', 'rest'] as const)('a %s API of random routes in all states', (kind) => {
  test(`of ${MANY} routes: good is what no call gets through, and nothing else`, () => {
    // Not shrunk: the next test has small worlds.
    for (const world of fc.sample(worlds(kind, MANY), sized(2, 1))) compare(world);
  });

  test('of few routes, so that a fault is told by a small world', () => {
    fc.assert(fc.property(worlds(kind, 6), compare), { numRuns: sized(300, 25) });
  });

  test('every state occurs', () => {
    const kinds = fc
      .sample(worlds(kind, 8), { numRuns: 400, seed: 7 })
      .flatMap((world) => classifyRoutes(apiOf(world), expectedOf(world)))
      .map(({ state }) => state.kind);
    const expected = [
      'accepted',
      'foreign',
      'missing',
      'ours',
      'public',
      'taken back',
      'unprotected',
    ];
    expect([...new Set(kinds)].toSorted()).toEqual(
      (kind === 'http' ? expected : [...expected, 'preflight', 'stale']).toSorted(),
    );
  });
});
