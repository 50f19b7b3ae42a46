import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { REVOCATION_METRIC } from '../../lambda/core/contract/metric-names.ts';
import { boundSum } from '../../lambda/core/contract/revocation-bound.ts';
import { type AccessMap, revocationBounds } from '../access-map/index.ts';
import { ownAlarm, TWO_OF_THREE } from './own-alarm.ts';
import { accessMetric } from './watch-metrics.ts';

export interface RevocationAlarmsProps {
  /** The authorizer, whose log lines contain the metrics. */
  readonly function: IFunction;
  /** Says how long a revoked token may pass, which the alarm names. */
  readonly map: AccessMap;
}

/** The alarm on the reading of revoked tokens. It has no action: add one with `addAlarmAction`. */
export class RevocationAlarms extends Construct {
  /**
   * Reads of a hub's list give nothing, so that calls pass unread, or are refused where the map
   * says `onStoreFailure: deny`.
   */
  readonly unread: Alarm;

  constructor(scope: Construct, id: string, { function: authorizer, map }: RevocationAlarmsProps) {
    super(scope, id);
    this.unread = ownAlarm(this, 'Unread', {
      metric: accessMetric(authorizer, REVOCATION_METRIC.readFailures, 'Sum'),
      threshold: 0,
      // A single failure is the network's; failures in two of three periods point to hub or table.
      ...TWO_OF_THREE,
      sentence: `The list of revoked tokens cannot be read, so that its bound does not hold: ${boundsOf(map)}`,
      section: 'revocations-unread',
    });
  }
}

/** Names only the sums where the map has several Okta orgs: CloudWatch takes 1,024 characters. */
function boundsOf(map: AccessMap): string {
  const [first, ...others] = revocationBounds(map);
  if (first && others.length === 0) return first.sentence;
  const { ttlSeconds } = map.cache;
  return map.revocations.map((one) => `${one.org}: ${boundSum({ ...one, ttlSeconds })}`).join('; ');
}
