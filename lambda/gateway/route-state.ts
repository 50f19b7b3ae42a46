/** Classifies each route of a live API by its authorizer. */
import type { LiveApi, LiveRoute, LiveStage } from './live-api.ts';

/** The names of all authorizers that this product creates start like this. */
export const OWN_AUTHORIZER_NAME = /^okta-groups-/;

export type RouteState =
  | { readonly kind: 'ours' }
  /** No authorizer, as the access map says. */
  | { readonly kind: 'public' }
  /** The gateway itself answers: there is nothing to protect. */
  | { readonly kind: 'preflight' }
  | { readonly kind: 'unprotected'; readonly mapped: boolean }
  | { readonly kind: 'foreign'; readonly authorizer: string }
  /** The API has an authorizer here, but the stage serves a deployment without one. */
  | { readonly kind: 'stale'; readonly stage: string };

export interface ClassifiedRoute {
  readonly route: LiveRoute;
  readonly state: RouteState;
}

export interface ExpectedRoutes {
  /** Routes of the access map that need an authorizer. */
  readonly guarded: ReadonlySet<string>;
  readonly public: ReadonlySet<string>;
  /** Id of our authorizer; absent: any whose name is one of ours. */
  readonly authorizerId?: string;
}

export function classifyRoutes(api: LiveApi, expected: ExpectedRoutes): readonly ClassifiedRoute[] {
  const ours = new Set(
    api.authorizers
      .filter(
        ({ id, name }) => (expected.authorizerId ?? id) === id && OWN_AUTHORIZER_NAME.test(name),
      )
      .map(({ id }) => id),
  );
  return api.routes.map((route) => ({ route, state: classify(route, api, expected, ours) }));
}

function classify(
  route: LiveRoute,
  api: LiveApi,
  expected: ExpectedRoutes,
  ours: ReadonlySet<string>,
): RouteState {
  const { type, authorizerId } = route.authorization;
  if (route.preflight && !expected.guarded.has(route.key)) return { kind: 'preflight' };
  if (type === 'NONE') {
    if (expected.public.has(route.key)) return { kind: 'public' };
    return { kind: 'unprotected', mapped: expected.guarded.has(route.key) };
  }
  const stage = api.stages.find((one) => servesWithout(one, route.key));
  if (stage !== undefined && !expected.public.has(route.key))
    return { kind: 'stale', stage: stage.name };
  if (authorizerId !== undefined && ours.has(authorizerId)) return { kind: 'ours' };
  return { kind: 'foreign', authorizer: describeAuthorizer(type, authorizerId, api) };
}

/**
 * The control plane does not return what the deployments of an HTTP API contain, so any outdated
 * deployment counts.
 */
function servesWithout({ served, current }: LiveStage, key: string): boolean {
  if (served === undefined) return !current;
  // A method that the stage does not serve cannot be called.
  return served.get(key) === 'NONE';
}

/** `AWS_IAM`, or a type with the authorizer's name: `JWT acme`. */
export function describeAuthorizer(
  type: string,
  authorizerId: string | undefined,
  api: Pick<LiveApi, 'authorizers'>,
): string {
  const name = api.authorizers.find(({ id }) => id === authorizerId)?.name;
  return name === undefined ? type : `${type} ${name}`;
}

/**
 * Routes that can be called without authorizer although the access map does not list them as
 * public.
 */
export const unprotected = (routes: readonly ClassifiedRoute[]): readonly ClassifiedRoute[] =>
  routes.filter(({ state }) => state.kind === 'unprotected' || state.kind === 'stale');
