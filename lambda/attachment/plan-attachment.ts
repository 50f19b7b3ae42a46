/** What an attachment is going to do. Pure. */

import type { AttachmentRequest } from '../core/contract/attachment-request.ts';
import { describeAuthorizer } from '../gateway/classify-route.ts';
import type { Authorization, LiveRoute } from '../gateway/live-api.ts';
import { type AttachmentState, hasOurAuthorizer } from './attachment-state.ts';
import { planProblems } from './plan-problems.ts';
import { predictedProblems, predictStates } from './predicted-states.ts';
import { unmappedRoutes } from './unmapped-routes.ts';

export interface AttachmentPlan {
  /** Routes that are to carry our authorizer. */
  readonly attach: readonly string[];
  /** Routes that keep another authorizer. */
  readonly foreign: readonly { readonly key: string; readonly authorizer: string }[];
  /** Routes that the map lists as public and that have no authorizer. */
  readonly open: readonly string[];
  /** Routes that the map does not have; left unchanged. */
  readonly unmapped: readonly string[];
  /**
   * Routes that the map does not have and that a call of a guarded route may mean: the authorizer
   * refuses such a call where the map has the route's paths evaluated (`paths: usual`).
   */
  readonly spelled: readonly string[];
  /** Routes that had no authorizer before: detaching makes them unprotected again. */
  readonly reopen: readonly string[];
  /** Routes that the API lacks and another one serves, with our authorizer. */
  readonly served: readonly {
    readonly key: string;
    readonly by: string;
    readonly nearest: string | undefined;
  }[];
  /** REST: other stages that invoke our authorizer, and answer 500 once this stack is deleted. */
  readonly stagesAfterDetach: readonly string[];
  /** Sentences; any of them forbids the attachment. */
  readonly problems: readonly string[];
}

interface Candidate {
  readonly route: LiveRoute;
  /** What the map says of the route; undefined: nothing. */
  readonly mapped: 'guarded' | 'public' | undefined;
  /** How the route was authorized before us. */
  readonly base: Authorization;
}

/** @param invokes ARN of what our authorizer invokes; undefined: its name tells. */
export function planAttachment(
  request: AttachmentRequest,
  state: AttachmentState,
  invokes: string | undefined,
): AttachmentPlan {
  const candidates = candidatesOf(request, state);
  const attach = candidates.filter((one) => isWanted(one, request) && givesWay(one, request));
  const others = candidates.filter((one) => !attach.includes(one));
  const predicted = predictStates(request, state, { attach: keysOf(attach), invokes });
  const unmapped = keysOf(others.filter(({ mapped }) => mapped === undefined));
  return {
    attach: keysOf(attach),
    foreign: others
      .filter(({ base }) => base.type !== 'NONE')
      .map(({ route, base }) => ({
        key: route.key,
        authorizer: describeAuthorizer(base.type, base.authorizerId, state.api),
      })),
    open: keysOf(
      candidates.filter(({ mapped, base }) => mapped === 'public' && base.type === 'NONE'),
    ),
    unmapped,
    spelled: unmappedRoutes(request, state.api),
    reopen: keysOf(attach.filter(({ base }) => base.type === 'NONE')),
    served: predicted.routes.flatMap(({ key, state: { kind, servedBy: by, nearest } }) =>
      kind === 'ours' && by !== undefined ? [{ key, by, nearest }] : [],
    ),
    stagesAfterDetach: [
      ...new Set(predicted.stages.flatMap((one) => (one.invokesOurs ? [one.stage] : []))),
    ],
    problems: [
      ...predictedProblems(request, state, predicted),
      ...planProblems(request, state, {
        attach: attach.map(({ route }) => route),
        unmapped,
        left: others.map(({ route, base }) => ({ ...route, authorization: base })),
      }),
    ],
  };
}

/** All routes but preflights that the map does not have. */
function candidatesOf(request: AttachmentRequest, state: AttachmentState): readonly Candidate[] {
  const guarded = new Set(request.guarded);
  const publicKeys = new Set(request.public);
  const mappedAs = ({ key }: LiveRoute): Candidate['mapped'] => {
    if (guarded.has(key)) return 'guarded';
    return publicKeys.has(key) ? 'public' : undefined;
  };
  return state.api.routes
    .map((route) => ({ route, mapped: mappedAs(route), base: baseOf(route, state) }))
    .filter(({ route, mapped }) => !route.preflight || mapped !== undefined);
}

const isWanted = ({ mapped }: Candidate, { onUnmapped }: AttachmentRequest): boolean =>
  mapped === 'guarded' || (mapped === undefined && onUnmapped === 'deny');

/**
 * Attaching never weakens protection: another authorizer stays unless `replace` lists the route.
 */
const givesWay = ({ route, base }: Candidate, { replace }: AttachmentRequest): boolean =>
  base.type === 'NONE' || replace.includes(route.key);

const keysOf = (candidates: readonly Candidate[]): readonly string[] =>
  candidates.map(({ route }) => route.key);

/**
 * A route with our authorizer but no record counts as unprotected; only detaching needs the record.
 */
const baseOf = (route: LiveRoute, { record, ours }: AttachmentState): Authorization =>
  hasOurAuthorizer(route, ours)
    ? (record.routes[route.key] ?? { type: 'NONE', scopes: [] })
    : route.authorization;
