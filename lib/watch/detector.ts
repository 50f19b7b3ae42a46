import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { AttributeType, BillingMode, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  type IFunction,
  Function as LambdaFunction,
  Runtime,
} from 'aws-cdk-lib/aws-lambda';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { type AccessMetricName, DETECTOR_METRIC } from '../../lambda/core/contract/metrics.ts';
import type { AccessMap } from '../access-map/index.ts';
import { functionCode } from '../resources/function-code.ts';
import { operationsLog } from '../resources/operations-log.ts';
import type { OperationsProps } from '../resources/operations-props.ts';
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
  readonly function: LambdaFunction;
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
    const table = this.#stateTable(props.operations);
    this.logGroup = operationsLog(this, 'Log', props.operations);
    this.function = new LambdaFunction(this, 'Function', {
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code: functionCode('detector', [
        { path: 'detector-settings.json', contents: Buffer.from(JSON.stringify(settings)) },
      ]),
      description: `Looks for anomalies in who calls the API ${props.map.name}`,
      memorySize: 256,
      // Below the schedule, so that runs do not overlap; a query has a minute.
      timeout: Duration.minutes(4),
      // The next run looks at the same records.
      retryAttempts: 0,
      role: this.#role(table, props),
      logGroup: this.logGroup,
      environment: {
        STATE_TABLE: table.tableName,
        WATCHED_LOG_GROUP: props.logGroup.logGroupName,
        WATCHED_FUNCTION: props.function.functionName,
      },
    });
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

  /** One item. It goes with the stack: what was learnt can be learnt again. */
  #stateTable({ encryptionKey }: OperationsProps): Table {
    return new Table(this, 'State', {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      ...(encryptionKey
        ? { encryption: TableEncryption.CUSTOMER_MANAGED, encryptionKey }
        : { encryption: TableEncryption.DEFAULT }),
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }

  #role(table: Table, { logGroup, operations: { encryptionKey } }: DetectorProps): Role {
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      inlinePolicies: {
        detector: new PolicyDocument({
          statements: [
            new PolicyStatement({
              actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
              resources: [this.logGroup.logGroupArn],
            }),
            new PolicyStatement({
              actions: ['logs:StartQuery'],
              resources: [logGroup.logGroupArn],
            }),
            new PolicyStatement({ actions: ['logs:GetQueryResults'], resources: ['*'] }),
            new PolicyStatement({
              actions: ['dynamodb:GetItem', 'dynamodb:PutItem'],
              resources: [table.tableArn],
            }),
            ...tableKeyStatements(this, encryptionKey, 'write'),
          ],
        }),
      },
    });
    // Source: Service Authorization Reference, "Actions, resources, and condition keys for Amazon
    // CloudWatch Logs".
    const reason =
      'results of a query have no resource that a policy could name; what may be queried is one log group';
    Validations.of(role).acknowledge({ id: 'AwsSolutions-IAM5[Resource::*]', reason });
    return role;
  }
}
