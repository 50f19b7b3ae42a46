/** The functions of a hub: one bundle, a function each with rights of its own. */
import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { HUB_FILE_NAME, HUB_VARIABLE } from '../../lambda/core/contract/environment.ts';
import type { HubSettings } from '../../lambda/core/contract/hub.ts';
import { functionCode } from '../resources/function-code.ts';
import type { OperationsProps } from '../resources/operations-props.ts';
import { ownFunction } from '../resources/own-function.ts';
import { tableKeyStatements } from '../resources/table-key.ts';
import type { HubTable } from './hub-table.ts';

/** What each function is for: its export, its size and what it asks of the table. */
const FUNCTIONS = {
  receive: {
    description: 'Receives event hooks of',
    memorySize: 512,
    seconds: 10,
    actions: ['dynamodb:PutItem', 'dynamodb:GetItem', 'dynamodb:Query'],
  },
  heartbeat: {
    description: 'Writes the heartbeat of',
    memorySize: 128,
    seconds: 59,
    actions: ['dynamodb:PutItem'],
  },
  snapshot: {
    description: 'Makes snapshots of revoked tokens of',
    memorySize: 1_024,
    seconds: 300,
    actions: ['dynamodb:PutItem', 'dynamodb:GetItem', 'dynamodb:Query'],
  },
  poll: {
    description: 'Reads the System Log of',
    memorySize: 256,
    // Two waits for Okta's rate limit, a minute each; shorter than the period (`timeoutOf`).
    seconds: 240,
    actions: ['dynamodb:PutItem', 'dynamodb:GetItem', 'dynamodb:Query'],
  },
} as const;

export interface HubFunctionProps {
  readonly task: keyof typeof FUNCTIONS;
  readonly settings: HubSettings;
  readonly table: HubTable;
  /** By variable. */
  readonly secrets?: { readonly [Name in 'hookSecret' | 'pollSecret']?: Secret };
  /** @default it is called */
  readonly every?: Duration;
  /** @default not reserved */
  readonly reservedConcurrentExecutions?: number;
  readonly operations: OperationsProps;
}

/** Runs of the poll do not overlap; those of the others may. */
function timeoutOf({ task, every }: HubFunctionProps): Duration {
  const { seconds } = FUNCTIONS[task];
  const free = task === 'poll' && every ? every.toSeconds() - 5 : seconds;
  return Duration.seconds(Math.min(seconds, free));
}

export class HubFunction extends Construct {
  readonly function: IFunction;

  constructor(scope: Construct, id: string, props: HubFunctionProps) {
    super(scope, id);
    const { task, settings, operations, every, reservedConcurrentExecutions } = props;
    const { description, memorySize } = FUNCTIONS[task];
    const contents = Buffer.from(JSON.stringify(settings));
    this.function = ownFunction(this, {
      code: functionCode('hub', [{ path: HUB_FILE_NAME, contents }]),
      handler: task,
      description: `${description} ${settings.org}`,
      memorySize,
      timeout: timeoutOf(props),
      // The next run does what one has left.
      retryAttempts: 0,
      ...(reservedConcurrentExecutions !== undefined && { reservedConcurrentExecutions }),
      policy: 'hub',
      statements: this.#statements(props),
      environment: this.#environment(props),
      operations,
    }).function;
    if (every === undefined) return;
    new Rule(this, 'Schedule', {
      schedule: Schedule.rate(every),
      targets: [new LambdaTarget(this.function, { retryAttempts: 0 })],
    });
  }

  #environment({ table, secrets = {} }: HubFunctionProps): Readonly<Record<string, string>> {
    const { hookSecret, pollSecret } = secrets;
    return {
      [HUB_VARIABLE.table]: table.tableName,
      ...(hookSecret && { [HUB_VARIABLE.hookSecret]: hookSecret.secretArn }),
      ...(pollSecret && { [HUB_VARIABLE.pollSecret]: pollSecret.secretArn }),
    };
  }

  #statements({ task, table, secrets = {}, operations }: HubFunctionProps): PolicyStatement[] {
    const arns = Object.values(secrets).map(({ secretArn }) => secretArn);
    return [
      new PolicyStatement({ actions: [...FUNCTIONS[task].actions], resources: [table.tableArn] }),
      ...tableKeyStatements(this, operations.encryptionKey, 'write'),
      ...(arns.length === 0
        ? []
        : [new PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources: arns })]),
    ];
  }
}
