/**
 * Classifies each route of a live API: by its authorizer, by what each stage serves, and by what
 * the map and an attachment's record say of it. Coverage, drift check and attachment share it.
 */
import { distance } from 'fastest-levenshtein';
import { isCatchAll } from '../core/path/route-tree.ts';
import { absentRule, hasNoEffect, type TakenCalls } from './absent-rule.ts';
import { apiView, stageViews, type View } from './api-views.ts';
import { classifyRoute, type ExpectedRoutes, fixOf, identityOf } from './classify-route.ts';
import type { LiveApi } from './live-api.ts';
import { type ClassifiedRoute, isDrift, ROUTE_STATES, type RouteState } from './route-states.ts';
import { servingRoutes } from './serving-route.ts';

/** All routes of the API and of its stages, and those of the map that it lacks; sorted by key. */
export function classifyRoutes(api: LiveApi, expected: ExpectedRoutes): readonly ClassifiedRoute[] {
  const states = classifyView(apiView(api), api.kind, expected);
  const stages = stageViews(api, expected.stage).map(({ stage, isCanary, view }) => ({
    stage,
    isCanary,
    states: classifyView(view, api.kind, expected),
  }));
  const keys = new Set(
    [states, ...stages.map((stage) => stage.states)].flatMap((of) => [...of.keys()]),
  );
  return [...keys].toSorted().map((key) => {
    const served = stages.flatMap(({ stage, isCanary, states: of }) => {
      const state = of.get(key);
      return state === undefined ? [] : [{ stage, isCanary, state }];
    });
    return { key, state: withStages(olderStage(states.get(key), api, expected), served, expected) };
  });
}

/**
 * The control plane does not return what the deployments of an HTTP API contain, so any outdated
 * one counts.
 */
function olderStage(
  state: RouteState | undefined,
  { kind, stages }: LiveApi,
  expected: ExpectedRoutes,
): RouteState | undefined {
  const outdated = stages.find(({ current }) => !current);
  if (kind === 'rest' || outdated === undefined || state === undefined) return state;
  const mayBeUnprotected = state.kind === 'public' || state.acceptedBy === 'attachTo.onUnmapped';
  if (mayBeUnprotected || isDrift(state)) return state;
  const { name } = outdated;
  const detail = `stage ${name} serves an older deployment`;
  return { kind: 'stale', stage: name, detail, fix: fixOf('publish', expected) };
}

export interface ClassifiedStage {
  readonly stage: string;
  /** Whether its canary is meant, which a share of its callers gets. */
  readonly isCanary: boolean;
  /** Routes that it serves otherwise than the map and what is accepted say. */
  readonly drift: readonly ClassifiedRoute[];
  /** Whether some route of it invokes our authorizer. */
  readonly invokesOurs: boolean;
}

/** REST: the stages that are not ours to publish, each by itself. */
export const classifyOtherStages = (
  api: LiveApi,
  expected: ExpectedRoutes,
): readonly ClassifiedStage[] =>
  stageViews(api, expected.stage)
    .filter(({ stage }) => stage !== expected.stage)
    .map(({ stage, isCanary, view }) => {
      const states = [...classifyView(view, api.kind, expected)];
      const isLeft = isAccepted(stage, expected);
      return {
        stage,
        isCanary,
        drift: states
          .map(([key, state]) => ({ key, state }))
          .filter(({ state }) => !isLeft && isReached(state)),
        invokesOurs: [...view.values()].some(
          (route) => identityOf(route, api.kind, expected).kind === 'ours',
        ),
      };
    });

interface Served {
  readonly stage: string;
  readonly isCanary: boolean;
  readonly state: RouteState;
}

const isReached = (state: RouteState): boolean => isDrift(state) && state.kind !== 'missing';

/** Clients call what a stage serves, however the API has changed since. */
function withStages(
  own: RouteState | undefined,
  served: readonly Served[],
  expected: ExpectedRoutes,
): RouteState {
  if (own !== undefined && isReached(own)) return own;
  const found = served
    .filter(({ state }) => isReached(state))
    .map((one) => servedOtherwise(one, expected));
  const stale = found.find(isDrift);
  if (stale !== undefined) return stale;
  if (own !== undefined && isDrift(own)) return own;
  return found[0] ?? own ?? served[0]?.state ?? { kind: 'missing' };
}

