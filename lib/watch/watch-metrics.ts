import { Duration } from 'aws-cdk-lib';
import { MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import {
  type AccessMetricName,
  type DimensionName,
  METRIC_DIMENSION,
  METRIC_NAMESPACE,
} from '../../lambda/core/contract/metric-names.ts';
import { FIVE_MINUTES_SECONDS } from '../../lambda/core/contract/periods.ts';

/**
 * Alarms evaluate five minutes at a time: shorter periods cost more, and their alarms go off for
 * what is over before anybody looks.
 */
export const PERIOD = Duration.seconds(FIVE_MINUTES_SECONDS);

/** A metric of the authorizer over all routes, codes and groups, or with one more dimension. */
export const accessMetric = (
  { functionName }: IFunction,
  metricName: AccessMetricName,
  statistic: string,
  dimension: { readonly [Name in DimensionName]?: string } = {},
): Metric =>
  new Metric({
    namespace: METRIC_NAMESPACE,
    metricName,
    statistic,
    period: PERIOD,
    dimensionsMap: { [METRIC_DIMENSION.functionName]: functionName, ...dimension },
  });

/** A metric that Lambda itself publishes for a function. */
export const lambdaMetric = (watched: IFunction, metricName: string, statistic: string): Metric =>
  new Metric({
    namespace: 'AWS/Lambda',
    metricName,
    statistic,
    period: PERIOD,
    dimensionsMap: { FunctionName: watched.functionName },
  });

/**
 * The metric for each value of a dimension. Graphs can show such a search; alarms cannot use it.
 * Source: CloudWatch User Guide, "CloudWatch search expression syntax".
 */
export const byDimension = (
  { functionName }: IFunction,
  metricName: AccessMetricName,
  statistic: string,
  dimension: DimensionName,
): MathExpression =>
  new MathExpression({
    expression: `SEARCH('{${METRIC_NAMESPACE},${METRIC_DIMENSION.functionName},${dimension}} MetricName="${metricName}" ${METRIC_DIMENSION.functionName}="${functionName}"', '${statistic}', ${PERIOD.toSeconds()})`,
    label: `\${PROP('Dim.${dimension}')}`,
    usingMetrics: {},
    period: PERIOD,
  });
