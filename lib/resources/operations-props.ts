import type { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { ISecurityGroup, IVpc, SubnetSelection, Vpc } from 'aws-cdk-lib/aws-ec2';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';

/** How the authorizer is run: what an operations team decides, whatever the access map says. */
export interface OperationsProps {
  /**
   * Memory of the authorizer function in MiB; its processor time grows with it.
   * @default 512, above which a warm decision is hardly faster (docs/costs.md)
   */
  readonly memorySize?: number;

  /**
   * How long one decision may take, at most 9 seconds.
   * @default Duration.seconds(5), half of what the gateway waits: a function that hangs is answered
   * with 500 while the gateway still listens
   */
  readonly timeout?: Duration;

  /**
   * VPC that the function runs in. It must reach Okta over the internet (NAT), and DynamoDB by a
   * gateway endpoint or NAT.
   * @default none: the function calls nothing private, and outside of a VPC it starts faster
   */
  readonly vpc?: IVpc | Vpc;

  /**
   * Subnets of `vpc`.
   * @default its private subnets with a way out
   */
  readonly vpcSubnets?: SubnetSelection;

  /**
   * Security groups of the function in `vpc`; it needs port 443 outwards and nothing inwards.
   * @default one of its own, which lets everything out and nothing in
   */
  readonly securityGroups?: readonly ISecurityGroup[];

  /**
   * KMS key that encrypts the tables and the logs of all functions. The key policy of a key of this
   * app is completed; that of an imported key must let `logs.REGION.amazonaws.com` use it.
   * @default keys that AWS owns: encrypted at rest as well, at no price a request
   */
  readonly encryptionKey?: IKey;

  /**
   * How long the logs are kept, where the map has no `audit.retention`.
   * @default RetentionDays.THREE_MONTHS (90 days): a quarter's audit, and no bill that only grows
   */
  readonly logRetention?: RetentionDays;

  /**
   * Custom metrics of the authorizer at most; CloudWatch bills each by the month. Routes and groups
   * beyond it have none of their own.
   * @default 100
   */
  readonly maxMetrics?: number;

  /**
   * What becomes of the logs when they are taken out of the stack.
   * @default RemovalPolicy.RETAIN: they say who was let in
   */
  readonly logRemovalPolicy?: RemovalPolicy;

  /**
   * What becomes of the quota table when it is taken out of the stack.
   * @default RemovalPolicy.RETAIN: without it every quota would start anew
   */
  readonly tableRemovalPolicy?: RemovalPolicy;

  /**
   * Executions at a time that the function has at most, and that are kept for it.
   * @default none: a bound that is reached answers 500, so it wants to be chosen; the stage's
   * throttling bounds floods
   */
  readonly reservedConcurrentExecutions?: number;

  /**
   * Environments that are kept warm, behind the alias `live`, which the gateway then invokes.
   * @default none: a cold start is some hundred milliseconds, a warm environment is paid by the
   * hour
   */
  readonly provisionedConcurrentExecutions?: number;

  /**
   * Whether X-Ray traces the function, and the stage of a REST API.
   * @default false: traces name routes and callers' addresses and are billed by themselves
   */
  readonly tracing?: boolean;

  /**
   * Longest age at which signing keys are used while Okta cannot be reached; 10 minutes to 7 days.
   * Until then a key that Okta withdrew during the outage is still accepted.
   * @default Duration.hours(24)
   */
  readonly maxStaleKeys?: Duration;

  /**
   * Longest time for one charge of a quota, its retry included: 50 ms to 3 s. After it
   * `onStoreFailure` decides.
   * @default Duration.millis(300)
   */
  readonly quotaBudget?: Duration;
}
