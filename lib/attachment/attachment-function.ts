import { Duration } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { functionCode } from '../resources/function-code.ts';
import { operationsLog } from '../resources/operations-log.ts';
import type { OperationsProps } from '../resources/operations-props.ts';
import { tableKeyStatements } from '../resources/table-key.ts';
import { acknowledgeWildcards } from '../resources/wildcard-rights.ts';

export interface AttachmentFunctionProps {
  readonly handler: 'handler' | 'check';
  readonly description: string;
  readonly statements: readonly PolicyStatement[];
  readonly recordTable: string;
  /** What the record table is needed for. */
  readonly access: 'read' | 'write';
  /** How its log is kept, and the key of the table. */
  readonly operations: OperationsProps;
}

/** One of the two functions of an attachment, with a role and a log of its own. */
export class AttachmentFunction extends Construct {
  readonly function: LambdaFunction;

  constructor(scope: Construct, id: string, props: AttachmentFunctionProps) {
    super(scope, id);
    const logGroup = operationsLog(this, 'Log', props.operations);
    const log = new PolicyStatement({
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [logGroup.logGroupArn],
    });
    const key = tableKeyStatements(this, props.operations.encryptionKey, props.access);
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      // Inline, so that the role has its rights as long as it is there: the last call comes while
      // the stack is being deleted.
      inlinePolicies: {
        attachment: new PolicyDocument({ statements: [log, ...props.statements, ...key] }),
      },
    });
    acknowledgeWildcards(
      role,
      props.statements,
      'routes, methods and deployments of this one API have ids that only the API knows',
    );
    this.function = new LambdaFunction(this, 'Function', {
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: `index.${props.handler}`,
      code: functionCode('attachment'),
      description: props.description,
      memorySize: 256,
      // Below Lambda's 15 minutes, so that the answer still gets out; 300 routes take about two.
      timeout: Duration.minutes(14),
      // A second run would meet the first one's changes; CloudFormation sends its own follow-up.
      retryAttempts: 0,
      role,
      logGroup,
      environment: { RECORD_TABLE: props.recordTable },
    });
  }
}
