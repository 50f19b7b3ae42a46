/** What the caller gets: in enforce mode what the rules say, in shadow mode what was so before. */
import { type DecisionMode, REFUSED_BY } from '../core/contract/decision-record.ts';
import type { Decision } from '../core/decision/decide.ts';
import { type ShadowMode, shadowMode } from '../core/decision/shadow-mode.ts';
import type { AccessModel } from '../core/model/model.ts';
import { bearerToken } from '../core/token/bearer.ts';
import type { PriorAuthorizers, TokenVerifier } from '../ports.ts';
import type { ShadowRefusal } from './record.ts';
import type { GatewayRequest } from './request.ts';

export interface EnforcementParts {
  readonly model: AccessModel;
  readonly verifier: TokenVerifier;
  /**
   * Shadow mode on an attached API: the prior authorizers of its routes. Absent: every route accepts
   * any valid token.
   */
  readonly priorAuthorizers?: PriorAuthorizers | undefined;
}

export interface Enforcement {
  readonly mode: DecisionMode;
  readonly effect: 'allow' | 'deny';
  /** Why a route in shadow mode refuses. */
  readonly refusedBy: ShadowRefusal | undefined;
}

export type Enforce = (decision: Decision, request: GatewayRequest) => Promise<Enforcement>;

export function enforcement(parts: EnforcementParts): Enforce {
  const shadow = shadowMode(parts.model);
  return async (decision, request) => {
    const mode = shadow.modeOf(request.route);
    if (mode === 'enforce') return { mode, effect: decision.effect, refusedBy: undefined };
    const refusedBy = await refusedInShadow(decision, request, parts, shadow);
    return { mode, effect: refusedBy === undefined ? 'allow' : 'deny', refusedBy };
  };
}

/** Why a call on a route in shadow mode is refused; undefined when it passes. */
async function refusedInShadow(
  decision: Decision,
  { apiId, route, routeKeys = [route], authorization, pathRefusal }: GatewayRequest,
  { priorAuthorizers, model, verifier }: EnforcementParts,
  { refusesAmbiguousPaths, refusesAnyToken }: ShadowMode,
): Promise<ShadowRefusal | undefined> {
  // Check the path, not the code: an ambiguous path may carry another code, such as NO_TOKEN or
  // BLOCKED.
  if (pathRefusal && refusesAmbiguousPaths) return 'rules';
  // The permissions endpoint has no prior authorizer. Only its own route key counts: a catch-all
  // route keeps its prior authorizer.
  const isOwn =
    model.permissionsEndpoint !== undefined && routeKeys.includes(model.permissionsEndpoint.route);
  if (!priorAuthorizers || isOwn)
    return decision.effect === 'deny' && refusesAnyToken(decision) ? 'rules' : undefined;
  const prior = await priorAuthorizers.find(apiId, routeKeys);
  if (!prior) return REFUSED_BY.unknownPriorAuthorizer;
  if (prior.kind === 'none') return undefined;
  const token = tokenForPriorAuthorizer(authorization);
  const accepts = token !== undefined && (await verifier.satisfiesPriorAuthorizer?.(token, prior));
  return accepts === true ? undefined : REFUSED_BY.priorAuthorizer;
}

/**
 * The token as the gateway's JWT authorizer reads it: with or without `Bearer`. Our rules require
 * `Bearer`. Source: API Gateway Developer Guide, "Control access to HTTP APIs with JWT
 * authorizers".
 */
function tokenForPriorAuthorizer(authorization: readonly string[]): string | undefined {
  const bearer = bearerToken(authorization);
  if ('token' in bearer) return bearer.token;
  return authorization.length === 1 ? authorization[0] : undefined;
}
