import { describe, expect, test } from '@jest/globals';
import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { type IVpc, SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Key } from 'aws-cdk-lib/aws-kms';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { AccessStack, type AccessStackProps } from '../../../lib/stack/access-stack.ts';
import {
  accessMap,
  accessTemplate,
  exampleMap,
  newApp,
  only,
  resources,
} from '../../support/synthesis.ts';

type Props = Partial<AccessStackProps> | ((support: Stack) => Partial<AccessStackProps>);

function templateOf(props: Props, map = exampleMap()): Template {
  const app = newApp();
  const support = new Stack(app, 'Support');
  return Template.fromStack(
    new AccessStack(app, 'Access', {
      map,
      watch: false,
      ...(typeof props === 'function' ? props(support) : props),
    }),
  );
}
const functionOf = (props: Props): Readonly<Record<string, unknown>> =>
  only(templateOf(props), 'AWS::Lambda::Function').Properties;
const restMap = () =>
  accessMap({ api: { name: 'shop', kind: 'rest', upstream: { url: 'https://shop.example.com' } } });

interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
}
const statementsOf = (template: Template): readonly Statement[] => {
  const [policy] = only(template, 'AWS::IAM::Role').Properties['Policies'] as readonly {
    PolicyDocument: { Statement: readonly Statement[] };
  }[];
  return policy?.PolicyDocument.Statement ?? [];
};

test('by default the function has 512 MiB, 5 s, no VPC, no reserved concurrency and no alias', () => {
  const properties = functionOf({});
  expect(properties).toMatchObject({ MemorySize: 512, Timeout: 5 });
  for (const absent of ['VpcConfig', 'ReservedConcurrentExecutions', 'TracingConfig'])
    expect(properties).not.toHaveProperty(absent);
  expect(resources(templateOf({}), 'AWS::Lambda::Alias')).toEqual([]);
});

test.each(['http', 'rest'])('there is no function URL, kind %s', (kind) => {
  const template = templateOf({}, kind === 'http' ? exampleMap() : restMap());
  expect(resources(template, 'AWS::Lambda::Url')).toEqual([]);
  const actions = resources(template, 'AWS::Lambda::Permission').map(
    ({ Properties }) => Properties['Action'],
  );
  expect(new Set(actions)).toEqual(new Set(['lambda:InvokeFunction']));
});

test.each([
  [{ memorySize: 1024 }, { MemorySize: 1024 }],
  [{ timeout: Duration.seconds(9) }, { Timeout: 9 }],
  [{ reservedConcurrentExecutions: 50 }, { ReservedConcurrentExecutions: 50 }],
  [{ tracing: true }, { TracingConfig: { Mode: 'Active' } }],
])('%j is what the function gets', (props, expected) => {
  expect(functionOf(props)).toMatchObject(expected);
});

test.each<readonly [string, Partial<AccessStackProps>, string]>([
  [
    'a timeout that the gateway would not wait for',
    { timeout: Duration.seconds(10) },
    'timeout: expected at most 9 s, found 10 s: the gateway gives up after 10 s',
  ],
  [
    'no time at all',
    { timeout: Duration.seconds(0) },
    'timeout: expected whole seconds, 1 to 9, found 0 s',
  ],
  [
    'a client of DynamoDB that there is none of',
    { storeClient: 'SDK' as 'sdk' },
    '`storeClient`: expected light or sdk, found `SDK`',
  ],
  [
    'a timeout with half a second',
    { timeout: Duration.millis(1500) },
    'timeout: expected whole seconds, 1 to 9, found 1.5 s',
  ],
  [
    'a timeout that one charge may outlast',
    { timeout: Duration.seconds(1), quotaBudget: Duration.seconds(1) },
    'timeout: expected more than `quotaBudget` (1000 ms), found 1 s: `onStoreFailure` would never decide',
  ],
  [
    'security groups outside of a VPC',
    { securityGroups: [] },
    '`securityGroups`: expected `vpc` beside it, found none',
  ],
  [
    'subnets outside of a VPC',
    { vpcSubnets: {} },
    '`vpcSubnets`: expected `vpc` beside it, found none',
  ],
  [
    'no environment to keep warm',
    { provisionedConcurrentExecutions: 0 },
    '`provisionedConcurrentExecutions`: expected 1 or more, found 0; leave it out for none',
  ],
  [
    'more warm environments than may run',
    { provisionedConcurrentExecutions: 6, reservedConcurrentExecutions: 5 },
    '`provisionedConcurrentExecutions`: expected at most `reservedConcurrentExecutions` (5), found 6',
  ],
])('%s: refused with a sentence', (_, props, message) => {
  expect(() => templateOf(props)).toThrow(`Access/OktaGroupAuthorizer/Authorizer: ${message}`);
});

