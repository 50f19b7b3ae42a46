/**
 * The authorizer's response: an IAM policy with a flat context, or an exception, which the gateway
 * answers with 401 or 500.
 */

import { isPassing, STATUS_OF } from '../core/contract/codes.ts';
import type { AuthorizerContext } from '../core/contract/context-fields.ts';
import type { PolicyDocument } from '../core/policy/policy.ts';
import type { Answer } from './authorize.ts';

/** The text that makes API Gateway answer 401; it must be exactly this. */
const UNAUTHORIZED = 'Unauthorized';
/**
 * The error message for every 500. It is fixed, so it discloses neither the request nor the cause.
 */
export const AUTHORIZER_FAILURE = 'AuthorizerFailure';

export interface AuthorizerResponse {
  readonly principalId: string;
  readonly policyDocument: PolicyDocument;
  readonly context: AuthorizerContext;
}

/**
 * @param unauthorized how the gateway answers an invalid token: `throw` makes it answer 401, `deny`
 * makes it answer 403. A token that may be valid a moment later is thrown in either case.
 * @throws Error `Unauthorized` or `AuthorizerFailure`, never another.
 */
export function policyResponse(
  { decision, effect, policy, context }: Omit<Answer, 'facts'>,
  unauthorized: 'throw' | 'deny',
): AuthorizerResponse {
  if (effect === 'deny' && decision.effect === 'deny') {
    const status = STATUS_OF[decision.code];
    if (status === 500) throw new Error(AUTHORIZER_FAILURE);
    // What is thrown is never kept; a returned Deny may be, for the TTL.
    const isThrown = unauthorized === 'throw' || isPassing(decision);
    if (status === 401 && isThrown) throw new Error(UNAUTHORIZED);
  }
  const { principalId = '-' } = context;
  return { principalId, policyDocument: policy, context };
}
