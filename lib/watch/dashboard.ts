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
    const sum = (name: string) => accessMetric(authorizer, name, 'Sum');
    const graph = (title: string, left: IMetric[], width = 8) =>
      new GraphWidget({ title, left, width, height: 6, liveData: false });
    this.dashboard = new Dashboard(this, 'Dashboard', {
      defaultInterval: Duration.days(1),
      widgets: [
        [new AlarmStatusWidget({ title: 'Alarms', alarms: [...alarms], width: 24, height: 3 })],
        [
          graph('Decisions', [sum('Allowed'), sum('Refused'), sum('WouldRefuse')]),
          graph('Refused, by code', [byDimension(authorizer, 'Refused', 'Sum', 'Code')]),
          graph('Would be refused (shadow mode), by code', [
            byDimension(authorizer, 'WouldRefuse', 'Sum', 'Code'),
          ]),
        ],
        [
          graph('Allowed, by route', [byDimension(authorizer, 'Allowed', 'Sum', 'Route')]),
          graph('Refused, by route', [byDimension(authorizer, 'Refused', 'Sum', 'Route')]),
          graph('Allowed, by group', [byDimension(authorizer, 'Allowed', 'Sum', 'Group')]),
        ],
        [
          graph('Time of a decision in ms', [
            accessMetric(authorizer, 'DecisionMilliseconds', 'p50'),
            accessMetric(authorizer, 'DecisionMilliseconds', 'p99'),
            lambdaMetric(authorizer, 'Duration', 'p99'),
          ]),
          graph('Answers of 500', [
            sum('AuthorizerFailures'),
            crashes,
            lambdaMetric(authorizer, 'Throttles', 'Sum'),
          ]),
          graph('Quota use in percent', [
            byDimension(authorizer, 'QuotaUsedPercent', 'Maximum', 'Quota'),
          ]),
        ],
        [
          graph('Age of the signing keys in seconds', [
            accessMetric(authorizer, 'KeyAgeSeconds', 'Maximum'),
            accessMetric(authorizer, 'KeyCopyAgeSeconds', 'Maximum'),
          ]),
          graph('Keys and quota store', [
            sum('KeysMissing'),
            sum('KeyCopyFailures'),
            sum('QuotaStoreFailures'),
          ]),
          graph('Detector', [
            sum('ProbingPrincipals'),
            sum('NewGroupsOnSensitiveRoutes'),
            accessMetric(authorizer, 'DetectorLagSeconds', 'Maximum'),
          ]),
        ],
      ],
    });
  }
}
