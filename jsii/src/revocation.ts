import type { RemovalPolicy } from 'aws-cdk-lib';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { AccessMap } from './access-map';
import { core, type Face, known } from './core';

/**
 * Accounts whose authorizers read the hub's table. Their roles are not named, since a policy with a
 * role that does not exist yet is refused.
 */
export interface RevocationReaders {
  /** Account ids of twelve digits. */
  readonly accounts: string[];

  /**
   * Only principals of this organization read: `o-...`.
   * @default any of the accounts' principals that `roleName` fits
   */
  readonly organizationId?: string;

  /**
   * Only roles whose names fit this pattern read, `*` standing for any text:
   * `access-*-OktaGroupAuthorizer*`.
   * @default any role of the accounts' that is of the organization
   */
  readonly roleName?: string;
}

/** How the table of a hub is kept. */
export interface HubTableProps {
  /**
   * A customer's key. AWS's own key of DynamoDB cannot be shared with other accounts.
   * @default the key that DynamoDB owns, which every reader may use
   */
  readonly encryptionKey?: kms.IKey;
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

const TableBase = core.HubTable as unknown as Face<dynamodb.Table, [Construct, string, object]>;

/** The table of a hub: which tokens are revoked, with what the hub says of itself. */
export class HubTable extends TableBase {
  public constructor(scope: Construct, id: string, props: HubTableProps = {}) {
    super(scope, id, props);
  }
}

/** Alarms on a hub. They have no action: add one with `addAlarmAction`. */
export class HubAlarms extends Construct {
  /** Those on hook, hub and poll, as far as there are these. */
  declare public readonly all: cloudwatch.Alarm[];

  private constructor(scope: Construct, id: string) {
    super(scope, id);
  }
}

/** What a hub is made of. */
export interface RevocationHubProps {
  /**
   * The maps whose APIs read this hub: their groups decide which events of memberships count. A map
   * that is missing here gets no entries for its groups.
   */
  readonly maps: AccessMap[];

  /**
   * Host of the Okta org, where the maps name several.
   * @default that of the maps
   */
  readonly org?: string;

  /**
   * Accounts other than this one whose authorizers read the table.
   * @default none
   */
  readonly readers?: RevocationReaders;

  /**
   * Concurrent executions that are reserved for the receiver; a function URL takes ten times as
   * many requests a second.
   * @default 50, for 500 requests a second: above the 200 a second that Okta bursts to
   */
  readonly receiverConcurrency?: number;

  /**
   * Whether concurrent executions are reserved for the receiver at all. Accounts with few may have
   * none to reserve; a flood of the receiver can then use up those of all functions.
   * @default true
   */
  readonly receiverReserved?: boolean;

  /**
   * KMS key that encrypts the tables and the logs of all functions. The key policy of a key of this
   * app gets the statement for logs; that of an imported key must let `logs.REGION.amazonaws.com`
   * use it.
   * @default keys that AWS owns: encrypted at rest as well, without a price for each request
   */
  readonly encryptionKey?: kms.IKey;

  /**
   * How long the logs are kept, where the map has no `audit.retention`.
   * @default RetentionDays.THREE_MONTHS (90 days): enough for a quarter's audit, and a bounded bill
   */
  readonly logRetention?: logs.RetentionDays;

  /**
   * What happens to the logs when they are removed from the stack.
   * @default RemovalPolicy.RETAIN: they are the audit trail
   */
  readonly logRemovalPolicy?: RemovalPolicy;

  /**
   * What happens to the table when it is removed from the stack.
   * @default RemovalPolicy.RETAIN: without the table revoked tokens would be valid again
   */
  readonly tableRemovalPolicy?: RemovalPolicy;

  /**
   * Code signing of all functions of the package: Lambda takes only code that a listed profile has
   * signed. The assets are not signed: sign them in your pipeline, or warn at first
   * (`UntrustedArtifactOnDeployment.WARN`).
   * @default none
   */
  readonly codeSigningConfig?: lambda.ICodeSigningConfig;
}

const Base = core.RevocationHub as unknown as Face<Construct, [Construct, string, object]>;

/**
 * Where one Okta org says whose tokens are revoked, for all APIs of a Region: the receiver of its
 * event hook, the table that authorizers read, and the poll of its System Log.
 *
 * `okta-group-authorizer okta apply` registers it in Okta, once this is deployed.
 */
export class RevocationHub extends Base {
  /** Which tokens are revoked. */
  declare public readonly table: HubTable;
  /** The header that Okta sends; undefined without a hook. */
  declare public readonly hookSecret?: secretsmanager.Secret;
  /**
   * Credentials of the poll, filled in by you: `{ "clientId": "0oa...", "privateKey": {JWK} }`;
   * undefined without a poll.
   */
  declare public readonly pollSecret?: secretsmanager.Secret;
  /** Address of the receiver; undefined without a hook. */
  declare public readonly url?: string;
  /** Alarms on hook, hub and poll. */
  declare public readonly alarms: HubAlarms;
  /** Host of the Okta org. */
  declare public readonly org: string;

  public constructor(scope: Construct, id: string, props: RevocationHubProps) {
    const { receiverReserved = true, ...others } = props;
    if (!receiverReserved && others.receiverConcurrency !== undefined)
      throw new Error(
        'expected no `receiverConcurrency` beside `receiverReserved: false`, found a number',
      );
    super(scope, id, { ...others, ...(!receiverReserved && { receiverConcurrency: false }) });
  }
}

known(core.HubTable, HubTable);
known(core.HubAlarms, HubAlarms);
known(core.RevocationHub, RevocationHub);
