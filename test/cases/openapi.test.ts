/**
 * Documents of the shapes that people have: `init`, then `check`, then `inject` of each works, and
 * what is written is what the map says.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { operationsOf } from '../../lambda/gateway/openapi-document.ts';
import { AccessMap } from '../../lib/access-map/index.ts';
import { documentRoutes } from '../../lib/access-map/routes/document-routes.ts';
import { runCheck } from '../../lib/commands/check.ts';
import { runInit } from '../../lib/commands/init.ts';
import { runInject } from '../../lib/commands/inject.ts';
import { readSource } from '../../lib/openapi/read-openapi.ts';
import { serverOf } from '../../lib/openapi/server-path.ts';
import { capture, project } from '../lib/commands/project.ts';

const KNOWN = {
  issuer: 'https://retail.okta.com/oauth2/aus1',
  audience: 'api://shop',
  client: ['0oa1web'],
  upstream: 'https://shop.example.org',
};
const authorizerUri =
  'arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-west-1:111122223333:function:f/invocations';
const OK = '{ responses: { "200": { description: ok } } }';
const LAMBDA = `${authorizerUri}`;

interface Case {
  readonly of: string;
  readonly file?: string;
  readonly text: string;
  readonly more?: Readonly<Record<string, string>>;
  readonly kind: 'http' | 'rest';
  /** Route keys of the map. */
  readonly routes: readonly string[];
  readonly anyone?: readonly string[];
  /** Codes of the warnings that `check` gives of the map. */
  readonly warns?: readonly string[];
  readonly permissions?: Readonly<Record<string, number>>;
  readonly replace?: readonly string[];
  /** Words that the map's text holds. */
  readonly says?: readonly string[];
  /** What `inject` names without `--replace`. */
  readonly stops?: string;
  /** Routes of the document that are not in the output. */
  readonly left?: readonly string[];
}

