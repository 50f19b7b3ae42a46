import { RemovalPolicy } from 'aws-cdk-lib';
import { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import { ownTableProps } from '../resources/own-table.ts';
import type { QuotaTableProps } from './quota-table.ts';

/**
 * The last signing keys that an issuer published: one item for each issuer, a few kilobytes,
 * written when the keys change and hourly otherwise.
 *
 * A trust root: a principal that can write it decides which tokens are valid while Okta is
 * unreachable. Only the authorizer's role may write it, and it is a separate table so that nothing
 * that counts quotas or reads usage has access. Recovery to a point in time is not a backup here,
 * since the keys come from Okta again; it keeps what was in the table on the day of an incident.
 */
export class KeyCopyTable extends Table {
  constructor(
    scope: Construct,
    id: string,
    { encryptionKey, removalPolicy = RemovalPolicy.RETAIN }: QuotaTableProps = {},
  ) {
    super(scope, id, ownTableProps({ encryptionKey, removalPolicy }));
  }
}
