/** Log retention: the access map and the props may both set it, to the same value only. */
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { AccessMap } from '../access-map/index.ts';
import type { OperationsProps } from './operations-props.ts';

/**
 * The props with the log retention: the map's `audit.retention`, else the prop, else 90 days.
 * @throws Error where the two differ.
 */
export function withRetention<Props extends OperationsProps>(
  props: Props,
  { audit: { retentionDays }, source }: AccessMap,
): Props & { readonly logRetention: RetentionDays } {
  const { logRetention } = props;
  if (retentionDays === undefined)
    return { ...props, logRetention: logRetention ?? RetentionDays.THREE_MONTHS };
  if (logRetention !== undefined && logRetention !== retentionDays) {
    throw new Error(
      `\`logRetention\`: expected ${retentionDays} days as \`audit.retention\` in ${source} says, found ${logRetention}: remove one of the two`,
    );
  }
  // The enumeration's values are days, and the map allows no others.
  return { ...props, logRetention: retentionDays };
}
