import { describe, expect, test } from '@jest/globals';
import { TemplateError } from '../../../local/cloud-assembly.ts';
import { createMappings } from '../../../local/gateway-emulator/mappings.ts';
import { createResolver } from '../../../local/synthesized-template/intrinsics.ts';
import { type Changes, fixtureAssembly } from '../fixtures/assembly.ts';

const upstream = 'http://127.0.0.1:9';

test('the API is read with its routes, authorizers, stages and CORS', () => {
  const [api] = fixtureAssembly(upstream).httpApis;
  expect(api).toMatchObject({
    name: 'fixture',
    cors: {
      origins: ['https://app.example.com'],
      methods: ['GET', 'POST'],
      headers: ['authorization'],
      maxAgeSeconds: 600,
      credentials: false,
    },
    stages: [
      { name: '$default', variables: { tier: 'gold' } },
      { name: 'test', variables: undefined, accessLogFormat: undefined },
    ],
  });
  expect(api?.apiId).toMatch(/^[a-z0-9]{10}$/);
  expect(api?.routes.find((route) => route.routeKey === 'GET /cached/a')).toMatchObject({
    authorizer: {
      ttlSeconds: 60,
      identitySources: ['$request.header.Authorization'],
      simpleResponses: false,
      invocable: true,
    },
    integration: { target: { kind: 'http', uri: upstream, method: 'ANY' }, timeoutMs: 30_000 },
  });
  expect(api?.routes.find((route) => route.routeKey === 'ANY /open')?.authorizer).toBeUndefined();
});

test('tables and functions are read with their names resolved', () => {
  const assembly = fixtureAssembly(upstream);
  expect(assembly.tables).toEqual([
    {
      name: 'Table',
      keySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      attributes: [{ AttributeName: 'pk', AttributeType: 'S' }],
    },
  ]);
  expect(
    assembly.functionByArn('arn:aws:lambda:us-east-1:000000000000:function:Guard'),
  ).toMatchObject({
    name: 'Guard',
    handler: 'index.handler',
    environment: {
      TABLE: 'Table',
      TABLE_ARN: 'arn:aws:dynamodb:us-east-1:000000000000:table/Table',
    },
    timeoutMs: 5000,
    memoryMb: 256,
  });
});

test('what is left out is noted', () => {
  const throttled = {
    Stage: { Properties: { DefaultRouteSettings: { ThrottlingRateLimit: 10 } } },
  };
  expect(fixtureAssembly(upstream).notes()).toEqual([]);
  expect(fixtureAssembly(upstream, throttled).notes()).toEqual([
    expect.stringContaining('throttling'),
  ]);
});

describe('what cannot be served is an error that names it', () => {
  const api = (Properties: Readonly<Record<string, unknown>>): Changes => ({ Api: { Properties } });
  test.each<[string, Changes, string]>([
    ['a WebSocket API', api({ ProtocolType: 'WEBSOCKET' }), 'ProtocolType HTTP'],
    ['an API from an OpenAPI body', api({ Body: {} }), '`Body`'],
    [
      'an unknown CORS setting',
      api({ CorsConfiguration: { AllowPrivateNetwork: true } }),
      'AllowPrivateNetwork',
    ],
    [
      'a JWT authorizer',
      { PerCall: { Properties: { AuthorizerType: 'JWT' } } },
      'AuthorizerType REQUEST',
    ],
    [
      'payload format 1.0 of an authorizer',
      { PerCall: { Properties: { AuthorizerPayloadFormatVersion: '1.0' } } },
      'payload format 2.0',
    ],
    [
      'a cache without identity source',
      { Cached: { Properties: { IdentitySource: [] } } },
      'identity source',
    ],
    [
      'a TTL over an hour',
      { Cached: { Properties: { AuthorizerResultTtlInSeconds: 3601 } } },
      '3601',
    ],
    [
      'IAM authorization',
      { GetOrders: { Properties: { AuthorizationType: 'AWS_IAM' } } },
      'AWS_IAM',
    ],
    [
      'scopes of a route',
      { GetOrders: { Properties: { AuthorizationScopes: ['a'] } } },
      'AuthorizationScopes',
    ],
    ['a VPC link', { Proxy: { Properties: { ConnectionType: 'VPC_LINK' } } }, 'VPC links'],
    [
      'response mappings',
      { Proxy: { Properties: { ResponseParameters: {} } } },
      'ResponseParameters',
    ],
    [
      'a service integration',
      {
        Proxy: {
          Properties: { IntegrationType: 'AWS_PROXY', IntegrationSubtype: 'SQS-SendMessage' },
        },
      },
      'IntegrationSubtype',
    ],
    [
      'an integration that is not there',
      { GetOrders: { Properties: { Target: 'integrations/none' } } },
      'no integration',
    ],
    [
      'a stage that is never deployed',
      { Stage: { Properties: { AutoDeploy: false } } },
      'AutoDeploy',
    ],
    ['a custom domain', { Domain: { Type: 'AWS::ApiGatewayV2::DomainName' } }, 'DomainName'],
    [
      'a REST API',
      { Rest: { Type: 'AWS::ApiGateway::RestApi' } },
      'only an API with an inline body',
    ],
    [
      'a table with an index',
      { Table: { Properties: { GlobalSecondaryIndexes: [] } } },
      'GlobalSecondaryIndexes',
    ],
  ])('%s', (_name, changes, message) => {
    expect(() => fixtureAssembly(upstream, changes)).toThrow(TemplateError);
    expect(() => fixtureAssembly(upstream, changes)).toThrow(message);
  });

  test.each<[string, Changes]>([
    ['another runtime', { Guard: { Properties: { Runtime: 'python3.13' } } }],
    ['inline code', { Guard: { Properties: { Code: { ZipFile: 'exports.handler = 1' } } } }],
  ])('a function with %s, once it is needed', (_name, changes) => {
    const assembly = fixtureAssembly(upstream, changes);
    expect(() =>
      assembly.functionByArn('arn:aws:lambda:us-east-1:000000000000:function:Guard'),
    ).toThrow(TemplateError);
  });
});