const CASES: readonly Case[] = [
  {
    of: 'schemes that only describe',
    text: `openapi: 3.0.3
info: { title: t, version: "1" }
security: [ { oauth: [orders.read] } ]
paths:
  /orders:
    get: ${OK}
    post: { security: [ { oauth: [orders.write] } ], responses: {} }
  /health: { get: { security: [], responses: {} } }
components: { securitySchemes: { oauth: { type: oauth2, flows: { clientCredentials: { tokenUrl: "https://x", scopes: { orders.read: r, orders.write: w } } } } } }
`,
    kind: 'http',
    routes: ['GET /orders', 'POST /orders', 'GET /health'],
    anyone: ['GET /health'],
    permissions: { 'orders.read': 1, 'orders.write': 1 },
  },
  {
    of: 'an export of an HTTP API',
    text: `openapi: "3.0.1"
info: { title: shop, version: "1" }
servers: [ { url: "https://abc.execute-api.eu-west-1.amazonaws.com/{basePath}", variables: { basePath: { default: "/prod" } } } ]
paths:
  /orders:
    get: { responses: {}, security: [ { jwt: [orders.read] } ] }
    x-amazon-apigateway-any-method: { responses: {} }
  /orders/{id}: { get: ${OK} }
  /files/{proxy+}: { x-amazon-apigateway-any-method: { responses: {} } }
components: { securitySchemes: { jwt: { type: oauth2, x-amazon-apigateway-authorizer: { type: jwt, jwtConfiguration: { issuer: "https://retail.okta.com/oauth2/aus1", audience: ["api://shop"] } } } } }
`,
    kind: 'http',
    routes: ['GET /orders', 'ANY /orders', 'GET /orders/{id}', 'ANY /files/{proxy+}'],
    anyone: ['ANY /orders', 'GET /orders/{id}', 'ANY /files/{proxy+}'],
    // `ANY /orders` holds POST, which a back end may read as GET.
    warns: ['PUBLIC_BESIDE_CLOSED'],
    permissions: { 'orders.read': 1 },
    replace: ['GET /orders'],
    stops: 'no other security on `GET /orders`, found `jwt`',
    says: ['the authorizer `jwt` (JWT)'],
  },
  {
    of: 'an export of a REST API',
    file: 'export.json',
    text: JSON.stringify({
      swagger: '2.0',
      info: { title: 'shop', version: '1' },
      host: 'abc.execute-api.eu-west-1.amazonaws.com',
      basePath: '/prod',
      paths: {
        '/orders': {
          get: { responses: {}, security: [{ team: [] }] },
          options: { responses: {}, 'x-amazon-apigateway-integration': { type: 'mock' } },
        },
        '/orders/{id}': {
          'x-amazon-apigateway-any-method': { responses: {}, security: [{ api_key: [] }] },
        },
      },
      securityDefinitions: {
        api_key: { type: 'apiKey', name: 'x-api-key', in: 'header' },
        team: {
          ...{ type: 'apiKey', name: 'Authorization', in: 'header' },
          'x-amazon-apigateway-authtype': 'custom',
          'x-amazon-apigateway-authorizer': { type: 'token', authorizerUri: LAMBDA },
        },
      },
    }),
    kind: 'rest',
    routes: ['GET /orders', 'ANY /orders/{id}'],
    replace: ['GET /orders'],
    stops: 'no other security on `GET /orders`, found `team`',
    says: ['the authorizer `team` (Lambda)'],
  },
  {
    of: 'what the gateway cannot have',
    text: `openapi: 3.1.0
info: { title: forge, version: "1" }
servers: [ { url: "https://forge.example.org/api/v3" } ]
paths:
  /orgs/{org}/a/{one}: { get: ${OK} }
  /orgs/{org}/a/{other}: { delete: ${OK} }
  /compare/{base}...{head}: { get: ${OK} }
  /data/: { get: ${OK} }
  /plain: { get: ${OK}, trace: ${OK} }
`,
    kind: 'http',
    routes: ['GET /orgs/{org}/a/{one}', 'GET /plain'],
    says: ['left out `DELETE /orgs/{org}/a/{other}`', 'left out `TRACE /plain`', 'who may call'],
    left: ['/orgs/{org}/a/{other}', '/compare/{base}...{head}', '/data/'],
  },
  {
    of: 'a document inside a template',
    text: `Transform: AWS::Serverless-2016-10-31
Resources:
  Api:
    Type: AWS::Serverless::Api
    Properties:
      Name: !Sub "\${AWS::StackName}-jobs"
      DefinitionBody:
        openapi: 3.0.1
        info: { title: !Ref AWS::StackName, version: "1.0" }
        servers: [ { url: !Sub "https://e.execute-api.\${AWS::Region}.amazonaws.com/{basePath}", variables: { basePath: { default: live } } } ]
        paths: # kept
          /: { get: { responses: {}, x-amazon-apigateway-integration: { type: aws_proxy, uri: !Sub "arn:\${Fn.Arn}" } } }
          /jobs: { post: { responses: {}, x-amazon-apigateway-integration: { type: aws, credentials: { "Fn::GetAtt": [Role, Arn] } } } }
`,
    kind: 'rest',
    routes: ['GET /', 'POST /jobs'],
  },
  {
    of: 'paths in other files and in components',
    text: `openapi: 3.1.0
info: { title: split, version: "1" }
security: [ { bearer: [] } ]
paths:
  /a: { $ref: "./a.yaml" }
  /b: { $ref: "#/components/pathItems/b" }
components: { pathItems: { b: { get: ${OK}, post: ${OK} } }, securitySchemes: { bearer: { type: http, scheme: bearer } } }
`,
    more: { 'a.yaml': `get: { $ref: "a.yaml#/x-get" }\nx-get: ${OK}\n` },
    kind: 'http',
    routes: ['GET /a', 'GET /b', 'POST /b'],
  },
];

const files = ({ file = 'in.yaml', text, more = {} }: Case) => ({ [file]: text, ...more });
const options = ({ file = 'in.yaml' }: Case) => ({ openapi: file, output: 'map.yaml' });

