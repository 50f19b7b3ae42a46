/** What a hub deploys: who may write, who may read, what is public, and what is heard of it. */
import { describe, expect, test } from '@jest/globals';
import type { Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { Alias, Key } from 'aws-cdk-lib/aws-kms';
import { AccessMap } from '../../../lib/access-map/index.ts';
import { RevocationHub, type RevocationHubProps } from '../../../lib/hub/revocation-hub.ts';
import { accessMap, newStack, quietApp, resources } from '../../support/synthesis.ts';
import { hubsIn } from '../../support/wire/revocation.ts';

const OKTA = {
  issuer: 'https://acme.okta.com/oauth2/aus1abc',
  audience: 'api://shop',
  clients: ['0oa1web'],
};
const mapWith = (revocation: object = {}, more: Record<string, unknown> = {}): AccessMap =>
  accessMap({ okta: { ...OKTA, revocation }, ...more });

function hubWith(
  maps: readonly AccessMap[] = [mapWith()],
  props: Partial<RevocationHubProps> = {},
  stack: Stack = newStack(),
): { readonly hub: RevocationHub; readonly template: Template; readonly stack: Stack } {
  const hub = new RevocationHub(stack, 'Hub', { maps, ...props });
  return { hub, template: Template.fromStack(stack), stack };
}

interface Variables {
  readonly Variables: Readonly<Record<string, unknown>>;
}

interface Policy {
  readonly PolicyDocument: {
    readonly Statement: readonly { readonly Action: string | readonly string[] }[];
  };
}

const settingsOf = async (maps: readonly AccessMap[]) => {
  const { hubOfMaps } = await import('../../../lib/hub/hub-settings.ts');
  return hubOfMaps(maps, undefined);
};

describe('a hub', () => {
  const { template } = hubWith([mapWith({ poll: '5m' })]);

  test('has one table, sorted by the time of writing, whose items end', () => {
    template.resourceCountIs('AWS::DynamoDB::Table', 1);
    template.hasResource('AWS::DynamoDB::Table', {
      DeletionPolicy: 'Retain',
      Properties: {
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
        TimeToLiveSpecification: { AttributeName: 'expires', Enabled: true },
        BillingMode: 'PAY_PER_REQUEST',
      },
    });
  });

  test('has a function for each task, of one bundle, with rights of its own', () => {
    const functions = resources(template, 'AWS::Lambda::Function').map(({ Properties }) => [
      Properties['Handler'],
      Properties['MemorySize'],
      Properties['ReservedConcurrentExecutions'] ?? '-',
      Object.keys((Properties['Environment'] as Variables).Variables)
        .toSorted()
        .join(),
    ]);
    expect(functions.toSorted()).toEqual([
      ['index.heartbeat', 128, '-', 'HUB_TABLE'],
      ['index.poll', 256, '-', 'HUB_POLL_SECRET,HUB_TABLE'],
      ['index.receive', 512, 50, 'HUB_HOOK_SECRET,HUB_TABLE'],
      ['index.snapshot', 1_024, '-', 'HUB_TABLE'],
    ]);
    const actions = resources(template, 'AWS::IAM::Role').map(
      ({ Properties }) =>
        (Properties['Policies'] as readonly Policy[])[0]?.PolicyDocument.Statement.slice(1)
          .flatMap(({ Action }) => Action)
          .join() ?? '',
    );
    const write = 'dynamodb:GetItem,dynamodb:PutItem,dynamodb:Query';
    expect(actions.toSorted()).toEqual([
      write,
      `${write},secretsmanager:GetSecretValue`,
      `${write},secretsmanager:GetSecretValue`,
      'dynamodb:PutItem',
    ]);
  });

  test('is called by its schedules', () => {
    const rates = resources(template, 'AWS::Events::Rule').map(
      ({ Properties }) => Properties['ScheduleExpression'],
    );
    expect(rates.toSorted()).toEqual(['rate(1 minute)', 'rate(10 minutes)', 'rate(5 minutes)']);
  });

  test('lets everybody call its receiver, and nothing else', () => {
    template.hasResourceProperties('AWS::Lambda::Url', { AuthType: 'NONE' });
    const permissions = resources(template, 'AWS::Lambda::Permission')
      .filter(({ Properties }) => Properties['Principal'] === '*')
      .map(({ Properties: { FunctionName: _, ...rest } }) => rest);
    expect(permissions).toEqual([
      { Action: 'lambda:InvokeFunctionUrl', Principal: '*', FunctionUrlAuthType: 'NONE' },
      { Action: 'lambda:InvokeFunction', Principal: '*', InvokedViaFunctionUrl: true },
    ]);
  });

  test('has its secrets made elsewhere: the template holds none', () => {
    const secrets = resources(template, 'AWS::SecretsManager::Secret').map(
      ({ Properties }) => Properties,
    );
    expect(secrets.map(({ SecretString }) => SecretString)).toEqual([undefined, undefined]);
    template.hasResourceProperties('AWS::SecretsManager::Secret', {
      GenerateSecretString: { GenerateStringKey: 'current', PasswordLength: 64 },
    });
  });

  test('is found by the commands', () => {
    const outputs = Object.fromEntries(
      Object.entries(template.findOutputs('*')).map(([id, { Value }]) => [
        id,
        Value['Fn::Join'][1]
          .map((part: unknown) => (typeof part === 'string' ? part : 'X'))
          .join(''),
      ]),
    );
    expect(hubsIn(outputs)).toEqual([{ org: 'acme.okta.com', url: 'X', secret: 'X', table: 'X' }]);
  });

  test.each([
    ['1m', 'rate(1 minute)', 55],
    ['90s', 'rate(1 minute)', 55],
    ['3m', 'rate(3 minutes)', 175],
    ['1h', 'rate(1 hour)', 240],
  ])('polls every %s by the schedule %s, for %d s at most', (poll, rate, timeout) => {
    const { template: polling } = hubWith([mapWith({ poll })]);
    polling.hasResourceProperties('AWS::Lambda::Function', {
      Handler: 'index.poll',
      Timeout: timeout,
    });
    polling.hasResourceProperties('AWS::Events::Rule', { ScheduleExpression: rate });
  });

  test('has no poll where no map wants one, and no receiver where none wants a hook', () => {
    const { template: small, hub } = hubWith([mapWith({ hook: false })]);
    expect(resources(small, 'AWS::Lambda::Function')).toHaveLength(2);
    small.resourceCountIs('AWS::Lambda::Url', 0);
    small.resourceCountIs('AWS::SecretsManager::Secret', 0);
    expect([hub.url, hub.hookSecret, hub.pollSecret]).toEqual([undefined, undefined, undefined]);
  });

  test.each([0, -1, 1.5])('reserves no %d executions for its receiver', (receiverConcurrency) => {
    expect(() => hubWith(undefined, { receiverConcurrency })).toThrow(
      'expected a whole number above 0, or false',
    );
  });
});

describe('the maps of a hub', () => {
  const groups = {
    readers: { allow: ['GET /items'] },
    writers: { allow: ['POST /items'] },
    suspended: { deny: ['POST /items'] },
  };

  test('say together whose groups count, with their prefixes', async () => {
    const one = mapWith({}, { groups });
    const two = AccessMap.fromObject({
      api: { name: 'two', upstream: { url: 'https://two.example.com' } },
      okta: { ...OKTA, groupPrefix: 'two-', revocation: { poll: '2m' } },
      routes: ['GET /a', 'GET /b'],
      groups: {
        a: { allow: ['GET /a'] },
        b: { allow: ['GET /b'], was: ['former-b'] },
      },
      conflicts: [{ groups: ['a', 'b'], routes: ['GET /a'] }],
    });
    expect(await settingsOf([one, two])).toEqual({
      org: 'acme.okta.com',
      hosts: ['acme.okta.com'],
      groups: {
        removed: ['readers', 'suspended', 'two-a', 'two-b', 'two-former-b', 'writers'],
        added: ['suspended', 'two-a', 'two-b', 'two-former-b'],
      },
      hook: true,
      pollSeconds: 120,
    });
  });

  test('say the groups of the org alone, where a map takes tokens of several', async () => {
    const partners = {
      ...{ ...OKTA, name: 'partners', issuer: 'https://partners.okta.com/oauth2/aus1' },
      ...{ groupPrefix: 'ext-', groups: ['readers'] },
    };
    const staff = { ...OKTA, name: 'staff', revocation: {} };
    const { groups: found } = await settingsOf([accessMap({ okta: [staff, partners], groups })]);
    expect(found.removed).toEqual(['readers', 'suspended', 'writers']);
  });

  test('say with onAdd that joining any group counts', async () => {
    const { groups: found } = await settingsOf([mapWith({ onAdd: true }, { groups })]);
    expect(found.added).toEqual(found.removed);
  });

  test.each<readonly [string, () => readonly AccessMap[]]>([
    ['none', () => [accessMap()]],
    [
      '`acme.okta.com`, `other.okta.com`',
      () => [
        mapWith(),
        accessMap({
          api: { name: 'other', upstream: { url: 'https://o.example.com' } },
          okta: { ...OKTA, issuer: 'https://other.okta.com/oauth2/aus1', revocation: {} },
        }),
      ],
    ],
  ])('are of one Okta org: %s', (found, maps) => {
    expect(() => hubWith(maps())).toThrow(
      `expected maps with \`okta.revocation\` of one Okta org, found ${found}`,
    );
  });
});

describe('readers of other accounts', () => {
  const accounts = ['111122223333', '444455556666'];

  test('read, and nothing else, by account and organization', () => {
    const readers = { accounts, organizationId: 'o-a1b2c3d4e5' };
    const { template } = hubWith(undefined, { readers });
    template.hasResourceProperties('AWS::DynamoDB::Table', {
      ResourcePolicy: {
        PolicyDocument: {
          Statement: [
            {
              Effect: 'Allow',
              Action: ['dynamodb:GetItem', 'dynamodb:Query'],
              Resource: '*',
              Principal: {
                AWS: accounts.map((id) =>
                  Match.objectLike({ 'Fn::Join': ['', Match.arrayWith([`:iam::${id}:root`])] }),
                ),
              },
              Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } },
            },
          ],
        },
      },
    });
  });

  test('may be narrowed to roles by a pattern of their names', () => {
    const { template } = hubWith(undefined, { readers: { accounts, roleName: 'access-*' } });
    const [table] = resources(template, 'AWS::DynamoDB::Table');
    const text = JSON.stringify(table?.Properties['ResourcePolicy']);
    expect(text).toContain('aws:PrincipalArn');
    expect(text).toContain(':iam::111122223333:role/access-*');
  });

  test.each([
    [{ accounts: [], organizationId: 'o-a1b2c3d4e5' }, 'found none'],
    [{ accounts: ['1234'], organizationId: 'o-a1b2c3d4e5' }, 'found 1234'],
    [{ accounts }, 'expected `organizationId` or `roleName`, found neither'],
    [{ accounts, organizationId: 'acme' }, 'expected an id such as o-a1b2c3d4e5, found acme'],
    [{ accounts, roleName: '*' }, 'expected a pattern of role names such as access-*, found *'],
    [{ accounts, roleName: 'arn:aws:iam::1:role/x' }, 'expected a pattern of role names'],
  ])('%j: %s', (readers, message) => {
    expect(() => hubWith(undefined, { readers })).toThrow(message);
  });

  const readers = { accounts, organizationId: 'o-a1b2c3d4e5' };

  test('may use a customer’s key of this app', () => {
    const stack = newStack();
    const { template } = hubWith(
      undefined,
      { readers, encryptionKey: new Key(stack, 'Key') },
      stack,
    );
    const [key] = resources(template, 'AWS::KMS::Key');
    expect(JSON.stringify(key?.Properties['KeyPolicy'])).toContain('aws:PrincipalOrgID');
  });

  test('are said to where the key is of another app', () => {
    const stack = newStack('Test', quietApp());
    const arn = 'arn:aws:kms:eu-west-1:123456789012:key/abc';
    hubWith(undefined, { readers, encryptionKey: Key.fromKeyArn(stack, 'Key', arn) }, stack);
    const found = Annotations.fromStack(stack).findWarning(
      '*',
      Match.stringLikeRegexp('its policy must let the accounts 111122223333, 444455556666'),
    );
    expect(found).toHaveLength(1);
  });

  test('cannot read with the key that AWS manages, which is an error', () => {
    const stack = newStack();
    const encryptionKey = Alias.fromAliasName(stack, 'Key', 'alias/aws/dynamodb');
    expect(() => hubWith(undefined, { encryptionKey }, stack)).toThrow(
      'which AWS manages: no other account can read with it',
    );
  });
});
