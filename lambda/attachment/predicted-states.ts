/** The API as an attachment will leave it, classified as `coverage` would classify it. Pure. */
import type { PriorAuthorization } from '../core/contract/attachment-record.ts';
import type { AttachmentRequest } from '../core/contract/attachment-request.ts';
import type { ExpectedRoutes } from '../gateway/classify-route.ts';
import { joinWithLimit, type LiveApi, type LiveAuthorizer } from '../gateway/live-api.ts';
import {
  type ClassifiedStage,
  classifyOtherStages,
  classifyRoutes,
} from '../gateway/route-state.ts';
import { type ClassifiedRoute, isDrift, ROUTE_STATES } from '../gateway/route-states.ts';
import {
  type AttachmentState,
  hasOurAuthorizer,
  isOfAnotherAttachment,
} from './attachment-state.ts';
import { expectedRoutes } from './expected-routes.ts';

export interface PredictedStates {
  readonly routes: readonly ClassifiedRoute[];
  /** REST: stages that the attachment does not publish. */
  readonly stages: readonly ClassifiedStage[];
}

/** @param attach keys of the routes that are to carry our authorizer. */
export function predictStates(
  request: AttachmentRequest,
  { api, record, ours }: AttachmentState,
  { attach, invokes }: { readonly attach: readonly string[]; readonly invokes: string | undefined },
): PredictedStates {
  // The endpoint's own route is created later.
  const { endpoint: _, ...withoutEndpoint } = request;
  const expected = expectedRoutes(withoutEndpoint, record, invokes);
  const wanted = new Set(attach);
  const restored = api.routes.flatMap((route) => {
    const prior = record.routes[route.key];
    const goes = prior !== undefined && !wanted.has(route.key) && hasOurAuthorizer(route, ours);
    return goes ? [[route.key, prior] as const] : [];
  });
  const changes = { wanted, restored: new Map(restored) };
  const after = { ...expected, ...attachmentAfterwards(expected, api, changes) };
  return {
    routes: classifyRoutes(afterwards(api, changes, expected), after),
    stages: classifyOtherStages(api, after),
  };
}

interface Changes {
  readonly wanted: ReadonlySet<string>;
  /** Routes that get back what they had. */
  readonly restored: ReadonlyMap<string, PriorAuthorization>;
}

/**
 * The record lists what the attachment leaves with our authorizer. What an owner has taken back
 * without agreement counts as if it stayed there: it stops the attachment.
 */
function attachmentAfterwards(
  { attachment, acceptedForeign }: ExpectedRoutes,
  { routes }: LiveApi,
  { wanted, restored }: Changes,
): Pick<ExpectedRoutes, 'attachment'> {
  if (attachment === undefined) return {};
  const takenBack = routes
    .filter(({ key, authorization }) => authorization.type !== 'NONE' && !restored.has(key))
    .map(({ key }) => key)
    .filter((key) => attachment.recorded.has(key) && !acceptedForeign.has(key));
  return { attachment: { ...attachment, recorded: new Set([...wanted, ...takenBack]) } };
}

/** Stages are left out: that they are published follows. */
function afterwards(
  api: LiveApi,
  { wanted, restored }: Changes,
  { authorizer: { name = '', invokes, settings } }: ExpectedRoutes,
): LiveApi {
  const own: LiveAuthorizer = {
    id: 'planned',
    name,
    type: 'REQUEST',
    ...(invokes !== undefined && { invokes }),
    ...settings,
  };
  const authorization = { type: 'CUSTOM', authorizerId: own.id, scopes: [] };
  return {
    ...api,
    stages: [],
    authorizers: [...api.authorizers, own],
    routes: api.routes.map((route) => {
      const prior = restored.get(route.key);
      if (prior !== undefined) return { ...route, authorization: prior };
      return wanted.has(route.key) ? { ...route, authorization, preflight: false } : route;
    }),
  };
}