describe.each(CASES)('$of', (one) => {
  const { file = 'in.yaml' } = one;
  const written = async () => {
    const folder = project(files(one));
    const io = capture(folder);
    expect(await runInit({ ...options(one), ...KNOWN }, io)).toBe(0);
    const text = readFileSync(join(folder, 'map.yaml'), 'utf8');
    return { folder, text, map: AccessMap.fromFile(join(folder, 'map.yaml')) };
  };
  const inject = (folder: string, document: string, output: string, replace: readonly string[]) => {
    const io = capture(folder);
    const injected = { document, output, map: 'map.yaml', authorizerUri, replace };
    return { exit: runInject(injected, io), says: io.stderr() };
  };

  test('is a map that `check` calls good', async () => {
    const { folder, text, map } = await written();
    expect(map.kind).toBe(one.kind);
    expect(map.gatewayRoutes.map(({ key }) => key)).toEqual(one.routes);
    const anyone = map.gatewayRoutes.filter((route) => route.public).map(({ key }) => key);
    expect(anyone).toEqual(one.anyone ?? []);
    expect(map.model.permissions.map(({ name }) => name)).toEqual(
      Object.keys(one.permissions ?? {}),
    );
    for (const sentence of one.says ?? []) expect(text).toContain(sentence);
    expect(text).not.toContain('$.');
    expect(runCheck({ maps: ['map.yaml'] }, capture(folder))).toBe(0);
  });

  test('names nothing but placeholders where the command line says nothing', async () => {
    const folder = project(files(one));
    expect(await runInit(options(one), capture(folder))).toBe(0);
    const io = capture(folder);
    expect(runCheck({ maps: ['map.yaml'], json: true }, io)).toBe(1);
    const { maps } = io.json() as { maps: [{ problems: { code: string; severity: string }[] }] };
    const isOther = ({ code }: { readonly code: string }) => code !== 'PLACEHOLDER';
    const others = maps[0].problems.filter(isOther);
    expect(others.map(({ code, severity }) => `${severity} ${code}`)).toEqual(
      (one.warns ?? []).map((code) => `warning ${code}`),
    );
  });

  test('gets the authorizer as the map says, once and for all', async () => {
    const { folder, map } = await written();
    if (one.stops !== undefined)
      expect(inject(folder, file, 'none.yaml', [])).toEqual({
        exit: 1,
        says: expect.stringContaining(one.stops),
      });
    const first = inject(folder, file, 'out.yaml', one.replace ?? []);
    expect(first).toMatchObject({ exit: 0 });
    expect(inject(folder, 'out.yaml', 'repeated.yaml', []).exit).toBe(0);
    const out = readFileSync(join(folder, 'out.yaml'), 'utf8');
    expect(readFileSync(join(folder, 'repeated.yaml'), 'utf8')).toBe(out);
    const { data } = readSource(out);
    const api = { kind: map.kind, basePath: map.basePath, server: serverOf(data) };
    const { routes, left } = documentRoutes(operationsOf(data), api);
    expect(left).toEqual([]);
    for (const { key, operation } of routes) {
      const entry = map.gatewayRoutes.find((route) => route.key === key);
      const { security } = operation.value as { security?: unknown };
      const isGuarded = JSON.stringify(security ?? []).includes('"okta-groups"');
      expect([key, isGuarded]).toEqual([key, entry !== undefined && !entry.public]);
    }
    for (const path of one.left ?? [])
      expect(Object.keys(data['paths'] as object)).not.toContain(path);
  });
});

test('a template keeps its functions and its comments', async () => {
  const [one] = CASES.filter(({ of }) => of === 'a document inside a template');
  if (one === undefined) throw new Error('no such case');
  const folder = project(files(one));
  await runInit({ ...options(one), ...KNOWN }, capture(folder));
  const io = capture(folder);
  runInject({ document: 'in.yaml', map: 'map.yaml', authorizerUri }, io);
  expect(io.stdout()).toContain('title: !Ref AWS::StackName');
  expect(io.stdout()).toContain('# kept');
  expect(parse(io.stdout(), { logLevel: 'silent' })).toHaveProperty('Resources.Api');
});

test('`--replace` takes a pattern, of signed requests the route itself, and nothing that is none', async () => {
  const signed = { type: 'apiKey', in: 'header', name: 'Authorization' };
  const document = {
    openapi: '3.0.1',
    info: { title: 't', version: '1' },
    paths: {
      '/a': { get: { responses: {}, security: [{ theirs: [] }] } },
      '/b': { get: { responses: {}, security: [{ iam: [] }] } },
    },
    components: {
      securitySchemes: {
        theirs: { type: 'oauth2', 'x-amazon-apigateway-authorizer': { type: 'jwt' } },
        iam: { ...signed, 'x-amazon-apigateway-authtype': 'awsSigv4' },
      },
    },
  };
  const folder = project({ 'in.json': JSON.stringify(document) });
  await runInit({ openapi: 'in.json', output: 'map.yaml', ...KNOWN }, capture(folder));
  const inject = (...replace: readonly string[]) => {
    const io = capture(folder);
    const exit = runInject({ document: 'in.json', map: 'map.yaml', authorizerUri, replace }, io);
    return [exit, ...['`GET /a`', '`GET /b`'].filter((key) => io.stderr().includes(key))];
  };
  expect(inject()).toEqual([1, '`GET /a`', '`GET /b`']);
  expect(inject('ANY /**')).toEqual([1, '`GET /b`']);
  expect(inject('ANY /**', 'GET /b')).toEqual([0]);
  expect(inject('ANY /**', 'GET /b', 'GET /c')[0]).toBe(1);
  expect(() => inject('get /a')).toThrow('`--replace`: expected one of the methods');
});

