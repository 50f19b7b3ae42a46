/**
 * The client, the permissions endpoint and the authorizer give the same answer for every
 * route, through the real bundles.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createPermissions } from '../../client/src/index.ts';
import { AccessMap } from '../../lib/access-map/index.ts';
import type { MethodView } from '../../local/cloud-assembly.ts';
import { createFunction, type LocalFunction } from '../../local/function-process/function.ts';
import { createMethodSelector } from '../../local/gateway-emulator/rest-resources.ts';
import { createRouteSelector } from '../../local/gateway-emulator/routes.ts';
import { evaluatePolicy } from '../../local/iam.ts';
import { type LocalIssuer, startIssuer } from '../../local/issuer/issuer.ts';
import { httpApiEvent } from '../support/http-api-event.ts';
import { restApiEvent } from '../support/rest-api-event.ts';
import { sized } from '../support/tier.ts';
import { json } from './support.ts';

const { bundleLambda } = createRequire(resolve('package.json'))('./scripts/bundle-lambda.cjs') as {
  bundleLambda(
    entryFile: string,
  ): readonly { readonly path: string; readonly contents: Uint8Array }[];
};
const bundles = Object.fromEntries(
  ['authorizer', 'permissions'].map((name) => [
    name,
    bundleLambda(resolve('lambda', name, 'index.ts')),
  ]),
);

const GROUPS = ['alpha', 'beta', 'gamma'] as const;
const POOL = [
  'GET /a',
  'POST /a',
  'ANY /a/{x}',
  'GET /a/b',
  'DELETE /a/{x}',
  'GET /a/{x}/c',
  'GET /a/b/{y}',
  'GET /files/{rest+}',
  'GET /open',
] as const;
const PATHS = [
  '/a',
  '/a/1',
  '/a/b',
  '/a/1/c',
  '/a/b/c',
  '/a/b/2',
  '/files/1/2',
  '/open',
  '/a/..',
  '/a/x%2Fy',
  '/nowhere',
  '/permissions',
  ...['/a/x;v=1', '/a/x%3Bv', '/a/x%20y', '/a/x%23', '/files/%C3%BC/2%23'],
];
/** What some back end reads in its own way: the client may say no to more than the authorizer. */
const READ_OTHERWISE = [
  ...['/a/B', '/A/b/2', '/a/%62', '/a/%2562', '/a/b.json', '/a/b.', '/a/b;v=1', '/a/b%3Fx'],
  ...[
    '/a/...',
    '/a/x%5Cy',
    '/a/x%252Fy',
    '/a/x%00',
    '/a/%c0%af',
    '/a/%u002f',
    '/a/50%',
    '/a/50%25',
  ],
  ...['/a//b', '/a/b/', '/open/', '/a/1%3F/c', '/files/%2e%2e/1', '/files/1/..;/2', '/files/%3B'],
  ...['/files/1//2', '/files/1%2F2', '/files/1%5C2', '/files/1/'],
];

let issuer: LocalIssuer;
let folder: string;
beforeAll(async () => {
  mkdirSync(resolve('.local'), { recursive: true });
  folder = mkdtempSync(resolve('.local', 'equivalence-'));
  issuer = await startIssuer({
    audience: 'api://a',
    clients: 'any',
    users: [{ login: 'user@example.com', uid: '00u1user', groups: [] }],
  });
});
afterAll(async () => {
  await issuer.stop();
  rmSync(folder, { recursive: true, force: true });
});

const some = <T>(
  values: readonly T[],
  options: { readonly minLength?: number; readonly maxLength?: number } = {},
) => fc.subarray([...values], options);

const maps = some(POOL, { minLength: 2 }).chain((routes) =>
  fc.record({
    routes: fc.constant(routes),
    shadow: fc.oneof(some(routes, { maxLength: 0 }), some(routes)),
    signedIn: some(routes).map((keys) => keys.slice(0, 1)),
    scopes: fc.constantFrom('groups' as const, 'intersect' as const),
    permissions: fc.tuple(some(routes, { minLength: 1 }), some(routes, { minLength: 1 })),
    allows: fc.tuple(some(routes), some(routes), some(routes)),
    denies: fc.tuple(some(routes), some(routes), some(routes)),
  }),
);
type Sketch = typeof maps extends fc.Arbitrary<infer Value> ? Value : never;

