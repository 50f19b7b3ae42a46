/**
 * One evaluator of an API as a whole: `inject` reads it in a document, `protect` in an app,
 * `coverage` in the control plane, and all find the same on each row.
 */
import { describe, expect, test } from '@jest/globals';
import type { Stack } from 'aws-cdk-lib';
import { ApiDefinition, SpecRestApi } from 'aws-cdk-lib/aws-apigateway';
import { CfnRoute, CorsHttpMethod, HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import type { LiveApi } from '../../../lambda/gateway/live-api.ts';
import { AccessMap, type AccessMapInput } from '../../../lib/access-map/index.ts';
import { OktaGroupAuthorizer } from '../../../lib/authorizer/okta-group-authorizer.ts';
import { runCoverage } from '../../../lib/commands/coverage.ts';
import { runInject } from '../../../lib/commands/inject.ts';
import { newStack, quietApp, said } from '../../support/synthesis.ts';
import { API, ARN, aws, route } from '../commands/live/live-aws.ts';
import { capture, project } from '../commands/project.ts';

type Data = Readonly<Record<string, unknown>>;
type Paths = Readonly<Record<string, Readonly<Record<string, Data>>>>;

/** What an API as a whole has against the authorizer, by a part of its sentence. */
const FINDINGS = {
  resourcePolicy: 'that restricts only by what it allows',
  policyOfDeployTime: 'that can be evaluated, found one that is known at deploy time only',
  authorizerQuota: 'the most it can have by default',
  keySource: 'with which every call of',
  keySourceOfDeployTime: '`apiKeySourceType: HEADER` on API',
  preflight: 'would refuse them',
  unprotected: 'which does not have this authorizer',
} as const;
type Finding = keyof typeof FINDINGS;

interface Row {
  readonly of: string;
  readonly finds: readonly Finding[];
  readonly root?: Data;
  /** Default: `GET /items`, which the map protects. */
  readonly paths?: Paths;
  readonly schemes?: Data;
  /** Of the map; `api` beside what it has. */
  readonly map?: Partial<Omit<AccessMapInput, 'api'>> & { readonly api?: object };
  /** Known at deploy time only: what is live has a value. */
  readonly atDeployTime?: true;
}

const POLICY = 'x-amazon-apigateway-policy';
const KEY_SOURCE = 'x-amazon-apigateway-api-key-source';
const CORS = 'x-amazon-apigateway-cors';
const AUTHORIZER = 'x-amazon-apigateway-authorizer';
const MOCK = { 'x-amazon-apigateway-integration': { type: 'mock' } };
const ANY = 'x-amazon-apigateway-any-method';
const KEYED = { security: [{ key: [] }] };

const statement = (more: Data = {}): Data => ({
  Effect: 'Allow',
  Principal: '*',
  Action: 'execute-api:Invoke',
  Resource: 'execute-api:/*',
  ...more,
});
const allowSome = statement({ Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } });
const authorizers = (count: number): Data =>
  Object.fromEntries(
    Array.from({ length: count }, (_, at) => [
      `theirs${at}`,
      { type: 'apiKey', name: 'Authorization', in: 'header', [AUTHORIZER]: { type: 'token' } },
    ]),
  );
const accepting = (...findings: readonly string[]) => ({ api: { accept: { findings } } });

const cors = { origins: ['https://app.example.com'] };
const mapping = (...routes: readonly string[]) => ({
  routes: [...routes],
  groups: { staff: { allow: [routes.at(-1) ?? ''] } },
});
const anyItems = { routes: ['ANY /items'], groups: { staff: { allow: ['GET /items'] } } };

/** Both kinds of API. `has` is what shows that an API of the kind has CORS. */
const preflightRows = (has: { readonly root?: Data; readonly paths?: Paths }): readonly Row[] => [
  {
    of: 'an operation of all methods, without CORS',
    paths: { '/items': { [ANY]: {} } },
    map: anyItems,
    finds: [],
  },
  {
    of: 'the same with CORS',
    root: has.root ?? {},
    paths: { '/items': { [ANY]: {} }, ...has.paths },
    map: anyItems,
    finds: ['preflight'],
  },
  {
    of: 'the same with CORS of the map alone',
    paths: { '/items': { [ANY]: {} } },
    map: { ...anyItems, api: { cors } },
    finds: ['preflight'],
  },
  {
    of: 'the same, accepted by name',
    paths: { '/items': { [ANY]: {} } },
    map: { ...anyItems, api: { cors, accept: { findings: ['preflight'] } } },
    finds: [],
  },
  {
    of: 'CORS and operations of single methods',
    root: has.root ?? {},
    paths: { '/items': { get: {} }, ...has.paths },
    map: { api: { cors } },
    finds: [],
  },
  {
    of: 'an OPTIONS operation of the map, which is an operation like another',
    root: has.root ?? {},
    paths: { '/items': { [ANY]: {}, options: {} }, ...has.paths },
    map: {
      routes: ['ANY /items', 'OPTIONS /items'],
      groups: { staff: { allow: ['ANY /items', 'OPTIONS /items'] } },
    },
    finds: [],
  },
  {
    of: 'an OPTIONS operation that the map lists as public',
    root: has.root ?? {},
    paths: { '/items': { [ANY]: {}, options: {} }, ...has.paths },
    map: { ...anyItems, routes: ['ANY /items', 'OPTIONS /items'], public: ['OPTIONS /items'] },
    finds: [],
  },
];

