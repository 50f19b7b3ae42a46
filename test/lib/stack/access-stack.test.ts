import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { Duration } from 'aws-cdk-lib';
import { Annotations, Template } from 'aws-cdk-lib/assertions';
import { HttpApi, HttpMethod, HttpRoute, HttpRouteKey } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpUrlIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import fc from 'fast-check';
import { packModel } from '../../../lambda/core/model/packed-model.ts';
import { METHODS } from '../../../lambda/core/path/http-methods.ts';
import type { AccessMap } from '../../../lib/access-map/index.ts';
import { OktaGroupAuthorizer } from '../../../lib/authorizer/okta-group-authorizer.ts';
import { AccessStack } from '../../../lib/stack/access-stack.ts';
import {
  accessMap,
  accessTemplate,
  authorization,
  exampleMap,
  newApp,
  newStack,
  only,
  quietApp,
  resources,
  tableOf,
} from '../../support/synthesis.ts';

const example = exampleMap();
const app = newApp({ 'aws:cdk:bundling-stacks': ['**'] });
const stack = new AccessStack(app, 'Example', { map: example, watch: false });
const template = Template.fromStack(stack);

const ROUTE = 'AWS::ApiGatewayV2::Route';
const api = { Ref: only(template, 'AWS::ApiGatewayV2::Api').id };
const authorizer = only(template, 'AWS::ApiGatewayV2::Authorizer');
const arn = (...parts: readonly unknown[]): unknown => ({
  'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ...parts]],
});

test('the example map gives one route an entry of its inventory, and only the public one is open', () => {
  expect(authorization(template)).toEqual({
    'GET /orders': 'CUSTOM',
    'POST /orders': 'CUSTOM',
    'GET /orders/{id}': 'CUSTOM',
    'DELETE /orders/{id}': 'CUSTOM',
    'GET /reports/{year}': 'CUSTOM',
    'GET /health': 'NONE',
    'GET /me': 'CUSTOM',
  });
});

test('every route with authorizer names ours', () => {
  const named = resources(template, ROUTE).flatMap(
    ({ Properties }) => Properties['AuthorizerId'] ?? [],
  );
  expect(named).toEqual(Array(6).fill({ Ref: authorizer.id }));
});

test('no route of any map is open but public ones and preflights', () => {
  const method = fc.constantFrom('ANY', ...METHODS);
  const template = fc.constantFrom('/', '/a', '/a/{id}', '/a/{id}/b', '/b', '/files/{proxy+}');
  const key = fc.tuple(method, template).map((parts) => parts.join(' '));
  const routes = fc.uniqueArray(key, { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(
      routes,
      fc.integer({ min: 0, max: 8 }),
      fc.boolean(),
      (routes, publicCount, cors) => {
        const publicRoutes = routes.slice(0, publicCount);
        const map = accessMap({
          api: {
            name: 'shop',
            upstream: { url: 'https://shop.example.com' },
            // Any mix of public routes and others; a back end that reads paths otherwise forbids
            // some.
            paths: 'exact',
            ...(cors && { cors: { origins: ['https://a.example.com'] } }),
          },
          routes,
          public: publicRoutes,
          groups: {},
        });
        const found = Object.entries(authorization(accessTemplate(map)));
        const unexpected = found.filter(
          ([key, type]) =>
            type === 'NONE' && !publicRoutes.includes(key) && !(cors && key.startsWith('OPTIONS ')),
        );
        expect(unexpected).toEqual([]);
        expect(found.map(([key]) => key)).toEqual(expect.arrayContaining(routes));
        expect(
          found.filter(
            ([key, type]) =>
              routes.includes(key) && !publicRoutes.includes(key) && type !== 'CUSTOM',
          ),
        ).toEqual([]);
      },
    ),
    { numRuns: 20 },
  );
});

test('the authorizer gets each request uncached, in payload 2.0, and answers with an IAM policy', () => {
  expect(authorizer.Properties).toEqual({
    ApiId: api,
    Name: expect.stringMatching(/^okta-groups-[0-9a-f]{8}$/),
    AuthorizerType: 'REQUEST',
    AuthorizerPayloadFormatVersion: '2.0',
    EnableSimpleResponses: false,
    AuthorizerResultTtlInSeconds: 0,
    IdentitySource: ['$request.header.Authorization'],
    AuthorizerUri: arn(
      ':apigateway:',
      { Ref: 'AWS::Region' },
      ':lambda:path/2015-03-31/functions/',
      { 'Fn::GetAtt': [only(template, 'AWS::Lambda::Function').id, 'Arn'] },
      '/invocations',
    ),
  });
});

test('only this authorizer of this API may invoke the function', () => {
  expect(only(template, 'AWS::Lambda::Permission').Properties).toEqual({
    Action: 'lambda:InvokeFunction',
    Principal: 'apigateway.amazonaws.com',
    FunctionName: { 'Fn::GetAtt': [only(template, 'AWS::Lambda::Function').id, 'Arn'] },
    SourceArn: arn(
      ':execute-api:',
      { Ref: 'AWS::Region' },
      ':',
      { Ref: 'AWS::AccountId' },
      ':',
      api,
      '/authorizers/',
      {
        Ref: authorizer.id,
      },
    ),
  });
});

test('the function may write its own log, keep keys and charge quotas, and nothing else', () => {
  const role = only(template, 'AWS::IAM::Role').Properties;
  const functionLog = (
    only(template, 'AWS::Lambda::Function').Properties['LoggingConfig'] as {
      LogGroup: { Ref: string };
    }
  ).LogGroup.Ref;
  expect(role).toEqual({
    AssumeRolePolicyDocument: expect.anything(),
    Policies: [
      {
        PolicyName: 'authorizer',
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
              Resource: { 'Fn::GetAtt': [functionLog, 'Arn'] },
            },
            {
              Effect: 'Allow',
              Action: ['dynamodb:GetItem', 'dynamodb:PutItem'],
              Resource: { 'Fn::GetAtt': [tableOf(template, 'KeyTable').id, 'Arn'] },
            },
            {
              Effect: 'Allow',
              Action: 'dynamodb:UpdateItem',
              Resource: { 'Fn::GetAtt': [tableOf(template, 'QuotaTable').id, 'Arn'] },
            },
          ],
        },
      },
    ],
  });
  expect(resources(template, 'AWS::IAM::Policy')).toEqual([]);
});

