/** No tool says good where a call reaches the back end, and each says good where none does. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { ExpectedRoutes } from '../../../lambda/gateway/judge-route.ts';
import type { LiveApi, LiveAuthorizer, LiveStage } from '../../../lambda/gateway/live-api.ts';
import { judgeRoutes } from '../../../lambda/gateway/route-state.ts';
import type { RouteState } from '../../../lambda/gateway/route-states.ts';
import { sized } from '../../support/tier.ts';
import {
  type Call,
  callsOf,
  type Deployment,
  type Guard,
  passes,
  routeOf,
  type World,
  worlds,
} from './gateway-model.ts';

const ARN = 'arn:aws:lambda:us-east-1:111122223333:function:orders';
const CALLS: readonly Call[] = ['without token', 'without group'];
const TYPES: Readonly<Record<Guard, string>> = {
  none: 'NONE',
  mock: 'NONE',
  ours: 'CUSTOM',
  lambda: 'CUSTOM',
  jwt: 'JWT',
  iam: 'AWS_IAM',
  pool: 'COGNITO_USER_POOLS',
};
const AUTHORIZERS: readonly LiveAuthorizer[] = [
  { id: 'ours', name: 'groups', type: 'REQUEST', invokes: ARN },
  { id: 'lambda', name: 'legacy', type: 'REQUEST', invokes: `${ARN}-dev` },
  { id: 'jwt', name: 'acme', type: 'JWT' },
  { id: 'pool', name: 'pool', type: 'COGNITO_USER_POOLS' },
];
const authorizerOf = (guard: Guard): LiveAuthorizer | undefined =>
  AUTHORIZERS.find(({ id }) => id === guard);

function apiOf({ kind, now, stages }: World): LiveApi {
  return {
    kind,
    id: 'a1b2c3d4e5',
    name: 'orders',
    routes: Object.entries(now).map(([key, guard]) => ({
      key,
      locator: key,
      authorization: {
        type: TYPES[guard],
        scopes: [],
        ...(authorizerOf(guard) && { authorizerId: guard }),
      },
      apiKeyRequired: false,
      preflight: guard === 'mock',
    })),
    authorizers: AUTHORIZERS,
    stages: Object.entries(stages).map(([name, serves]): LiveStage => {
      const routes = Object.entries(serves);
      return {
        name,
        autoDeploy: false,
        canary: false,
        current: false,
        served: new Map(routes.map(([key, guard]) => [key, TYPES[guard]])),
        exported: new Map(
          routes.map(([key, guard]) => {
            const found = authorizerOf(guard);
            const lambda = found?.type === 'REQUEST' ? { authorizer: found } : {};
            return [key, { integration: '', preflight: guard === 'mock', ...lambda }];
          }),
        ),
      };
    }),
    pendingEdits: [],
  };
}

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

/** What the API would serve once it is deployed counts as a stage. */
const servedBy = ({ now, stages }: World): readonly (readonly [string, Deployment])[] => [
  ['', now],
  ...Object.entries(stages),
];

const isLeft = (stage: string, { otherStages }: World): boolean =>
  stage !== '' &&
  stage !== 'prod' &&
  (otherStages === 'leave' || (otherStages !== 'fail' && otherStages.includes(stage)));

/** Whether the map accepts that what stands before this route is somebody else's, or nothing. */
function isAccepted(world: World, key: string, guard: Guard): boolean {
  const { guarded, recorded, replace, accepted, onUnmapped } = world;
  if (recorded.has(key) || replace.has(key)) return false;
  if (guarded.has(key)) return guard !== 'none' && accepted.has(key);
  return guard === 'none' ? onUnmapped === 'leave' : true;
}

/** Stages on which some call of the key reaches the back end, though neither public nor accepted. */
function leaks(world: World, key: string): readonly string[] {
  return servedBy(world)
    .filter(([stage, serves]) => {
      if (isLeft(stage, world) || world.public.has(key)) return false;
      return callsOf(key).some(([method, path]) => {
        const taken = routeOf(world.kind, serves, method, path);
        if (taken === undefined) return false;
        // What the map does not have is judged by the route that takes it.
        if (taken !== key && (serves[key] !== undefined || !world.guarded.has(key))) return false;
        const guard = serves[taken] ?? 'mock';
        return CALLS.some((call) => passes(guard, call, false)) && !isAccepted(world, key, guard);
      });
    })
    .map(([stage]) => stage);
}

const isGood = ({ kind }: RouteState): boolean =>
  ['ours', 'public', 'preflight', 'accepted'].includes(kind);

function compare(world: World): void {
  const judged = new Map(
    judgeRoutes(apiOf(world), expectedOf(world)).map(({ key, state }) => [key, state]),
  );
  const keys = new Set([
    ...servedBy(world).flatMap(([, serves]) => Object.keys(serves)),
    ...world.guarded,
    ...world.public,
  ]);
  expect([...judged.keys()].toSorted()).toEqual([...keys].toSorted());
  const wrong = [...judged].flatMap(([key, state]) => {
    const found = leaks(world, key);
    // A route that nobody serves is neither: its rule is dead, and nothing is open by it.
    if (state.kind === 'missing') return [];
    return isGood(state) === (found.length === 0) ? [] : [{ key, state, found }];
  });
  expect(wrong.slice(0, 3)).toEqual([]);
}

describe.each(['http', 'rest'] as const)('a %s API of random routes in all states', (kind) => {
  test('of 500 routes: good is what no call gets through, and nothing else', () => {
    // Not shrunk: the next test has small worlds.
    for (const world of fc.sample(worlds(kind, 500), sized(2, 1))) compare(world);
  });

  test('of few routes, so that a fault is told by a small world', () => {
    fc.assert(fc.property(worlds(kind, 6), compare), { numRuns: sized(300, 60) });
  });

  test('every state occurs', () => {
    const kinds = fc
      .sample(worlds(kind, 8), { numRuns: 400, seed: 7 })
      .flatMap((world) => judgeRoutes(apiOf(world), expectedOf(world)))
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
