import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { QUOTA_STORE_METRIC } from '../../lambda/core/contract/metrics.ts';
import { alarmText } from './runbook.ts';
import { accessMetric } from './watch-metrics.ts';

export interface QuotaAlarmsProps {
  /** The authorizer, whose log lines hold the metrics. */
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
    this.failures = new Alarm(this, 'Failures', {
      metric: accessMetric(authorizer, QUOTA_STORE_METRIC.failures, 'Sum'),
      threshold: 0,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      // One failure in a while is a network's; failures in two of three periods are the table's.
      evaluationPeriods: 3,
      datapointsToAlarm: 2,
      // Without failures there is no such metric.
      treatMissingData: TreatMissingData.NOT_BREACHING,
      alarmDescription: alarmText(
        'Quotas cannot be charged: calls are refused with 500, or pass uncounted with `onStoreFailure: allow`',
        'quota-store-failing',
      ),
    });
  }
}
