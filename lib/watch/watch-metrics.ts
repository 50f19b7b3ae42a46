import { Duration } from 'aws-cdk-lib';
import { MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';

/** Namespace of every metric of the product; the functions write it into their log lines. */
export const NAMESPACE = 'OktaGroupAuthorizer';

/**
 * Alarms look at five minutes at a time: shorter ones of standard metrics cost more calls and ring
 * for what is over before anybody looks.
 */
export const PERIOD = Duration.minutes(5);

/** A metric of the authorizer over all routes, codes and groups, or along one further dimension. */
export const accessMetric = (
  { functionName }: IFunction,
  metricName: string,
  statistic: string,
  dimension: Readonly<Record<string, string>> = {},
): Metric =>
  new Metric({
    namespace: NAMESPACE,
    metricName,
    statistic,
    period: PERIOD,
    dimensionsMap: { FunctionName: functionName, ...dimension },
  });

/** What Lambda itself counts of a function. */
export const lambdaMetric = (watched: IFunction, metricName: string, statistic: string): Metric =>
  new Metric({
    namespace: 'AWS/Lambda',
    metricName,
    statistic,
    period: PERIOD,
    dimensionsMap: { FunctionName: watched.functionName },
  });

/**
 * The metric once for each value of a dimension: graphs take such searches, alarms do not.
 * Source: CloudWatch User Guide, "CloudWatch search expression syntax".
 */
export const byDimension = (
  { functionName }: IFunction,
  metricName: string,
  statistic: string,
  dimension: string,
): MathExpression =>
  new MathExpression({
    expression: `SEARCH('{${NAMESPACE},FunctionName,${dimension}} MetricName="${metricName}" FunctionName="${functionName}"', '${statistic}', ${PERIOD.toSeconds()})`,
    label: `\${PROP('Dim.${dimension}')}`,
    usingMetrics: {},
    period: PERIOD,
  });
