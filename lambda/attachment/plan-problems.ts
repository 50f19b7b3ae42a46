/** What forbids an attachment. Pure. */

import type { AttachmentRequest } from '../core/contract/attachment-request.ts';
import { priorAuthorizerOf } from '../core/decision/prior-authorizer.ts';
import { unacceptedOf } from '../gateway/api-rules.ts';
import { describeAuthorizer } from '../gateway/classify-route.ts';
import {
  cellsOf,
  publicConfusable,
  publicExposureSentence,
  publicExposures,
} from '../gateway/confusable-routes.ts';
import { joinWithLimit, type LiveRoute } from '../gateway/live-api.ts';
import { liveApiProblems } from '../gateway/live-api-problems.ts';
import {
  type AttachmentState,
  hasOurAuthorizer,
  isOfAnotherAttachment,
} from './attachment-state.ts';
import { endpointProblems } from './endpoint-route.ts';
import { priorAuthorizationOf } from './record-store.ts';
import { stageProblems } from './stage-problems.ts';

export interface PlannedRoutes {
  /** Those that are to carry our authorizer. */
  readonly attach: readonly LiveRoute[];
  /** Keys of those that the map does not have and that stay unchanged. */
  readonly unmapped: readonly string[];
  /**
   * All others, as the attachment leaves them: what it gives back has its former authorizer, or
   * none.
   */
  readonly left: readonly LiveRoute[];
}

export const planProblems = (
  request: AttachmentRequest,
  state: AttachmentState,
  { attach, unmapped, left }: PlannedRoutes,
): readonly string[] => [
  ...protocolProblems(request, state),
  ...unmappedProblems(request, state, unmapped),
  ...spelledProblems(request, left, attach),
  ...publicProblems(request, left, attach),
  ...otherAttachmentProblems(request, state),
  ...shadowProblems(request, state, attach),
  ...apiProblems(request, state, attach),
  ...stageProblems(request, state),
  ...endpointProblems(request, state.endpoint),
];

function protocolProblems(
  { apiId, stage }: AttachmentRequest,
  { record }: AttachmentState,
): readonly string[] {
  if (record.stage === undefined || record.stage === stage) return [];
  return [
    `expected \`attachTo.stage\` \`${record.stage}\`, which API \`${apiId}\` is attached on, found \`${stage ?? ''}\`: delete the stack before you attach on another stage`,
  ];
}

function unmappedProblems(
  { onUnmapped }: AttachmentRequest,
  { api }: AttachmentState,
  unmapped: readonly string[],
): readonly string[] {
  if (unmapped.length === 0 || onUnmapped !== 'fail') return [];
  return [
    `expected every route of API \`${api.id}\` (${api.name}) in the access map, found ${joinWithLimit(unmapped)} without an entry: add them to \`routes\`, or set \`attachTo.onUnmapped\``,
  ];
}

/** A route that stays without an authorizer must not spell one that gets ours. */
function spelledProblems(
  request: AttachmentRequest,
  left: readonly LiveRoute[],
  attach: readonly LiveRoute[],
): readonly string[] {
  if (request.onUnmapped !== 'leave') return [];
  const mapped = new Set([...request.guarded, ...request.public]);
  return publicConfusable(
    { routes: left },
    {
      guarded: attach.map(({ key }) => key),
      isMapped: (key) => mapped.has(key),
    },
  ).map(
    (says) =>
      `${says}; \`attachTo.onUnmapped: deny\` refuses its calls; no finding accepts it, since nothing before the back end refuses such paths`,
  );
}

/** What is unmapped under `fail` is a problem by itself. */
function publicProblems(
  { onUnmapped, guarded, public: publicKeys, uncheckedPublic }: AttachmentRequest,
  left: readonly LiveRoute[],
  attach: readonly LiveRoute[],
): readonly string[] {
  if (onUnmapped === 'fail') return [];
  const checked = new Set(publicKeys.filter((key) => !uncheckedPublic.includes(key)));
  const isUnguarded = ({ authorization }: LiveRoute): boolean => authorization.type === 'NONE';
  return publicExposures({
    unguarded: keysOf(
      left.filter((route) => checked.has(route.key) && isUnguarded(route) && !route.preflight),
    ),
    closed: keysOf([...left.filter((route) => !isUnguarded(route)), ...attach]),
    hasCell: cellsOf([...guarded, ...publicKeys]),
    pathsOf: () => 'usual',
  }).map((found) => publicExposureSentence(found, 'the access map'));
}

const keysOf = (routes: readonly LiveRoute[]): readonly string[] => routes.map(({ key }) => key);

function otherAttachmentProblems(
  request: AttachmentRequest,
  state: AttachmentState,
): readonly string[] {
  const { api } = state;
  const mapped = new Set([...request.guarded, ...request.public]);
  const wanted = api.routes.filter(({ key }) => mapped.has(key) || request.onUnmapped === 'deny');
  const others = wanted.filter((route) => isOfAnotherAttachment(route, state));
  if (others.length === 0) return [];
  return [
    `expected no other attachment on these routes of API \`${api.id}\`, found one on ${joinWithLimit(others.map(({ key }) => key))}: take it over by \`attachTo.takeOver: STACK\`, or delete the stack that attached there first, which leaves its routes unprotected in between`,
  ];
}

/**
 * In shadow mode our authorizer enforces the prior authorizer of a route. A route whose prior
 * authorizer it cannot evaluate must not be in shadow mode.
 */
function shadowProblems(
  request: AttachmentRequest,
  { api, record, ours }: AttachmentState,
  attach: readonly LiveRoute[],
): readonly string[] {
  const shadow = new Set(request.shadow);
  const mapped = new Set([...request.guarded, ...request.public]);
  const unsupported = attach
    .filter(({ key }) => shadow.has(key) || (request.shadowUnmapped && !mapped.has(key)))
    .flatMap((route) => {
      const priorAuthorization = hasOurAuthorizer(route, ours)
        ? record.routes[route.key]
        : priorAuthorizationOf(route, api.authorizers);
      const prior = priorAuthorization && priorAuthorizerOf(priorAuthorization);
      if (prior?.kind === 'none' || (prior && request.issuers.includes(prior.issuer))) return [];
      const currentAuthorizer = priorAuthorization
        ? describeAuthorizer(priorAuthorization.type, priorAuthorization.authorizerId, api)
        : 'unknown authorizer';
      return [`\`${route.key}\` (${currentAuthorizer})`];
    });
  if (unsupported.length === 0) return [];
  const shown = unsupported.slice(0, 8).join(', ');
  const more = unsupported.length > 8 ? ` and ${unsupported.length - 8} more` : '';
  return [
    `expected routes in shadow mode with no authorizer, or with a JWT authorizer of an issuer of the map that reads the header Authorization, found ${shown}${more}: set \`mode: enforce\` there, or leave the routes alone`,
  ];
}

function apiProblems(
  request: AttachmentRequest,
  { api, ours }: AttachmentState,
  attach: readonly LiveRoute[],
): readonly string[] {
  const present = api.authorizers.some(
    ({ id, name }) => ours.has(id) || name === request.authorizerName,
  );
  const mapped = new Set([...request.guarded, ...request.public]);
  const found = liveApiProblems(api, {
    guarded: attach.map(({ key }) => key),
    isMapped: (key) => mapped.has(key),
    mapHasCors: request.cors,
    otherAuthorizers: present ? 0 : api.authorizers.length,
  });
  return unacceptedOf(found, request.accept).map(({ says }) => says);
}