test('as many warm environments as may run, and a timeout just above a charge, are taken', () => {
  const props = {
    provisionedConcurrentExecutions: 5,
    reservedConcurrentExecutions: 5,
    quotaBudget: Duration.millis(999),
  };
  expect(functionOf({ ...props, timeout: Duration.seconds(1) })).toMatchObject({
    Timeout: 1,
    ReservedConcurrentExecutions: 5,
  });
});

test('in a VPC the function gets its subnets and groups, and the right to network interfaces', () => {
  const template = templateOf((support) => {
    const vpc = new Vpc(support, 'Vpc');
    return { vpc, securityGroups: [new SecurityGroup(support, 'Group', { vpc: vpc as IVpc })] };
  });
  const { VpcConfig } = only(template, 'AWS::Lambda::Function').Properties as {
    VpcConfig: { SubnetIds: readonly unknown[]; SecurityGroupIds: readonly unknown[] };
  };
  expect([VpcConfig.SubnetIds.length, VpcConfig.SecurityGroupIds.length]).toEqual([2, 1]);
  expect(statementsOf(template).at(-1)).toEqual({
    Effect: 'Allow',
    Resource: '*',
    Action: [
      'ec2:AssignPrivateIpAddresses',
      'ec2:CreateNetworkInterface',
      'ec2:DeleteNetworkInterface',
      'ec2:DescribeNetworkInterfaces',
      'ec2:DescribeSubnets',
      'ec2:UnassignPrivateIpAddresses',
    ],
  });
});

test('a key encrypts table and logs; the function may use it through DynamoDB alone, the logs for this stack’s groups alone', () => {
  const app = newApp();
  const support = new Stack(app, 'Support');
  const encryptionKey = new Key(support, 'Key', { enableKeyRotation: true });
  const stack = new AccessStack(app, 'Access', { map: exampleMap(), encryptionKey, watch: false });
  const template = Template.fromStack(stack);
  const [keyArn = {}, second] = resources(template, 'AWS::DynamoDB::Table').map(
    ({ Properties }) => Properties['SSESpecification'] as Record<string, unknown>,
  );
  expect(second).toEqual(keyArn);
  expect(keyArn).toMatchObject({
    SSEEnabled: true,
    SSEType: 'KMS',
    KMSMasterKeyId: expect.anything(),
  });
  const key = keyArn['KMSMasterKeyId'];
  expect(
    resources(template, 'AWS::Logs::LogGroup').map(({ Properties }) => Properties['KmsKeyId']),
  ).toEqual([key, key]);
  const use = [
    'kms:Decrypt',
    'kms:DescribeKey',
    'kms:Encrypt',
    'kms:GenerateDataKey',
    'kms:ReEncryptFrom',
    'kms:ReEncryptTo',
  ];
  expect(
    statementsOf(template).filter(({ Action }) => JSON.stringify(Action).includes('kms:')),
  ).toEqual([
    {
      Effect: 'Allow',
      Action: use,
      Resource: key,
      Condition: {
        StringEquals: {
          'kms:ViaService': {
            'Fn::Join': ['', ['dynamodb.', { Ref: 'AWS::Region' }, '.amazonaws.com']],
          },
        },
      },
    },
  ]);
  const { Statement } = only(Template.fromStack(support), 'AWS::KMS::Key').Properties[
    'KeyPolicy'
  ] as { Statement: readonly Statement[] };
  expect(Statement).toHaveLength(2);
  expect(Statement[1]).toMatchObject({ Action: use, Principal: { Service: expect.anything() } });
  expect(JSON.stringify(Statement[1]?.Condition)).toContain(':log-group:access-orders-*');
});