describe('intrinsic functions', () => {
  const resolve = createResolver({
    Parameters: { Size: { Default: '7' }, Secret: {} },
    Mappings: { Colours: { sky: { day: 'blue' } } },
    Resources: {
      Table: { Type: 'AWS::DynamoDB::Table', Properties: { TableName: 'quotas' } },
      Fn: { Type: 'AWS::Lambda::Function' },
    },
  });

  test.each([
    [{ Ref: 'AWS::Region' }, 'us-east-1'],
    [{ Ref: 'Size' }, '7'],
    [{ Ref: 'Table' }, 'quotas'],
    [{ 'Fn::GetAtt': 'Table.Arn' }, 'arn:aws:dynamodb:us-east-1:000000000000:table/quotas'],
    [{ 'Fn::Join': ['-', ['a', { Ref: 'Table' }]] }, 'a-quotas'],
    [
      { 'Fn::Sub': '${AWS::Region}/${Table.Arn}/${!Kept}' },
      'us-east-1/arn:aws:dynamodb:us-east-1:000000000000:table/quotas/${Kept}',
    ],
    [{ 'Fn::Sub': ['${a}:${Table}', { a: { Ref: 'Size' } }] }, '7:quotas'],
    [
      { 'Fn::Select': [5, { 'Fn::Split': [':', { 'Fn::GetAtt': ['Table', 'Arn'] }] }] },
      'table/quotas',
    ],
    [{ 'Fn::FindInMap': ['Colours', 'sky', 'day'] }, 'blue'],
    [{ a: [{ Ref: 'Size' }], b: { Ref: 'AWS::NoValue' } }, { a: ['7'] }],
  ])('%j is %j', (value, expected) => {
    expect(resolve(value)).toEqual(expected);
  });

  test.each([
    [{ Ref: 'Absent' }, 'Absent'],
    [{ Ref: 'Secret' }, 'no default'],
    [{ 'Fn::GetAtt': ['Fn', 'SnapStart'] }, 'SnapStart'],
    [{ 'Fn::GetAZs': '' }, 'Fn::GetAZs'],
    [{ 'Fn::ImportValue': 'other' }, 'exports'],
    [{ 'Fn::Select': [9, ['a']] }, 'Fn::Select'],
  ])('%j is an error', (value, message) => {
    expect(() => resolve(value)).toThrow(message);
  });
});

describe('a mapping that the service would refuse stops the start', () => {
  test.each([
    'Authorization',
    'X-Forwarded-For',
    'x-amz-date',
    'access-control-allow-origin',
    'Host',
    'Via',
    'Origin',
  ])('of the reserved header %s', (name) => {
    expect(() => createMappings({ [`overwrite:header.${name}`]: 'x' })).toThrow('reserved');
  });

  test.each([
    ['replace:header.a', 'x', 'replace'],
    ['overwrite:body', 'x', 'body'],
    ['remove:path', '', 'remove:path'],
    ['overwrite:header.', 'x', 'overwrite:header.'],
    ['overwrite:header.a', '$request.body.a', 'request.body.a'],
    ['overwrite:header.a', '$response.header.a', 'response.header.a'],
    ['overwrite:header.a', '${request.body.a}-x', 'request.body.a'],
  ])('%s: %s', (key, value, message) => {
    expect(() => createMappings({ [key]: value })).toThrow(message);
  });
});
