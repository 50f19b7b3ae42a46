/** Resources of CloudFormation as those of Terraform's provider `aws`. */
import { isObject } from '../../lambda/core/json/json-object.ts';
import type { Body } from '../hcl/hcl-blocks.ts';
import { quoted } from '../hcl/hcl-text.ts';
import { expression, type Properties } from './expressions.ts';
import type { Json } from './template.ts';

export interface Conversion {
  readonly type: string;
  /** Attribute that is what `Ref` gives. */
  readonly ref: string;
  readonly arnEnding?: string;
  /** @param label last part of the resource's address, and of its name in the account */
  readonly body: (properties: Properties, label: string) => Body;
}

/** Names in the account begin with the module's. */
const named = (label: string): string => `"\${var.name}-${label.replaceAll('_', '-')}"`;

const member = (of: Json | undefined, name: string): Json | undefined =>
  isObject<Json>(of) ? of[name] : undefined;
const listIn = (value: Json | undefined): readonly Json[] =>
  Array.isArray(value) ? (value as readonly Json[]) : [];

export const CONVERSIONS: Readonly<Record<string, Conversion>> = {
  'AWS::DynamoDB::Table': { type: 'aws_dynamodb_table', ref: 'name', body: table },
  'AWS::Logs::LogGroup': {
    type: 'aws_cloudwatch_log_group',
    ref: 'name',
    arnEnding: ':*',
    body: (properties, label) => ({
      name: named(label),
      retention_in_days: properties.text('RetentionInDays'),
      skip_destroy: 'true',
    }),
  },
  'AWS::IAM::Role': { type: 'aws_iam_role', ref: 'name', body: role },
  'AWS::Lambda::Function': { type: 'aws_lambda_function', ref: 'function_name', body: lambda },
  'AWS::Lambda::Permission': {
    type: 'aws_lambda_permission',
    ref: 'id',
    body: (properties) => ({
      action: properties.text('Action'),
      function_name: properties.text('FunctionName'),
      principal: properties.text('Principal'),
      source_arn: properties.text('SourceArn'),
    }),
  },
  'AWS::CloudWatch::Alarm': { type: 'aws_cloudwatch_metric_alarm', ref: 'alarm_name', body: alarm },
  'AWS::Logs::MetricFilter': {
    type: 'aws_cloudwatch_log_metric_filter',
    ref: 'name',
    body: (properties, label) => {
      const [transformation] = listIn(properties.take('MetricTransformations'));
      const of = (name: string): string =>
        expression(member(transformation, name) ?? null, properties.names);
      return {
        name: named(label),
        pattern: properties.text('FilterPattern'),
        log_group_name: properties.text('LogGroupName'),
        metric_transformation: {
          name: of('MetricName'),
          namespace: of('MetricNamespace'),
          value: of('MetricValue'),
        },
      };
    },
  },
};

function table(properties: Properties, label: string): Body {
  const [definition] = listIn(properties.take('AttributeDefinitions'));
  const expires = properties.take('TimeToLiveSpecification');
  properties.take('KeySchema');
  properties.take('PointInTimeRecoverySpecification');
  // `false` is the key that DynamoDB owns, which is what Terraform takes without the block.
  properties.take('SSESpecification');
  const key = expression(member(definition, 'AttributeName') ?? null, properties.names);
  return {
    name: named(label),
    billing_mode: properties.text('BillingMode'),
    hash_key: key,
    deletion_protection_enabled: 'var.deletion_protection',
    attribute: { name: key, type: quoted('S') },
    point_in_time_recovery: { enabled: 'true' },
    ttl:
      expires === undefined
        ? undefined
        : {
            attribute_name: expression(member(expires, 'AttributeName') ?? null, properties.names),
            enabled: 'true',
          },
  };
}

function role(properties: Properties, label: string): Body {
  properties.take('Policies');
  return {
    name: named(label),
    assume_role_policy: `jsonencode(${properties.text('AssumeRolePolicyDocument')})`,
  };
}

/** Policies that the template writes into the role. */
export function rolePolicies(properties: Properties, address: string): readonly Body[] {
  return listIn(properties.take('Policies')).map((policy) => ({
    name: expression(member(policy, 'PolicyName') ?? null, properties.names),
    role: `${address}.id`,
    policy: `jsonencode(${expression(member(policy, 'PolicyDocument') ?? null, properties.names)})`,
  }));
}

function lambda(properties: Properties, label: string): Body {
  properties.take('Code');
  const { Variables: variables = {} } = properties.object('Environment');
  const { LogGroup: logGroup = null } = properties.object('LoggingConfig');
  return {
    function_name: named(label),
    description: properties.text('Description'),
    filename: '"${path.module}/authorizer.zip"',
    source_code_hash: 'filebase64sha256("${path.module}/authorizer.zip")',
    handler: properties.text('Handler'),
    runtime: properties.text('Runtime'),
    architectures: properties.text('Architectures'),
    memory_size: properties.text('MemorySize'),
    timeout: properties.text('Timeout'),
    role: properties.text('Role'),
    environment: { variables: expression(variables, properties.names) },
    logging_config: {
      log_format: quoted('Text'),
      log_group: expression(logGroup, properties.names),
    },
    // A function without its rights would refuse the first calls.
    depends_on: '[aws_iam_role_policy.authorizer]',
  };
}

function alarm(properties: Properties, label: string): Body {
  // One list for both: the end of an alarm is notified too.
  properties.take('AlarmActions');
  properties.take('OKActions');
  // Named as all resources of the module are.
  properties.take('AlarmName');
  return {
    alarm_name: named(label),
    alarm_description: properties.text('AlarmDescription'),
    comparison_operator: properties.text('ComparisonOperator'),
    evaluation_periods: properties.text('EvaluationPeriods'),
    datapoints_to_alarm: properties.text('DatapointsToAlarm'),
    threshold: properties.text('Threshold'),
    treat_missing_data: properties.text('TreatMissingData'),
    alarm_actions: 'var.alarm_actions',
    ok_actions: 'var.alarm_actions',
    metric_name: properties.text('MetricName'),
    namespace: properties.text('Namespace'),
    period: properties.text('Period'),
    statistic: properties.text('Statistic'),
    extended_statistic: properties.text('ExtendedStatistic'),
    dimensions: dimensions(properties.take('Dimensions'), properties),
    metric_query: listIn(properties.take('Metrics')).map((query) => metricQuery(query, properties)),
  };
}

function dimensions(value: Json | undefined, { names }: Properties): string | undefined {
  if (value === undefined) return undefined;
  return expression(
    Object.fromEntries(
      listIn(value).map((item) => [String(member(item, 'Name')), member(item, 'Value') ?? null]),
    ),
    names,
  );
}

function metricQuery(query: Json, properties: Properties): Body {
  const text = (of: Json | undefined, name: string): string | undefined => {
    const value = member(of, name);
    return value === undefined ? undefined : expression(value, properties.names);
  };
  const stat = member(query, 'MetricStat');
  const metric = member(stat, 'Metric');
  return {
    id: text(query, 'Id'),
    expression: text(query, 'Expression'),
    label: text(query, 'Label'),
    period: text(query, 'Period'),
    return_data: text(query, 'ReturnData'),
    metric:
      stat === undefined
        ? undefined
        : {
            metric_name: text(metric, 'MetricName'),
            namespace: text(metric, 'Namespace'),
            period: text(stat, 'Period'),
            stat: text(stat, 'Stat'),
            dimensions: dimensions(member(metric, 'Dimensions'), properties),
          },
  };
}
