import { Duration } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { ModelFile } from '../lambda/core/model.ts';
import { authorizerCode } from './authorizer-code.ts';

export interface AuthorizerFunctionProps {
  readonly model: ModelFile;
  /** Where quotas are counted; absent: the map has none. */
  readonly quotaTable: Table | undefined;
  /** Where the last keys known to be good are kept. */
  readonly keyTable: Table;
  /** Longest age at which keys are used while Okta cannot be reached. */
  readonly maxStaleKeys: Duration;
  /** Longest time for one charge of a quota. */
  readonly quotaBudget: Duration;
  /** Memory in MiB. */
  readonly memorySize: number;
  readonly logRetention: RetentionDays;
}

/** Half of what the gateway waits (10 s): a function that hangs is answered with 500 while the gateway still listens. */
const timeout = Duration.seconds(5);

/** The authorizer's function with a role and a log group of its own; the role may write its log, keep keys and charge quotas, nothing else. */
export class AuthorizerFunction extends Construct {
  readonly function: LambdaFunction;
  readonly logGroup: LogGroup;
  readonly role: Role;

  constructor(scope: Construct, id: string, props: AuthorizerFunctionProps) {
    super(scope, id);
    this.logGroup = new LogGroup(this, 'Log', { retention: props.logRetention });
    this.role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      // Inline, so that the function never runs with a role whose policy is not there yet.
      inlinePolicies: { authorizer: new PolicyDocument({ statements: statements(this.logGroup, props) }) },
    });
    this.function = new LambdaFunction(this, 'Function', {
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code: authorizerCode(props.model),
      description: `Decides by Okta groups who may call the API ${props.model.name}`,
      memorySize: props.memorySize,
      timeout,
      role: this.role,
      logGroup: this.logGroup,
      environment: {
        KEY_TABLE: props.keyTable.tableName,
        MAX_STALE_KEYS_SECONDS: String(props.maxStaleKeys.toSeconds()),
        ...quotaVariables(props),
      },
    });
  }
}

function quotaVariables({ quotaTable, quotaBudget }: AuthorizerFunctionProps): Readonly<Record<string, string>> {
  if (quotaTable === undefined) return {};
  return { QUOTA_TABLE: quotaTable.tableName, QUOTA_BUDGET_MS: String(quotaBudget.toMilliseconds()) };
}

function statements(logGroup: LogGroup, { keyTable, quotaTable }: AuthorizerFunctionProps): PolicyStatement[] {
  const log = new PolicyStatement({ actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [logGroup.logGroupArn] });
  const keys = new PolicyStatement({ actions: ['dynamodb:GetItem', 'dynamodb:PutItem'], resources: [keyTable.tableArn] });
  if (quotaTable === undefined) return [log, keys];
  return [log, keys, new PolicyStatement({ actions: ['dynamodb:UpdateItem'], resources: [quotaTable.tableArn] })];
}
