/** What a failed request to DynamoDB means for its sender. */
import { DynamoError } from './requests.ts';

/** The faults of a quota store (lambda/ports.ts) that a single request can have. */
export type DynamoFault =
  | 'timeout'
  | 'connection'
  | 'throttled'
  | 'conflict'
  | 'server'
  | 'request'
  | 'answer';

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

/**
 * Source: Amazon DynamoDB Developer Guide, "Error handling with DynamoDB", and the API's list of
 * common errors.
 */
export function faultOf(error: unknown): DynamoFault {
  // Anything else is our own code's fault, and a second try would meet it again.
  if (!(error instanceof DynamoError)) return 'request';
  const { failure } = error;
  if (failure.kind === 'credentials') return 'request';
  if (failure.kind !== 'refused') return failure.kind;
  const { type, status } = failure;
  if (THROTTLED.has(type) || status === 429) return 'throttled';
  if (CONFLICTS.has(type)) return 'conflict';
  return status >= 500 ? 'server' : 'request';
}

/**
 * Whether the same request may do better at once: not for a request that the store will never take.
 */
export function isWorthRetrying(error: unknown): boolean {
  return faultOf(error) !== 'request';
}

/**
 * Whether DynamoDB may have carried the request out, whatever became of its answer: not where the
 * request never left, nor where DynamoDB itself says that it refused it. Source: Amazon DynamoDB
 * Developer Guide, "Error handling with DynamoDB": after a 5xx a write may have succeeded.
 */
export function mayBeDone(error: unknown): boolean {
  if (!(error instanceof DynamoError)) return true;
  const { failure } = error;
  switch (failure.kind) {
    case 'credentials':
      return false;
    case 'timeout':
    case 'connection':
      return failure.unsent !== true;
    case 'answer':
      return true;
    case 'refused':
      return faultOf(error) === 'server';
  }
}
