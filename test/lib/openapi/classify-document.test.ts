/**
 * One classifier of OpenAPI documents: `inject` and `protect` come to the same verdict on each row.
 */
import type { APIGatewayClient } from '@aws-sdk/client-api-gateway';
import { describe, expect, test } from '@jest/globals';
import { Template } from 'aws-cdk-lib/assertions';
import { ApiDefinition, SpecRestApi } from 'aws-cdk-lib/aws-apigateway';
import { parse } from 'yaml';
import { operationsOf } from '../../../lambda/gateway/openapi-document.ts';
import { restApiControl } from '../../../lambda/gateway/rest-api.ts';
import type { RouteProtection } from '../../../lambda/gateway/route-protection.ts';
import { classifyRoutes } from '../../../lambda/gateway/route-state.ts';
import {
  AccessMap,
  type AccessMapInput,
  isReplaced,
  MappedRoutes,
} from '../../../lib/access-map/index.ts';
import { documentRoutes } from '../../../lib/access-map/routes/document-routes.ts';
import { OktaGroupAuthorizer } from '../../../lib/authorizer/okta-group-authorizer.ts';
import { runInject } from '../../../lib/commands/inject.ts';
import {
  type ClassificationRules,
  type ClassifiedDocument,
  classifyDocument,
} from '../../../lib/openapi/classify-document.ts';
import { serverOf } from '../../../lib/openapi/server-path.ts';
import { newStack, only, quietApp, said } from '../../support/synthesis.ts';
import { capture, project } from '../commands/project.ts';

type Data = Readonly<Record<string, unknown>>;
type Paths = Readonly<Record<string, Readonly<Record<string, Data>>>>;

const MAP: AccessMapInput = {
  api: { name: 'shop', kind: 'rest', upstream: { url: 'https://shop.example.com' }, cache: 'off' },
  okta: {
    issuer: 'https://acme.okta.com/oauth2/aus1abc',
    audience: 'api://shop',
    clients: ['0oa1web'],
  },
  routes: ['GET /items', 'GET /health'],
  public: ['GET /health'],
  groups: { staff: { allow: ['GET /items'] } },
};
const OPEN = ['GET /health', 'OPTIONS /items'];

/** Maps by what they say of `OPTIONS /items`. */
const MAPS = {
  nothing: MAP,
  public: { ...MAP, routes: ['GET /items', ...OPEN], public: OPEN },
  guarded: { ...MAP, routes: ['GET /items', ...OPEN] },
} as const satisfies Readonly<Record<string, AccessMapInput>>;
const mapOf = ({ mapSays = 'nothing' }: Pick<Row, 'mapSays'>): AccessMap =>
  AccessMap.fromObject(MAPS[mapSays]);
const routesOf = (row: Pick<Row, 'mapSays'>): MappedRoutes => new MappedRoutes(mapOf(row));

const KEY = { type: 'apiKey', name: 'x-api-key', in: 'header' };
const AUTH = 'x-amazon-apigateway-auth';
const AUTHTYPE = 'x-amazon-apigateway-authtype';
const AUTHORIZER = 'x-amazon-apigateway-authorizer';
/** Our authorizer as a document has it. */
const OURS = {
  ...{ type: 'apiKey', name: 'Authorization', in: 'header', [AUTHTYPE]: 'custom' },
  [AUTHORIZER]: { type: 'request', authorizerUri: 'arn:aws:apigateway:us-east-1:lambda:path/x' },
};
const OTHER_STACK = 'okta-groups-1a2b3c4d';
const mock = { 'x-amazon-apigateway-integration': { type: 'mock' } };

interface Row {
  readonly of: string;
  /** Path and name of the evaluated method. Default: `GET /items`, which the map protects. */
  readonly at?: readonly [path: string, method: string];
  /** @param scheme name of our security scheme */
  readonly method: (scheme: string) => Data;
  readonly root?: (scheme: string) => Data;
  /** Security schemes beside those that each document has. */
  readonly schemes?: (scheme: string) => Data;
  /** Routes, or patterns of them, whose other authorizer ours replaces. */
  readonly replace?: readonly string[];
  /** What the map says of `OPTIONS /items`. */
  readonly mapSays?: keyof typeof MAPS;
  readonly outcome: RouteProtection;
  /** Why nothing is written, by a part of its sentence. */
  readonly hides?: string;
  /** To `protect`, whose scheme has the name of the stack's authorizer. Default: `outcome`. */
  readonly protects?: RouteProtection;
  /** What decides a public route all the same. */
  readonly by?: string;
}

