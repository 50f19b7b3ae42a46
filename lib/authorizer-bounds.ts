/** Bounds of what an operations team may set, and what of it the tables take. */
import { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { OperationsProps } from './operations.ts';
import type { QuotaTableProps } from './quota-table.ts';

/**
 * The authorizer awaits fresh keys from ten minutes of age on, so that less would refuse valid tokens between two fetches.
 * @throws Error for `maxStaleKeys` out of its bounds.
 */
export function staleness(scope: Construct, { maxStaleKeys = Duration.hours(24) }: OperationsProps): Duration {
  if (maxStaleKeys.toSeconds() >= 600 && maxStaleKeys.toSeconds() <= 7 * 86_400) return maxStaleKeys;
  throw new Error(`${scope.node.path}: \`maxStaleKeys\`: expected 10 minutes to 7 days, found ${maxStaleKeys.toHumanString()}`);
}

/**
 * The function itself ends after 5 s, and the caller waits all the while.
 * @throws Error for a `quotaBudget` out of its bounds.
 */
export function budget(scope: Construct, { quotaBudget = Duration.millis(300) }: OperationsProps): Duration {
  const ms = quotaBudget.toMilliseconds({ integral: false });
  if (Number.isInteger(ms) && ms >= 50 && ms <= 3_000) return quotaBudget;
  throw new Error(`${scope.node.path}: \`quotaBudget\`: expected 50 to 3000 whole milliseconds, found ${ms}`);
}

export function tableProps({ encryptionKey, tableRemovalPolicy }: OperationsProps): QuotaTableProps {
  return { ...(encryptionKey && { encryptionKey }), ...(tableRemovalPolicy && { removalPolicy: tableRemovalPolicy }) };
}
