import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Table } from 'aws-cdk-lib/aws-dynamodb';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { DETECTOR_FILE_NAME, DETECTOR_VARIABLE } from '../../lambda/core/contract/environment.ts';
import { type AccessMetricName, DETECTOR_METRIC } from '../../lambda/core/contract/metrics.ts';
import type { AccessMap } from '../access-map/index.ts';
import { functionCode } from '../resources/function-code.ts';
import type { OperationsProps } from '../resources/operations-props.ts';
import { type OwnFunction, ownFunction } from '../resources/own-function.ts';
import { ownTableProps } from '../resources/own-table.ts';
import { tableKeyStatements } from '../resources/table-key.ts';
import { detectorSettings } from './detector-settings.ts';
import { alarmText } from './runbook.ts';
import { accessMetric } from './watch-metrics.ts';

export interface DetectorOptions {
  /**
   * Distinct routes on which a principal must be refused within `probingWindow` to be reported; 2
   * to 50.
   * @default 10
   */
  readonly probedRoutes?: number;

  /**
   * Whole minutes, a multiple of 5, at most a day.
   * @default Duration.hours(1)
   */
  readonly probingWindow?: Duration;

  /**
   * How long a sensitive route is watched before a group that is new there is reported: until then
   * the detector learns who comes.
   * @default Duration.days(7)
   */
  readonly learning?: Duration;
}

export interface DetectorProps extends DetectorOptions {
  readonly map: AccessMap;
  /** The authorizer. */
  readonly function: IFunction;
  /** Its log group, which is all that the detector may read. */
  readonly logGroup: ILogGroup;
  /** Keys and retention of the detector's own table and log. */
  readonly operations: OperationsProps;
}

/** How often it looks; lambda/detector counts in the same steps. */
const RUN_INTERVAL = Duration.minutes(5);
/** Behind by more than this, or silent for as long, and nobody is looking. */
const MAX_LAG = Duration.minutes(30);

/**
 * Looks every 5 minutes through the decision records for what no metric can say: one principal
 * refused on many routes, and a group that comes to a route for the first time that the map calls
 * `sensitive`. docs/watch.md says what it finds, learns and forgets.
 */
export class Detector extends Construct {
  readonly function: IFunction;
  /** Findings, one JSON line each. */
  readonly logGroup: ILogGroup;
  readonly probing: Alarm;
  readonly newGroups: Alarm;
  /**
   * The detector has not got through the records for half an hour. It also goes off between the
   * first deployment and the first run.
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
    const found = (name: AccessMetricName) => accessMetric(props.function, name, 'Sum');
    const probing = alarmText(
      'A principal is refused on many routes: somebody tries what a token opens',
      'probing-principal',
    );
    this.probing = this.#alarm('Probing', found(DETECTOR_METRIC.probingPrincipals), probing);
    const newGroups = alarmText(
      'A group came to a sensitive route for the first time',
      'new-group-on-a-sensitive-route',
    );
    this.newGroups = this.#alarm('NewGroups', found(DETECTOR_METRIC.newGroups), newGroups);
    this.behind = this.#lagAlarm(props.function);
  }

  #alarm(id: string, metric: ReturnType<typeof accessMetric>, alarmDescription: string): Alarm {
    return new Alarm(this, id, {
      metric,
      alarmDescription,
      threshold: 0,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }

  #lagAlarm(authorizer: IFunction): Alarm {
    return new Alarm(this, 'Behind', {
      metric: accessMetric(authorizer, DETECTOR_METRIC.lagSeconds, 'Minimum').with({
        period: MAX_LAG,
      }),
      alarmDescription: alarmText(
        'The detector does not get through the decision records, or does not run',
        'detector-behind',
      ),
      threshold: MAX_LAG.toSeconds(),
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.BREACHING,
    });
  }

  #addFunction(props: DetectorProps, settings: object): OwnFunction {
    const { operations } = props;
    // One item. It goes with the stack: what was learnt can be learnt again.
    const table = new Table(
      this,
      'State',
      ownTableProps({
        encryptionKey: operations.encryptionKey,
        removalPolicy: RemovalPolicy.DESTROY,
      }),
    );
    const contents = Buffer.from(JSON.stringify(settings));
    const own = ownFunction(this, {
      code: functionCode('detector', [{ path: DETECTOR_FILE_NAME, contents }]),
      description: `Looks for anomalies in who calls the API ${props.map.name}`,
      memorySize: 256,
      // Below the schedule, so that runs do not overlap; a query has a minute.
      timeout: Duration.minutes(4),
      // The next run looks at the same records.
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
    Validations.of(own.role).acknowledge({ id: 'AwsSolutions-IAM5[Resource::*]', reason });
    return own;
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
