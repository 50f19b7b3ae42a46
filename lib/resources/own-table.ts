import type { RemovalPolicy } from 'aws-cdk-lib';
import {
  AttributeType,
  BillingMode,
  TableEncryption,
  type TableProps,
} from 'aws-cdk-lib/aws-dynamodb';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { TABLE_KEY } from '../../lambda/core/contract/tables.ts';

export interface OwnTableProps {
  /** Undefined: the key that DynamoDB owns. */
  readonly encryptionKey: IKey | undefined;
  readonly removalPolicy: RemovalPolicy;
  /**
   * Attribute with the epoch second after which an item may be deleted.
   * @default items stay
   */
  readonly timeToLiveAttribute?: string;
}

/**
 * Properties that the package's tables share: the string partition key `pk`, on demand, with
 * recovery to a point in time, encrypted at rest.
 */
export const ownTableProps = ({ encryptionKey, ...settings }: OwnTableProps): TableProps => ({
  ...settings,
  partitionKey: { name: TABLE_KEY, type: AttributeType.STRING },
  billingMode: BillingMode.PAY_PER_REQUEST,
  pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
  ...(encryptionKey
    ? { encryption: TableEncryption.CUSTOMER_MANAGED, encryptionKey }
    : { encryption: TableEncryption.DEFAULT }),
});