function mapOf(
  kind: Kind,
  { routes, shadow, signedIn, scopes, permissions: [one, two], allows, denies }: Sketch,
): AccessMap {
  // A deny that reaches a signed-in route is refused by the compiler.
  const closed = (keys: readonly string[]) =>
    keys.filter(
      (key) => !signedIn.some((signedInKey) => signedInKey === key || overlaps(signedInKey, key)),
    );
  return AccessMap.fromObject(
    {
      api: { name: 'a', kind, upstream: { url: 'https://a.example.com' } },
      okta: { issuer: issuer.issuer, audience: 'api://a', clients: 'any' },
      routes: routes.map((route) => (shadow.includes(route) ? { route, mode: 'shadow' } : route)),
      signedIn,
      scopes,
      permissions: { one, two },
      groups: Object.fromEntries(
        GROUPS.map((name, at) => [
          name,
          { allow: allows[at] ?? [], deny: closed(denies[at] ?? []) },
        ]),
      ),
      permissionsEndpoint: { path: '/permissions' },
    },
    { loopbackIssuer: true },
  );
}

/** `ANY /a/{x}` has the cells of `DELETE /a/{x}`'s template. */
const overlaps = (a: string, b: string): boolean => a.split(' ')[1] === b.split(' ')[1];

function run(name: string, map: AccessMap, place: string): LocalFunction {
  const root = join(place, name);
  for (const { path, contents } of [
    ...(bundles[name] ?? []),
    { path: 'access-model.json', contents: Buffer.from(JSON.stringify(map.model)) },
  ]) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), contents);
  }
  const view = {
    arn: `arn:${name}`,
    name,
    folder: root,
    handler: 'index.handler',
    timeoutMs: 5_000,
    memoryMb: 512,
    environment: {},
  };
  return createFunction({
    view,
    environment: {},
    preload: [],
    clock: undefined,
    onLine: () => undefined,
  });
}

type Kind = 'http' | 'rest';

interface Request {
  readonly method: string;
  readonly path: string;
  readonly token: string;
  /** Of the route that the gateway has matched. */
  readonly routeKey: string;
  readonly parameters?: Readonly<Record<string, string>>;
}

/** The authorizer's event, and the ARN that its policy is held against. */
function authorizerEvent(
  kind: Kind,
  { method, path, token, routeKey, parameters = {} }: Request,
): { readonly event: object; readonly arn: string } {
  if (kind === 'http') {
    const event = httpApiEvent(method, path, { token, routeKey, parameters });
    return { event, arn: event.routeArn };
  }
  const event = restApiEvent(method, path, {
    token,
    resource: routeKey.replace(/^\S+ /, ''),
    parameters,
  });
  return { event, arn: event.methodArn };
}

/** The endpoint's event: what its integration gets behind the authorizer. */
function endpointEvent(
  kind: Kind,
  token: string,
  context: Readonly<Record<string, string>>,
): object {
  const headers = { authorization: `Bearer ${token}` };
  return kind === 'http'
    ? {
        version: '2.0',
        headers,
        requestContext: { http: { method: 'GET' }, authorizer: { lambda: context } },
      }
    : {
        httpMethod: 'GET',
        resource: '/permissions',
        headers,
        requestContext: { httpMethod: 'GET', authorizer: context },
      };
}

