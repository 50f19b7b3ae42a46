/** What the caller gets: in enforce mode what the rules say, in shadow mode what it got before. */
import { type DecisionMode, REFUSED_BY } from '../core/contract/decision-record.ts';
import { type ShadowMode, shadowMode } from '../core/decision/shadow-mode.ts';
import type { AccessModel } from '../core/model/model.ts';
import { bearerToken } from '../core/token/bearer.ts';
import type { PriorAuthorizers, TokenVerifier } from '../ports.ts';
import type { ShadowRefusal } from './decision-facts.ts';
import type { Evaluation } from './evaluate.ts';
import type { GatewayRequest } from './gateway-request.ts';
import type { PathCheck } from './path-check.ts';

export interface EnforcementParts {
  readonly model: AccessModel;
  readonly verifier: TokenVerifier;
  readonly paths: PathCheck;
  /**
   * Shadow mode on an attached API: the prior authorizers of its routes. Absent: every route
   * accepts any valid token.
   */
  readonly priorAuthorizers?: PriorAuthorizers | undefined;
}

export interface Enforcement {
  readonly mode: DecisionMode;
  readonly effect: 'allow' | 'deny';
  /** Why a route in shadow mode refuses. */
  readonly refusedBy: ShadowRefusal | undefined;
}

/** @returns at once in enforce mode. */
export type Enforce = (
  evaluation: Evaluation,
  request: GatewayRequest,
) => Enforcement | Promise<Enforcement>;

export function enforcement(parts: EnforcementParts): Enforce {
  const shadow = shadowMode(parts.model);
  const inShadow = async (
    evaluation: Evaluation,
    request: GatewayRequest,
  ): Promise<Enforcement> => {
    const refusedBy = await refusedInShadow(evaluation, request, parts, shadow);
    return { mode: 'shadow', effect: refusedBy === undefined ? 'allow' : 'deny', refusedBy };
  };
  return (evaluation, request) => {
    const mode = shadow.modeOf(request.route);
    return mode === 'enforce'
      ? { mode, effect: evaluation.decision.effect, refusedBy: undefined }
      : inShadow(evaluation, request);
  };
}

/** Why a call on a route in shadow mode is refused; undefined when it passes. */
async function refusedInShadow(
  { decision, entitlements }: Evaluation,
  request: GatewayRequest,
  { priorAuthorizers, model, verifier, paths }: EnforcementParts,
  { refusesAnyToken }: ShadowMode,
): Promise<ShadowRefusal | undefined> {
  const { apiId, route, routeKeys = [route], authorization } = request;
  // Check the path, not the code: a path that may be refused may carry another code, such as
  // NO_TOKEN or BLOCKED.
  if (paths.refusalOf(await paths.complete(request), entitlements)?.holdsInShadow) return 'rules';
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
