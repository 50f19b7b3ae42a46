import { Duration } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { functionCode } from '../function-code.ts';

export interface AttachmentFunctionProps {
  readonly handler: 'handler' | 'check';
  readonly description: string;
  readonly statements: readonly PolicyStatement[];
  readonly recordTable: string;
  readonly logRetention: RetentionDays;
}

/** One of the two functions of an attachment, with a role and a log of its own. */
export class AttachmentFunction extends Construct {
  readonly function: LambdaFunction;

  constructor(scope: Construct, id: string, props: AttachmentFunctionProps) {
    super(scope, id);
    const logGroup = new LogGroup(this, 'Log', { retention: props.logRetention });
    const log = new PolicyStatement({ actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [logGroup.logGroupArn] });
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      // Inline, so that the role has its rights as long as it is there: the last call comes while the stack is being deleted.
      inlinePolicies: { attachment: new PolicyDocument({ statements: [log, ...props.statements] }) },
    });
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
