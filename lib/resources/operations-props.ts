import type { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { ISecurityGroup, IVpc, SubnetSelection, Vpc } from 'aws-cdk-lib/aws-ec2';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ICodeSigningConfig } from 'aws-cdk-lib/aws-lambda';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { StoreClient } from '../../lambda/core/contract/store-client.ts';

/** How the authorizer runs: what an operations team decides, independent of the access map. */
export interface OperationsProps {
  /**
   * Memory of the authorizer function in MiB; its processor time grows with it.
   * @default 512, above which a warm decision is hardly faster (docs/explanation/costs.md)
   */
  readonly memorySize?: number;

  /**
   * How long one decision may take, at most 9 seconds.
   * @default Duration.seconds(5), half of what the gateway waits: a function that hangs answers 500
   * before the gateway gives up
   */
  readonly timeout?: Duration;

  /**
   * VPC of the function. It must reach Okta over the internet (NAT), and DynamoDB by a gateway
   * endpoint or NAT.
   * @default none: the function calls nothing private, and starts faster outside of a VPC
   */
  readonly vpc?: IVpc | Vpc;

  /**
   * Subnets of `vpc`.
   * @default its private subnets with a way out
   */
  readonly vpcSubnets?: SubnetSelection;

  /**
   * Security groups of the function in `vpc`; it needs port 443 outwards and nothing inwards.
   * @default a new group that allows all outbound and no inbound traffic
   */
  readonly securityGroups?: readonly ISecurityGroup[];

  /**
   * KMS key that encrypts the tables and the logs of all functions. The key policy of a key of this
   * app gets the statement for logs; that of an imported key must let `logs.REGION.amazonaws.com`
   * use it.
   * @default keys that AWS owns: encrypted at rest as well, without a price for each request
   */
  readonly encryptionKey?: IKey;

  /**
   * KMS key that encrypts the table of a hub of another stack (`okta.revocation.hub`). Its policy
   * must let the account of the authorizer use it.
   * @default none: the key that DynamoDB owns needs no right
   */
  readonly hubKey?: IKey;

  /**
   * How long the logs are kept, where the map has no `audit.retention`.
   * @default RetentionDays.THREE_MONTHS (90 days): enough for a quarter's audit, and a bounded bill
   */
  readonly logRetention?: RetentionDays;

  /**
   * Maximum number of custom metrics; CloudWatch bills each by the month. With it, codes of
   * refusals, groups and routes have metrics of their own as long as there is room.
   * @default codes and groups have none, of the routes only sensitive ones have, 100 metrics in all
   */
  readonly maxMetrics?: number;

  /**
   * What happens to the logs when they are removed from the stack.
   * @default RemovalPolicy.RETAIN: they are the audit trail
   */
  readonly logRemovalPolicy?: RemovalPolicy;

  /**
   * What happens to the quota table when it is removed from the stack.
   * @default RemovalPolicy.RETAIN: without it every quota would start again
   */
  readonly tableRemovalPolicy?: RemovalPolicy;

  /**
   * Maximum number of concurrent executions of the function, reserved for it.
   * @default none: calls above the maximum get 500, so choose it on purpose; the stage's throttling
   * bounds floods
   */
  readonly reservedConcurrentExecutions?: number;

  /**
   * Number of provisioned environments, behind the alias `live`, which the gateway then invokes.
   * @default none: a cold start takes some hundred milliseconds, a provisioned environment is
   * billed by the hour
   */
  readonly provisionedConcurrentExecutions?: number;

  /**
   * Whether X-Ray traces the function, and the stage of a REST API.
   * @default false: traces contain routes and callers' addresses and are billed separately
   */
  readonly tracing?: boolean;

  /**
   * Code signing of all functions of the package: Lambda takes only code that a listed profile has
   * signed. The assets are not signed: sign them in your pipeline, or warn at first
   * (`UntrustedArtifactOnDeployment.WARN`).
   * @default none
   */
  readonly codeSigningConfig?: ICodeSigningConfig;

  /**
   * Longest age at which signing keys are used while Okta cannot be reached; 10 minutes to 7 days.
   * Until then a key that Okta withdrew during the outage is still accepted.
   * @default Duration.hours(24)
   */
  readonly maxStaleKeys?: Duration;

  /**
   * Longest time for one charge of a quota, its retry included: 50 ms to 3 s. Then `onStoreFailure`
   * decides.
   * @default Duration.millis(300)
   */
  readonly quotaBudget?: Duration;

  /**
   * What asks DynamoDB on the path of a call: `light`, a client of the few requests that the
   * functions send, signed by aws4, or `sdk`, the AWS SDK for JavaScript. The code of the function
   * holds that one alone; both behave alike.
   * @default 'light': half of the processor time of a charge, and 40 ms less of a cold start
   * (decision 90)
   */
  readonly storeClient?: StoreClient;
}