test('the function runs the bundle on arm64 and Node 24 with its model beside it', () => {
  const { Properties } = only(template, 'AWS::Lambda::Function');
  expect(Properties).toMatchObject({
    Runtime: 'nodejs24.x',
    Architectures: ['arm64'],
    Handler: 'index.handler',
    MemorySize: 512,
    Timeout: 5,
    Environment: {
      Variables: {
        KEY_TABLE: { Ref: tableOf(template, 'KeyTable').id },
        MAX_STALE_KEYS_SECONDS: '86400',
        QUOTA_BUDGET_MS: '300',
        QUOTA_TABLE: { Ref: tableOf(template, 'QuotaTable').id },
      },
    },
  });
  const folder = join(
    app.outdir,
    `asset.${(Properties['Code'] as { S3Key: string }).S3Key.replace('.zip', '')}`,
  );
  expect(readdirSync(folder)).toContain('index.mjs');
  expect(JSON.parse(readFileSync(join(folder, 'access-model.json'), 'utf8'))).toEqual(
    packModel({
      ...example.model,
      rules: example.ruleTable,
      metrics: { byCode: false, routes: [], groups: [] },
    }),
  );
});

test('equal maps give the same code, and another map gives other code', () => {
  const code = (map: AccessMap) =>
    only(accessTemplate(map), 'AWS::Lambda::Function').Properties['Code'];
  const other = accessMap({ groups: { staff: { allow: ['GET /items'] } } });
  expect(code(accessMap())).toEqual(code(accessMap()));
  expect(code(other)).not.toEqual(code(accessMap()));
});

test('the quota table is on demand, restorable, kept, without a fixed name, and frees expired counters', () => {
  expect(tableOf(template, 'QuotaTable')).toMatchObject({
    DeletionPolicy: 'Retain',
    UpdateReplacePolicy: 'Retain',
    Properties: {
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      BillingMode: 'PAY_PER_REQUEST',
      TimeToLiveSpecification: { AttributeName: 'expires', Enabled: true },
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    },
  });
});

test('the table of known keys is on demand, restorable, kept, without a fixed name, and frees nothing', () => {
  const table = tableOf(template, 'KeyTable');
  expect(table).toMatchObject({
    DeletionPolicy: 'Retain',
    UpdateReplacePolicy: 'Retain',
    Properties: {
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      BillingMode: 'PAY_PER_REQUEST',
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    },
  });
  expect(table.Properties).not.toHaveProperty('TimeToLiveSpecification');
});

test('a map without quotas has no quota table and a function that knows of none', () => {
  const template = accessTemplate(accessMap());
  expect(resources(template, 'AWS::DynamoDB::Table').map(({ id }) => id)).toEqual([
    tableOf(template, 'KeyTable').id,
  ]);
  expect(JSON.stringify(only(template, 'AWS::Lambda::Function').Properties)).not.toContain(
    'QUOTA_TABLE',
  );
  expect(JSON.stringify(only(template, 'AWS::IAM::Role'))).not.toContain('dynamodb:UpdateItem');
  expect(JSON.stringify(resources(template, 'AWS::CloudWatch::Alarm'))).not.toContain(
    'QuotaStoreFailures',
  );
});

