/**
 * The policy of a response that the gateway caches: for every request that it covers. Loaded only
 * for a map with `cache`.
 */

import type { RefusalCode } from '../core/contract/codes.ts';
import type { Decision } from '../core/decision/decide.ts';
import type { Entitlements } from '../core/decision/entitlements.ts';
import type { AccessModel } from '../core/model/model.ts';
import type { CacheFile } from '../core/model/model-file.ts';
import {
  allowedRoutes,
  refusalPolicy,
  routePolicy,
  stageOf,
  tokenPolicy,
  withoutRequest,
} from '../core/policy/cached-policy.ts';
import type { PolicyDocument } from '../core/policy/policy.ts';
import type { GatewayRequest } from './gateway-request.ts';

export type PolicyFor = (
  request: GatewayRequest,
  effect: 'allow' | 'deny',
  decision: Decision,
  entitlements: Entitlements | undefined,
) => PolicyDocument;

/**
 * Policies of one caller that are remembered: one a stage, or one a route; a caller of more loses
 * all of them.
 */
const MAX_REMEMBERED = 100;

/** Refusals that come before the caller's entitlements are looked at. */
const OF_EVERY_ROUTE: ReadonlySet<RefusalCode> = new Set([
  'BLOCKED',
  'TOKEN_REVOKED',
  'REVOCATIONS_UNAVAILABLE',
]);

/** @throws Error for a map without `cache`, whose policies are for one request. */
export function cachedPolicies(model: AccessModel): PolicyFor {
  const { cache } = model;
  if (cache === undefined) throw new Error('expected a map with `cache`, found one without');
  const remembered = new WeakMap<Entitlements, Map<string, PolicyDocument>>();

  const cachedPolicy = (request: GatewayRequest, entitlements: Entitlements): PolicyDocument => {
    const known = remembered.get(entitlements) ?? new Map<string, PolicyDocument>();
    if (!remembered.has(entitlements) || known.size > MAX_REMEMBERED)
      remembered.set(entitlements, known.size > MAX_REMEMBERED ? new Map() : known);
    const key = `${stageOf(request.arn)} ${cache.mode === 'token' ? '' : request.route}`;
    const policy = known.get(key) ?? cacheablePolicy(model, cache, request, entitlements);
    known.set(key, policy);
    return policy;
  };

  return (request, _effect, decision, entitlements) => {
    // The caller is refused on every route, independent of the request.
    if (!entitlements || (decision.effect === 'deny' && OF_EVERY_ROUTE.has(decision.code)))
      return refusalPolicy(request.arn);
    const policy = cachedPolicy(request, entitlements);
    const isRequestSpecific =
      decision.effect === 'deny' &&
      (decision.code === 'PATH_REFUSED' || decision.code === 'ROUTE_UNMAPPED');
    return isRequestSpecific ? withoutRequest(policy, request.arn) : policy;
  };
}

function cacheablePolicy(
  model: AccessModel,
  cache: CacheFile,
  { arn, route }: GatewayRequest,
  entitlements: Entitlements,
): PolicyDocument {
  const allowed = allowedRoutes(model, entitlements);
  return cache.mode === 'token'
    ? tokenPolicy(model, cache.classes, allowed, arn)
    : routePolicy(model, route, allowed, arn);
}