const HEALTH = ['/health', 'get'] as const;
const OPTIONS = ['/items', 'options'] as const;
const requiring = (...names: readonly string[]): Data => ({
  security: names.map((name) => ({ [name]: [] })),
});

const ROWS: readonly Row[] = [
  { of: 'nothing', method: () => ({}), outcome: 'unprotected' },
  { of: 'an empty list', method: () => ({ security: [] }), outcome: 'unprotected' },
  {
    of: 'an empty list that replaces the document’s',
    method: () => ({ security: [] }),
    root: () => requiring('theirs'),
    outcome: 'unprotected',
  },
  { of: 'a requirement of nothing', method: () => ({ security: [{}] }), outcome: 'unprotected' },
  { of: 'our scheme', method: (ours) => requiring(ours), outcome: 'ours' },
  {
    of: 'our scheme for the whole document',
    method: () => ({}),
    root: (ours) => requiring(ours),
    outcome: 'ours',
  },
  { of: 'our scheme and a key', method: (ours) => requiring(ours, 'key'), outcome: 'ours' },
  {
    of: 'what `inject` has written',
    method: () => requiring('okta-groups'),
    schemes: () => ({ 'okta-groups': OURS }),
    outcome: 'ours',
    protects: 'unprotected',
  },
  {
    of: 'what `inject` has written, and a key',
    method: () => requiring('okta-groups', 'key'),
    schemes: () => ({ 'okta-groups': OURS }),
    outcome: 'ours',
    protects: 'unprotected',
  },
  {
    of: 'our scheme of another stack',
    method: () => requiring(OTHER_STACK),
    schemes: () => ({ [OTHER_STACK]: OURS }),
    outcome: 'unprotected',
  },
  {
    of: 'our scheme of another stack beside another scheme',
    method: () => requiring(OTHER_STACK, 'theirs'),
    schemes: () => ({ [OTHER_STACK]: OURS }),
    outcome: 'foreign',
  },
  {
    of: 'our scheme of another stack, which is not there',
    method: () => requiring(OTHER_STACK),
    outcome: 'foreign',
  },
  {
    of: 'a public route with our scheme of another stack',
    at: HEALTH,
    method: () => requiring(OTHER_STACK),
    schemes: () => ({ [OTHER_STACK]: OURS }),
    outcome: 'public',
    by: `\`${OTHER_STACK}\``,
  },
  ...[
    { of: 'another type', scheme: { ...OURS, [AUTHORIZER]: { type: 'token' } } },
    { of: 'another authentication', scheme: { ...OURS, [AUTHTYPE]: 'awsSigv4' } },
  ].map(
    ({ of, scheme }): Row => ({
      of: `somebody else's authorizer of our name, of ${of}`,
      method: (ours) => requiring(ours),
      schemes: (ours) => ({ [ours]: scheme }),
      outcome: 'foreign',
      hides: 'which has the name of ours: rename it',
    }),
  ),
  {
    of: 'our scheme or nothing',
    method: (ours) => ({ security: [{ [ours]: [] }, {}] }),
    outcome: 'unprotected',
  },
  {
    of: 'our scheme with scopes',
    method: (ours) => ({ security: [{ [ours]: ['orders'] }] }),
    outcome: 'unprotected',
  },
  {
    of: 'our scheme and a key in one requirement',
    method: (ours) => ({ security: [{ [ours]: [], key: [] }] }),
    outcome: 'unprotected',
  },
  {
    of: 'our scheme beside an authentication of none',
    method: (ours) => ({ ...requiring(ours), [AUTH]: { type: 'NONE' } }),
    outcome: 'unprotected',
  },
  {
    of: 'our scheme beside IAM',
    method: (ours) => ({ ...requiring(ours), [AUTH]: { type: 'AWS_IAM' } }),
    outcome: 'foreign',
  },
  { of: 'IAM', method: () => ({ [AUTH]: { type: 'AWS_IAM' } }), outcome: 'foreign' },
  {
    of: 'IAM in small letters',
    method: () => ({ [AUTH]: { type: 'aws_iam' } }),
    outcome: 'foreign',
  },
  { of: 'an authentication without a type', method: () => ({ [AUTH]: {} }), outcome: 'foreign' },
  { of: 'another scheme', method: () => requiring('theirs'), outcome: 'foreign' },
  {
    of: 'another scheme beside ours',
    method: (ours) => requiring(ours, 'theirs'),
    outcome: 'foreign',
  },
  {
    of: 'another scheme for the whole document',
    method: () => ({}),
    root: () => requiring('theirs'),
    outcome: 'foreign',
  },
  {
    of: 'a scheme that only describes',
    method: () => requiring('described'),
    outcome: 'unprotected',
  },
  {
    of: 'a scheme that only describes, with scopes, for the whole document',
    method: () => ({}),
    root: () => ({ security: [{ described: ['read'] }] }),
    outcome: 'unprotected',
  },
  {
    of: 'our scheme beside one that only describes',
    method: (ours) => requiring(ours, 'described'),
    outcome: 'unprotected',
  },
  {
    of: 'a public route with a scheme that only describes',
    at: HEALTH,
    method: () => requiring('described'),
    outcome: 'public',
  },
  { of: 'a scheme that is not there', method: () => requiring('none'), outcome: 'foreign' },
  {
    of: 'a scheme named as Object has it',
    method: () => requiring('constructor'),
    outcome: 'foreign',
  },
  { of: 'a scheme by reference', method: () => requiring('referenced'), outcome: 'foreign' },
  { of: 'a scheme of deploy time', method: () => requiring('deployed'), outcome: 'foreign' },
  { of: 'a scheme of signed requests', method: () => requiring('signed'), outcome: 'foreign' },
  { of: 'security that is no list', method: () => ({ security: 'theirs' }), outcome: 'foreign' },
  { of: 'security of null', method: () => ({ security: null }), outcome: 'foreign' },
  { of: 'the key of a usage plan', method: () => requiring('key'), outcome: 'unprotected' },
  {
    of: 'an authorizer that reads the header of keys',
    method: () => requiring('authorizer'),
    outcome: 'foreign',
  },
  { of: 'a public route', at: HEALTH, method: () => ({}), outcome: 'public' },
  {
    of: 'a public route with a key',
    at: HEALTH,
    method: () => requiring('key'),
    outcome: 'public',
  },
  {
    of: 'a public route with ours',
    at: HEALTH,
    method: (ours) => requiring(ours),
    outcome: 'ours',
  },
  {
    of: 'a public route with another scheme',
    at: HEALTH,
    method: () => requiring('theirs'),
    outcome: 'public',
    by: '`theirs`',
  },
  {
    of: 'a public route with IAM',
    at: HEALTH,
    method: () => ({ [AUTH]: { type: 'AWS_IAM' } }),
    outcome: 'public',
    by: '`x-amazon-apigateway-auth` AWS_IAM',
  },
  {
    of: 'another scheme that ours replaces',
    method: () => requiring('theirs'),
    replace: ['GET /*'],
    outcome: 'unprotected',
  },
  {
    of: 'IAM that ours replaces by name',
    method: () => ({ [AUTH]: { type: 'AWS_IAM' } }),
    replace: ['GET /items'],
    outcome: 'unprotected',
  },
  {
    of: 'IAM that a pattern names',
    method: () => ({ [AUTH]: { type: 'AWS_IAM' } }),
    replace: ['GET /*'],
    outcome: 'foreign',
  },
  {
    of: 'a public route with another scheme that is to be replaced',
    at: HEALTH,
    method: () => requiring('theirs'),
    replace: ['GET /health'],
    outcome: 'public',
    by: '`theirs`',
  },
  { of: 'a preflight', at: OPTIONS, method: () => mock, outcome: 'preflight' },
  {
    of: 'a preflight with another scheme',
    at: OPTIONS,
    method: () => ({ ...mock, ...requiring('theirs') }),
    outcome: 'foreign',
  },
  {
    of: 'a preflight that the map lists as public',
    at: OPTIONS,
    method: () => mock,
    mapSays: 'public',
    outcome: 'public',
  },
  {
    of: 'a preflight that the map lists as public, with another scheme',
    at: OPTIONS,
    method: () => ({ ...mock, ...requiring('theirs') }),
    mapSays: 'public',
    outcome: 'public',
    by: '`theirs`',
  },
  {
    of: 'a preflight that the map protects',
    at: OPTIONS,
    method: () => mock,
    mapSays: 'guarded',
    outcome: 'unprotected',
  },
  { of: 'a mock that is no OPTIONS', method: () => mock, outcome: 'unprotected' },
];

