/** One decision from end to end, in its fixed order: token, route, groups, scopes, quota. I/O goes through ports alone. */
import { bearerToken } from '../core/bearer.ts';
import { type Refusal, refuse } from '../core/codes.ts';
import { type AuthorizerContext, authorizerContext } from '../core/context.ts';
import { type Decision, decide } from '../core/decide.ts';
import type { AccessModel } from '../core/model.ts';
import type { PolicyDocument } from '../core/policy.ts';
import { isRefusal, type Principal } from '../core/principal.ts';
import type { QuotaState } from '../core/quota.ts';
import { type Standing, standingOf } from '../core/standing.ts';
import type { Clock, TokenVerifier } from '../ports.ts';
import type { RouteBelow } from './paths-below.ts';
import { policies } from './policies.ts';
import type { QuotaKeeper } from './quota-keeper.ts';
import type { GatewayRequest } from './request.ts';
import { toldCode } from './told-code.ts';

export interface Parts {
  readonly model: AccessModel;
  readonly clock: Clock;
  readonly verifier: TokenVerifier;
  readonly quota: QuotaKeeper;
  /** Absent: the map has no routes below a greedy or `$default` one. */
  readonly routeBelow?: RouteBelow | undefined;
}

export interface Answer {
  readonly decision: Decision;
  /** What the gateway judges this request by, and, where answers are cached, later ones. */
  readonly policy: PolicyDocument;
  readonly context: AuthorizerContext;
  /** The quota whose store failed, if one did; with `onStoreFailure: allow` the call passed uncounted. */
  readonly storeFailure: string | undefined;
  /** No quota has room; with `onExceeded: pass` the call is allowed all the same and the back end answers it. */
  readonly quotaExceeded: boolean;
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

  return async (matched) => {
    const request = parts.routeBelow ? meantBy(matched, parts.routeBelow) : matched;
    const { decision, standing, quota, storeFailure, quotaExceeded = false } = await judge(parts, request, standingFor);
    const facts = {
      mapVersion: parts.model.version,
      standing,
      code: toldCode(parts.model, decision, standing),
      quota,
      quotaExceeded,
      now: parts.clock.now(),
    };
    return { decision, policy: policyFor(request, decision, standing), context: authorizerContext(facts), storeFailure, quotaExceeded };
  };
}

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
