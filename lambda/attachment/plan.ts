/** What an attachment is going to do, and what forbids it. Pure. */

import type { AttachmentRecord } from '../core/contract/attachment-record.ts';
import type { AttachmentRequest } from '../core/contract/attachment-request.ts';
import { priorAuthorizerOf } from '../core/decision/prior-authorizer.ts';
import {
  type Authorization,
  joinWithLimit,
  type LiveApi,
  type LiveRoute,
} from '../gateway/live-api.ts';
import { restrictsByAllow } from '../gateway/resource-policy.ts';
import { describeAuthorizer, OWN_AUTHORIZER_NAME } from '../gateway/route-state.ts';
import { type EndpointState, endpointProblems } from './endpoint.ts';
import { priorAuthorizationOf } from './record.ts';

/** Authorizers that one API can have. Source: API Gateway quotas; AWS raises it on request. */
const MAX_AUTHORIZERS = 10;

export interface AttachmentPlan {
  /** Routes that are to carry our authorizer. */
  readonly attach: readonly string[];
  /** Routes with an authorizer of somebody else, which stays. */
  readonly foreign: readonly { readonly key: string; readonly authorizer: string }[];
  /** Routes that the map lists as public and that have no authorizer. */
  readonly open: readonly string[];
  /** Routes that the map does not have, and that stay as they are. */
  readonly unmapped: readonly string[];
  /** Routes without authorizer before us: detaching opens them again. */
  readonly reopen: readonly string[];
  /** Sentences; any of them forbids the attachment. */
  readonly problems: readonly string[];
}

export interface AttachmentState {
  readonly api: LiveApi;
  readonly record: AttachmentRecord;
  /** Ids that count as ours: the authorizer's, and during its replacement the former one's. */
  readonly ours: ReadonlySet<string>;
  /** Of the permissions endpoint, whose own routes are not among those of `api`. */
  readonly endpoint?: EndpointState;
}

export const hasOurAuthorizer = (
  { authorization: { type, authorizerId } }: LiveRoute,
  ours: ReadonlySet<string>,
): boolean => type === 'CUSTOM' && authorizerId !== undefined && ours.has(authorizerId);

export function planAttachment(request: AttachmentRequest, state: AttachmentState): AttachmentPlan {
  const protectedKeys = new Set(request.guarded);
  const publicKeys = new Set(request.public);
  const routes = state.api.routes
    .filter(
      (route) => !route.preflight || protectedKeys.has(route.key) || publicKeys.has(route.key),
    )
    .map((route) => ({
      route,
      mapped: protectedKeys.has(route.key) || publicKeys.has(route.key),
      base: baseOf(route, state),
    }));
  const takesOver = ({ route, base }: (typeof routes)[number]): boolean =>
    base.type === 'NONE' || request.replace.includes(route.key);
  const wanted = routes.filter(
    ({ route, mapped }) =>
      protectedKeys.has(route.key) || (!mapped && request.onUnmapped === 'deny'),
  );
  const attach = wanted.filter(takesOver);
  const foreign = routes
    .filter(({ base }) => base.type !== 'NONE')
    .filter((one) => !attach.includes(one));
  const unmapped = routes.filter(({ mapped }) => !mapped).filter((one) => !attach.includes(one));
  const keys = (of: typeof routes): readonly string[] => of.map(({ route }) => route.key);
  return {
    attach: keys(attach),
    foreign: foreign.map(({ route, base }) => ({
      key: route.key,
      authorizer: describeAuthorizer(base.type, base.authorizerId, state.api),
    })),
    open: keys(
      routes.filter(({ route, base }) => publicKeys.has(route.key) && base.type === 'NONE'),
    ),
    unmapped: keys(unmapped),
    reopen: keys(attach.filter(({ base }) => base.type === 'NONE')),
    problems: [
      ...protocolProblems(request, state),
      ...routeProblems(request, state, keys(unmapped)),
      ...shadowProblems(
        request,
        state,
        attach.map(({ route }) => route),
      ),
      ...apiProblems(request, state),
      ...stageProblems(request, state),
      ...endpointProblems(request, state.endpoint),
    ],
  };
}

/**
 * How the route was authorized before us. A route of ours without a record is taken as open, which
 * only detaching has to know better.
 */
const baseOf = (route: LiveRoute, { record, ours }: AttachmentState): Authorization =>
  hasOurAuthorizer(route, ours)
    ? (record.routes[route.key] ?? { type: 'NONE', scopes: [] })
    : route.authorization;

function protocolProblems(
  { apiId, stage }: AttachmentRequest,
  { record }: AttachmentState,
): readonly string[] {
  if (record.stage === undefined || record.stage === stage) return [];
  return [
    `expected \`attachTo.stage\` \`${record.stage}\`, which API \`${apiId}\` is attached on, found \`${stage ?? ''}\`: delete the stack before you attach on another stage`,
  ];
}

