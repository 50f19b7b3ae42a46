import { CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { type DeployedHub, HUB_OUTPUT } from '../../lambda/core/contract/hub.ts';
import { HEARTBEAT_RUN_SECONDS } from '../../lambda/core/contract/revocation.ts';
import type { AccessMap } from '../access-map/index.ts';
import { acknowledge } from '../resources/acknowledge.ts';
import type { OperationsProps } from '../resources/operations-props.ts';
import { HubAlarms } from './hub-alarms.ts';
import { HubFunction, type HubFunctionProps } from './hub-function.ts';
import { type HubOfMaps, hubOfMaps } from './hub-settings.ts';
import { HubTable } from './hub-table.ts';
import type { RevocationReaders } from './readers.ts';
import { ReceiverUrl } from './receiver-url.ts';

export interface RevocationHubProps
  extends Pick<
    OperationsProps,
    | 'encryptionKey'
    | 'logRetention'
    | 'logRemovalPolicy'
    | 'tableRemovalPolicy'
    | 'codeSigningConfig'
  > {
  /**
   * The maps whose APIs read this hub: their groups decide which events of memberships count. A map
   * that is missing here gets no entries for its groups.
   */
  readonly maps: readonly AccessMap[];

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
   * many requests a second. `false`: none is reserved, for accounts with few, and a flood of the
   * receiver can use up those of all functions.
   * @default 50, for 500 requests a second: above the 200 a second that Okta bursts to
   */
  readonly receiverConcurrency?: number | false;
}

const DEFAULT_CONCURRENCY = 50;
/** Two sides hold each secret, and both must change. */
const NOT_BY_SCHEDULE =
  'Okta holds the other side: `okta rotate-hook-secret` changes both, and a key of a service app is replaced in Okta first';
const SNAPSHOT_EVERY = Duration.minutes(10);

/**
 * The list of revoked tokens of one Okta org for all APIs of a Region: the receiver of its event
 * hook, the table that authorizers read, and the poll of its System Log.
 *
 * `okta-group-authorizer okta apply` sets up Okta's side, once this is deployed.
 */
export class RevocationHub extends Construct {
  readonly table: HubTable;
  /** The header that Okta sends; undefined without a hook. */
  readonly hookSecret: Secret | undefined;
  /**
   * Credentials of the poll, filled in by you: `{ "clientId": "0oa...", "privateKey": {JWK} }`;
   * undefined without a poll.
   */
  readonly pollSecret: Secret | undefined;
  /** Address of the receiver; undefined without a hook. */
  readonly url: string | undefined;
  readonly alarms: HubAlarms;
  readonly #hub: HubOfMaps;
  readonly #props: RevocationHubProps;

  /**
   * @throws Error for maps without `okta.revocation`, or of several orgs, and for props out of
   * bounds.
   */
  constructor(scope: Construct, id: string, props: RevocationHubProps) {
    super(scope, id);
    this.#props = props;
    this.#hub = hubOfMaps(props.maps, props.org);
    this.table = this.#addTable();
    const receiver = this.#hub.hook ? this.#addReceiver() : undefined;
    this.hookSecret = receiver?.secret;
    this.url = receiver?.url;
    const pollPeriod =
      this.#hub.pollSeconds === undefined ? undefined : Duration.seconds(this.#hub.pollSeconds);
    this.pollSecret =
      pollPeriod &&
      new Secret(this, 'PollSecret', {
        description: `Credentials of the poll of ${this.#hub.org}`,
      });
    for (const secret of [this.hookSecret, this.pollSecret])
      if (secret) acknowledge(secret, { id: 'AwsSolutions-SMG4', reason: NOT_BY_SCHEDULE });
    this.alarms = new HubAlarms(this, 'Alarms', {
      receiver: receiver?.function,
      heartbeat: this.#addFunction('heartbeat', { every: Duration.seconds(HEARTBEAT_RUN_SECONDS) }),
      snapshot: this.#addFunction('snapshot', { every: SNAPSHOT_EVERY }),
      poll:
        pollPeriod && this.pollSecret
          ? this.#addFunction('poll', {
              every: pollPeriod,
              secrets: { pollSecret: this.pollSecret },
            })
          : undefined,
      pollPeriod,
    });
    this.#output();
  }

  /** Host of the Okta org. */
  get org(): string {
    return this.#hub.org;
  }

  #addTable(): HubTable {
    const { encryptionKey, tableRemovalPolicy, readers } = this.#props;
    return new HubTable(this, 'Table', {
      ...(encryptionKey && { encryptionKey }),
      ...(tableRemovalPolicy && { removalPolicy: tableRemovalPolicy }),
      ...(readers && { readers }),
    });
  }

  #addReceiver(): {
    readonly function: IFunction;
    readonly secret: Secret;
    readonly url: string;
  } {
    // Generated by Secrets Manager: no template and no log ever holds it.
    const secret = new Secret(this, 'HookSecret', {
      description: `Secret that Okta sends with each delivery of ${this.#hub.org}`,
      generateSecretString: {
        secretStringTemplate: '{}',
        generateStringKey: 'current',
        passwordLength: 64,
        excludePunctuation: true,
      },
    });
    const receiver = this.#addFunction('receive', {
      secrets: { hookSecret: secret },
      ...this.#concurrency(),
    });
    return { function: receiver, secret, url: new ReceiverUrl(this, 'Receiver', receiver).url };
  }

  /** @throws Error for a number that Lambda does not take. */
  #concurrency(): Pick<HubFunctionProps, 'reservedConcurrentExecutions'> {
    const { receiverConcurrency = DEFAULT_CONCURRENCY } = this.#props;
    if (receiverConcurrency === false) return {};
    if (Number.isInteger(receiverConcurrency) && receiverConcurrency > 0)
      return { reservedConcurrentExecutions: receiverConcurrency };
    throw new Error(
      `${this.node.path}: \`receiverConcurrency\`: expected a whole number above 0, or false, found ${receiverConcurrency}`,
    );
  }

  #addFunction(
    task: HubFunctionProps['task'],
    more: Pick<HubFunctionProps, 'every' | 'secrets' | 'reservedConcurrentExecutions'>,
  ): IFunction {
    const { org, hosts, groups, hook } = this.#hub;
    return new HubFunction(this, `${task[0]?.toUpperCase()}${task.slice(1)}`, {
      ...more,
      task,
      settings: { org, hosts, groups, hook },
      table: this.table,
      operations: this.#props,
    }).function;
  }

  /** By which the commands find what was deployed. */
  #output(): void {
    const { url, hookSecret } = this;
    const deployed: DeployedHub = {
      org: this.#hub.org,
      ...(url !== undefined && hookSecret && { url, secret: hookSecret.secretArn }),
      table: this.table.tableArn,
    };
    new CfnOutput(this, HUB_OUTPUT, {
      value: Stack.of(this).toJsonString(deployed),
      description: 'Hub of revoked tokens, for `okta apply` and `revoke`',
    });
  }
}