/** Both kinds of API: routes of the map that the API lacks. */
const ABSENT: readonly Row[] = [
  {
    of: 'a protected route that a public parameter route takes',
    paths: { '/items': { get: {} }, '/items/{id}': { get: {} } },
    map: {
      ...mapping('GET /items', 'GET /items/{id}', 'GET /items/new'),
      public: ['GET /items/{id}'],
      api: { paths: 'exact' },
    },
    finds: ['unprotected'],
  },
  {
    of: 'a protected route below a public greedy one',
    paths: { '/items': { get: {} }, '/{path+}': { get: {} } },
    map: {
      ...mapping('GET /items', 'GET /{path+}', 'GET /new'),
      public: ['GET /{path+}'],
      api: { paths: 'exact' },
    },
    finds: ['unprotected'],
  },
  {
    of: 'a route for all methods, of which a public parameter route takes one',
    paths: { '/items/{id}': { get: {} }, '/{path+}': { [ANY]: {} } },
    map: {
      ...mapping('GET /items/{id}', 'ANY /{path+}', 'ANY /items/new'),
      public: ['GET /items/{id}'],
      api: { paths: 'exact' },
    },
    finds: ['unprotected'],
  },
  {
    of: 'a public route below a greedy one that is public too',
    paths: { '/items': { get: {} }, '/{path+}': { get: {} } },
    map: {
      ...mapping('GET /items', 'GET /{path+}', 'GET /new'),
      public: ['GET /{path+}', 'GET /new'],
      api: { paths: 'exact' },
    },
    finds: [],
  },
  {
    of: 'a protected route below a greedy one that is protected too',
    paths: { '/{path+}': { get: {} } },
    map: mapping('GET /{path+}', 'GET /new'),
    finds: [],
  },
];

