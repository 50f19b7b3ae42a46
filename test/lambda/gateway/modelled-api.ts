/** The world of the model as the control plane shows it, and what of it leaks. */
import type { LiveApi, LiveAuthorizer, LiveStage } from '../../../lambda/gateway/live-api.ts';
import { attachedSettings } from '../../../lambda/gateway/own-authorizer.ts';
import {
  type Call,
  callsOf,
  type Deployment,
  type Guard,
  passes,
  routeOf,
  type World,
} from './gateway-model.ts';

export const ARN = 'arn:aws:lambda:us-east-1:111122223333:function:orders';
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
const authorizersOf = (kind: World['kind']): readonly LiveAuthorizer[] => [
  {
    id: 'ours',
    name: 'okta-groups-11111111',
    type: 'REQUEST',
    invokes: ARN,
    ...attachedSettings(kind, false),
  },
  { id: 'lambda', name: 'legacy', type: 'REQUEST', invokes: `${ARN}-dev` },
  { id: 'jwt', name: 'acme', type: 'JWT' },
  { id: 'pool', name: 'pool', type: 'COGNITO_USER_POOLS' },
];

const typesOf = (serves: Deployment): ReadonlyMap<string, string> =>
  new Map(Object.entries(serves).map(([key, guard]) => [key, TYPES[guard]]));

export function apiOf({
  kind,
  now,
  stages,
  canaries,
}: Pick<World, 'kind' | 'now' | 'stages' | 'canaries'>): LiveApi {
  const authorizers = authorizersOf(kind);
  const authorizerOf = (guard: Guard) => authorizers.find(({ id }) => id === guard);
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
    authorizers,
    stages: Object.entries(stages).map(([name, serves]): LiveStage => {
      const routes = Object.entries(serves);
      return {
        name,
        autoDeploy: false,
        canary: canaries[name] !== undefined,
        current: false,
        served: typesOf(serves),
        ...(canaries[name] && {
          canaryServes: { current: false, served: typesOf(canaries[name]), untyped: new Set() },
        }),
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

/** What the API would serve once it is deployed counts as a stage. */
export const servedBy = ({
  now,
  stages,
  canaries,
}: World): readonly (readonly [string, Deployment])[] => [
  ['', now],
  ...Object.entries(stages),
  ...Object.entries(canaries),
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

/**
 * Stages on which some call of the key reaches the back end, though neither public nor accepted.
 */
export function leaks(world: World, key: string): readonly string[] {
  return servedBy(world)
    .filter(([stage, serves]) => {
      if (isLeft(stage, world) || world.public.has(key)) return false;
      return callsOf(key).some(([method, path]) => {
        const taken = routeOf(world.kind, serves, method, path);
        if (taken === undefined) return false;
        // What the map does not have is evaluated by the route that takes it.
        if (taken !== key && (serves[key] !== undefined || !world.guarded.has(key))) return false;
        const guard = serves[taken] ?? 'mock';
        return CALLS.some((call) => passes(guard, call, false)) && !isAccepted(world, key, guard);
      });
    })
    .map(([stage]) => stage);
}
