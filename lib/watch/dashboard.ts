import { Duration } from 'aws-cdk-lib';
import {
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IAlarm,
  type IMetric,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import {
  type AccessMetricName,
  DECISION_METRIC,
  DETECTOR_METRIC,
  FAILURE_METRIC,
  KEY_METRIC,
  METRIC_DIMENSION,
  QUOTA_STORE_METRIC,
} from '../../lambda/core/contract/metrics.ts';
import { accessMetric, byDimension, lambdaMetric } from './watch-metrics.ts';

export interface AccessDashboardProps {
  /** The authorizer. */
  readonly function: IFunction;
  readonly alarms: readonly IAlarm[];
  readonly crashes: IMetric;
}

/**
 * What is allowed and refused, to whom it happens and why, how fast, and how the keys and quotas
 * stand.
 */
export class AccessDashboard extends Construct {
  readonly dashboard: Dashboard;

  constructor(
    scope: Construct,
    id: string,
    { function: authorizer, alarms, crashes }: AccessDashboardProps,
  ) {
    super(scope, id);
    const sum = (name: AccessMetricName) => accessMetric(authorizer, name, 'Sum');
    const graph = (title: string, left: IMetric[], width = 8) =>
      new GraphWidget({ title, left, width, height: 6, liveData: false });
    this.dashboard = new Dashboard(this, 'Dashboard', {
      defaultInterval: Duration.days(1),
      widgets: [
        [new AlarmStatusWidget({ title: 'Alarms', alarms: [...alarms], width: 24, height: 3 })],
        [
          graph('Decisions', [
            sum(DECISION_METRIC.allowed),
            sum(DECISION_METRIC.refused),
            sum(DECISION_METRIC.wouldRefuse),
          ]),
          graph('Refused, by code', [
            byDimension(authorizer, DECISION_METRIC.refused, 'Sum', METRIC_DIMENSION.code),
          ]),
          graph('Would be refused (shadow mode), by code', [
            byDimension(authorizer, DECISION_METRIC.wouldRefuse, 'Sum', METRIC_DIMENSION.code),
          ]),
        ],
        [
          graph('Allowed, by route', [
            byDimension(authorizer, DECISION_METRIC.allowed, 'Sum', METRIC_DIMENSION.route),
          ]),
          graph('Refused, by route', [
            byDimension(authorizer, DECISION_METRIC.refused, 'Sum', METRIC_DIMENSION.route),
          ]),
          graph('Allowed, by group', [
            byDimension(authorizer, DECISION_METRIC.allowed, 'Sum', METRIC_DIMENSION.group),
          ]),
        ],
        [
          graph('Time of a decision in ms', [
            accessMetric(authorizer, DECISION_METRIC.milliseconds, 'p50'),
            accessMetric(authorizer, DECISION_METRIC.milliseconds, 'p99'),
            lambdaMetric(authorizer, 'Duration', 'p99'),
          ]),
          graph('Answers of 500', [
            sum(FAILURE_METRIC.failures),
            crashes,
            lambdaMetric(authorizer, 'Throttles', 'Sum'),
          ]),
          graph('Quota use in percent', [
            byDimension(
              authorizer,
              DECISION_METRIC.quotaUsedPercent,
              'Maximum',
              METRIC_DIMENSION.quota,
            ),
          ]),
        ],
        [
          graph('Age of the signing keys in seconds', [
            accessMetric(authorizer, KEY_METRIC.ageSeconds, 'Maximum'),
            accessMetric(authorizer, KEY_METRIC.copyAgeSeconds, 'Maximum'),
          ]),
          graph('Keys and quota store', [
            sum(KEY_METRIC.missing),
            sum(KEY_METRIC.copyFailures),
            sum(QUOTA_STORE_METRIC.failures),
          ]),
          graph('Detector', [
            sum(DETECTOR_METRIC.probingPrincipals),
            sum(DETECTOR_METRIC.newGroups),
            accessMetric(authorizer, DETECTOR_METRIC.lagSeconds, 'Maximum'),
          ]),
        ],
      ],
    });
  }
}
