import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, Table } from 'aws-cdk-lib/aws-dynamodb';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { REVOCATION_SORT_KEY } from '../../lambda/core/contract/revocation.ts';
import { EXPIRY_ATTRIBUTE } from '../../lambda/core/contract/tables.ts';
import { ownTableProps } from '../resources/own-table.ts';
import { letReadersUse, type RevocationReaders, readersPolicy } from './readers.ts';

export interface HubTableProps {
  /**
   * A customer's key. AWS's own key of DynamoDB cannot be shared with other accounts.
   * @default the key that DynamoDB owns, which every reader may use
   */
  readonly encryptionKey?: IKey;
  /**
   * What happens to the table when it is removed from the stack.
   * @default RemovalPolicy.RETAIN: without the table revoked tokens would be valid again
   */
  readonly removalPolicy?: RemovalPolicy;
  /**
   * Accounts other than the hub's own whose authorizers read the table.
   * @default none
   */
  readonly readers?: RevocationReaders;
}

/**
 * The table of a hub: entries by the time of their writing, and the state of the hub. On
 * demand; entries end by its time to live.
 */
export class HubTable extends Table {
  /** @throws Error for a key that AWS manages, and for readers without a bound. */
  constructor(scope: Construct, id: string, props: HubTableProps) {
    const { encryptionKey, removalPolicy = RemovalPolicy.RETAIN, readers } = props;
    assertCustomersKey(scope, encryptionKey);
    super(scope, id, {
      ...ownTableProps({
        encryptionKey,
        removalPolicy,
        timeToLiveAttribute: EXPIRY_ATTRIBUTE,
      }),
      sortKey: { name: REVOCATION_SORT_KEY, type: AttributeType.STRING },
      ...(readers && { resourcePolicy: readersPolicy(scope, readers) }),
    });
    if (encryptionKey && readers) letReadersUse(scope, encryptionKey, readers);
  }
}

/**
 * Source: DynamoDB Developer Guide, "Cross-account access with resource-based policies": its own
 * key only.
 */
function assertCustomersKey({ node }: Construct, key: IKey | undefined): void {
  if (key === undefined || !/alias\/aws\//.test(`${key.keyArn} ${key.keyId}`)) return;
  throw new Error(
    `${node.path}: \`encryptionKey\`: expected a key of yours or none, found ${key.keyId}, which AWS manages: no other account can read with it`,
  );
}
