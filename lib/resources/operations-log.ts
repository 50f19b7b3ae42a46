import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { OperationsProps } from './operations-props.ts';

/** A log group with the retention and encryption of the operations props. */
export function operationsLog(scope: Construct, id: string, props: OperationsProps): LogGroup {
  if (props.encryptionKey !== undefined) allowLogsToUse(props.encryptionKey, Stack.of(scope));
  return new LogGroup(scope, id, {
    retention: props.logRetention ?? RetentionDays.THREE_MONTHS,
    removalPolicy: props.logRemovalPolicy ?? RemovalPolicy.RETAIN,
    ...(props.encryptionKey !== undefined && { encryptionKey: props.encryptionKey }),
  });
}

const grantLogsUse = new WeakMap<IKey, Set<Stack>>();

/**
 * Only for the log groups of this stack, which the encryption context names. Their names start with
 * the stack's; the whole ARN would be a cycle, since the log group refers to the key. Source:
 * CloudWatch Logs User Guide, "Encrypt log data in CloudWatch Logs using AWS Key Management
 * Service".
 */
function allowLogsToUse(key: IKey, stack: Stack): void {
  const stacks = grantLogsUse.get(key) ?? new Set();
  if (stacks.has(stack)) return;
  grantLogsUse.set(key, stacks.add(stack));
  key.addToResourcePolicy(
    new PolicyStatement({
      principals: [new ServicePrincipal(`logs.${stack.region}.amazonaws.com`)],
      actions: [
        'kms:Encrypt',
        'kms:Decrypt',
        'kms:ReEncryptFrom',
        'kms:ReEncryptTo',
        'kms:GenerateDataKey',
        'kms:DescribeKey',
      ],
      resources: ['*'],
      conditions: {
        ArnLike: {
          'kms:EncryptionContext:aws:logs:arn': `arn:${stack.partition}:logs:${stack.region}:${stack.account}:log-group:${stack.stackName}-*`,
        },
      },
    }),
    true,
  );
}