const quotas = {
  quotas: { few: { limit: 60, per: 'minute', by: 'user' } },
  groups: { staff: { allow: ['ANY /items'], quota: 'few' } },
};
const everyFunction = [
  [
    'the permissions endpoint',
    accessMap({ ...quotas, permissionsEndpoint: { path: '/permissions' } }),
    2,
  ],
  [
    'the flush of a cache',
    accessMap({ api: { name: 'shop', upstream: { url: 'https://shop.example.com' } } }),
    2,
  ],
  [
    'an attachment and its check',
    accessMap({ api: { name: 'shop', attachTo: { httpApiId: 'a1b2c3d4e5' } } }),
    3,
  ],
  [
    'an attachment with gateway responses',
    accessMap({
      api: {
        name: 'shop',
        kind: 'rest',
        attachTo: { restApiId: 'a1b2c3d4e5', stage: 'prod', gatewayResponses: true },
      },
    }),
    4,
  ],
  [
    'a dry run',
    accessMap({ api: { name: 'shop', attachTo: { httpApiId: 'a1b2c3d4e5', dryRun: true } } }),
    1,
  ],
] as const;

test.each(everyFunction)(
  '%s: every log is encrypted, kept and removed as asked, every table encrypted',
  (_, map, functions) => {
    const template = templateOf(
      (support) => ({
        encryptionKey: new Key(support, 'Key'),
        logRetention: RetentionDays.ONE_WEEK,
        logRemovalPolicy: RemovalPolicy.DESTROY,
      }),
      map,
    );
    expect(resources(template, 'AWS::Lambda::Function')).toHaveLength(functions);
    const logs = resources(template, 'AWS::Logs::LogGroup');
    expect(logs.length).toBeGreaterThanOrEqual(functions);
    for (const log of logs) {
      expect(log).toMatchObject({
        Properties: { RetentionInDays: 7, KmsKeyId: expect.anything() },
        DeletionPolicy: 'Delete',
      });
    }
    for (const { Properties } of resources(template, 'AWS::DynamoDB::Table')) {
      expect(Properties['SSESpecification']).toMatchObject({
        SSEType: 'KMS',
        KMSMasterKeyId: expect.anything(),
      });
    }
  },
);

test.each(everyFunction)(
  '%s: whoever uses a table may use its key, to read where it reads and to write where it writes',
  (_, map, _functions) => {
    const template = templateOf((support) => ({ encryptionKey: new Key(support, 'Key') }), map);
    for (const { Properties } of resources(template, 'AWS::IAM::Role')) {
      const actions = (
        Properties['Policies'] as { PolicyDocument: { Statement: readonly Statement[] } }[]
      )
        .flatMap(({ PolicyDocument: { Statement } }) => Statement)
        .flatMap(({ Action }) => Action);
      const tables = actions.filter((action) => action.startsWith('dynamodb:'));
      expect(actions.includes('kms:Decrypt')).toBe(tables.length > 0);
      expect(actions.includes('kms:Encrypt')).toBe(
        tables.some((action) => action !== 'dynamodb:GetItem'),
      );
    }
  },
);

