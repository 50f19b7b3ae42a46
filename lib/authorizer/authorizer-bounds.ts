/** Bounds of what an operations team may set, and what of it the tables take. */
import { Duration, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import {
  HARD_KEY_AGE_SECONDS,
  MAX_STALE_KEY_BOUND_SECONDS,
  MAX_STALE_KEY_SECONDS,
} from '../../lambda/core/contract/key-ages.ts';
import type { OperationsProps } from '../resources/operations-props.ts';
import type { QuotaTableProps } from './quota-table.ts';

/**
 * The authorizer awaits fresh keys from ten minutes of age on, so that less would refuse valid
 * tokens between two fetches.
 * @throws Error for `maxStaleKeys` out of its bounds.
 */
export function keyStaleness(
  scope: Construct,
  { maxStaleKeys = Duration.seconds(MAX_STALE_KEY_SECONDS) }: OperationsProps,
): Duration {
  const seconds = maxStaleKeys.toSeconds();
  if (seconds >= HARD_KEY_AGE_SECONDS && seconds <= MAX_STALE_KEY_BOUND_SECONDS)
    return maxStaleKeys;
  throw new Error(
    `${scope.node.path}: \`maxStaleKeys\`: expected 10 minutes to 7 days, found ${maxStaleKeys.toHumanString()}`,
  );
}

/**
 * The function itself ends after 5 s, and the caller waits all the while.
 * @throws Error for a `quotaBudget` out of its bounds.
 */
export function chargeTimeout(
  scope: Construct,
  { quotaBudget = Duration.millis(300) }: OperationsProps,
): Duration {
  const ms = quotaBudget.toMilliseconds({ integral: false });
  if (Number.isInteger(ms) && ms >= 50 && ms <= 3_000) return quotaBudget;
  throw new Error(
    `${scope.node.path}: \`quotaBudget\`: expected 50 to 3000 whole milliseconds, found ${ms}`,
  );
}

/** The gateway gives up after 10 s; past this it would answer before the function can. */
const MAX_TIMEOUT_SECONDS = 9;

/**
 * Longer than one charge of a quota, or the function would be cut off before `onStoreFailure` could
 * decide.
 * @throws Error for a timeout that Lambda does not take, that the gateway would not wait for, or
 * that a charge may outlast.
 */
export function timeoutOf(
  scope: Construct,
  {
    timeout = Duration.seconds(5),
    quotaBudget,
  }: Pick<OperationsProps, 'timeout'> & { readonly quotaBudget: Duration },
): Duration {
  const seconds = timeout.toSeconds({ integral: false });
  const at = `${scope.node.path}: timeout:`;
  if (seconds > MAX_TIMEOUT_SECONDS) {
    throw new Error(
      `${at} expected at most ${MAX_TIMEOUT_SECONDS} s, found ${seconds} s: the gateway gives up after 10 s`,
    );
  }
  if (!Number.isInteger(seconds) || seconds < 1)
    throw new Error(`${at} expected whole seconds, 1 to 9, found ${seconds} s`);
  const budgetMs = quotaBudget.toMilliseconds({ integral: false });
  if (seconds * 1_000 > budgetMs) return timeout;
  throw new Error(
    `${at} expected more than \`quotaBudget\` (${budgetMs} ms), found ${seconds} s: \`onStoreFailure\` would never decide`,
  );
}

/**
 * Without `vpc` they would be left out, and with them the bounds that somebody believes in.
 * @throws Error for subnets or security groups without `vpc`.
 */
export function assertNetwork(
  scope: Construct,
  { vpc, vpcSubnets, securityGroups }: OperationsProps,
): void {
  if (vpc !== undefined || (vpcSubnets ?? securityGroups) === undefined) return;
  const found = vpcSubnets === undefined ? 'securityGroups' : 'vpcSubnets';
  throw new Error(
    `${scope.node.path}: \`${found}\`: expected \`vpc\` beside it, found none: a function outside of a VPC has neither`,
  );
}

/** @throws Error for environments to keep warm that are none, or more than may run. */
export function assertConcurrency(
  scope: Construct,
  {
    provisionedConcurrentExecutions: warm,
    reservedConcurrentExecutions: reserved,
  }: OperationsProps,
): void {
  // What is known at deploy time only, CloudFormation judges.
  if (warm === undefined || Token.isUnresolved(warm)) return;
  const at = `${scope.node.path}: \`provisionedConcurrentExecutions\`:`;
  if (warm < 1) throw new Error(`${at} expected 1 or more, found ${warm}; leave it out for none`);
  if (reserved === undefined || Token.isUnresolved(reserved) || warm <= reserved) return;
  throw new Error(
    `${at} expected at most \`reservedConcurrentExecutions\` (${reserved}), found ${warm}`,
  );
}

/** What operations say about the tables of the authorizer. */
export function tableOptions({
  encryptionKey,
  tableRemovalPolicy,
}: OperationsProps): QuotaTableProps {
  return {
    ...(encryptionKey && { encryptionKey }),
    ...(tableRemovalPolicy && { removalPolicy: tableRemovalPolicy }),
  };
}