function documentOf({ at = ['/items', 'get'], method, root, schemes }: Row, scheme: string): Data {
  const paths: Record<string, Record<string, Data>> = {
    '/items': { get: {} },
    '/health': { get: { security: [] } },
  };
  const [path, name] = at;
  paths[path] = { ...paths[path], [name]: method(scheme) };
  const securitySchemes = {
    key: KEY,
    authorizer: { ...KEY, [AUTHTYPE]: 'custom' },
    theirs: { type: 'oauth2', [AUTHORIZER]: { type: 'cognito_user_pools' } },
    described: { type: 'oauth2', flows: {} },
    signed: { ...KEY, name: 'Authorization', [AUTHTYPE]: 'awsSigv4' },
    referenced: { $ref: '#/components/x' },
    deployed: { 'Fn::If': ['A', {}, {}] },
    ...schemes?.(scheme),
  };
  return { openapi: '3.0.1', components: { securitySchemes }, paths, ...root?.(scheme) };
}

const methodOf = (document: unknown, { at: [path, name] = ['/items', 'get'] }: Row): Data =>
  (document as { readonly paths: Paths }).paths[path]?.[name] ?? {};

const keyOf = ({ at: [path, name] = ['/items', 'get'] }: Row): string =>
  `${name.toUpperCase()} ${path}`;

