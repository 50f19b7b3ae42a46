/** The policy of an answer: for the one request where nothing is cached, else for all that the gateway will judge by it. */

import type { Decision } from '../core/decision/decide.ts';
import type { Standing } from '../core/decision/standing.ts';
import type { AccessModel, CacheFile } from '../core/model/model.ts';
import { openRoutes, refusalPolicy, routePolicy, stageOf, tokenPolicy, withoutRequest } from '../core/policy/cached-policy.ts';
import { type PolicyDocument, requestPolicy } from '../core/policy/policy.ts';
import type { GatewayRequest } from './request.ts';

export type PolicyFor = (
  request: GatewayRequest,
  effect: 'allow' | 'deny',
  decision: Decision,
  standing: Standing | undefined,
) => PolicyDocument;

/** Policies of one caller that are remembered: one a stage, or one a route; a caller of more starts anew. */
const MAX_REMEMBERED = 100;

export function policies(model: AccessModel): PolicyFor {
  const { cache } = model;
  if (cache === undefined) return (request, effect) => requestPolicy(effect, request.arn);
  const remembered = new WeakMap<Standing, Map<string, PolicyDocument>>();

  const recall = (request: GatewayRequest, standing: Standing): PolicyDocument => {
    const known = remembered.get(standing) ?? new Map<string, PolicyDocument>();
    if (!remembered.has(standing) || known.size > MAX_REMEMBERED) remembered.set(standing, known.size > MAX_REMEMBERED ? new Map() : known);
    const key = `${stageOf(request.arn)} ${cache.mode === 'token' ? '' : request.route}`;
    const policy = known.get(key) ?? policyToKeep(model, cache, request, standing);
    known.set(key, policy);
    return policy;
  };

  return (request, _effect, decision, standing) => {
    // A caller who is refused as such: no route is open to it, and nothing of the request made the decision.
    if (!standing || (decision.effect === 'deny' && decision.code === 'BLOCKED')) return refusalPolicy(request.arn);
    const policy = recall(request, standing);
    const oddRequest = decision.effect === 'deny' && (decision.code === 'PATH_REFUSED' || decision.code === 'ROUTE_UNMAPPED');
    return oddRequest ? withoutRequest(policy, request.arn) : policy;
  };
}

function policyToKeep(model: AccessModel, cache: CacheFile, { arn, route }: GatewayRequest, standing: Standing): PolicyDocument {
  const open = openRoutes(model, standing);
  return cache.mode === 'token' ? tokenPolicy(model, cache.classes, open, arn) : routePolicy(model, route, open, arn);
}
