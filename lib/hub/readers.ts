/** Which accounts may read a hub's table: by its resource policy, and by its key's. */
import { Annotations, Stack } from 'aws-cdk-lib';
import {
  AccountPrincipal,
  type Conditions,
  Effect,
  PolicyDocument,
  PolicyStatement,
} from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { READ_KEY_ACTIONS } from '../resources/table-key.ts';

/**
 * Accounts whose authorizers read the hub's table. Their roles are not named, since a policy with a
 * role that does not exist yet is refused.
 */
export interface RevocationReaders {
  /** Account ids of twelve digits. */
  readonly accounts: readonly string[];

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

/** All that an authorizer does with the table, of its own account or of another one. */
export const READ_ACTIONS: readonly string[] = ['dynamodb:GetItem', 'dynamodb:Query'];

/** @throws Error for readers that no account or no bound narrows. */
export function readersPolicy(scope: Construct, readers: RevocationReaders): PolicyDocument {
  assertReaders(scope, readers);
  // A table's own policy needs no ARN of it, which would be a cycle.
  return new PolicyDocument({ statements: [statement(scope, readers, READ_ACTIONS)] });
}

/**
 * Lets the readers use a customer's key. The policy of a key of another app is not ours to change.
 */
export function letReadersUse(scope: Construct, key: IKey, readers: RevocationReaders): void {
  const usage = statement(scope, readers, READ_KEY_ACTIONS);
  usage.addCondition('StringEquals', {
    ...(usage.conditions['StringEquals'] as object | undefined),
    'kms:ViaService': `dynamodb.${Stack.of(scope).region}.amazonaws.com`,
  });
  if (key.addToResourcePolicy(usage, true).statementAdded) return;
  Annotations.of(scope).addWarningV2(
    'okta-group-authorizer:hubKeyPolicy',
    `the key of the hub's table is of another app: its policy must let the accounts ${readers.accounts.join(', ')} do ${READ_KEY_ACTIONS.join(' and ')}`,
  );
}

const statement = (
  scope: Construct,
  readers: RevocationReaders,
  actions: readonly string[],
): PolicyStatement =>
  new PolicyStatement({
    effect: Effect.ALLOW,
    principals: readers.accounts.map((account) => new AccountPrincipal(account)),
    actions: [...actions],
    resources: ['*'],
    conditions: conditionsOf(scope, readers),
  });

function conditionsOf(scope: Construct, readers: RevocationReaders): Conditions {
  const { accounts, organizationId, roleName } = readers;
  const { partition } = Stack.of(scope);
  return {
    ...(organizationId !== undefined && {
      StringEquals: { 'aws:PrincipalOrgID': organizationId },
    }),
    ...(roleName !== undefined && {
      ArnLike: {
        'aws:PrincipalArn': accounts.map(
          (account) => `arn:${partition}:iam::${account}:role/${roleName}`,
        ),
      },
    }),
  };
}

function assertReaders(
  { node }: Construct,
  { accounts, organizationId, roleName }: RevocationReaders,
): void {
  const wrong = accounts.find((account) => !/^\d{12}$/.test(account));
  if (accounts.length === 0 || wrong !== undefined)
    throw new Error(
      `${node.path}: \`readers.accounts\`: expected account ids of twelve digits, found ${wrong ?? 'none'}`,
    );
  if (organizationId === undefined && roleName === undefined)
    throw new Error(
      `${node.path}: \`readers\`: expected \`organizationId\` or \`roleName\`, found neither: every principal of the accounts could read who was revoked`,
    );
  // A pattern that fits every name is no bound.
  if (roleName !== undefined && !/^(?=.*[\w+=,.@-])[\w+=,.@/*?-]+$/.test(roleName))
    throw new Error(
      `${node.path}: \`readers.roleName\`: expected a pattern of role names such as access-*, found ${roleName}`,
    );
  if (organizationId !== undefined && !/^o-[a-z0-9]{10,32}$/.test(organizationId))
    throw new Error(
      `${node.path}: \`readers.organizationId\`: expected an id such as o-a1b2c3d4e5, found ${organizationId}`,
    );
}
