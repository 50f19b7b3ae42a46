/** Why a gateway answered a call without asking its authorizer or a back end. */
import type { CallRecord } from './serve-http-api.ts';

export type OwnAnswer = 'noHeader' | 'emptyHeader' | 'noRoute' | 'tooLarge';

/** Undefined where the authorizer or a back end was asked, or a preflight was answered. */
export function ownAnswerOf({
  authorization,
  routeKey,
  status,
}: Pick<CallRecord, 'authorization' | 'routeKey' | 'status'>): OwnAnswer | undefined {
  // The Authorization header is the only part of a call that our APIs require.
  if (authorization === 'identity source missing') return 'noHeader';
  if (authorization === 'identity source empty') return 'emptyHeader';
  // A preflight that CORS answers has no route either.
  if (routeKey !== undefined || status < 400) return undefined;
  return status === 431 ? 'tooLarge' : 'noRoute';
}