function classifiedAs(
  kind: 'http' | 'rest',
  document: Data,
  rules: ClassificationRules,
): ClassifiedDocument {
  const api = { kind, basePath: 'ignore', server: serverOf(document) } as const;
  return classifyDocument(document, documentRoutes(operationsOf(document), api).routes, rules);
}

/** What a command has come to, by what it wrote. */
function outcomeBy(row: Row, scheme: string, written: unknown): RouteProtection {
  const before = methodOf(documentOf(row, scheme), row);
  const after = methodOf(written, row);
  const isSame = JSON.stringify(before) === JSON.stringify(after);
  if (!isSame) {
    expect(after['security']).toContainEqual({ [scheme]: [] });
    expect(after[AUTH]).toBeUndefined();
    return 'unprotected';
  }
  const security = after['security'] ?? (written as Data)['security'] ?? [];
  if (JSON.stringify(security).includes(`"${scheme}"`)) return 'ours';
  return routesOf(row).entry(keyOf(row))?.public === true ? 'public' : 'preflight';
}

describe('on a REST API', () => {
  test.each(ROWS)('$of: $outcome', (row) => {
    const { methods, hidden } = classifiedAs('rest', documentOf(row, 'okta-groups'), {
      kind: 'rest',
      scheme: 'okta-groups',
      noun: 'document',
      entry: (key) => routesOf(row).entry(key),
      replaces: (key, isIam) => isReplaced(row.replace ?? [], key, isIam),
    });
    expect(methods.find(({ key }) => key === keyOf(row))?.outcome).toBe(row.outcome);
    expect(hidden).toEqual(row.hides === undefined ? [] : [expect.stringContaining(row.hides)]);
  });

  test.each(ROWS)('inject on $of: $outcome', (row) => {
    const text = JSON.stringify(documentOf(row, 'okta-groups'));
    const folder = project({
      'access.yaml': JSON.stringify(MAPS[row.mapSays ?? 'nothing']),
      'in.json': text,
    });
    const io = capture(folder);
    const authorizerUri =
      'arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:111122223333:function:f/invocations';
    const { replace = [] } = row;
    const code = runInject({ document: 'in.json', authorizerUri, replace }, io);
    if (row.outcome === 'foreign') {
      expect([code, io.stdout()]).toEqual([1, '']);
      expect(io.stderr()).toContain('expected no other security on');
    } else {
      expect(code).toBe(0);
      expect(outcomeBy(row, 'okta-groups', parse(io.stdout()))).toBe(row.outcome);
      const kept = io.stderr().includes('stands before it')
        ? io.stderr().split('\n')[1]
        : undefined;
      expect(kept).toBe(
        row.by === undefined
          ? undefined
          : `\`${keyOf(row)}\` is public by the map: ${row.by} stands before it`,
      );
    }
  });

  test.each(ROWS)('protect on $of: $outcome', (row) => {
    const stack = newStack('Test', quietApp());
    const map = mapOf(row);
    const authorizer = new OktaGroupAuthorizer(stack, 'Authorizer', { map });
    const scheme = `okta-groups-${authorizer.node.addr.slice(-8)}`;
    const apiDefinition = ApiDefinition.fromInline(documentOf(row, scheme));
    const { replace = [] } = row;
    const api = new SpecRestApi(stack, 'Api', { apiDefinition, cloudWatchRole: false });
    authorizer.protect(api, { replace });
    const body = only(Template.fromStack(stack), 'AWS::ApiGateway::RestApi').Properties['Body'];
    const errors = said(stack, 'findError');
    if (row.outcome === 'foreign') {
      expect(errors.join()).toContain('has an authorizer of its own');
      expect(methodOf(body, row)).toEqual(methodOf(documentOf(row, scheme), row));
    } else {
      expect(errors).toEqual([]);
      expect(outcomeBy(row, scheme, body)).toBe(row.protects ?? row.outcome);
      const warnings = said(stack, 'findWarning');
      expect(warnings.filter((text) => text.includes('has an authorizer of its own'))).toEqual(
        row.by === undefined
          ? []
          : [
              expect.stringContaining(
                `is public in ${map.source} and has an authorizer of its own (${row.by})`,
              ),
            ],
      );
    }
  });
});

