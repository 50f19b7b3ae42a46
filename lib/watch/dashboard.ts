import { Duration } from 'aws-cdk-lib';
import {
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IAlarm,
  type IMetric,
  type IWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import {
  type AccessMetricName,
  DECISION_METRIC,
  DETECTOR_METRIC,
  type DimensionName,
  FAILURE_METRIC,
  KEY_METRIC,
  KEYS_FROM_METRIC,
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
 * Decisions by code, route and group, their latency, and the state of keys, quotas and detector.
 */
export class AccessDashboard extends Construct {
  readonly dashboard: Dashboard;

  constructor(
    scope: Construct,
    id: string,
    { function: authorizer, alarms, crashes }: AccessDashboardProps,
  ) {
    super(scope, id);
    const status = new AlarmStatusWidget({
      title: 'Alarms',
      alarms: [...alarms],
      width: 24,
      height: 3,
    });
    this.dashboard = new Dashboard(this, 'Dashboard', {
      defaultInterval: Duration.days(1),
      widgets: [
        [status],
        decisionGraphs(authorizer),
        nameGraphs(authorizer),
        functionGraphs(authorizer, crashes),
        storeGraphs(authorizer),
      ],
    });
  }
}

/** One of three in a row. */
const graph = (title: string, ...left: IMetric[]): IWidget =>
  new GraphWidget({ title, left, width: 8, height: 6, liveData: false });

const sum = (authorizer: IFunction, name: AccessMetricName): IMetric =>
  accessMetric(authorizer, name, 'Sum');

const sumBy = (authorizer: IFunction, name: AccessMetricName, dimension: DimensionName): IMetric =>
  byDimension(authorizer, name, 'Sum', dimension);

const decisionGraphs = (authorizer: IFunction): IWidget[] => [
  graph(
    'Decisions',
    sum(authorizer, DECISION_METRIC.allowed),
    sum(authorizer, DECISION_METRIC.refused),
    sum(authorizer, DECISION_METRIC.wouldRefuse),
  ),
  graph('Refused, by code', sumBy(authorizer, DECISION_METRIC.refused, METRIC_DIMENSION.code)),
  graph(
    'Would be refused (shadow mode), by code',
    sumBy(authorizer, DECISION_METRIC.wouldRefuse, METRIC_DIMENSION.code),
  ),
];

const nameGraphs = (authorizer: IFunction): IWidget[] => [
  graph('Allowed, by route', sumBy(authorizer, DECISION_METRIC.allowed, METRIC_DIMENSION.route)),
  graph('Refused, by route', sumBy(authorizer, DECISION_METRIC.refused, METRIC_DIMENSION.route)),
  graph('Allowed, by group', sumBy(authorizer, DECISION_METRIC.allowed, METRIC_DIMENSION.group)),
];

const functionGraphs = (authorizer: IFunction, crashes: IMetric): IWidget[] => [
  graph(
    'Time of a decision in ms',
    accessMetric(authorizer, DECISION_METRIC.milliseconds, 'p50'),
    accessMetric(authorizer, DECISION_METRIC.milliseconds, 'p99'),
    lambdaMetric(authorizer, 'Duration', 'p99'),
  ),
  graph(
    'Answers of 500',
    sum(authorizer, FAILURE_METRIC.failures),
    crashes,
    lambdaMetric(authorizer, 'Throttles', 'Sum'),
  ),
  graph(
    'Quota use in percent',
    byDimension(authorizer, DECISION_METRIC.quotaUsedPercent, 'Maximum', METRIC_DIMENSION.quota),
  ),
];

/** Keys, quota store and detector. */
const storeGraphs = (authorizer: IFunction): IWidget[] => [
  graph(
    'Age of the signing keys in seconds',
    accessMetric(authorizer, KEY_METRIC.ageSeconds, 'Maximum'),
    accessMetric(authorizer, KEY_METRIC.copyAgeSeconds, 'Maximum'),
  ),
  graph(
    'Keys and quota store',
    sum(authorizer, KEYS_FROM_METRIC.none),
    sum(authorizer, KEY_METRIC.copyFailures),
    sum(authorizer, QUOTA_STORE_METRIC.failures),
  ),
  graph(
    'Detector',
    sum(authorizer, DETECTOR_METRIC.probingPrincipals),
    sum(authorizer, DETECTOR_METRIC.newGroups),
    accessMetric(authorizer, DETECTOR_METRIC.lagSeconds, 'Maximum'),
  ),
];