/** Sentences; each forbids the attachment. */
export const predictedProblems = (
  { acceptedForeign }: AttachmentRequest,
  now: AttachmentState,
  { routes, stages }: PredictedStates,
): readonly string[] => {
  const { id, name } = now.api;
  const api = `API \`${id}\` (${name})`;
  const accepted = new Set(acceptedForeign);
  const others = routes.filter(
    ({ key, state }) => ['foreign', 'taken back'].includes(state.kind) && !accepted.has(key),
  );
  return [
    ...missingProblem(routes, api),
    ...foreignProblem(
      others.filter((route) => isForeign(route, now)),
      api,
    ),
    ...servedProblem(
      routes.filter((route) => isUnguarded(route, others)),
      api,
    ),
    ...stages.filter(({ drift }) => drift.length > 0).map((stage) => stageProblem(stage, api)),
  ];
};

/**
 * Another attachment has a sentence of its own. A route that we give back to its owner has none.
 */
function isForeign({ key, state }: ClassifiedRoute, now: AttachmentState): boolean {
  const route = now.api.routes.find((one) => one.key === key);
  return (
    state.servedBy === undefined && !(route !== undefined && isOfAnotherAttachment(route, now))
  );
}

function missingProblem(routes: readonly ClassifiedRoute[], api: string): readonly string[] {
  const missing = routes.filter(({ state }) => state.kind === 'missing');
  if (missing.length === 0) return [];
  const hints = missing.flatMap(({ key, state: { detail, nearest } }) => [
    ...(detail === undefined ? [] : [`\`${key}\`: ${detail}`]),
    ...(nearest === undefined ? [] : [`for \`${key}\` did you mean \`${nearest}\`?`]),
  ]);
  const more = hints.length === 0 ? '' : ` (${hints.slice(0, 8).join('; ')})`;
  return [
    `expected the map's routes on ${api}, found no ${joinWithLimit(missing.map(({ key }) => key))} there${more}: correct \`routes\`, or the API's id`,
  ];
}

function foreignProblem(others: readonly ClassifiedRoute[], api: string): readonly string[] {
  if (others.length === 0) return [];
  const texts = others.map(({ key, state: { kind, detail } }) =>
    kind === 'taken back' ? `${key} (taken back: ${detail})` : `${key} (${detail})`,
  );
  return [
    `expected our authorizer, or none, on the routes of ${api} that need one, found another on ${joinWithLimit(texts)}: list the routes under \`attachTo.replace\`, or under \`api.accept.foreign\` where the other may stay`,
  ];
}

/** Whether the API lacks the route and another route takes its calls without our authorizer. */
const isUnguarded = ({ state }: ClassifiedRoute, others: readonly ClassifiedRoute[]): boolean =>
  state.servedBy !== undefined &&
  state.kind !== 'missing' &&
  isDrift(state) &&
  !others.some(({ key }) => key === state.servedBy);

function servedProblem(routes: readonly ClassifiedRoute[], api: string): readonly string[] {
  if (routes.length === 0) return [];
  const texts = routes.map(
    ({ key, state: { kind, servedBy } }) => `${key} (${ROUTE_STATES[kind].says} on ${servedBy})`,
  );
  return [
    `expected our authorizer before every route of the map on ${api}, found ${joinWithLimit(texts)}: add the route that serves them to \`routes\`, or let the owner give them routes of their own`,
  ];
}

function stageProblem({ stage, isCanary, drift }: ClassifiedStage, api: string): string {
  const texts = drift.map(({ key, state: { kind, detail } }) =>
    detail === undefined
      ? `${key} (${ROUTE_STATES[kind].says})`
      : `${key} (${ROUTE_STATES[kind].says}: ${detail})`,
  );
  const [which, what] = isCanary
    ? ['the canary of the stage', 'promote or delete the canary']
    : ['the stage', 'delete the stage'];
  return `expected every stage of ${api} to serve the map's routes with our authorizer, found that ${which} \`${stage}\` serves ${joinWithLimit(texts)}: ${what}, or accept it by \`attachTo.otherStages: [${stage}]\` and let its owner deploy it after the attachment`;
}
