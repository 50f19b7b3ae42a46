/**
 * One decision from end to end, in its fixed order: token, route, groups, scopes, quota. I/O goes
 * through ports alone.
 */

import { type Refusal, refuse } from '../core/contract/codes.ts';
import type { AuthorizerContext } from '../core/contract/context.ts';
import { type Decision, decide } from '../core/decision/decide.ts';
import { type Entitlements, entitlementsOf } from '../core/decision/entitlements.ts';
import { type ShadowMode, shadowMode } from '../core/decision/shadow-mode.ts';
import type { AccessModel } from '../core/model/model.ts';
import { authorizerContext } from '../core/policy/context.ts';
import type { PolicyDocument } from '../core/policy/policy.ts';
import type { QuotaState } from '../core/quota/quota.ts';
import { bearerToken } from '../core/token/bearer.ts';
import { isRefusal, type Principal, principalId } from '../core/token/principal.ts';
import type { Clock, PriorAuthorizers, TokenVerifier } from '../ports.ts';
import type { CatchAllRouter } from './catch-all-router.ts';
import { disclosedCode } from './disclosed-code.ts';
import { policies } from './policies.ts';
import type { QuotaLimiter } from './quota-limiter.ts';
import { type DecisionFacts, decisionFacts, type Pseudonym } from './record.ts';
import type { GatewayRequest } from './request.ts';

export interface Parts {
  readonly model: AccessModel;
  readonly clock: Clock;
  readonly verifier: TokenVerifier;
  readonly quota: QuotaLimiter;
  /** Absent: the map has no routes below a greedy or `$default` one. */
  readonly catchAllRouter?: CatchAllRouter | undefined;
  /**
   * Makes what stands for a user or a client in records; needed for a map with
   * `audit.hashPrincipal`.
   */
  readonly pseudonym?: Pseudonym;
  /**
   * Shadow mode on an API of another owner: what its routes asked for before. Absent: a valid token
   * is the law of every route.
   */
  readonly priorAuthorizers?: PriorAuthorizers | undefined;
}

export interface Answer {
  /** What the rules say; in shadow mode a call may pass all the same. */
  readonly decision: Decision;
  /** What the caller gets. */
  readonly effect: 'allow' | 'deny';
  /** What the gateway judges this request by, and, where answers are cached, later ones. */
  readonly policy: PolicyDocument;
  readonly context: AuthorizerContext;
  readonly facts: DecisionFacts;
}

interface Evaluation {
  readonly decision: Decision;
  readonly entitlements?: Entitlements;
  readonly quota?: QuotaState;
  readonly quotaExceeded?: boolean;
  readonly storeFailure?: string;
}

export function createAuthorizer(parts: Parts): (request: GatewayRequest) => Promise<Answer> {
  // The verifier gives a remembered token's principal again as the same object, so its entitlements
  // are worked out once.
  const entitlementsByPrincipal = new WeakMap<Principal, Entitlements>();
  const entitlementsFor = (principal: Principal): Entitlements => {
    const known = entitlementsByPrincipal.get(principal) ?? entitlementsOf(parts.model, principal);
    entitlementsByPrincipal.set(principal, known);
    return known;
  };

  const policyFor = policies(parts.model);
  const shadow = shadowMode(parts.model);
  const pseudonym = pseudonymOf(parts);
  const recordFactsFor = decisionFacts(parts.model, pseudonym);

  return async (matched) => {
    const request = parts.catchAllRouter ? resolveRoute(matched, parts.catchAllRouter) : matched;
    const evaluation = await evaluate(parts, request, entitlementsFor);
    const { decision, entitlements, quota, storeFailure, quotaExceeded = false } = evaluation;
    const mode = shadow.modeOf(request.route);
    const refusedBy =
      mode === 'shadow' ? await refusedInShadow(decision, request, parts, shadow) : undefined;
    const effect =
      mode === 'shadow' ? (refusedBy === undefined ? 'allow' : 'deny') : decision.effect;
    const now = parts.clock.now();
    const contextFacts = {
      mapVersion: parts.model.version,
      entitlements,
      code: disclosedCode(parts.model, decision, entitlements),
      quota,
      // A back end answers 429 by this, and in shadow nobody is refused over quota.
      quotaExceeded: quotaExceeded && mode === 'enforce',
      pseudonym: pseudonym && entitlements && pseudonym(principalId(entitlements.principal)),
      now,
    };
    const keySource = entitlements
      ? parts.verifier.keySourceOf?.(entitlements.principal)
      : keySourceWithoutPrincipal(decision);
    return {
      decision,
      effect,
      policy: policyFor(request, effect, decision, entitlements),
      context: authorizerContext(contextFacts),
      facts: recordFactsFor({
        decision,
        effect,
        refusedBy,
        mode,
        entitlements,
        quota,
        quotaExceeded,
        storeFailure,
        keySource,
        now,
      }),
    };
  };
}

