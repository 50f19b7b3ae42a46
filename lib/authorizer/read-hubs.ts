/**
 * The hubs whose lists of revoked tokens an authorizer reads: its own, or those that the map names.
 */
import { Arn, ArnFormat, Stack, Token } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import type { AccessMap } from '../access-map/index.ts';
import { READ_ACTIONS } from '../hub/readers.ts';
import { RevocationHub } from '../hub/revocation-hub.ts';
import type { OperationsProps } from '../resources/operations-props.ts';
import { tableKeyStatements } from '../resources/table-key.ts';

export interface ReadHub {
  /** Host of the Okta org. */
  readonly org: string;
  /** What a request names: the table's name, or its ARN where another stack has it. */
  readonly table: string;
  readonly tableArn: string;
  /** Key of a customer's that encrypts the table of another stack. */
  readonly key: IKey | undefined;
}

type Revocation = AccessMap['revocations'][number];

/**
 * Makes the hubs of `hub: own`.
 * @throws Error for a hub of another Region, and for a `hubKey` without effect.
 */
export function readHubs(
  scope: Construct,
  map: AccessMap,
  operations: OperationsProps,
): readonly ReadHub[] {
  const { revocations } = map;
  if (operations.hubKey && revocations.every(({ hub }) => hub === 'own'))
    throw new Error(
      `${scope.node.path}: \`hubKey\`: expected a map whose \`okta.revocation.hub\` is the ARN of a table, found none`,
    );
  return revocations.map((revocation) =>
    revocation.hub === 'own'
      ? ownHub(scope, map, revocation, operations)
      : foreignHub(scope, revocation.org, revocation.hub.tableArn, operations),
  );
}

function ownHub(
  scope: Construct,
  map: AccessMap,
  { org }: Revocation,
  operations: OperationsProps,
): ReadHub {
  const { encryptionKey, logRetention, logRemovalPolicy, tableRemovalPolicy, codeSigningConfig } =
    operations;
  const { table } = new RevocationHub(scope, `Hub-${org}`, {
    ...{ maps: [map], org },
    ...(encryptionKey && { encryptionKey }),
    ...(logRetention !== undefined && { logRetention }),
    ...(logRemovalPolicy !== undefined && { logRemovalPolicy }),
    ...(tableRemovalPolicy !== undefined && { tableRemovalPolicy }),
    ...(codeSigningConfig && { codeSigningConfig }),
  });
  // The authorizer may use `encryptionKey` for its other tables already.
  return { org, table: table.tableName, tableArn: table.tableArn, key: undefined };
}

function foreignHub(
  scope: Construct,
  org: string,
  tableArn: string,
  { hubKey }: OperationsProps,
): ReadHub {
  const { region = '' } = Arn.split(tableArn, ArnFormat.SLASH_RESOURCE_NAME);
  const own = Stack.of(scope).region;
  if (!Token.isUnresolved(own) && region !== own)
    throw new Error(
      `${scope.node.path}: \`okta.revocation.hub\`: expected a table of ${own}, found one of ${region}: each Region has a hub of its own`,
    );
  return { org, table: tableArn, tableArn, key: hubKey };
}

/** Reading is all that the authorizer does. */
export const hubStatements = (scope: Construct, hubs: readonly ReadHub[]): PolicyStatement[] =>
  hubs.length === 0
    ? []
    : [
        new PolicyStatement({
          actions: [...READ_ACTIONS],
          resources: hubs.map(({ tableArn }) => tableArn),
        }),
        ...tableKeyStatements(scope, hubs.find(({ key }) => key)?.key, 'read'),
      ];

/** Value of the variable that names the tables, by Okta org. */
export const hubTables = (scope: Construct, hubs: readonly ReadHub[]): string =>
  Stack.of(scope).toJsonString(Object.fromEntries(hubs.map(({ org, table }) => [org, table])));