test('logs are kept as asked, and table and logs survive the stack unless asked otherwise', () => {
  const kept = templateOf({ logRetention: RetentionDays.ONE_WEEK });
  expect(resources(kept, 'AWS::Logs::LogGroup')).toMatchObject(
    Array(2).fill({ Properties: { RetentionInDays: 7 }, DeletionPolicy: 'Retain' }),
  );
  const gone = templateOf({
    logRemovalPolicy: RemovalPolicy.DESTROY,
    tableRemovalPolicy: RemovalPolicy.DESTROY,
  });
  const policies = ['AWS::Logs::LogGroup', 'AWS::DynamoDB::Table']
    .flatMap((type) => resources(gone, type))
    .map(({ DeletionPolicy }) => DeletionPolicy);
  expect(policies).toEqual(['Delete', 'Delete', 'Delete', 'Delete']);
});

test.each(['http', 'rest'])(
  'warm environments stand behind the alias `live`, which the gateway invokes and may invoke, kind %s',
  (kind) => {
    const template = templateOf(
      { provisionedConcurrentExecutions: 3 },
      kind === 'http' ? exampleMap() : restMap(),
    );
    const alias = only(template, 'AWS::Lambda::Alias');
    expect(alias.Properties).toMatchObject({
      Name: 'live',
      ProvisionedConcurrencyConfig: { ProvisionedConcurrentExecutions: 3 },
    });
    expect(only(template, 'AWS::Lambda::Permission').Properties['FunctionName']).toEqual({
      Ref: alias.id,
    });
    const holder =
      kind === 'http'
        ? only(template, 'AWS::ApiGatewayV2::Authorizer')
        : only(template, 'AWS::ApiGateway::RestApi');
    expect(JSON.stringify(holder.Properties)).toContain(`{"Ref":"${alias.id}"}`);
  },
);

test('tracing covers the stage of a REST API too', () => {
  const stage = (props: Props) =>
    only(templateOf(props, restMap()), 'AWS::ApiGateway::Stage').Properties['TracingEnabled'];
  expect([stage({}), stage({ tracing: true })]).toEqual([false, true]);
});

describe('audit', () => {
  const retentions = (template: Template) =>
    resources(template, 'AWS::Logs::LogGroup').map(
      ({ Properties }) => Properties['RetentionInDays'],
    );
  const formatOf = (template: Template) =>
    JSON.parse(
      String(
        (
          only(template, 'AWS::ApiGatewayV2::Stage').Properties['AccessLogSettings'] as {
            readonly Format: string;
          }
        ).Format,
      ),
    ) as Readonly<Record<string, string>>;

  test('`audit.retention` is how long every log of the stack is kept', () => {
    expect(
      new Set(retentions(accessTemplate(accessMap({ audit: { retention: '365d' } })))),
    ).toEqual(new Set([365]));
    const attached = accessMap({
      api: { name: 'shop', attachTo: { httpApiId: 'a1b2c3d4e5' } },
      audit: { retention: '7d' },
    });
    expect(new Set(retentions(accessTemplate(attached)))).toEqual(new Set([7]));
  });

  test('a prop that says something else is an error that names both', () => {
    const map = accessMap({ audit: { retention: '365d' } });
    const stack = (logRetention: RetentionDays) =>
      new AccessStack(newApp(), 'Access', { map, logRetention });
    expect(() => stack(RetentionDays.ONE_WEEK)).toThrow(
      'expected 365 days as `audit.retention` in cdk.json#/context/accessMap says, found 7',
    );
    expect(new Set(retentions(Template.fromStack(stack(RetentionDays.ONE_YEAR))))).toEqual(
      new Set([365]),
    );
  });

  test('with `audit.hashPrincipal` the access log has a digest in place of user and client', () => {
    expect(formatOf(accessTemplate(accessMap()))).toMatchObject({
      uid: '$context.authorizer.uid',
      cid: '$context.authorizer.cid',
    });
    const hashed = formatOf(accessTemplate(accessMap({ audit: { hashPrincipal: true } })));
    expect(hashed['principal']).toBe('$context.authorizer.principal');
    expect(Object.values(hashed).filter((value) => /uid|cid|principalId/.test(value))).toEqual([]);
  });
});
