/**
 * One decision from end to end, in its fixed order: token, route, groups, scopes, quota. I/O goes
 * through ports alone.
 */

import type { AuthorizerContext } from '../core/contract/context-fields.ts';
import type { KeySource } from '../core/contract/decision-record.ts';
import type { Decision } from '../core/decision/decide.ts';
import { entitlementsOf } from '../core/decision/entitlements.ts';
import { authorizerContext } from '../core/policy/context.ts';
import { type PolicyDocument, requestPolicy } from '../core/policy/policy.ts';
import { type Principal, principalId } from '../core/token/principal.ts';
import type { Clock, TokenVerifier, UnmappedRoutes } from '../ports.ts';
import { type DecisionFacts, decisionFacts, type Pseudonym } from './decision-facts.ts';
import { disclosedCode } from './disclosed-code.ts';
import { type Enforcement, type EnforcementParts, enforcement } from './enforcement.ts';
import { type Evaluation, type EvaluationParts, evaluate } from './evaluate.ts';
import type { GatewayRequest } from './gateway-request.ts';
import { pathCheck } from './path-check.ts';
import { perObject } from './per-object.ts';
import type { PolicyFor } from './policies.ts';

export interface Parts extends Omit<EvaluationParts, 'paths'>, Omit<EnforcementParts, 'paths'> {
  readonly clock: Clock;
  /** The pseudonym of a user or client in records; required with `audit.hashPrincipal`. */
  readonly pseudonym?: Pseudonym;
  /** Routes that an API has and the map does not have; absent: there are none. */
  readonly unmapped?: UnmappedRoutes | undefined;
  /** The policies that the gateway caches; required with `cache`, of no use without. */
  readonly policyFor?: PolicyFor | undefined;
}

export interface Answer {
  /** The decision of the rules; in shadow mode a call may still pass. */
  readonly decision: Decision;
  /** What the caller gets. */
  readonly effect: 'allow' | 'deny';
  /** The policy for this request and, with caching, for later ones. */
  readonly policy: PolicyDocument;
  readonly context: AuthorizerContext;
  readonly facts: DecisionFacts;
}

export function createAuthorizer(given: Parts): (request: GatewayRequest) => Promise<Answer> {
  const paths = pathCheck(given.model, given.unmapped);
  const parts = { ...given, paths };
  // The verifier returns the same principal object for a cached token, so its entitlements are
  // computed once.
  const entitlementsFor = perObject((principal: Principal) =>
    entitlementsOf(parts.model, principal),
  );
  const enforce = enforcement(parts);
  const answer = answering(parts);
  return async (matched) => {
    const request = paths.resolve(matched);
    const evaluation = await evaluate(parts, request, entitlementsFor);
    const enforced = enforce(evaluation, request);
    return answer(request, evaluation, enforced instanceof Promise ? await enforced : enforced);
  };
}

/** Makes policy, context and record facts of what was decided. */
function answering(
  parts: Parts,
): (request: GatewayRequest, evaluation: Evaluation, enforced: Enforcement) => Answer {
  const { model, clock, verifier } = parts;
  const policyFor = policyForOf(parts);
  const pseudonym = pseudonymOf(parts);
  const recordFactsFor = decisionFacts(model, pseudonym);
  return (request, evaluation, enforced) => {
    const { decision, entitlements, quota, quotaExceeded = false } = evaluation;
    const { effect, mode } = enforced;
    const now = clock.now();
    const context = authorizerContext({
      mapVersion: model.version,
      entitlements,
      code: disclosedCode(model, decision, entitlements),
      quota,
      // The back end answers 429 when this is set. Shadow mode refuses nobody for a quota.
      quotaExceeded: quotaExceeded && mode === 'enforce',
      pseudonym: pseudonym && entitlements && pseudonym(principalId(entitlements.principal)),
      now,
    });
    const keySource = keySourceOf(evaluation, verifier);
    const facts = recordFactsFor(evaluation, enforced, { keySource, now });
    const policy = policyFor(request, effect, decision, entitlements);
    return { decision, effect, policy, context, facts };
  };
}

function keySourceOf(
  { decision, entitlements }: Evaluation,
  verifier: TokenVerifier,
): KeySource | undefined {
  if (entitlements) return verifier.keySourceOf?.(entitlements.principal);
  return decision.effect === 'deny' && decision.code === 'KEYS_UNAVAILABLE' ? 'none' : undefined;
}

/** @throws Error for a map with `cache` without its policies. */
function policyForOf({ model, policyFor }: Parts): PolicyFor {
  if (!model.cache) return (request, effect) => requestPolicy(effect, request.arn);
  if (!policyFor)
    throw new Error('expected the policies that are cached, found none: the map has `cache`');
  return policyFor;
}

/** @throws Error for a map with `audit.hashPrincipal` without a pseudonym function. */
function pseudonymOf({ model, pseudonym }: Parts): Pseudonym | undefined {
  if (!model.audit.hashPrincipal) return undefined;
  if (!pseudonym)
    throw new Error(
      'expected the means to hash principals, found none: the map has `audit.hashPrincipal`',
    );
  return pseudonym;
}