test('`init --base-path` makes the map name the document, and says what an import needs', async () => {
  const text = `openapi: 3.0.0\ninfo: { title: t, version: "1" }\nservers: [ { url: /v1 } ]\npaths: { /a: { get: ${OK} } }\n`;
  const folder = project({ 'in.yaml': text });
  const init = { openapi: 'in.yaml', output: 'map.yaml', basePath: 'prepend', ...KNOWN };
  expect(await runInit(init, capture(folder))).toBe(0);
  const map = AccessMap.fromFile(join(folder, 'map.yaml'));
  expect(map.gatewayRoutes.map(({ key }) => key)).toEqual(['GET /v1/a']);
  const io = capture(folder);
  expect(runInject({ document: 'in.yaml', map: 'map.yaml', authorizerUri }, io)).toBe(0);
  await expect(runInit({ ...init, basePath: 'split' }, capture(folder))).rejects.toThrow('split');
});

test.each([
  ['none', { openapi: '3.1.0', info: { title: 't', version: '1' }, webhooks: {} }],
  [
    'none that a gateway can have',
    { openapi: '3.0.3', info: { title: 't', version: '1' }, paths: { '/a b': { get: {} } } },
  ],
])('a document whose routes are %s is reported, and no map is written', async (_, document) => {
  const folder = project({ 'in.json': JSON.stringify(document) });
  const init = runInit({ openapi: 'in.json', output: 'map.yaml', ...KNOWN }, capture(folder));
  await expect(init).rejects.toMatchObject({
    ...{ code: 'API_WITHOUT_ROUTES', exit: 1 },
    message: 'expected a route that a map can have, found none: no map is written',
  });
  expect(existsSync(join(folder, 'map.yaml'))).toBe(false);
});

test('an audience that only CloudFormation knows is a placeholder', async () => {
  const text = `Resources:
  Api:
    Type: AWS::Serverless::HttpApi
    Properties:
      DefinitionBody:
        openapi: 3.0.1
        info: { title: t, version: "1" }
        paths: { /a: { get: { responses: {}, security: [ { jwt: [] } ] } } }
        components: { securitySchemes: { jwt: { type: oauth2, x-amazon-apigateway-authorizer: { type: jwt, jwtConfiguration: { issuer: !Ref Issuer, audience: [ !Sub "\${Stage}-api" ] } } } } }
`;
  const folder = project({ 'in.yaml': text });
  expect(await runInit({ openapi: 'in.yaml', output: 'map.yaml' }, capture(folder))).toBe(0);
  const io = capture(folder);
  expect(runCheck({ maps: ['map.yaml'], json: true }, io)).toBe(1);
  expect(io.stdout()).toContain('found the placeholder `REPLACE-WITH-AUDIENCE`');
});

test.each(['3.0', '3.1', '"3.0.3"'])(
  'version %s is read, in quotes or without',
  async (version) => {
    const text = `openapi: ${version}\ninfo: { title: t, version: 1 }\npaths: { /a: { get: ${OK} } }\n`;
    const folder = project({ 'in.yaml': text });
    expect(
      await runInit({ openapi: 'in.yaml', output: 'map.yaml', ...KNOWN }, capture(folder)),
    ).toBe(0);
  },
);

test('a description of 1,000 operations is a map', async () => {
  const item = (at: number) => [`/things-${at}/{id}`, { get: { responses: {}, tags: ['a'] } }];
  const paths = Object.fromEntries(Array.from({ length: 1_000 }, (_, at) => item(at)));
  const document = { openapi: '3.0.3', info: { title: 't', version: '1' }, paths };
  const folder = project({ 'in.json': JSON.stringify(document) });
  const io = capture(folder);
  expect(await runInit({ openapi: 'in.json', output: 'map.yaml', ...KNOWN }, io)).toBe(0);
  const text = readFileSync(join(folder, 'map.yaml'), 'utf8');
  expect((parse(text) as { routes: unknown[] }).routes).toHaveLength(1_000);
  // A stack of ours could not hold them.
  expect(text).toContain('authorizerOnly: true');
  expect(runCheck({ maps: ['map.yaml'] }, capture(folder))).toBe(0);
});
