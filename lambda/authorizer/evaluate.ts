/** What the rules say of a request: bearer token, revocations, route, path, then quota. */
import { refuse } from '../core/contract/codes.ts';
import type { RecordedReading } from '../core/contract/decision-record.ts';
import { type Decision, decide, deny } from '../core/decision/decide.ts';
import type { Entitlements } from '../core/decision/entitlements.ts';
import type { AccessModel } from '../core/model/model.ts';
import { decisionOverQuota } from '../core/quota/over-quota-403-or-429.ts';
import type { QuotaState } from '../core/quota/quota-state.ts';
import { presentedToken } from '../core/token/bearer.ts';
import { isRefusal, type Principal } from '../core/token/principal.ts';
import type { TokenVerifier } from '../ports.ts';
import type { GatewayRequest } from './gateway-request.ts';
import type { PathCheck } from './path-check.ts';
import type { QuotaLimiter, QuotaOutcome } from './quota-limiter.ts';
import type { RevocationCheck } from './revocations.ts';

export interface EvaluationParts {
  readonly model: AccessModel;
  readonly verifier: TokenVerifier;
  readonly quota: QuotaLimiter;
  readonly paths: PathCheck;
  /** Absent: the map follows no revocations. */
  readonly revocations?: RevocationCheck | undefined;
}

export interface Evaluation {
  readonly decision: Decision;
  /** Absent without a valid token. */
  readonly entitlements?: Entitlements;
  /** The quota that was charged, or that is exceeded. */
  readonly quota?: QuotaState;
  readonly quotaExceeded?: boolean;
  /** How a back end may read the path where that is refused, or reported. */
  readonly reading?: RecordedReading;
  /** Name of the quota whose store failed. */
  readonly storeFailure?: string;
  /** The list of revoked tokens could not be read in time; the call is evaluated without it. */
  readonly revocationsUnread?: boolean;
}

export async function evaluate(
  parts: EvaluationParts,
  request: GatewayRequest,
  entitlementsFor: (principal: Principal) => Entitlements,
): Promise<Evaluation> {
  const { route, authorization } = request;
  const { revocations } = parts;
  const bearer = presentedToken(authorization);
  if ('code' in bearer) return { decision: deny(route, bearer) };
  const verified = parts.verifier.verify(bearer.token);
  const principal = verified instanceof Promise ? await verified : verified;
  if (isRefusal(principal)) return { decision: deny(route, principal) };
  const entitlements = entitlementsFor(principal);
  // BLOCKED comes first: a blocked client would fetch new tokens for ever.
  if (!revocations || entitlements.blocked) return evaluateValid(parts, request, entitlements);
  const found = revocations(principal);
  const outcome = found instanceof Promise ? await found : found;
  if (outcome === 'good') return evaluateValid(parts, request, entitlements);
  if (outcome === 'unread')
    return { ...(await evaluateValid(parts, request, entitlements)), revocationsUnread: true };
  return { decision: deny(route, outcome), entitlements };
}

/** What the rules say of a caller with a valid token that nothing revokes. */
async function evaluateValid(
  parts: EvaluationParts,
  request: GatewayRequest,
  entitlements: Entitlements,
): Promise<Evaluation> {
  const { route } = request;
  const decision = decide(parts.model, entitlements, route);
  // BLOCKED and ROUTE_UNMAPPED win. On a known route, check the path before granting access.
  const isFinal =
    decision.effect === 'deny' &&
    (decision.code === 'BLOCKED' || decision.code === 'ROUTE_UNMAPPED');
  const completed = isFinal ? request : parts.paths.complete(request);
  const whole = completed instanceof Promise ? await completed : completed;
  const refused = isFinal ? undefined : parts.paths.refusalOf(whole, entitlements);
  // A caller without the route itself gets that reason, whatever else the path may mean.
  if (refused && (refused.forAll || decision.effect === 'allow'))
    return { decision: deny(route, refused.refusal), entitlements, ...readingOf(refused) };
  if (decision.effect === 'deny') return { decision, entitlements };
  const reading = readingOf({ reading: parts.paths.reportOf(whole, entitlements) });
  if (decision.reason === 'public' || decision.reason === 'signed_in')
    return { decision, entitlements, ...reading };
  const outcome = parts.quota(entitlements, route);
  const charged = outcome instanceof Promise ? await outcome : outcome;
  return { ...chargedBy(charged, decision, entitlements), ...reading };
}

const readingOf = ({
  reading,
}: {
  readonly reading?: RecordedReading | undefined;
}): Pick<Evaluation, 'reading'> => (reading ? { reading } : {});

function chargedBy(
  outcome: QuotaOutcome,
  decision: Decision,
  entitlements: Entitlements,
): Evaluation {
  const { route } = decision;
  switch (outcome.kind) {
    case 'free':
      return { decision, entitlements };
    case 'admitted':
      return { decision, entitlements, quota: outcome.state };
    case 'exceeded':
      return {
        decision: decisionOverQuota(decision, outcome.onExceeded),
        entitlements,
        quota: outcome.state,
        quotaExceeded: true,
      };
    case 'store_failed': {
      const refused = deny(route, refuse('QUOTA_STORE_UNAVAILABLE', 'store_failed'));
      const evaluated = outcome.onStoreFailure === 'allow' ? decision : refused;
      return { decision: evaluated, entitlements, storeFailure: outcome.quota };
    }
  }
}
