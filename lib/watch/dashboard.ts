import { Duration } from 'aws-cdk-lib';
import {
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IAlarm,
  type IMetric,
  type IWidget,
  LogQueryVisualizationType,
  LogQueryWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { IS_DECISION } from '../../lambda/core/contract/decision-record.ts';
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
} from '../../lambda/core/contract/metric-names.ts';
import type { MetricPlan } from './metric-plan.ts';
import { accessMetric, byDimension, lambdaMetric } from './watch-metrics.ts';

export interface AccessDashboardProps {
  /** The authorizer. */
  readonly function: IFunction;
  readonly alarms: readonly IAlarm[];
  readonly crashes: IMetric;
  /** What has metrics of its own; what has none is read from `records`. */
  readonly plan: MetricPlan;
  /** The authorizer's log group. A view of a query is billed by what it reads. */
  readonly records: ILogGroup;
}

/**
 * Decisions by code, route and group, their latency, and the state of keys, quotas and detector.
 */
export class AccessDashboard extends Construct {
  readonly dashboard: Dashboard;

  constructor(scope: Construct, id: string, props: AccessDashboardProps) {
    super(scope, id);
    const { function: authorizer, alarms, crashes } = props;
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
        decisionGraphs(props),
        nameGraphs(props),
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

/** The ten largest in the decision records, for what has no metrics of its own. */
const busiest = (title: string, { logGroupName }: ILogGroup, filter: string, by: string): IWidget =>
  new LogQueryWidget({
    title,
    logGroupNames: [logGroupName],
    view: LogQueryVisualizationType.TABLE,
    queryLines: [
      `filter ${IS_DECISION} and ${filter}`,
      `stats sum(weight) as calls by ${by}`,
      'sort calls desc',
      'limit 10',
    ],
    width: 8,
    height: 6,
  });

const REFUSED = 'effect = "deny"';
const ALLOWED = 'effect = "allow"';

function decisionGraphs({ function: authorizer, plan, records }: AccessDashboardProps): IWidget[] {
  const { allowed, refused, wouldRefuse } = DECISION_METRIC;
  const byCode = (title: string, name: AccessMetricName, filter: string): IWidget =>
    plan.byCode
      ? graph(title, sumBy(authorizer, name, METRIC_DIMENSION.code))
      : busiest(title, records, filter, 'code');
  return [
    graph(
      'Decisions',
      sum(authorizer, allowed),
      sum(authorizer, refused),
      sum(authorizer, wouldRefuse),
    ),
    byCode('Refused, by code', refused, REFUSED),
    byCode('Would be refused (shadow mode), by code', wouldRefuse, 'ispresent(wouldDeny)'),
  ];
}

/** Graphs of what has metrics, then tables of the busiest where some have none. */
function nameGraphs({ function: authorizer, plan, records }: AccessDashboardProps): IWidget[] {
  const { allowed, refused } = DECISION_METRIC;
  const { route, group } = METRIC_DIMENSION;
  const whereAny = (names: readonly string[], ...widgets: IWidget[]): IWidget[] =>
    names.length === 0 ? [] : widgets;
  return [
    ...whereAny(
      plan.routes,
      graph('Allowed, by route', sumBy(authorizer, allowed, route)),
      graph('Refused, by route', sumBy(authorizer, refused, route)),
    ),
    ...whereAny(plan.groups, graph('Allowed, by group', sumBy(authorizer, allowed, group))),
    ...whereAny(
      plan.routesWithout,
      busiest('Allowed, the ten busiest routes', records, ALLOWED, 'route'),
      busiest('Refused, the ten busiest routes', records, REFUSED, 'route'),
    ),
    ...whereAny(
      plan.groupsWithout,
      busiest('Allowed, the ten busiest groups', records, ALLOWED, 'group'),
    ),
  ];
}

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