const REST: readonly Row[] = [
  { of: 'nothing', finds: [] },
  { of: 'a policy for everybody', root: { [POLICY]: { Statement: [statement()] } }, finds: [] },
  {
    of: 'a policy that allows some',
    root: { [POLICY]: { Statement: [allowSome] } },
    finds: ['resourcePolicy'],
  },
  {
    of: 'the same as text',
    root: { [POLICY]: JSON.stringify({ Statement: [allowSome] }) },
    finds: ['resourcePolicy'],
  },
  {
    of: 'a policy for everybody as text',
    root: { [POLICY]: JSON.stringify({ Statement: [statement()] }) },
    finds: [],
  },
  {
    of: 'a policy that allows some, accepted by name',
    root: { [POLICY]: { Statement: [allowSome] } },
    map: accepting('resourcePolicy'),
    finds: [],
  },
  {
    of: 'a policy of deploy time',
    root: { [POLICY]: { 'Fn::ImportValue': 'policy' } },
    atDeployTime: true,
    finds: ['policyOfDeployTime'],
  },
  {
    of: 'statements of deploy time',
    root: { [POLICY]: { Statement: { 'Fn::If': ['IsProd', [], []] } } },
    atDeployTime: true,
    finds: ['policyOfDeployTime'],
  },
  {
    of: 'a policy of deploy time, accepted by name',
    root: { [POLICY]: { Ref: 'Policy' } },
    map: accepting('resourcePolicy'),
    atDeployTime: true,
    finds: [],
  },
  {
    of: 'keys from the authorizer, which no operation asks for',
    root: { [KEY_SOURCE]: 'AUTHORIZER' },
    finds: [],
  },
  {
    of: 'keys from the authorizer',
    root: { [KEY_SOURCE]: 'AUTHORIZER' },
    paths: { '/items': { get: KEYED } },
    finds: ['keySource'],
  },
  {
    of: 'keys from the authorizer, for a public operation',
    root: { [KEY_SOURCE]: 'AUTHORIZER' },
    paths: { '/items': { get: {} }, '/health': { get: KEYED } },
    map: { routes: ['GET /items', 'GET /health'], public: ['GET /health'] },
    finds: [],
  },
  {
    of: 'keys from the header',
    root: { [KEY_SOURCE]: 'HEADER' },
    paths: { '/items': { get: KEYED } },
    finds: [],
  },
  {
    of: 'keys from where deploy time says',
    root: { [KEY_SOURCE]: { Ref: 'Source' } },
    paths: { '/items': { get: KEYED } },
    atDeployTime: true,
    finds: ['keySourceOfDeployTime'],
  },
  {
    of: 'keys from where deploy time says, which no operation asks for',
    root: { [KEY_SOURCE]: { Ref: 'Source' } },
    atDeployTime: true,
    finds: [],
  },
  { of: 'nine other authorizers', schemes: authorizers(9), finds: [] },
  // A live API that has ours has room for it.
  {
    of: 'ten other authorizers',
    schemes: authorizers(10),
    atDeployTime: true,
    finds: ['authorizerQuota'],
  },
  {
    of: 'ten other authorizers, accepted by name',
    schemes: authorizers(10),
    map: accepting('authorizerQuota'),
    finds: [],
  },
  ...preflightRows({ paths: { '/a': { options: MOCK } } }),
  {
    of: 'all methods and a key, which no preflight brings',
    paths: { '/items': { [ANY]: KEYED } },
    map: { ...anyItems, api: { cors } },
    finds: [],
  },
  {
    of: 'all methods beside a preflight of its path',
    paths: { '/items': { [ANY]: {}, options: MOCK } },
    map: { ...anyItems, api: { cors } },
    finds: [],
  },
  {
    of: 'a preflight elsewhere that the map lists as public',
    paths: { '/items': { [ANY]: {} }, '/a': { options: MOCK } },
    map: { ...anyItems, routes: ['ANY /items', 'OPTIONS /a'], public: ['OPTIONS /a'] },
    finds: ['preflight'],
  },
  {
    of: 'the CORS settings of HTTP APIs',
    root: { [CORS]: { allowOrigins: ['*'] } },
    paths: { '/items': { [ANY]: {} } },
    map: anyItems,
    finds: [],
  },
  ...ABSENT,
];

const HTTP: readonly Row[] = [
  ...preflightRows({ root: { [CORS]: { allowOrigins: ['*'] } } }),
  ...ABSENT,
];

function mapOf({ map }: Row, kind: 'http' | 'rest'): AccessMapInput {
  const api = { name: 'shop', kind, upstream: { url: 'https://shop.example.com' }, cache: 'off' };
  return {
    okta: {
      issuer: 'https://acme.okta.com/oauth2/aus1abc',
      audience: 'api://shop',
      clients: ['0oa1web'],
    },
    routes: ['GET /items'],
    groups: { staff: { allow: ['GET /items'] } },
    ...map,
    api: { ...api, ...map?.api },
  } as AccessMapInput;
}

const PATHS: Paths = { '/items': { get: {} } };

const documentOf = ({ root, paths = PATHS, schemes }: Row): Data => ({
  openapi: '3.0.1',
  components: {
    securitySchemes: { key: { type: 'apiKey', name: 'x-api-key', in: 'header' }, ...schemes },
  },
  paths,
  ...root,
});

/** Findings that some sentences name, in their order. */
const found = (sentences: readonly string[]): readonly Finding[] =>
  sentences.flatMap((sentence) => {
    const names = Object.entries(FINDINGS).filter(([, part]) => sentence.includes(part));
    return names.slice(0, 1).map(([name]) => name as Finding);
  });

/** What `inject` stops at; where it stops at nothing, it writes. */
function injected(row: Row, kind: 'http' | 'rest'): readonly Finding[] {
  const folder = project({
    'access.yaml': JSON.stringify(mapOf(row, kind)),
    'in.json': JSON.stringify(documentOf(row)),
  });
  const io = capture(folder);
  const authorizerUri = `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${ARN}/invocations`;
  const code = runInject({ document: 'in.json', authorizerUri }, io);
  const findings = found(io.stderr().split('\n'));
  expect([code, io.stdout() === '']).toEqual(findings.length > 0 ? [1, true] : [0, false]);
  return findings;
}

function protectedBy(
  row: Row,
  kind: 'http' | 'rest',
  add: (stack: Stack) => SpecRestApi | HttpApi,
) {
  const stack = newStack('Test', quietApp());
  const authorizer = new OktaGroupAuthorizer(stack, 'Authorizer', {
    map: AccessMap.fromObject(mapOf(row, kind)),
  });
  const api = add(stack);
  if (api instanceof HttpApi) authorizer.protect(api);
  else authorizer.protect(api);
  const errors = said(stack, 'findError');
  expect(errors.length).toBe(found(errors).length);
  return found(errors);
}

