/** One decision from end to end, in its fixed order: token, route, groups, scopes, quota. I/O goes through ports alone. */

import { type Refusal, refuse } from '../core/contract/codes.ts';
import { type Decision, decide } from '../core/decision/decide.ts';
import { type ShadowMode, shadowMode } from '../core/decision/shadow-mode.ts';
import { type Standing, standingOf } from '../core/decision/standing.ts';
import type { AccessModel } from '../core/model/model.ts';
import { type AuthorizerContext, authorizerContext } from '../core/policy/context.ts';
import type { PolicyDocument } from '../core/policy/policy.ts';
import type { QuotaState } from '../core/quota/quota.ts';
import { bearerToken } from '../core/token/bearer.ts';
import { isRefusal, type Principal, principalId } from '../core/token/principal.ts';
import type { Clock, FormerLaws, TokenVerifier } from '../ports.ts';
import type { RouteBelow } from './paths-below.ts';
import { policies } from './policies.ts';
import type { QuotaKeeper } from './quota-keeper.ts';
import { type DecisionFacts, decisionFacts, type Pseudonym } from './record.ts';
import type { GatewayRequest } from './request.ts';
import { toldCode } from './told-code.ts';

export interface Parts {
  readonly model: AccessModel;
  readonly clock: Clock;
  readonly verifier: TokenVerifier;
  readonly quota: QuotaKeeper;
  /** Absent: the map has no routes below a greedy or `$default` one. */
  readonly routeBelow?: RouteBelow | undefined;
  /** Makes what stands for a user or a client in records; needed for a map with `audit.hashPrincipal`. */
  readonly pseudonym?: Pseudonym;
  /** Shadow mode on an API of another owner: what its routes asked for before. Absent: a valid token is the law of every route. */
  readonly formerLaws?: FormerLaws | undefined;
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

interface Judged {
  readonly decision: Decision;
  readonly standing?: Standing;
  readonly quota?: QuotaState;
  readonly quotaExceeded?: boolean;
  readonly storeFailure?: string;
}

export function createAuthorizer(parts: Parts): (request: GatewayRequest) => Promise<Answer> {
  // The verifier gives a remembered token's principal again as the same object, so its standing is worked out once.
  const standings = new WeakMap<Principal, Standing>();
  const standingFor = (principal: Principal): Standing => {
    const known = standings.get(principal) ?? standingOf(parts.model, principal);
    standings.set(principal, known);
    return known;
  };

  const policyFor = policies(parts.model);
  const shadow = shadowMode(parts.model);
  const pseudonym = pseudonymOf(parts);
  const factsOf = decisionFacts(parts.model, pseudonym);

  return async (matched) => {
    const request = parts.routeBelow ? meantBy(matched, parts.routeBelow) : matched;
    const judged = await judge(parts, request, standingFor);
    const { decision, standing, quota, storeFailure, quotaExceeded = false } = judged;
    const mode = shadow.modeOf(request.route);
    const refusedBy = mode === 'shadow' ? await refusedInShadow(decision, request, parts, shadow) : undefined;
    const effect = mode === 'shadow' ? (refusedBy === undefined ? 'allow' : 'deny') : decision.effect;
    const now = parts.clock.now();
    const told = {
      mapVersion: parts.model.version,
      standing,
      code: toldCode(parts.model, decision, standing),
      quota,
      // A back end answers 429 by this, and in shadow nobody is refused over quota.
      quotaExceeded: quotaExceeded && mode === 'enforce',
      pseudonym: pseudonym && standing && pseudonym(principalId(standing.principal)),
      now,
    };
    const keySource = standing ? parts.verifier.keySourceOf?.(standing.principal) : sourceWithout(decision);
    return {
      decision,
      effect,
      policy: policyFor(request, effect, decision, standing),
      context: authorizerContext(told),
      facts: factsOf({ decision, effect, refusedBy, mode, standing, quota, quotaExceeded, storeFailure, keySource, now }),
    };
  };
}

/** Why a call is refused although its route is in shadow; nothing where it passes. */
async function refusedInShadow(
  decision: Decision,
  { apiId, route, routeKeys = [route], authorization, pathRefusal }: GatewayRequest,
  { formerLaws, model, verifier }: Parts,
  { refusesAmbiguous, refusesAnyToken }: ShadowMode,
): Promise<'rules' | 'formerLaw' | 'unknownLaw' | undefined> {
  // Not by the code, which for such a path may be another: that there is no token, or that the caller is blocked.
  if (pathRefusal && refusesAmbiguous) return 'rules';
  // The permissions endpoint was not there before, whoever owns the API: only by its own route key, since a wide route keeps its law.
  const isOwn = model.permissionsEndpoint !== undefined && routeKeys.includes(model.permissionsEndpoint.route);
  if (!formerLaws || isOwn) return decision.effect === 'deny' && refusesAnyToken(decision) ? 'rules' : undefined;
  const law = await formerLaws.lawOf(apiId, routeKeys);
  if (!law) return 'unknownLaw';
  if (law.kind === 'open') return undefined;
  const token = formerToken(authorization);
  const lets = token !== undefined && (await verifier.meets?.(token, law));
  return lets === true ? undefined : 'formerLaw';
}

/**
 * The token as the gateway's JWT authorizer reads it: with `Bearer` before it, or alone. Our rules ask for `Bearer`.
 * Source: API Gateway Developer Guide, "Control access to HTTP APIs with JWT authorizers".
 */
function formerToken(authorization: readonly string[]): string | undefined {
  const bearer = bearerToken(authorization);
  if ('token' in bearer) return bearer.token;
  return authorization.length === 1 ? authorization[0] : undefined;
}

/** A map that must not name its principals is never decided without the means to hide them. */
function pseudonymOf({ model, pseudonym }: Parts): Pseudonym | undefined {
  if (!model.audit.hashPrincipal) return undefined;
  if (!pseudonym) throw new Error('expected the means to hash principals, found none: the map has `audit.hashPrincipal`');
  return pseudonym;
}

const sourceWithout = (decision: Decision): 'none' | undefined =>
  decision.effect === 'deny' && decision.code === 'KEYS_UNAVAILABLE' ? 'none' : undefined;

/** The request on the route below that its path means; refused where that is not certain. */
function meantBy(request: GatewayRequest, routeBelow: RouteBelow): GatewayRequest {
  if (request.wide === undefined) return request;
  const route = routeBelow(request.route, request.wide);
  return typeof route === 'string' ? { ...request, route } : { ...request, pathRefusal: request.pathRefusal ?? route };
}

async function judge(parts: Parts, request: GatewayRequest, standingFor: (principal: Principal) => Standing): Promise<Judged> {
  const deny = (refusal: Refusal): Decision => ({ effect: 'deny', route: request.route, ...refusal });
  const bearer = bearerToken(request.authorization);
  if ('code' in bearer) return { decision: deny(bearer) };
  const principal = await parts.verifier.verify(bearer.token);
  if (isRefusal(principal)) return { decision: deny(principal) };
  const standing = standingFor(principal);
  const decision = decide(parts.model, standing, request.route);
  // A blocked caller and an unknown route are named as such; for a known one the path is judged before anything is granted on it.
  const settled = decision.effect === 'deny' && (decision.code === 'BLOCKED' || decision.code === 'ROUTE_UNMAPPED');
  if (request.pathRefusal && !settled) return { decision: deny(request.pathRefusal), standing };
  if (decision.effect === 'deny' || decision.reason === 'public' || decision.reason === 'signed_in') return { decision, standing };
  return charge(parts, decision, standing);
}

async function charge({ quota }: Parts, decision: Decision, standing: Standing): Promise<Judged> {
  const { route } = decision;
  const outcome = await quota(standing, route);
  switch (outcome.kind) {
    case 'free':
      return { decision, standing };
    case 'admitted':
      return { decision, standing, quota: outcome.state };
    case 'exceeded': {
      const refused: Decision = { effect: 'deny', route, ...refuse('QUOTA_EXCEEDED', 'window_full') };
      const judged = outcome.onExceeded === 'pass' ? decision : refused;
      return { decision: judged, standing, quota: outcome.state, quotaExceeded: true };
    }
    case 'store_failed': {
      const refused: Decision = { effect: 'deny', route, ...refuse('QUOTA_STORE_UNAVAILABLE', 'store_failed') };
      return { decision: outcome.onStoreFailure === 'allow' ? decision : refused, standing, storeFailure: outcome.quota };
    }
  }
}
