/** Which kind of API a document is of: `inject` and a map that names the document ask one rule. */
import { describe, expect, test } from '@jest/globals';
import { AccessMap, type AccessMapInput } from '../../../lib/access-map/index.ts';
import { runInject } from '../../../lib/commands/inject.ts';
import { capture, project } from '../commands/project.ts';

type Kind = 'http' | 'rest';
type Data = Readonly<Record<string, unknown>>;

interface Row {
  readonly of: string;
  readonly file: Data;
  /** The kind of API that the file can be imported into; undefined: both. */
  readonly imports: Kind | undefined;
  /** The kind of API that it describes. Default: `imports`. */
  readonly describes?: Kind | 'both';
}

const documentOf = (more: Data = {}): Data => ({
  openapi: '3.0.1',
  paths: { '/items': { get: {} } },
  ...more,
});
const template = (type: string, key: string, document = documentOf()): Data => ({
  Resources: { Api: { Type: type, Properties: { [key]: document } } },
});
const scheme = (type: string): Data => ({
  components: { securitySchemes: { theirs: { 'x-amazon-apigateway-authorizer': { type } } } },
});
const integration = (value: Data): Data => ({
  paths: { '/items': { get: { 'x-amazon-apigateway-integration': value } } },
});

/** A resource policy that restricts nothing. */
const ANYONE: Data = {
  Statement: [
    { Effect: 'Allow', Principal: '*', Action: 'execute-api:Invoke', Resource: 'execute-api:/*' },
  ],
};

const ROWS: readonly Row[] = [
  { of: 'nothing of a kind', file: documentOf(), imports: undefined },
  { of: 'a RestApi', file: template('AWS::ApiGateway::RestApi', 'Body'), imports: 'rest' },
  { of: 'an HTTP API', file: template('AWS::ApiGatewayV2::Api', 'Body'), imports: 'http' },
  {
    of: 'a REST API of SAM',
    file: template('AWS::Serverless::Api', 'DefinitionBody'),
    imports: 'rest',
  },
  {
    of: 'an HTTP API of SAM',
    file: template('AWS::Serverless::HttpApi', 'DefinitionBody'),
    imports: 'http',
  },
  {
    of: 'a RestApi whose document says otherwise',
    file: template('AWS::ApiGateway::RestApi', 'Body', documentOf(scheme('jwt'))),
    imports: 'rest',
  },
  {
    of: 'version 2, whose routes an HTTP API may have too',
    file: { swagger: '2.0', paths: { '/items': { get: {} } } },
    imports: 'rest',
    describes: 'both',
  },
  {
    of: 'version 2 with a policy',
    file: {
      ...documentOf({ 'x-amazon-apigateway-policy': ANYONE }),
      openapi: undefined,
      swagger: '2.0',
    },
    imports: 'rest',
  },
  {
    of: 'a source of keys',
    file: documentOf({ 'x-amazon-apigateway-api-key-source': 'HEADER' }),
    imports: 'rest',
  },
  { of: 'an authorizer of JWTs', file: documentOf(scheme('jwt')), imports: 'http' },
  {
    of: 'an authorizer of Cognito',
    file: documentOf(scheme('cognito_user_pools')),
    imports: 'rest',
  },
  { of: 'an authorizer of both kinds', file: documentOf(scheme('request')), imports: undefined },
  { of: 'a mock', file: documentOf(integration({ type: 'MOCK' })), imports: 'rest' },
  {
    of: 'a format of payloads',
    file: documentOf(integration({ payloadFormatVersion: '2.0' })),
    imports: 'http',
  },
  {
    of: 'a format of payloads that is a number',
    file: documentOf(integration({ payloadFormatVersion: 2 })),
    imports: 'http',
  },
  {
    of: 'a REST API of Terraform, whose import ignores the format of payloads',
    file: documentOf(
      integration({
        ...{ httpMethod: 'GET', payloadFormatVersion: '1.0', type: 'HTTP_PROXY' },
        uri: 'https://ip-ranges.amazonaws.com/ip-ranges.json',
      }),
    ),
    imports: undefined,
  },
  {
    of: 'CORS, which the import of a REST API ignores',
    file: documentOf({ 'x-amazon-apigateway-cors': {} }),
    imports: undefined,
  },
  {
    of: 'CORS beside binary media types',
    file: documentOf({
      'x-amazon-apigateway-cors': {},
      'x-amazon-apigateway-binary-media-types': ['*/*'],
    }),
    imports: undefined,
  },
  {
    of: 'CORS and a format of payloads beside binary media types',
    file: documentOf({
      ...integration({ type: 'aws_proxy', payloadFormatVersion: '2.0' }),
      'x-amazon-apigateway-cors': { allowOrigins: ['https://shop.example.com'] },
      'x-amazon-apigateway-binary-media-types': ['*/*'],
    }),
    imports: undefined,
  },
  {
    of: 'authorizers of both kinds',
    file: documentOf({
      components: {
        securitySchemes: Object.fromEntries(
          ['jwt', 'token'].map((type) => [type, { 'x-amazon-apigateway-authorizer': { type } }]),
        ),
      },
    }),
    imports: undefined,
  },
  {
    of: 'version 2 with a format of payloads, which its import ignores',
    file: {
      ...documentOf(integration({ payloadFormatVersion: '2.0' })),
      ...{ openapi: undefined, swagger: '2.0' },
    },
    imports: 'rest',
    describes: 'http',
  },
];

