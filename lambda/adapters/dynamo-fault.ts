/** What an error of the DynamoDB client means for a charge. */
import type { QuotaStoreFault } from '../ports.ts';

const THROTTLED = new Set([
  'ProvisionedThroughputExceededException',
  'ThrottlingException',
  'RequestLimitExceeded',
  'LimitExceededException',
]);
const CONFLICTS = new Set([
  'TransactionConflictException',
  'TransactionInProgressException',
  'ReplicatedWriteConflictException',
]);
const TIMEOUTS = new Set(['TimeoutError', 'AbortError']);

interface ClientError {
  readonly name?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/**
 * Source: Amazon DynamoDB Developer Guide, "Error handling with DynamoDB", and the API's list of
 * common errors.
 */
export function faultOf(error: unknown): QuotaStoreFault {
  const { name, $metadata: { httpStatusCode: status = 0 } = {} } = (error ?? {}) as ClientError;
  const kind = String(name);
  if (THROTTLED.has(kind) || status === 429) return 'throttled';
  if (CONFLICTS.has(kind)) return 'conflict';
  if (TIMEOUTS.has(kind)) return 'timeout';
  if (status >= 500) return 'server';
  return status >= 400 ? 'request' : 'connection';
}

/**
 * Whether the same request may do better at once: not for a request that the store will never take.
 */
export function isWorthRetrying(error: unknown): boolean {
  return faultOf(error) !== 'request';
}
