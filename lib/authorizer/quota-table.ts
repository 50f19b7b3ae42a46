import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';

export interface QuotaTableProps {
  /** @default the key that DynamoDB owns */
  readonly encryptionKey?: IKey;
  /** @default RemovalPolicy.RETAIN: without the table every quota would start anew */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * The table that the authorizer counts quotas in: one item a counter, on demand, kept when the
 * stack goes.
 *
 * `expires` only tidies up: a window's start is stored in the item, so that no decision hangs on
 * the deletion of old ones.
 */
export class QuotaTable extends Table {
  constructor(
    scope: Construct,
    id: string,
    { encryptionKey, removalPolicy = RemovalPolicy.RETAIN }: QuotaTableProps = {},
  ) {
    super(scope, id, {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      timeToLiveAttribute: 'expires',
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      ...(encryptionKey
        ? { encryption: TableEncryption.CUSTOMER_MANAGED, encryptionKey }
        : { encryption: TableEncryption.DEFAULT }),
      removalPolicy,
    });
  }
}
