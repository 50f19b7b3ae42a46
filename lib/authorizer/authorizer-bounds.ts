/** Bounds of the operations props, and the options of the tables. */

import { Duration, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import {
  HARD_KEY_AGE_SECONDS,
  MAX_STALE_KEY_BOUND_SECONDS,
  MAX_STALE_KEY_SECONDS,
} from '../../lambda/core/contract/key-ages.ts';
import {
  isQuotaBudget,
  QUOTA_BUDGET_EXPECTED,
  QUOTA_BUDGET_MS,
} from '../../lambda/core/contract/quota-budget.ts';
import { isStoreClient, STORE_CLIENT_NAMES } from '../../lambda/core/contract/store-client.ts';
import type { OperationsProps } from '../resources/operations-props.ts';
import type { QuotaTableProps } from './quota-table.ts';

/**
 * From an age of ten minutes on the authorizer waits for fresh keys: a lower bound would refuse
 * valid tokens between two fetches.
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
 * @throws Error for a `quotaBudget` out of its bounds.
 */
export function chargeTimeout(
  scope: Construct,
  { quotaBudget = Duration.millis(QUOTA_BUDGET_MS) }: OperationsProps,
): Duration {
  const ms = quotaBudget.toMilliseconds({ integral: false });
  if (isQuotaBudget(ms)) return quotaBudget;
  throw new Error(`${scope.node.path}: \`quotaBudget\`: ${QUOTA_BUDGET_EXPECTED}, found ${ms}`);
}

/** The gateway gives up after 10 s. */
const MAX_TIMEOUT_SECONDS = 9;

/**
 * Longer than one charge of a quota: otherwise the function would time out before `onStoreFailure`
 * decides.
 * @throws Error for a timeout that Lambda does not accept, that is longer than the gateway waits,
 * or shorter than a charge may take.
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
 * Without `vpc` they would be ignored silently, and the function would not be restricted as
 * intended.
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

/**
 * @throws Error for less than one provisioned environment, and for more than the reserved
 * concurrency.
 */
export function assertConcurrency(
  scope: Construct,
  {
    provisionedConcurrentExecutions: warm,
    reservedConcurrentExecutions: reserved,
  }: OperationsProps,
): void {
  // CloudFormation validates values that are known only at deploy time.
  if (warm === undefined || Token.isUnresolved(warm)) return;
  const at = `${scope.node.path}: \`provisionedConcurrentExecutions\`:`;
  if (warm < 1) throw new Error(`${at} expected 1 or more, found ${warm}; leave it out for none`);
  if (reserved === undefined || Token.isUnresolved(reserved) || warm <= reserved) return;
  throw new Error(
    `${at} expected at most \`reservedConcurrentExecutions\` (${reserved}), found ${warm}`,
  );
}

/**
 * Source: AWS Lambda, "Configure Lambda function memory".
 * @throws Error for memory that Lambda does not give.
 */
export function assertMemory(scope: Construct, { memorySize }: OperationsProps): void {
  if (memorySize === undefined || Token.isUnresolved(memorySize)) return;
  if (Number.isInteger(memorySize) && memorySize >= 128 && memorySize <= 10_240) return;
  throw new Error(
    `${scope.node.path}: \`memorySize\`: expected 128 to 10240 whole MiB, found ${memorySize}`,
  );
}

/**
 * Another text would choose a client silently.
 * @throws Error for an unknown `storeClient`.
 */
export function assertStoreClient(scope: Construct, { storeClient }: OperationsProps): void {
  if (storeClient === undefined || isStoreClient(storeClient)) return;
  throw new Error(
    `${scope.node.path}: \`storeClient\`: expected ${STORE_CLIENT_NAMES}, found \`${String(storeClient)}\``,
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