const protectedBody = (row: Row) =>
  protectedBy(row, 'rest', (stack) => {
    const apiDefinition = ApiDefinition.fromInline(documentOf(row));
    return new SpecRestApi(stack, 'Api', { apiDefinition, cloudWatchRole: false });
  });

/** Route keys of the row's operations. */
const keysOf = ({ paths = PATHS }: Row): readonly (readonly [string, Data])[] =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(
      ([method, operation]) =>
        [`${method === ANY ? 'ANY' : method.toUpperCase()} ${path}`, operation] as const,
    ),
  );

/** An HTTP API has no body that synthesis sees: the same routes as resources. */
const protectedRoutes = (row: Row) =>
  protectedBy(row, 'http', (stack) => {
    const corsPreflight = { allowOrigins: ['*'], allowMethods: [CorsHttpMethod.ANY] };
    const api = new HttpApi(stack, 'Api', row.root?.[CORS] === undefined ? {} : { corsPreflight });
    for (const [routeKey] of keysOf(row))
      new CfnRoute(stack, routeKey, { apiId: api.apiId, routeKey });
    return api;
  });

/** The API as it is once the row is deployed with our authorizer. */
function liveOf(row: Row, kind: 'http' | 'rest'): LiveApi {
  const map = AccessMap.fromObject(mapOf(row, kind));
  const isPublic = (key: string) =>
    map.gatewayRoutes.some((entry) => entry.key === key && entry.public);
  const policy = row.root?.[POLICY];
  return {
    ...API,
    kind,
    authorizers: API.authorizers.map((one) => ({ ...one, ...(kind === 'rest' && REST_SOURCE) })),
    stages: [],
    routes: keysOf(row).map(([key, operation]) => {
      const preflight = key.startsWith('OPTIONS ') && operation === MOCK;
      return {
        ...(preflight || isPublic(key)
          ? route(key, 'NONE')
          : route(key, 'CUSTOM', { authorizerId: 'ours' })),
        preflight,
        apiKeyRequired: operation === KEYED,
      };
    }),
    ...(policy !== undefined && {
      resourcePolicy: typeof policy === 'string' ? policy : JSON.stringify(policy),
    }),
    keySource: String(row.root?.[KEY_SOURCE] ?? 'HEADER'),
    hasCors: kind === 'http' && row.root?.[CORS] !== undefined,
  };
}
const REST_SOURCE = { identitySources: ['method.request.header.Authorization'] };

async function covered(row: Row, kind: 'http' | 'rest'): Promise<readonly Finding[]> {
  const io = capture(project({ 'access.yaml': JSON.stringify(mapOf(row, kind)) }));
  const options = { [kind === 'http' ? 'httpApi' : 'restApi']: API.id, function: ARN, json: true };
  await runCoverage(options, io, aws(liveOf(row, kind)));
  const { problems, routes } = io.json() as {
    readonly problems: readonly { readonly message: string }[];
    readonly routes: readonly { readonly state: string; readonly servedBy?: string }[];
  };
  const wrong = routes.filter(({ state }) => !/^(?:ours|public|preflight)$/.test(state));
  const below = wrong.flatMap(({ state, servedBy }) =>
    state === 'unprotected' && servedBy !== undefined ? (['unprotected'] as const) : [],
  );
  expect(wrong).toHaveLength(below.length);
  return [...found(problems.map(({ message }) => message)), ...below];
}

describe('on a REST API', () => {
  test.each(REST)('inject on $of: $finds', (row) => {
    expect(injected(row, 'rest')).toEqual(row.finds);
  });

  test.each(REST)('protect on $of: $finds', (row) => {
    expect(protectedBody(row)).toEqual(row.finds);
  });

  test.each(REST.filter(({ atDeployTime }) => !atDeployTime))(
    'coverage on $of: $finds',
    async (row) => {
      expect(await covered(row, 'rest')).toEqual(row.finds);
    },
  );
});

describe('on an HTTP API', () => {
  test.each(HTTP)('inject on $of: $finds', (row) => {
    expect(injected(row, 'http')).toEqual(row.finds);
  });

  test.each(HTTP)('protect on $of: $finds', (row) => {
    expect(protectedRoutes(row)).toEqual(row.finds);
  });

  test.each(HTTP)('coverage on $of: $finds', async (row) => {
    expect(await covered(row, 'http')).toEqual(row.finds);
  });
});