const CASES = ROWS.flatMap((row) => (['http', 'rest'] as const).map((kind) => ({ ...row, kind })));
const differs = (found: Kind | undefined, kind: Kind): boolean =>
  found !== undefined && found !== kind;

type Deployment = Pick<AccessMapInput['api'], 'attachTo' | 'authorizerOnly' | 'upstream'>;

/** What is in front of the routes: an API that is there, or ours before an upstream. */
const BEFORE_UPSTREAM: Deployment = { upstream: { url: 'https://shop.example.com' } };
const AUTHORIZER_ONLY: Deployment = { authorizerOnly: true };
const attachedTo = (kind: Kind): Deployment => ({
  attachTo:
    kind === 'http' ? { httpApiId: 'a1b2c3d4e5' } : { restApiId: 'a1b2c3d4e5', stage: 'prod' },
});

const mapOf = (kind: Kind, routes: AccessMapInput['routes'], deployment = BEFORE_UPSTREAM) =>
  ({
    api: { name: 'shop', kind, cache: 'off', ...deployment },
    okta: {
      issuer: 'https://acme.okta.com/oauth2/aus1abc',
      audience: 'api://shop',
      clients: ['0oa1web'],
    },
    routes,
    groups: { staff: { allow: ['GET /items'] } },
  }) satisfies AccessMapInput;

/** What each kind of API is called. */
const NOUN = { http: 'an HTTP API', rest: 'a REST API' } as const;
const refusal = (kind: Kind): string =>
  `expected a document of ${NOUN[kind]}, as \`api.kind\` of the map says, found one of`;

describe('a map of the other kind than its document', () => {
  test.each(CASES)('inject, $kind, of $of: $imports', ({ file, imports, kind }) => {
    const folder = project({
      'access.yaml': JSON.stringify(mapOf(kind, ['GET /items'])),
      'in.json': JSON.stringify(file),
    });
    const io = capture(folder);
    const authorizerUri =
      'arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:111122223333:function:f/invocations';
    const code = runInject({ document: 'in.json', authorizerUri }, io);
    expect([code, io.stdout() === '', io.stderr().includes(refusal(kind))]).toEqual(
      differs(imports, kind) ? [1, true, true] : [0, false, false],
    );
  });

  const told = (file: Data, kind: Kind, deployment: Deployment) =>
    AccessMap.checkText(
      JSON.stringify(mapOf(kind, { openapi: 'in.json' }, deployment)),
      'access.yaml',
      { readFile: () => JSON.stringify(file) },
    )
      .problems.filter(({ message }) => message.includes(refusal(kind)))
      .map(({ code, place }) => [code, place.path]);

  test.each(CASES)('a map that names it, $kind, of $of', (row) => {
    const { file, imports, describes = imports, kind } = row;
    const expected =
      describes !== 'both' && differs(describes, kind)
        ? [['OPENAPI_INVALID', '/routes/openapi']]
        : [];
    for (const deployment of [AUTHORIZER_ONLY, attachedTo(kind), {}])
      expect(told(file, kind, deployment)).toEqual(expected);
  });

  test.each(CASES)('a map whose upstream has it, $kind, of $of', ({ file, kind }) => {
    expect(told(file, kind, BEFORE_UPSTREAM)).toEqual([]);
  });
});