test('alarms watch the age of the keys in use and of their copy, its failures and those of the quota table, for this function alone', () => {
  const Dimensions = [
    { Name: 'FunctionName', Value: { Ref: only(template, 'AWS::Lambda::Function').id } },
  ];
  const shared = {
    Namespace: 'OktaGroupAuthorizer',
    Dimensions,
    TreatMissingData: 'notBreaching',
    Period: 300,
  };
  expect(resources(template, 'AWS::CloudWatch::Alarm').map(({ Properties }) => Properties)).toEqual(
    [
      expect.objectContaining({
        ...shared,
        MetricName: 'KeyAgeSeconds',
        Statistic: 'Maximum',
        Threshold: 3_600,
        EvaluationPeriods: 2,
      }),
      expect.objectContaining({
        ...shared,
        MetricName: 'KeyCopyAgeSeconds',
        Statistic: 'Maximum',
        Threshold: 43_200,
      }),
      expect.objectContaining({
        ...shared,
        MetricName: 'KeyCopyFailures',
        Statistic: 'Sum',
        Threshold: 3,
      }),
      expect.objectContaining({
        ...shared,
        MetricName: 'QuotaStoreFailures',
        Statistic: 'Sum',
        Threshold: 0,
        ComparisonOperator: 'GreaterThanThreshold',
        EvaluationPeriods: 3,
        DatapointsToAlarm: 2,
      }),
    ],
  );
});

test('keys may be used for less or longer than a day, and the alarms on age keep half of that at most', () => {
  const template = Template.fromStack(
    new AccessStack(newApp(), 'Access', {
      map: accessMap(),
      watch: false,
      maxStaleKeys: Duration.minutes(30),
    }),
  );
  expect(only(template, 'AWS::Lambda::Function').Properties).toMatchObject({
    Environment: { Variables: { MAX_STALE_KEYS_SECONDS: '1800' } },
  });
  expect(
    resources(template, 'AWS::CloudWatch::Alarm').map(({ Properties }) => Properties['Threshold']),
  ).toEqual([900, 900, 3]);
});

test.each([Duration.minutes(9), Duration.days(8)])(
  'keys used for %s are refused at synthesis',
  (maxStaleKeys) => {
    const make = () => new AccessStack(newApp(), 'Access', { map: accessMap(), maxStaleKeys });
    expect(make).toThrow(/`maxStaleKeys`: expected 10 minutes to 7 days, found \d (minutes|days)$/);
  },
);

test('both logs are kept for 90 days', () => {
  expect(resources(template, 'AWS::Logs::LogGroup').map(({ Properties }) => Properties)).toEqual([
    { RetentionInDays: 90 },
    { RetentionInDays: 90 },
  ]);
});

test.each([
  ['AWS::Lambda::Function', 'FunctionName'],
  ['AWS::IAM::Role', 'RoleName'],
  ['AWS::DynamoDB::Table', 'TableName'],
  ['AWS::Logs::LogGroup', 'LogGroupName'],
])('no %s has a fixed %s', (type, name) => {
  const found = resources(template, type);
  expect(found).not.toHaveLength(0);
  for (const { Properties } of found) expect(Properties).not.toHaveProperty(name);
});

test('the stack is named after the API and puts out what its users need', () => {
  expect(stack.stackName).toBe('access-orders');
  expect(
    Object.fromEntries(
      Object.entries(template.findOutputs('*')).map(([name, output]) => [name, output['Value']]),
    ),
  ).toEqual({
    ApiUrl: { 'Fn::GetAtt': [api.Ref, 'ApiEndpoint'] },
    MapVersion: example.version,
    AuthorizerFunction: { Ref: only(template, 'AWS::Lambda::Function').id },
    OktaGroupAuthorizerAccessMapC9C1D6EC: {
      'Fn::Join': [
        '',
        [
          '{"map":"orders","authorizer":"',
          { 'Fn::GetAtt': [only(template, 'AWS::Lambda::Function').id, 'Arn'] },
          '","records":[]}',
        ],
      ],
    },
    QuotaTable: { Ref: tableOf(template, 'QuotaTable').id },
  });
});

test('a route that is added to the API of the stack gets the authorizer too', () => {
  const stack = new AccessStack(quietApp(), 'Extended', { map: accessMap() });
  const routeKey = HttpRouteKey.with('/extra', HttpMethod.GET);
  new HttpRoute(stack, 'Extra', {
    httpApi: stack.httpApi,
    routeKey,
    integration: new HttpUrlIntegration('Extra', 'https://x.example.com'),
  });
  expect(authorization(Template.fromStack(stack))).toMatchObject({
    'GET /extra': 'CUSTOM',
    'GET /health': 'NONE',
  });
});

test('the example synthesizes without warnings and errors of our own', () => {
  expect(Annotations.fromStack(stack).findWarning('*', '*')).toEqual([]);
  expect(Annotations.fromStack(stack).findError('*', '*')).toEqual([]);
});

test('a map without `upstream` is valid, and the stack that deploys its API demands it', () => {
  const map = accessMap({ api: { name: 'shop', cache: 'off' } });
  const stack = newStack();
  new OktaGroupAuthorizer(stack, 'Authorizer', { map }).protect(new HttpApi(stack, 'Api'));
  expect(() => Template.fromStack(stack)).not.toThrow();
  expect(() => new AccessStack(newApp(), 'Access', { map })).toThrow(
    'expected the key `upstream` (such as `{ url: https://orders.example.com }`) for the API that this stack deploys',
  );
});
