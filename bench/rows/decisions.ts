/** One decision for a known caller, and what the client answers in the browser. */

import { matchRoute } from '../../client/src/match-route.ts';
import { otherReadings } from '../../client/src/path-readings.ts';
import { routeIndex } from '../../client/src/route-index.ts';
import { decide } from '../../lambda/core/decision/decide.ts';
import { entitlementsOf } from '../../lambda/core/decision/entitlements.ts';
import { hasBit } from '../../lambda/core/model/bits.ts';
import { parseModel } from '../../lambda/core/model/load-model.ts';
import type { AccessModel } from '../../lambda/core/model/model.ts';
import { AccessMap } from '../../lib/access-map/index.ts';
import { largeMap } from '../../test/support/large-map.ts';
import { compare, inProcess } from '../side-by-side.ts';
import type { Bench, Row } from './row.ts';

const HELD = 100;

export async function decisionRows({ rounds }: Bench): Promise<readonly Row[]> {
  const model = largeModel(1_000, 100);
  const entitlements = entitlementsOf(model, {
    ...{ kind: 'user', uid: '00u1', cid: '0oa1web', scopes: [] },
    groups: Array.from({ length: HELD }, (_, n) => `team-${n}`),
  });
  const decided = model.routes.map(({ key }) => key);
  const ask = (effect: 'allow' | 'deny') => {
    const routes = decided.filter((key) => decide(model, entitlements, key).effect === effect);
    let turn = 0;
    return () => decide(model, entitlements, routes[turn++ % routes.length] ?? '');
  };
  let turn = 0;
  const lookUp = (): boolean =>
    hasBit(entitlements.allowed, model.routeIndex.get(decided[turn++ % decided.length] ?? '') ?? 0);
  const [allowed, denied] = await compare(
    [
      inProcess('look-up', lookUp),
      inProcess('allow', ask('allow')),
      inProcess('deny', ask('deny')),
    ],
    rounds,
  );
  const row = { comparedWith: 'one look-up and one bit', value: Number.NaN, noise: 0 };
  return [
    { ...row, name: 'decision, allowed', goal: 2.9, bound: 2.9, before: '2.3-2.9', ...allowed },
    { ...row, name: 'decision, denied', goal: 2.9, bound: 2.9, before: '5.7-6.7', ...denied },
    ...(await clientRows(decided, rounds)),
  ];
}

/** `canPath` of the client: how it grows with the routes. */
async function clientRows(routes: readonly string[], rounds: number): Promise<readonly Row[]> {
  const few = routes.slice(0, 10);
  const [ratio] = await compare(
    [inProcess('10 routes', asking(few)), inProcess('1,000 routes', asking(routes))],
    rounds,
  );
  return [
    {
      ...{ name: '`canPath` of the client, 1,000 routes', comparedWith: 'the same with 10 routes' },
      ...{ goal: 2, bound: 2, before: '74', value: Number.NaN, noise: 0, ...ratio },
    },
  ];
}

const PATH = '/service-0/42/items';

function asking(routes: readonly string[]): () => boolean {
  const index = routeIndex(routes);
  return () => {
    const near = index('GET', PATH);
    const route = matchRoute(near, 'GET', PATH);
    return route !== undefined && otherReadings(near, route, PATH).length === 0;
  };
}

function largeModel(groups: number, services: number): AccessModel {
  const { map } = AccessMap.checkText(largeMap(groups, services), 'bench.yaml');
  if (!map) throw new Error('the map of the benchmark is not valid');
  return parseModel(map.model);
}
