import { Duration } from 'aws-cdk-lib';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { ATTACHMENT_VARIABLE } from '../../lambda/core/contract/environment.ts';
import { functionCode } from '../resources/function-code.ts';
import type { OperationsProps } from '../resources/operations-props.ts';
import { ownFunction } from '../resources/own-function.ts';
import { tableKeyStatements } from '../resources/table-key.ts';
import { acknowledgeWildcards } from '../resources/wildcard-rights.ts';

export interface AttachmentFunctionProps {
  readonly handler: 'handler' | 'check';
  readonly description: string;
  readonly statements: readonly PolicyStatement[];
  readonly recordTable: string;
  /** ARN that the gateway invokes; absent for a dry run, which deploys no authorizer. */
  readonly authorizerArn?: string | undefined;
  /** How the function uses the record table. */
  readonly access: 'read' | 'write';
  /** Retention of its log, and the key of the table. */
  readonly operations: OperationsProps;
}

/** A function of an attachment, with its own role and log. */
export class AttachmentFunction extends Construct {
  readonly function: LambdaFunction;

  constructor(scope: Construct, id: string, props: AttachmentFunctionProps) {
    super(scope, id);
    const key = tableKeyStatements(this, props.operations.encryptionKey, props.access);
    const { function: lambda, role } = ownFunction(this, {
      code: functionCode('attachment'),
      handler: props.handler,
      description: props.description,
      memorySize: 256,
      // Below Lambda's 15 minutes, so that the answer still gets out; 300 routes take about two.
      timeout: Duration.minutes(14),
      // A retry would run beside the changes of the first attempt; CloudFormation sends its own
      // follow-up.
      retryAttempts: 0,
      policy: 'attachment',
      statements: [...props.statements, ...key],
      environment: {
        [ATTACHMENT_VARIABLE.recordTable]: props.recordTable,
        ...(props.authorizerArn !== undefined && {
          [ATTACHMENT_VARIABLE.authorizerArn]: props.authorizerArn,
        }),
      },
      operations: props.operations,
    });
    this.function = lambda;
    acknowledgeWildcards(
      role,
      props.statements,
      'routes, methods and deployments of this one API have ids that only the API knows',
    );
  }
}