function servedOtherwise({ stage, isCanary, state }: Served, expected: ExpectedRoutes): RouteState {
  const { says } = ROUTE_STATES[state.kind];
  const which = isCanary ? `the canary of stage ${stage}` : `stage ${stage}`;
  const detail = `${which} serves it with ${says}${state.detail ? `: ${state.detail}` : ''}`;
  const isOwn = stage === expected.stage;
  if (!isOwn && isAccepted(stage, expected))
    return { kind: 'accepted', acceptedBy: 'attachTo.otherStages', stage, detail };
  const ownFix = isCanary ? 'canary' : 'publish';
  return { kind: 'stale', stage, detail, fix: fixOf(isOwn ? ownFix : 'otherStage', expected) };
}

/** Without a stage of ours, none is another one. */
const isAccepted = (stage: string, { otherStages, stage: own }: ExpectedRoutes): boolean =>
  typeof otherStages === 'string'
    ? otherStages === 'leave' && own !== undefined
    : otherStages.includes(stage);

function classifyView(
  view: View,
  kind: LiveApi['kind'],
  expected: ExpectedRoutes,
): ReadonlyMap<string, RouteState> {
  const states = [...view.values()].map(
    (route) => [route.key, classifyRoute(route, kind, expected)] as const,
  );
  const mapped = [...expected.guarded, ...expected.public];
  const serving = servingRoutes(kind, new Set(view.keys()));
  const known = [...view.keys(), ...mapped];
  const absent = mapped.filter((key) => !view.has(key));
  const below = absent.map((key) => {
    const nearest = nearestTo(key, known);
    const state = belowServing(key, serving(key), { view, kind, expected });
    return [key, { ...state, ...(nearest !== undefined && { nearest }) }] as const;
  });
  return new Map<string, RouteState>([...states, ...below]);
}

interface Surroundings {
  readonly view: View;
  readonly kind: LiveApi['kind'];
  readonly expected: ExpectedRoutes;
}

/**
 * A route of the map that the API lacks. What is wrong below a catch-all route names that route.
 */
function belowServing(key: string, serving: readonly string[], around: Surroundings): RouteState {
  const candidates = serving.map((by) => {
    const state = { ...under(by, key, around), servedBy: by };
    return { key: by, state, calls: takenCalls(state), isUnmapped: state.kind === 'missing' };
  });
  const { kind, by } = absentRule(candidates);
  const fix = fixOf('routes', around.expected);
  if (kind === 'missing') return { kind, fix };
  if (kind === 'dead' && !isCatchAll(by.key))
    return { kind: 'missing', detail: hasNoEffect(by.key), fix };
  return by.state;
}

function takenCalls(state: RouteState): TakenCalls {
  if (isReached(state)) return 'open';
  return state.kind === 'accepted' ? 'accepted' : 'decided';
}

function under(by: string, key: string, { view, kind, expected }: Surroundings): RouteState {
  const route = view.get(by);
  if (route === undefined) return { kind: 'missing' };
  const isMapped = expected.guarded.has(by) || expected.public.has(by);
  if (!isMapped && identityOf(route, kind, expected).kind === 'ours')
    return {
      kind: 'missing',
      detail: `\`${by}\` is not in the map`,
      fix: fixOf('map', expected),
    };
  const state = classifyRoute({ ...route, key, preflight: false }, kind, expected);
  const ownFix = isMapped && !expected.public.has(by);
  return state.fix === undefined || ownFix ? state : { ...state, fix: fixOf('map', expected) };
}

/** A typo is likely where at most two letters differ, and a quarter of the path. */
export function nearestTo(key: string, known: readonly string[]): string | undefined {
  const most = Math.min(2, Math.floor((key.length - key.indexOf(' ')) / 4));
  return known.find(
    (other) =>
      other !== key &&
      !isCatchAll(other) &&
      Math.abs(other.length - key.length) <= most &&
      distance(key.toLowerCase(), other.toLowerCase()) <= most,
  );
}