function routeProblems(
  request: AttachmentRequest,
  { api, record, ours }: AttachmentState,
  unmapped: readonly string[],
): readonly string[] {
  const found: string[] = [];
  const live = new Set(api.routes.map(({ key }) => key));
  const missing = [...request.guarded, ...request.public].filter((key) => !live.has(key));
  if (missing.length > 0) {
    found.push(
      `expected the map's routes on API \`${api.id}\` (${api.name}), found no ${joinWithLimit(missing)} there: correct \`routes\`, or the API's id`,
    );
  }
  if (unmapped.length > 0 && request.onUnmapped === 'fail') {
    found.push(
      `expected every route of API \`${api.id}\` (${api.name}) in the access map, found ${joinWithLimit(unmapped)} without an entry: add them to \`routes\`, or set \`attachTo.onUnmapped\``,
    );
  }
  const mapped = new Set([...request.guarded, ...request.public]);
  // Two attachments share an API where their routes differ.
  const wanted = api.routes.filter(({ key }) => mapped.has(key) || request.onUnmapped === 'deny');
  const others = wanted.filter(
    (route) =>
      !hasOurAuthorizer(route, ours) &&
      record.routes[route.key] === undefined &&
      otherAttachment(route, api),
  );
  if (others.length > 0) {
    found.push(
      `expected no other attachment on these routes of API \`${api.id}\`, found one on ${joinWithLimit(others.map(({ key }) => key))}: delete the stack that attached there first`,
    );
  }
  return found;
}

/**
 * In shadow mode a route keeps the law that it had. What our authorizer cannot ask for in the
 * former one's place stays closed: no shadow there.
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
        : 'nobody knows what';
      return [`\`${route.key}\` (${currentAuthorizer})`];
    });
  if (unsupported.length === 0) return [];
  return [
    `expected routes in shadow mode that had no authorizer, or a JWT authorizer for an issuer of the map that reads the header Authorization, found ${unsupported.slice(0, 8).join(', ')}${unsupported.length > 8 ? ` and ${unsupported.length - 8} more` : ''}: what such a route asks for cannot be asked for in its place, so give it \`mode: enforce\`, or leave it its authorizer`,
  ];
}

function otherAttachment({ authorization: { authorizerId } }: LiveRoute, api: LiveApi): boolean {
  return api.authorizers.some(
    ({ id, name }) => id === authorizerId && OWN_AUTHORIZER_NAME.test(name),
  );
}

function apiProblems(
  request: AttachmentRequest,
  { api, ours }: AttachmentState,
): readonly string[] {
  const found: string[] = [];
  const present = api.authorizers.some(
    ({ id, name }) => ours.has(id) || name === request.authorizerName,
  );
  if (
    !present &&
    api.authorizers.length >= MAX_AUTHORIZERS &&
    !request.accept.includes('authorizerQuota')
  ) {
    found.push(
      `expected room for an authorizer on API \`${api.id}\`, found ${api.authorizers.length}, the most it can have by default: delete one that no route uses, or ask AWS to raise the quota and list \`authorizerQuota\` under \`attachTo.accept\``,
    );
  }
  if (
    api.resourcePolicy !== undefined &&
    restrictsByAllow(api.resourcePolicy, api.id) &&
    !request.accept.includes('resourcePolicy')
  ) {
    found.push(
      `expected a resource policy on API \`${api.id}\` that restricts by Deny, found one that restricts only by what it allows, which an authorizer's Allow overrides: restrict by Deny, or list \`resourcePolicy\` under \`attachTo.accept\``,
    );
  }
  return found;
}

/**
 * What forbids to publish: with the API's present state everybody's edits go live, not ours alone.
 */
export function stageProblems(
  { stage, publishPending }: AttachmentRequest,
  { api, record }: AttachmentState,
): readonly string[] {
  if (api.kind === 'http') {
    const manual = api.stages.filter(({ autoDeploy }) => !autoDeploy);
    if (manual.length === 0 || publishPending) return [];
    return [
      `expected stages of API \`${api.id}\` that deploy automatically, found ${joinWithLimit(manual.map(({ name }) => name))}, where nothing tells which edits wait: turn on automatic deployment, or set \`attachTo.publishPending\``,
    ];
  }
  const found: string[] = [];
  if (api.stages.some(({ canary }) => canary))
    found.push(
      `expected the stage \`${stage}\` without a canary, found one: promote or delete it first`,
    );
  const pending = record.unpublished ? [] : pendingEdits(api);
  if (pending.length > 0 && !publishPending) {
    found.push(
      `expected the stage \`${stage}\` to serve API \`${api.id}\` as it is, found edits that are not deployed at ${joinWithLimit(pending)}: deploy them, or set \`attachTo.publishPending\``,
    );
  }
  return found;
}

function pendingEdits({ routes, stages, pendingEdits: others }: LiveApi): readonly string[] {
  const differs = ({ key, authorization, apiKeyRequired }: LiveRoute): boolean =>
    stages.some(
      ({ served, servedKeyed }) =>
        served?.has(key) === true &&
        (served.get(key) !== authorization.type ||
          (servedKeyed !== undefined && servedKeyed.has(key) !== apiKeyRequired)),
    );
  return [...new Set([...others, ...routes.filter(differs).map(({ key }) => key)])].sort();
}
