import { Duration, Stack, Token } from 'aws-cdk-lib';
import { type Alarm, Metric, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import {
  ATTACHMENT_METRIC,
  METRIC_DIMENSION,
  METRIC_NAMESPACE,
} from '../../lambda/core/contract/metric-names.ts';
import { AccessMapError, mapPointer } from '../access-map/index.ts';
import { problem } from '../access-map/report/problems.ts';
import type { OperationsProps } from '../resources/operations-props.ts';
import { ownAlarm } from '../watch/own-alarm.ts';
import type { AttachTarget } from './attach-options.ts';
import { AttachmentFunction } from './attachment-function.ts';
import { handOverStatements, readStatements } from './attachment-grants.ts';
import { checkEvent, eventRefusal } from './check-event.ts';

const RUN_INTERVAL = Duration.minutes(15);

export interface DriftCheckProps extends AttachTarget {
  readonly records: Table;
  /** ARN that the gateway invokes. */
  readonly authorizerArn?: string | undefined;
  /** The event of the check: properties of the custom resource. */
  readonly request: Readonly<Record<string, unknown>>;
  readonly operations: OperationsProps;
}

/**
 * Checks every 15 minutes for routes that are unprotected although the map requires the authorizer:
 * an owner's redeployment can remove it silently. Publishes the metric `UnprotectedRoutes`
 * (namespace `OktaGroupAuthorizer`, dimension `Api`); the alarm has no action.
 */
export class DriftCheck extends Construct {
  readonly metric: Metric;
  readonly alarm: Alarm;

  constructor(scope: Construct, id: string, props: DriftCheckProps) {
    super(scope, id);
    const handOver = handOverStatements(props, props.records);
    const { function: check } = new AttachmentFunction(this, 'Check', {
      handler: 'check',
      description: `Looks for unprotected routes of the API ${props.map.name}`,
      statements: [...readStatements(Stack.of(this), props, props.records), ...handOver],
      recordTable: props.records.tableName,
      authorizerArn: props.authorizerArn,
      access: handOver.length === 0 ? 'read' : 'write',
      operations: props.operations,
    });
    new Rule(this, 'Schedule', {
      schedule: Schedule.rate(RUN_INTERVAL),
      targets: [
        new LambdaTarget(check, {
          event: RuleTargetInput.fromObject(eventOf(props)),
          retryAttempts: 0,
        }),
      ],
    });
    this.metric = unprotectedRoutes(props.apiId);
    this.alarm = ownAlarm(this, 'UnprotectedRoutes', {
      metric: this.metric,
      threshold: 0,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.BREACHING,
      sentence: `Routes of API ${props.apiId} can be called without the authorizer, or the check does not run: \`${coverageOf(this, props)}\` names the routes and the fix of each`,
      section: 'unprotected-routes',
    });
  }
}

/** @throws AccessMapError for more than a rule can send. */
function eventOf({ request, map: { source } }: DriftCheckProps): Readonly<Record<string, unknown>> {
  const isKnown = (value: unknown): boolean => !Token.isUnresolved(JSON.stringify(value));
  const event = checkEvent(request, isKnown);
  const refusal = eventRefusal(event);
  if (refusal === undefined) return event;
  const place = { source, path: mapPointer('routes') };
  throw new AccessMapError([problem('error', 'VALUE_INVALID', place, refusal)]);
}

/** The whole command line; the commands find a stack by its name, which nested ones get late. */
function coverageOf(scope: Construct, { map, apiId, stage }: DriftCheckProps): string {
  const { stackName } = Stack.of(scope);
  const stack = Token.isUnresolved(stackName) ? [] : ['--stack', stackName];
  const api = Token.isUnresolved(apiId) ? [] : [`--${map.kind}-api`, apiId];
  const on = stage === undefined ? [] : ['--stage', stage];
  const file = /\.ya?ml$|\.json$/.test(map.source) ? ['--map', map.source] : [];
  const line = ['npx okta-group-authorizer coverage', ...file, ...api, ...on, ...stack];
  return line.join(' ');
}

const unprotectedRoutes = (apiId: string): Metric =>
  new Metric({
    namespace: METRIC_NAMESPACE,
    metricName: ATTACHMENT_METRIC.unprotectedRoutes,
    dimensionsMap: { [METRIC_DIMENSION.api]: apiId },
    statistic: Stats.MAXIMUM,
    // Two periods, so that a late run does not count as missing.
    period: Duration.seconds(2 * RUN_INTERVAL.toSeconds()),
  });
