/**
 * One rule of an API's resource and its document: `inject` reads both in a template, `protect` in
 * an app, and both refuse the same.
 */
import { describe, expect, test } from '@jest/globals';
import { CfnResource } from 'aws-cdk-lib';
import { ApiDefinition, SpecRestApi } from 'aws-cdk-lib/aws-apigateway';
import { type CfnApi, CfnRoute, HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { AccessMap, type AccessMapInput } from '../../../lib/access-map/index.ts';
import { OktaGroupAuthorizer } from '../../../lib/authorizer/okta-group-authorizer.ts';
import { runInject } from '../../../lib/commands/inject.ts';
import { newStack, quietApp, said } from '../../support/synthesis.ts';
import { capture, project } from '../commands/project.ts';

type Data = Readonly<Record<string, unknown>>;

interface Row {
  readonly of: string;
  /** Of the API's resource, beside its document. */
  readonly properties?: Data;
  /** Beside the document of the API. */
  readonly document?: Data;
  /** A resource beside the API, with the property that names the API. */
  readonly beside?: { readonly type: string; readonly api: string; readonly more?: Data };
  /** Default: `GET /items`. */
  readonly routes?: readonly string[];
  readonly map?: Partial<AccessMapInput['api']>;
  readonly basePath?: 'prepend';
  /** A part of the sentence that refuses it; undefined: accepted. */
  readonly refused?: string;
}

const ANY = 'x-amazon-apigateway-any-method';
const POLICY = 'that restricts only by what it allows';
const KEYS = 'with which every call of';
const CORS = 'would refuse them';
const OPAQUE = 'which cannot be seen';
const IMPORT = 'the API imports its body with `basepath`';
const BESIDE = "is a resource beside the API's body";

const allowSome = {
  Statement: {
    ...{ Effect: 'Allow', Principal: '*', Action: 'execute-api:Invoke', Resource: '*' },
    Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } },
  },
};
const server = { servers: [{ url: 'https://shop.example.com/v1' }] };
const authorizer = { Name: 'theirs', Type: 'TOKEN', IdentitySource: 'method.request.header.A' };
const schemes = (count: number): Data =>
  Object.fromEntries(
    Array.from({ length: count }, (_, at) => [
      `theirs${at}`,
      { type: 'apiKey', 'x-amazon-apigateway-authorizer': { type: 'request' } },
    ]),
  );
const authorizers = (count: number): Data => ({ components: { securitySchemes: schemes(count) } });

const REST: readonly Row[] = [
  { of: 'nothing' },
  { of: 'a policy of its own', properties: { Policy: allowSome }, refused: POLICY },
  { of: 'the same as text', properties: { Policy: JSON.stringify(allowSome) }, refused: POLICY },
  {
    of: 'a policy that the map accepts',
    properties: { Policy: allowSome },
    map: { accept: { findings: ['resourcePolicy'] } },
  },
  {
    of: 'keys from the authorizer',
    properties: { ApiKeySourceType: 'AUTHORIZER' },
    refused: KEYS,
  },
  { of: 'keys from the header', properties: { ApiKeySourceType: 'HEADER' } },
  {
    of: 'keys from the header, which wins over the document',
    properties: { ApiKeySourceType: 'HEADER' },
    document: { 'x-amazon-apigateway-api-key-source': 'AUTHORIZER' },
  },
  { of: 'a copy of another API', properties: { CloneFrom: 'a1b2c3d4e5' }, refused: OPAQUE },
  {
    of: 'a body in S3',
    properties: { BodyS3Location: { Bucket: 'b', Key: 'k' } },
    refused: OPAQUE,
  },
  { of: 'an import that ignores the base path', document: server },
  {
    of: 'an import that prepends it, where the map ignores it',
    document: server,
    properties: { Parameters: { basepath: 'prepend' } },
    refused: IMPORT,
  },
  {
    of: 'an import that prepends it, as the map does',
    document: server,
    properties: { Parameters: { basepath: 'prepend' } },
    basePath: 'prepend',
    routes: ['GET /v1/items'],
  },
  {
    of: 'an import that ignores it, where the map prepends it',
    document: server,
    basePath: 'prepend',
    routes: ['GET /v1/items'],
    refused: IMPORT,
  },
  {
    of: 'parameters of deploy time',
    document: server,
    properties: { Parameters: { Ref: 'Parameters' } },
    refused: IMPORT,
  },
  {
    of: 'nothing to prepend',
    properties: { Parameters: { basepath: 'prepend' } },
  },
  {
    of: 'a method beside the body',
    beside: {
      ...{ type: 'AWS::ApiGateway::Method', api: 'RestApiId' },
      more: { HttpMethod: 'GET', AuthorizationType: 'NONE', ResourceId: 'r1' },
    },
    refused: BESIDE,
  },
  { of: 'nine authorizers', document: authorizers(9) },
  {
    of: 'nine authorizers and one that is a resource',
    document: authorizers(9),
    beside: { type: 'AWS::ApiGateway::Authorizer', api: 'RestApiId', more: authorizer },
    refused: 'the most it can have by default',
  },
  {
    of: 'another resource of the API',
    beside: {
      ...{ type: 'AWS::ApiGateway::RequestValidator', api: 'RestApiId' },
      more: { Name: 'all' },
    },
  },
];

