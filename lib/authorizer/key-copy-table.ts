import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import type { QuotaTableProps } from './quota-table.ts';

/**
 * The last signing keys that an issuer was known to publish: one item an issuer, some kilobytes,
 * written when the keys change and hourly otherwise.
 *
 * A trust root: whoever can write it decides which tokens count while Okta cannot be reached. The
 * authorizer's role alone may, and it is a table of its own so that nothing that counts quotas or
 * reads usage comes near it. Recovery to a point in time is no backup here, for the keys come from
 * Okta again; it keeps what was in the table on the day of an incident.
 */
export class KeyCopyTable extends Table {
  constructor(
    scope: Construct,
    id: string,
    { encryptionKey, removalPolicy = RemovalPolicy.RETAIN }: QuotaTableProps = {},
  ) {
    super(scope, id, {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      ...(encryptionKey
        ? { encryption: TableEncryption.CUSTOMER_MANAGED, encryptionKey }
        : { encryption: TableEncryption.DEFAULT }),
      removalPolicy,
    });
  }
}
