import { Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';

/** What reading an encrypted table takes. */
export const READ_KEY_ACTIONS: readonly string[] = ['kms:Decrypt', 'kms:DescribeKey'];
const WRITE = [
  'kms:Encrypt',
  'kms:Decrypt',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
  'kms:GenerateDataKey',
  'kms:DescribeKey',
];

/**
 * Rights to `key`, which encrypts a table, that a function below `scope` needs beside its rights to
 * the table; none where DynamoDB owns the key. Source: DynamoDB Developer Guide, "DynamoDB
 * encryption at rest: usage notes": the caller's right to the key, through DynamoDB only; reading
 * needs the same actions that CDK's `Table.grantReadData` grants.
 */
export function tableKeyStatements(
  scope: Construct,
  key: IKey | undefined,
  access: 'read' | 'write',
): PolicyStatement[] {
  if (key === undefined) return [];
  return [
    new PolicyStatement({
      actions: access === 'read' ? [...READ_KEY_ACTIONS] : WRITE,
      resources: [key.keyArn],
      conditions: {
        StringEquals: { 'kms:ViaService': `dynamodb.${Stack.of(scope).region}.amazonaws.com` },
      },
    }),
  ];
}