const anyItems: Pick<Row, 'routes' | 'document'> = {
  routes: ['ANY /items'],
  document: { paths: { '/items': { [ANY]: {} } } },
};

const HTTP: readonly Row[] = [
  { of: 'nothing' },
  { of: 'CORS and single methods', properties: { CorsConfiguration: { AllowOrigins: ['*'] } } },
  { of: 'a route of all methods', ...anyItems },
  {
    of: 'CORS and a route of all methods',
    ...anyItems,
    properties: { CorsConfiguration: { AllowOrigins: ['*'] } },
    refused: CORS,
  },
  {
    of: 'the same, which the map accepts',
    ...anyItems,
    properties: { CorsConfiguration: { AllowOrigins: ['*'] } },
    map: { accept: { findings: ['preflight'] } },
  },
  {
    of: 'a body in S3',
    properties: { BodyS3Location: { Bucket: 'b', Key: 'k' } },
    refused: OPAQUE,
  },
  {
    of: 'a route of quick create',
    properties: { Target: 'https://shop.example.com' },
    refused: OPAQUE,
  },
];

/** An HTTP API of an app has no body: what is beside one is read in a template alone. */
const HTTP_TEMPLATES: readonly Row[] = [
  {
    of: 'a route beside the body',
    beside: { type: 'AWS::ApiGatewayV2::Route', api: 'ApiId', more: { RouteKey: 'GET /more' } },
    refused: BESIDE,
  },
  {
    of: 'an import that prepends the base path, where the map ignores it',
    document: server,
    properties: { BasePath: 'prepend' },
    refused: IMPORT,
  },
];

const mapOf = ({ routes = ['GET /items'], map, basePath }: Row, kind: 'http' | 'rest') =>
  ({
    api: {
      name: 'shop',
      kind,
      upstream: { url: 'https://shop.example.com' },
      cache: 'off',
      ...map,
    },
    okta: {
      issuer: 'https://acme.okta.com/oauth2/aus1abc',
      audience: 'api://shop',
      clients: ['0oa1web'],
    },
    routes: basePath === undefined ? routes : { openapi: 'in.json', basePath },
    groups: { staff: { allow: [routes[0] ?? ''] } },
  }) as AccessMapInput;

function documentOf({ document }: Row): Data {
  const { components, ...more } = document ?? {};
  const { securitySchemes } = (components ?? {}) as { readonly securitySchemes?: Data };
  const key = { type: 'apiKey', name: 'x-api-key', in: 'header' };
  return {
    openapi: '3.0.1',
    paths: { '/items': { get: { security: [{ key: [] }] } } },
    components: { securitySchemes: { key, ...securitySchemes } },
    ...more,
  };
}

const TYPES = { http: 'AWS::ApiGatewayV2::Api', rest: 'AWS::ApiGateway::RestApi' } as const;

const templateOf = (row: Row, type: string, key = 'Body'): Data => {
  const { properties, beside } = row;
  const { type: part, api = '', more } = beside ?? {};
  return {
    Resources: {
      Api: { Type: type, Properties: { ...properties, [key]: documentOf(row) } },
      ...(part && { More: { Type: part, Properties: { ...more, [api]: { Ref: 'Api' } } } }),
    },
  };
};

const authorizerUri =
  'arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:111122223333:function:f/invocations';

function injected(row: Row, kind: 'http' | 'rest', template: Data): readonly string[] {
  const folder = project({
    'access.yaml': JSON.stringify(mapOf(row, kind)),
    'in.json': JSON.stringify(documentOf(row)),
    'template.json': JSON.stringify(template),
  });
  const io = capture(folder);
  const code = runInject({ document: 'template.json', authorizerUri }, io);
  expect([code, io.stdout() === '']).toEqual(row.refused === undefined ? [0, false] : [1, true]);
  return code === 0 ? [] : io.stderr().trim().split('\n');
}