/** Why a call is refused although its route is in shadow; nothing where it passes. */
async function refusedInShadow(
  decision: Decision,
  { apiId, route, routeKeys = [route], authorization, pathRefusal }: GatewayRequest,
  { priorAuthorizers, model, verifier }: Parts,
  { refusesAmbiguousPaths, refusesAnyToken }: ShadowMode,
): Promise<'rules' | 'formerLaw' | 'unknownLaw' | undefined> {
  // Not by the code, which for such a path may be another: that there is no token, or that the
  // caller is blocked.
  if (pathRefusal && refusesAmbiguousPaths) return 'rules';
  // The permissions endpoint was not there before, whoever owns the API: only by its own route key,
  // since a wide route keeps its law.
  const isOwn =
    model.permissionsEndpoint !== undefined && routeKeys.includes(model.permissionsEndpoint.route);
  if (!priorAuthorizers || isOwn)
    return decision.effect === 'deny' && refusesAnyToken(decision) ? 'rules' : undefined;
  const prior = await priorAuthorizers.find(apiId, routeKeys);
  if (!prior) return 'unknownLaw';
  if (prior.kind === 'none') return undefined;
  const token = tokenForPriorAuthorizer(authorization);
  const accepts = token !== undefined && (await verifier.satisfiesPriorAuthorizer?.(token, prior));
  return accepts === true ? undefined : 'formerLaw';
}

/**
 * The token as the gateway's JWT authorizer reads it: with `Bearer` before it, or alone. Our rules
 * ask for `Bearer`. Source: API Gateway Developer Guide, "Control access to HTTP APIs with JWT
 * authorizers".
 */
function tokenForPriorAuthorizer(authorization: readonly string[]): string | undefined {
  const bearer = bearerToken(authorization);
  if ('token' in bearer) return bearer.token;
  return authorization.length === 1 ? authorization[0] : undefined;
}

/** A map that must not name its principals is never decided without the means to hide them. */
function pseudonymOf({ model, pseudonym }: Parts): Pseudonym | undefined {
  if (!model.audit.hashPrincipal) return undefined;
  if (!pseudonym)
    throw new Error(
      'expected the means to hash principals, found none: the map has `audit.hashPrincipal`',
    );
  return pseudonym;
}

const keySourceWithoutPrincipal = (decision: Decision): 'none' | undefined =>
  decision.effect === 'deny' && decision.code === 'KEYS_UNAVAILABLE' ? 'none' : undefined;

/** The request on the route below that its path means; refused where that is not certain. */
function resolveRoute(request: GatewayRequest, catchAllRouter: CatchAllRouter): GatewayRequest {
  if (request.catchAllPath === undefined) return request;
  const route = catchAllRouter(request.route, request.catchAllPath);
  return typeof route === 'string'
    ? { ...request, route }
    : { ...request, pathRefusal: request.pathRefusal ?? route };
}

async function evaluate(
  parts: Parts,
  request: GatewayRequest,
  entitlementsFor: (principal: Principal) => Entitlements,
): Promise<Evaluation> {
  const deny = (refusal: Refusal): Decision => ({
    effect: 'deny',
    route: request.route,
    ...refusal,
  });
  const bearer = bearerToken(request.authorization);
  if ('code' in bearer) return { decision: deny(bearer) };
  const principal = await parts.verifier.verify(bearer.token);
  if (isRefusal(principal)) return { decision: deny(principal) };
  const entitlements = entitlementsFor(principal);
  const decision = decide(parts.model, entitlements, request.route);
  // A blocked caller and an unknown route are named as such; for a known one the path is judged
  // before anything is granted on it.
  const isFinal =
    decision.effect === 'deny' &&
    (decision.code === 'BLOCKED' || decision.code === 'ROUTE_UNMAPPED');
  if (request.pathRefusal && !isFinal) return { decision: deny(request.pathRefusal), entitlements };
  if (decision.effect === 'deny' || decision.reason === 'public' || decision.reason === 'signed_in')
    return { decision, entitlements };
  return charge(parts, decision, entitlements);
}

async function charge(
  { quota }: Parts,
  decision: Decision,
  entitlements: Entitlements,
): Promise<Evaluation> {
  const { route } = decision;
  const outcome = await quota(entitlements, route);
  switch (outcome.kind) {
    case 'free':
      return { decision, entitlements };
    case 'admitted':
      return { decision, entitlements, quota: outcome.state };
    case 'exceeded': {
      const refused: Decision = {
        effect: 'deny',
        route,
        ...refuse('QUOTA_EXCEEDED', 'window_full'),
      };
      const evaluation = outcome.onExceeded === 'pass' ? decision : refused;
      return { decision: evaluation, entitlements, quota: outcome.state, quotaExceeded: true };
    }
    case 'store_failed': {
      const refused: Decision = {
        effect: 'deny',
        route,
        ...refuse('QUOTA_STORE_UNAVAILABLE', 'store_failed'),
      };
      return {
        decision: outcome.onStoreFailure === 'allow' ? decision : refused,
        entitlements,
        storeFailure: outcome.quota,
      };
    }
  }
}