describe('read live, what the gateway of a REST API answers itself', () => {
  test.each(ROWS.filter(({ at }) => at === OPTIONS))('$of: $outcome', async (row) => {
    const isForeign = row.method('ours')['security'] !== undefined;
    const { gatewayRoutes } = mapOf(row);
    const keysOf = (isPublic: boolean) =>
      new Set(gatewayRoutes.flatMap((one) => (one.public === isPublic ? [one.key] : [])));
    const classified = classifyRoutes(await restApiControl(clientWith(isForeign), 'a1').read(), {
      guarded: keysOf(false),
      public: keysOf(true),
      authorizer: { invokes: 'arn:aws:lambda:us-east-1:111122223333:function:f' },
      acceptedForeign: new Set(),
      otherStages: 'fail',
      strict: true,
    });
    expect(classified.find(({ key }) => key === 'OPTIONS /items')?.state.kind).toBe(row.outcome);
  });
});

/** The control plane of an API with the one method. */
function clientWith(isForeign: boolean): APIGatewayClient {
  const authorizationType = isForeign ? 'COGNITO_USER_POOLS' : 'NONE';
  const resourceMethods = { OPTIONS: { authorizationType, methodIntegration: { type: 'MOCK' } } };
  const answers: Readonly<Record<string, unknown>> = {
    GetResourcesCommand: { items: [{ id: 'r1', path: '/items', resourceMethods }] },
    GetDeploymentsCommand: { items: [] },
  };
  const send = async (command: object) => answers[command.constructor.name] ?? {};
  return { send } as unknown as APIGatewayClient;
}

describe('on an HTTP API', () => {
  test.each<{
    of: string;
    at: readonly [string, string];
    method: Data;
    key: string;
    outcome: RouteProtection;
  }>([
    {
      of: 'the default route',
      at: ['/$default', 'x-amazon-apigateway-any-method'],
      method: {},
      key: '$default',
      outcome: 'unprotected',
    },
    {
      of: 'a key, which says nothing, since there are no usage plans',
      at: ['/items', 'get'],
      method: requiring('key'),
      key: 'GET /items',
      outcome: 'unprotected',
    },
    {
      of: 'a mock, since there are none',
      at: ['/items', 'options'],
      method: mock,
      key: 'OPTIONS /items',
      outcome: 'unprotected',
    },
  ])('$of: $outcome', ({ at, method, key, outcome }) => {
    const document = documentOf({ of: '', at, method: () => method, outcome }, 'okta-groups');
    const { methods } = classifiedAs('http', document, {
      kind: 'http',
      scheme: 'okta-groups',
      noun: 'document',
      entry: (one) => routesOf({}).entry(one),
    });
    expect(methods).toContainEqual(expect.objectContaining({ key, outcome }));
  });
});