interface Matched {
  readonly routeKey: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/** The gateway's own choice of a route. */
function routing(
  kind: Kind,
  keys: readonly string[],
): (method: string, path: string) => Matched | undefined {
  if (kind === 'rest') {
    const views = keys.map((routeKey): MethodView => {
      const [method = '', template = ''] = routeKey.split(' ');
      return {
        routeKey,
        method,
        template,
        authorizer: undefined,
        integration: { kind: 'mock', status: 204, headers: {} },
      };
    });
    const select = createMethodSelector(views);
    return (method, path) => {
      const found = select(method, path);
      return found && { routeKey: found.method.routeKey, parameters: found.pathParameters };
    };
  }
  const integration = {
    target: { kind: 'http', uri: 'http://localhost', method: 'ANY' },
    requestParameters: {},
    timeoutMs: 1,
  } as const;
  const select = createRouteSelector(
    keys.map((routeKey) => ({ routeKey, authorizer: undefined, integration })),
  );
  return (method, path) => {
    const found = select(method, path);
    return found && { routeKey: found.route.routeKey, parameters: found.pathParameters };
  };
}

interface Decided {
  readonly allowed: boolean;
  readonly context: Readonly<Record<string, string>>;
}

/** As the gateway reads the answer: the policy, held against the request's own ARN. */
async function decide(kind: Kind, authorizer: LocalFunction, request: Request): Promise<Decided> {
  const { event, arn } = authorizerEvent(kind, request);
  const answer = await authorizer.invoke(JSON.stringify(event));
  if (answer.kind === 'error') throw new Error(answer.errorMessage);
  const { policyDocument, context } = JSON.parse(answer.payload);
  return { allowed: evaluatePolicy(policyDocument, arn) === 'allow', context };
}

test.each(['http', 'rest'] as const)(
  'client = endpoint = authorizer, for every route and path of random maps and callers, of kind %s',
  async (kind) => {
    const callers = fc.array(
      fc.record({ groups: some([...GROUPS, 'unmapped']), scp: some(['one', 'two', 'three']) }),
      {
        minLength: 3,
        maxLength: 3,
      },
    );
    await fc.assert(
      fc.asyncProperty(maps, callers, async (sketch, users) => {
        const map = mapOf(kind, sketch);
        const place = mkdtempSync(join(folder, 'map-'));
        const functions = {
          authorizer: run('authorizer', map, place),
          endpoint: run('permissions', map, place),
        };
        try {
          for (const user of users)
            await agree(kind, map, functions, issuer.userToken('user@example.com', user));
        } finally {
          await Promise.all([functions.authorizer.stop(), functions.endpoint.stop()]);
        }
      }),
      { numRuns: sized(6, 3) },
    );
  },
  60_000,
);

interface Functions {
  readonly authorizer: LocalFunction;
  readonly endpoint: LocalFunction;
}

async function agree(
  kind: Kind,
  map: AccessMap,
  { authorizer, endpoint }: Functions,
  token: string,
): Promise<void> {
  const asking = { method: 'GET', path: '/permissions', token, routeKey: 'GET /permissions' };
  const { allowed, context } = await decide(kind, authorizer, asking);
  expect(allowed).toBe(true);
  const asked = await endpoint.invoke(JSON.stringify(endpointEvent(kind, token, context)));
  if (asked.kind === 'error') throw new Error(asked.errorMessage);
  const { statusCode, body } = JSON.parse(asked.payload);
  expect([statusCode, /alpha|beta|gamma/.test(body)]).toEqual([200, false]);
  const answer = JSON.parse(body);
  const client = createPermissions({
    url: 'https://a.example.com/permissions',
    getToken: () => token,
    fetch: async () => json(answer),
  });
  await client.refresh();

  for (const { key, gateway } of map.model.routes) {
    const [method = '', template = ''] = key.split(' ');
    const parameters = Object.fromEntries(
      Array.from(template.matchAll(/\{([^}+]+)\+?\}/g), ([, name = '']) => [name, 'v']),
    );
    const path = template.replaceAll(/\{[^}]+\}/g, 'v');
    const { allowed } = await decide(kind, authorizer, {
      method,
      path,
      token,
      parameters,
      routeKey: gateway ?? key,
    });
    expect({ key, endpoint: answer.routes.includes(key), client: client.can(key) }).toEqual({
      key,
      endpoint: allowed,
      client: allowed,
    });
  }

  const route = routing(kind, [...map.gatewayRoutes.map(({ key }) => key), 'GET /permissions']);
  for (const path of [...PATHS, ...READ_OTHERWISE]) {
    const mayBeLess = READ_OTHERWISE.includes(path);
    for (const method of ['GET', 'POST', 'DELETE'] as const) {
      const can = client.canPath(method, path);
      if (mayBeLess && !can) continue;
      const matched = route(method, path);
      const allowed =
        matched !== undefined &&
        (await decide(kind, authorizer, { method, path, token, ...matched })).allowed;
      expect({ method, path, can }).toEqual({ method, path, can: allowed });
    }
  }
}
