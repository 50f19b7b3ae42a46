import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { QUOTA_STORE_METRIC } from '../../lambda/core/contract/metric-names.ts';
import { ownAlarm, TWO_OF_THREE } from './own-alarm.ts';
import { accessMetric } from './watch-metrics.ts';

export interface QuotaAlarmsProps {
  /** The authorizer, whose log lines contain the metrics. */
  readonly function: IFunction;
}

/** The alarm on the quota table. It has no action: add one with `addAlarmAction`. */
export class QuotaAlarms extends Construct {
  /**
   * Charges fail, so that calls are refused, or pass uncounted where the quota says
   * `onStoreFailure: allow`.
   */
  readonly failures: Alarm;

  constructor(scope: Construct, id: string, { function: authorizer }: QuotaAlarmsProps) {
    super(scope, id);
    this.failures = ownAlarm(this, 'Failures', {
      metric: accessMetric(authorizer, QUOTA_STORE_METRIC.failures, 'Sum'),
      threshold: 0,
      // A single failure is the network's; failures in two of three periods point to the table.
      ...TWO_OF_THREE,
      sentence:
        'Quotas cannot be charged: calls are refused with 500, or pass uncounted with `onStoreFailure: allow`',
      section: 'quota-store-failing',
    });
  }
}
