import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { type Alarm, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Table } from 'aws-cdk-lib/aws-dynamodb';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { DETECTOR_STEP_SECONDS } from '../../lambda/core/contract/detector-input.ts';
import { DETECTOR_FILE_NAME, DETECTOR_VARIABLE } from '../../lambda/core/contract/environment.ts';
import { type AccessMetricName, DETECTOR_METRIC } from '../../lambda/core/contract/metric-names.ts';
import { acknowledge } from '../resources/acknowledge.ts';
import { functionCode } from '../resources/function-code.ts';
import type { OperationsProps } from '../resources/operations-props.ts';
import { type OwnFunction, ownFunction } from '../resources/own-function.ts';
import { ownTableProps } from '../resources/own-table.ts';
import { tableKeyStatements } from '../resources/table-key.ts';
import type { DetectorProps } from './detector-props.ts';
import { detectorSettings } from './detector-settings.ts';
import { type OwnAlarmProps, ownAlarm } from './own-alarm.ts';
import { accessMetric } from './watch-metrics.ts';

const RUN_INTERVAL = Duration.seconds(DETECTOR_STEP_SECONDS);
/** Lag or silence longer than this means that the detector does not work. */
const MAX_LAG = Duration.minutes(30);

interface Finding extends Pick<OwnAlarmProps, 'sentence' | 'section'> {
  /** Counts findings of this kind. */
  readonly metric: AccessMetricName;
}

/**
 * Searches the decision records every 5 minutes for what no metric shows: one principal refused on
 * many routes, and the first call of a group on a route that the map calls `sensitive`.
 * docs/how-to/watch.md says what it finds, learns and forgets.
 */
export class Detector extends Construct {
  readonly function: IFunction;
  /** Findings, one JSON line each. */
  readonly logGroup: ILogGroup;
  readonly probing: Alarm;
  readonly newGroups: Alarm;
  /**
   * The detector is more than 30 minutes behind the records. Also in alarm between the first
   * deployment and the first run.
   */
  readonly behind: Alarm;

  /** @throws Error for an option out of its bounds. */
  constructor(scope: Construct, id: string, props: DetectorProps) {
    super(scope, id);
    const settings = detectorSettings(this, props);
    const own = this.#addFunction(props, settings);
    this.function = own.function;
    this.logGroup = own.logGroup;
    new Rule(this, 'Schedule', {
      schedule: Schedule.rate(RUN_INTERVAL),
      targets: [new LambdaTarget(this.function, { retryAttempts: 0 })],
    });
    this.probing = this.#findingAlarm('Probing', props.function, {
      metric: DETECTOR_METRIC.probingPrincipals,
      sentence: 'A principal is refused on many routes: it may probe what a token allows',
      section: 'probing-principal',
    });
    this.newGroups = this.#findingAlarm('NewGroups', props.function, {
      metric: DETECTOR_METRIC.newGroups,
      sentence: 'A group called a sensitive route for the first time',
      section: 'new-group-on-a-sensitive-route',
    });
    this.behind = this.#lagAlarm(props.function);
  }

  #lagAlarm(authorizer: IFunction): Alarm {
    return ownAlarm(this, 'Behind', {
      metric: accessMetric(authorizer, DETECTOR_METRIC.lagSeconds, 'Minimum').with({
        period: MAX_LAG,
      }),
      threshold: MAX_LAG.toSeconds(),
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.BREACHING,
      sentence: 'The detector cannot read all decision records, or does not run',
      section: 'detector-behind',
    });
  }

  #findingAlarm(id: string, authorizer: IFunction, { metric, ...text }: Finding): Alarm {
    const found = accessMetric(authorizer, metric, 'Sum');
    return ownAlarm(this, id, { metric: found, threshold: 0, evaluationPeriods: 1, ...text });
  }

  #addFunction(props: DetectorProps, settings: object): OwnFunction {
    const { operations } = props;
    const table = this.#stateTable(operations);
    const contents = Buffer.from(JSON.stringify(settings));
    const own = ownFunction(this, {
      code: functionCode('detector', [{ path: DETECTOR_FILE_NAME, contents }]),
      description: `Looks for anomalies in who calls the API ${props.map.name}`,
      memorySize: 256,
      // Shorter than the interval, so that runs do not overlap; a query may take a minute.
      timeout: Duration.minutes(4),
      // The next run reads the same records.
      retryAttempts: 0,
      policy: 'detector',
      statements: this.#statements(table, props),
      environment: {
        [DETECTOR_VARIABLE.stateTable]: table.tableName,
        [DETECTOR_VARIABLE.logGroup]: props.logGroup.logGroupName,
        [DETECTOR_VARIABLE.functionName]: props.function.functionName,
      },
      operations,
    });
    // Source: Service Authorization Reference, "Actions, resources, and condition keys for Amazon
    // CloudWatch Logs".
    const reason =
      'results of a query have no resource that a policy could name; what may be queried is one log group';
    acknowledge(own.role, { id: 'AwsSolutions-IAM5[Resource::*]', reason });
    return own;
  }

  /** One item. Deleted with the stack: the detector can learn again. */
  #stateTable({ encryptionKey }: OperationsProps): Table {
    const shared = ownTableProps({ encryptionKey, removalPolicy: RemovalPolicy.DESTROY });
    return new Table(this, 'State', shared);
  }

  #statements(
    table: Table,
    { logGroup, operations: { encryptionKey } }: DetectorProps,
  ): PolicyStatement[] {
    return [
      new PolicyStatement({ actions: ['logs:StartQuery'], resources: [logGroup.logGroupArn] }),
      new PolicyStatement({ actions: ['logs:GetQueryResults'], resources: ['*'] }),
      new PolicyStatement({
        actions: ['dynamodb:GetItem', 'dynamodb:PutItem'],
        resources: [table.tableArn],
      }),
      ...tableKeyStatements(this, encryptionKey, 'write'),
    ];
  }
}
