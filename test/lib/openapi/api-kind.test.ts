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
  readonly describes?: 'both';
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
];

const CASES = ROWS.flatMap((row) => (['http', 'rest'] as const).map((kind) => ({ ...row, kind })));
const differs = (found: Kind | undefined, kind: Kind): boolean =>
  found !== undefined && found !== kind;

const mapOf = (kind: Kind, routes: AccessMapInput['routes']) =>
  ({
    api: { name: 'shop', kind, upstream: { url: 'https://shop.example.com' }, cache: 'off' },
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

  test.each(CASES)('a map that names it, $kind, of $of', ({ file, imports, describes, kind }) => {
    const { problems } = AccessMap.checkText(
      JSON.stringify(mapOf(kind, { openapi: 'in.json' })),
      'access.yaml',
      { readFile: () => JSON.stringify(file) },
    );
    const told = problems.filter(({ message }) => message.includes(refusal(kind)));
    expect(told.map(({ code, place }) => [code, place.path])).toEqual(
      describes !== 'both' && differs(imports, kind)
        ? [['OPENAPI_INVALID', '/routes/openapi']]
        : [],
    );
  });
});
