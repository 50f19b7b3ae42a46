import { RemovalPolicy } from 'aws-cdk-lib';
import { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { EXPIRY_ATTRIBUTE } from '../../lambda/core/contract/tables.ts';
import { ownTableProps } from '../resources/own-table.ts';

export interface QuotaTableProps {
  /** @default the key that DynamoDB owns */
  readonly encryptionKey?: IKey;
  /** @default RemovalPolicy.RETAIN: without the table every quota would start again */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * The table that the authorizer counts quotas in: one item for each counter, on demand, kept when
 * the stack is deleted.
 *
 * `expires` only tidies up: the item stores the start of its window, so that no decision depends on
 * the deletion of old items.
 */
export class QuotaTable extends Table {
  constructor(
    scope: Construct,
    id: string,
    { encryptionKey, removalPolicy = RemovalPolicy.RETAIN }: QuotaTableProps = {},
  ) {
    const shared = ownTableProps({
      encryptionKey,
      removalPolicy,
      timeToLiveAttribute: EXPIRY_ATTRIBUTE,
    });
    super(scope, id, shared);
  }
}