function protectedBy(row: Row, kind: 'http' | 'rest'): readonly string[] {
  const stack = newStack('Test', quietApp());
  const document = documentOf(row);
  const readFile = () => JSON.stringify(document);
  const map = AccessMap.fromObject(mapOf(row, kind), { readFile });
  const authorizer = new OktaGroupAuthorizer(stack, 'Authorizer', { map });
  const rest = () => {
    const apiDefinition = ApiDefinition.fromInline(document);
    const api = new SpecRestApi(stack, 'Api', { apiDefinition, cloudWatchRole: false });
    authorizer.protect(api);
    return { id: api.restApiId, resource: api.node.defaultChild as CfnResource };
  };
  const http = () => {
    const api = new HttpApi(stack, 'Api');
    const { routes = ['GET /items'] } = row;
    for (const routeKey of routes) new CfnRoute(stack, routeKey, { apiId: api.apiId, routeKey });
    authorizer.protect(api);
    return { id: api.apiId, resource: api.node.defaultChild as CfnApi };
  };
  const { id, resource } = kind === 'rest' ? rest() : http();
  for (const [name, value] of Object.entries(row.properties ?? {}))
    resource.addPropertyOverride(name, value);
  const { type, api = '', more } = row.beside ?? {};
  if (type !== undefined)
    new CfnResource(stack, 'More', { type, properties: { ...more, [api]: id } });
  return said(stack, 'findError');
}

const refusal = ({ refused }: Row) =>
  refused === undefined ? [] : [expect.stringContaining(refused)];

describe('on a REST API', () => {
  test.each(REST)('inject on $of: $refused', (row) => {
    expect(injected(row, 'rest', templateOf(row, TYPES.rest))).toEqual(refusal(row));
  });

  test.each(REST)('protect on $of: $refused', (row) => {
    expect(protectedBy(row, 'rest')).toEqual(refusal(row));
  });
});

describe('on an HTTP API', () => {
  test.each([...HTTP, ...HTTP_TEMPLATES])('inject on $of: $refused', (row) => {
    expect(injected(row, 'http', templateOf(row, TYPES.http))).toEqual(refusal(row));
  });

  test.each(HTTP)('protect on $of: $refused', (row) => {
    expect(protectedBy(row, 'http')).toEqual(refusal(row));
  });
});

describe('what SAM writes into the document after `inject`', () => {
  const AUTH = 'which its transform writes into its body';
  const ROWS: readonly (Row & { readonly globals?: Data })[] = [
    { of: 'no authorization', properties: { Auth: { UsagePlan: { CreateUsagePlan: 'NONE' } } } },
    {
      of: 'an authorizer of all methods',
      properties: { Auth: { DefaultAuthorizer: 'AWS_IAM' } },
      refused: AUTH,
    },
    { of: 'a policy', properties: { Auth: { ResourcePolicy: {} } }, refused: AUTH },
    { of: 'keys of all methods', properties: { Auth: { ApiKeyRequired: true } }, refused: AUTH },
    { of: 'no keys', properties: { Auth: { ApiKeyRequired: false } } },
    {
      of: 'no keys, where the template’s globals ask for them',
      properties: { Auth: { ApiKeyRequired: false } },
      globals: { Api: { Auth: { ApiKeyRequired: true } } },
    },
    {
      of: 'keys that the template’s globals ask for',
      globals: { Api: { Auth: { ApiKeyRequired: true } } },
      refused: AUTH,
    },
    {
      of: 'an authorization of the template’s globals',
      properties: { Auth: { UsagePlan: {} } },
      globals: { Api: { Auth: { DefaultAuthorizer: 'AWS_IAM' } } },
      refused: AUTH,
    },
    {
      of: 'globals of the other kind of API',
      globals: { HttpApi: { Auth: { DefaultAuthorizer: 'AWS_IAM' } } },
    },
    { of: 'no methods of events', properties: { MergeDefinitions: false } },
    { of: 'methods of events', properties: { MergeDefinitions: true }, refused: OPAQUE },
    {
      of: 'keys from the authorizer',
      properties: { ApiKeySourceType: 'AUTHORIZER' },
      refused: KEYS,
    },
  ];

  test.each(ROWS)('inject on $of: $refused', ({ globals, ...row }) => {
    const template = templateOf(row, 'AWS::Serverless::Api', 'DefinitionBody');
    expect(injected(row, 'rest', { ...template, Globals: globals })).toEqual(refusal(row));
  });
});

test.each([
  [{ Ref: 'Api' }],
  [{ 'Fn::GetAtt': ['Api', 'RestApiId'] }],
  [{ 'Fn::GetAtt': 'Api.RestApiId' }],
  [{ 'Fn::Sub': '${Api}' }],
  [{ 'Fn::Join': ['', [{ Ref: 'Api' }]] }],
])('a method names its API by %j', (RestApiId) => {
  const template = templateOf({ of: '' }, TYPES.rest) as { readonly Resources: Data };
  const More = { Type: 'AWS::ApiGateway::Method', Properties: { RestApiId } };
  const row: Row = { of: '', refused: BESIDE };
  const withMethod = { Resources: { ...template.Resources, More } };
  expect(injected(row, 'rest', withMethod)).toEqual(refusal(row));
});

test('a method of another API says nothing', () => {
  const template = templateOf({ of: '' }, TYPES.rest) as { readonly Resources: Data };
  const Properties = { RestApiId: { Ref: 'Other' } };
  const More = { Type: 'AWS::ApiGateway::Method', Properties };
  expect(injected({ of: '' }, 'rest', { Resources: { ...template.Resources, More } })).toEqual([]);
});
