import type { RemovalPolicy } from 'aws-cdk-lib';
import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { core, type Face, given, known } from './core';

/** How a table of the authorizer is kept. */
export interface QuotaTableProps {
  /** @default the key that DynamoDB owns */
  readonly encryptionKey?: kms.IKey;
  /** @default RemovalPolicy.RETAIN: without the table every quota would start again */
  readonly removalPolicy?: RemovalPolicy;
}

type Table = Face<dynamodb.Table, [Construct, string, object]>;

const QuotaBase = core.QuotaTable as unknown as Table;

/**
 * The table that the authorizer counts quotas in: one item for each counter, on demand, kept when
 * the stack is deleted.
 */
export class QuotaTable extends QuotaBase {
  public constructor(scope: Construct, id: string, props: QuotaTableProps = {}) {
    super(scope, id, given(props));
  }
}

const KeyCopyBase = core.KeyCopyTable as unknown as Table;

/**
 * The last signing keys that an issuer published. A trust root: whoever can write it decides which
 * tokens are valid while Okta cannot be reached.
 */
export class KeyCopyTable extends KeyCopyBase {
  public constructor(scope: Construct, id: string, props: QuotaTableProps = {}) {
    super(scope, id, given(props));
  }
}

known(core.QuotaTable, QuotaTable);
known(core.KeyCopyTable, KeyCopyTable);
