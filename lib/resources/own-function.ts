import type { Duration } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  type Code,
  type FunctionProps,
  Function as LambdaFunction,
  Runtime,
  RuntimeFamily,
} from 'aws-cdk-lib/aws-lambda';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { operationsLog } from './operations-log.ts';
import type { OperationsProps } from './operations-props.ts';

export interface OwnFunctionProps
  extends Pick<FunctionProps, 'retryAttempts' | 'tracing' | 'reservedConcurrentExecutions'> {
  readonly code: Code;
  readonly description: string;
  /** @default 'handler', exported by `index` */
  readonly handler?: string;
  /** MiB. */
  readonly memorySize: number;
  readonly timeout: Duration;
  /** Name of the role's inline policy. */
  readonly policy: string;
  /** What the role may do beside writing its own log. */
  readonly statements: readonly PolicyStatement[];
  /** @default none */
  readonly environment?: Readonly<Record<string, string>>;
  /** @default outside of a VPC */
  readonly network?: Pick<FunctionProps, 'vpc' | 'vpcSubnets' | 'securityGroups'>;
  /** How the log is kept. */
  readonly operations: OperationsProps;
}

export interface OwnFunction {
  readonly function: LambdaFunction;
  readonly role: Role;
  readonly logGroup: LogGroup;
}

/** By its name: older releases of aws-cdk-lib have no constant for it. */
const NODE = new Runtime('nodejs24.x', RuntimeFamily.NODEJS);

/**
 * One of the package's functions, with a role and a log group of its own: `Log`, `Role` and
 * `Function` below `scope`, so at most one for each scope. The role may write its log and what
 * `statements` allow.
 */
export function ownFunction(scope: Construct, props: OwnFunctionProps): OwnFunction {
  const { operations, policy, statements, handler = 'handler', network, ...settings } = props;
  const logGroup = operationsLog(scope, 'Log', operations);
  const writeLog = new PolicyStatement({
    actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    resources: [logGroup.logGroupArn],
  });
  const role = new Role(scope, 'Role', {
    assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    // Inline, so that the function has its rights from its first call to its last, which may come
    // while the stack is being deleted.
    inlinePolicies: { [policy]: new PolicyDocument({ statements: [writeLog, ...statements] }) },
  });
  const { codeSigningConfig } = operations;
  const lambda = new LambdaFunction(scope, 'Function', {
    ...settings,
    ...(codeSigningConfig && { codeSigningConfig }),
    ...network,
    runtime: NODE,
    architecture: Architecture.ARM_64,
    handler: `index.${handler}`,
    role,
    logGroup,
  });
  return { function: lambda, role, logGroup };
}
