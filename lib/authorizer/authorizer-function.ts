import { type Duration, Lazy, Stack } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import {
  Alias,
  type IVersion,
  type Function as LambdaFunction,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { VARIABLE } from '../../lambda/core/contract/environment.ts';
import type { ModelFile } from '../../lambda/core/model/model-file.ts';
import { MAX_UNMAPPED_CHARACTERS } from '../protect/unmapped-confusable.ts';
import { acknowledge } from '../resources/acknowledge.ts';
import { authorizerCode } from '../resources/map-function-code.ts';
import type { OperationsProps } from '../resources/operations-props.ts';
import { type OwnFunctionProps, ownFunction } from '../resources/own-function.ts';
import { tableKeyStatements } from '../resources/table-key.ts';
import {
  assertConcurrency,
  assertMemory,
  assertNetwork,
  assertStoreClient,
  timeoutOf,
} from './authorizer-bounds.ts';
import { hubStatements, hubTables, type ReadHub } from './read-hubs.ts';

export interface AuthorizerFunctionProps extends OperationsProps {
  readonly model: ModelFile;
  /** Where quotas are counted; undefined: the map has none. */
  readonly quotaTable: Table | undefined;
  /** Where the last valid signing keys are stored. */
  readonly keyTable: Table;
  /** Hubs whose lists of revoked tokens are read; empty where the map follows no revocations. */
  readonly hubs: readonly ReadHub[];
  /** Longest age at which keys are used while Okta cannot be reached. */
  readonly maxStaleKeys: Duration;
  /** Longest time for one charge of a quota. */
  readonly quotaBudget: Duration;
}

/**
 * The authorizer's function with its own role and log group; the role may write its log, store keys
 * and charge quotas, nothing else.
 */
export class AuthorizerFunction extends Construct {
  readonly function: LambdaFunction;
  /**
   * ARN that gateways invoke: the function, or its alias `live` where environments are provisioned.
   */
  readonly invokedArn: string;
  readonly logGroup: LogGroup;
  readonly role: Role;
  /** By variable: name of the attachment record's table, by id of the API. */
  readonly #recordTables = new Map<string, Map<string, string>>();
  readonly #unmapped = new Set<string>();

  /** @throws Error for props out of their bounds or without effect. */
  constructor(scope: Construct, id: string, props: AuthorizerFunctionProps) {
    super(scope, id);
    assertNetwork(this, props);
    assertConcurrency(this, props);
    assertMemory(this, props);
    assertStoreClient(this, props);
    const own = ownFunction(this, {
      ...executionOf(this, props),
      code: authorizerCode(props.model, props.storeClient),
      description: `Decides by Okta groups who may call the API ${props.model.name}`,
      policy: 'authorizer',
      statements: statements(this, props),
      environment: {
        [VARIABLE.keyTable]: props.keyTable.tableName,
        [VARIABLE.maxStaleKeysSeconds]: String(props.maxStaleKeys.toSeconds()),
        ...quotaVariables(props),
        ...(props.hubs.length > 0 && { [VARIABLE.revocationTables]: hubTables(this, props.hubs) }),
        [VARIABLE.unmappedRoutes]: Lazy.string({ produce: () => this.#unmappedRoutes() }),
      },
      operations: props,
    });
    this.function = own.function;
    this.logGroup = own.logGroup;
    this.role = own.role;
    if (props.vpc !== undefined || props.tracing === true) {
      const reason =
        'the network interfaces of a VPC and the traces of X-Ray have no resource that a policy could name';
      acknowledge(this.role, { id: 'AwsSolutions-IAM5[Resource::*]', reason });
    }
    this.invokedArn = this.#withWarmEnvironments(props.provisionedConcurrentExecutions);
  }

  /**
   * Shadow mode on another owner's API: grants the authorizer read access to the prior authorizers,
   * whose answer stays in force there.
   * @param records the attachment's table.
   */
  readPriorAuthorizers(apiId: string, records: Table): void {
    this.#readRecords(VARIABLE.priorAuthorizerTables, apiId, records);
  }

  /** Lets the function read which routes of another owner's API are not in the map. */
  readUnmappedRoutes(apiId: string, records: Table): void {
    this.#readRecords(VARIABLE.unmappedRouteTables, apiId, records);
  }

  /**
   * Routes of the app's own API that the map does not have and that callers of its routes can
   * reach by another spelling: refused to all of them.
   * @returns whether there is room for them.
   */
  closeUnmapped(keys: readonly string[]): boolean {
    for (const key of keys) this.#unmapped.add(key);
    return (this.#unmappedRoutes() ?? '').length <= MAX_UNMAPPED_CHARACTERS;
  }

  #unmappedRoutes(): string | undefined {
    return this.#unmapped.size === 0 ? undefined : JSON.stringify([...this.#unmapped].toSorted());
  }

  #readRecords(variable: string, apiId: string, records: Table): void {
    const known = this.#recordTables.get(variable);
    const tables = known ?? new Map<string, string>();
    if (known === undefined) {
      this.#recordTables.set(variable, tables);
      const text = Lazy.string({
        produce: () => Stack.of(this).toJsonString(Object.fromEntries(tables)),
      });
      this.function.addEnvironment(variable, text);
    }
    tables.set(apiId, records.tableName);
    this.role.addToPolicy(
      new PolicyStatement({ actions: ['dynamodb:GetItem'], resources: [records.tableArn] }),
    );
  }

  #withWarmEnvironments(provisionedConcurrentExecutions: number | undefined): string {
    if (provisionedConcurrentExecutions === undefined) return this.function.functionArn;
    // Under `exactOptionalPropertyTypes` the class is not assignable to its interface.
    const version = this.function.currentVersion as IVersion;
    return new Alias(this, 'Live', { aliasName: 'live', version, provisionedConcurrentExecutions })
      .functionArn;
  }
}

function quotaVariables({
  quotaTable,
  quotaBudget,
}: AuthorizerFunctionProps): Readonly<Record<string, string>> {
  if (quotaTable === undefined) return {};
  return {
    [VARIABLE.quotaTable]: quotaTable.tableName,
    [VARIABLE.quotaBudgetMs]: String(quotaBudget.toMilliseconds()),
  };
}

/** How the function runs. */
function executionOf(
  scope: Construct,
  props: AuthorizerFunctionProps,
): Pick<
  OwnFunctionProps,
  'memorySize' | 'timeout' | 'tracing' | 'network' | 'reservedConcurrentExecutions'
> {
  const { memorySize = 512, tracing = false, reservedConcurrentExecutions } = props;
  return {
    memorySize,
    timeout: timeoutOf(scope, props),
    tracing: tracing ? Tracing.ACTIVE : Tracing.DISABLED,
    network: networkOf(props),
    ...(reservedConcurrentExecutions !== undefined && { reservedConcurrentExecutions }),
  };
}

function networkOf({ vpc, vpcSubnets, securityGroups }: OperationsProps) {
  if (vpc === undefined) return {};
  return {
    vpc: vpc as IVpc,
    ...(vpcSubnets && { vpcSubnets }),
    ...(securityGroups && { securityGroups: [...securityGroups] }),
  };
}

function statements(scope: Construct, props: AuthorizerFunctionProps): PolicyStatement[] {
  const { keyTable, quotaTable, hubs, encryptionKey, vpc } = props;
  const keys = new PolicyStatement({
    actions: ['dynamodb:GetItem', 'dynamodb:PutItem'],
    resources: [keyTable.tableArn],
  });
  const quotas =
    quotaTable &&
    new PolicyStatement({ actions: ['dynamodb:UpdateItem'], resources: [quotaTable.tableArn] });
  const key = tableKeyStatements(scope, encryptionKey, 'write');
  return [
    ...[keys, ...(quotas ? [quotas] : []), ...hubStatements(scope, hubs), ...key],
    ...(vpc ? [networkStatement()] : []),
  ];
}

/**
 * Source: Lambda Developer Guide, "Giving Lambda functions access to resources in an Amazon VPC";
 * none of these actions can be restricted to a resource.
 */
function networkStatement(): PolicyStatement {
  return new PolicyStatement({
    actions: [
      'ec2:CreateNetworkInterface',
      'ec2:DescribeNetworkInterfaces',
      'ec2:DescribeSubnets',
      'ec2:DeleteNetworkInterface',
      'ec2:AssignPrivateIpAddresses',
      'ec2:UnassignPrivateIpAddresses',
    ],
    resources: ['*'],
  });
}
