/** One decision from end to end, in its fixed order: token, route, groups, scopes, quota. I/O goes through ports alone. */
import { bearerToken } from '../core/bearer.ts';
import { type Refusal, refuse } from '../core/codes.ts';
import { type AuthorizerContext, authorizerContext } from '../core/context.ts';
import { type Decision, decide } from '../core/decide.ts';
import type { AccessModel } from '../core/model.ts';
import { isRefusal, type Principal } from '../core/principal.ts';
import type { QuotaState } from '../core/quota.ts';
import { type Standing, standingOf } from '../core/standing.ts';
import type { Clock, TokenVerifier } from '../ports.ts';
import type { QuotaKeeper } from './quota-keeper.ts';
import type { GatewayRequest } from './request.ts';

export interface Parts {
  readonly model: AccessModel;
  readonly clock: Clock;
  readonly verifier: TokenVerifier;
  readonly quota: QuotaKeeper;
}

export interface Answer {
  readonly decision: Decision;
  readonly context: AuthorizerContext;
  /** The quota whose store failed, if one did; with `onStoreFailure: allow` the call passed uncounted. */
  readonly storeFailure: string | undefined;
}

interface Judged {
  readonly decision: Decision;
  readonly standing?: Standing;
  readonly quota?: QuotaState;
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

  return async (request) => {
    const { decision, standing, quota, storeFailure } = await judge(parts, request, standingFor);
    const code = decision.effect === 'deny' ? decision.code : undefined;
    const facts = {
      mapVersion: parts.model.version,
      standing,
      code,
      quota,
      quotaExceeded: code === 'QUOTA_EXCEEDED',
      now: parts.clock.now(),
    };
    return { decision, context: authorizerContext(facts), storeFailure };
  };
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
    case 'exceeded':
      return { decision: { effect: 'deny', route, ...refuse('QUOTA_EXCEEDED', 'window_full') }, standing, quota: outcome.state };
    case 'store_failed': {
      const refused: Decision = { effect: 'deny', route, ...refuse('QUOTA_STORE_UNAVAILABLE', 'store_failed') };
      return { decision: outcome.onStoreFailure === 'allow' ? decision : refused, standing, storeFailure: outcome.quota };
    }
  }
}
