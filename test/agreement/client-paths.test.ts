/**
 * The client offers no path that the authorizer refuses, however a back end may read it: whatever
 * it cannot evaluate is a no.
 */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { matchRoute } from '../../client/src/match-route.ts';
import { otherReadings } from '../../client/src/path-readings.ts';
import { routeIndex } from '../../client/src/route-index.ts';
import { decode } from '../../lambda/core/path/decode.ts';
import { evaluatePath, isRefusedForAll } from '../../lambda/core/path/evaluate-path.ts';
import { METHODS } from '../../lambda/core/path/http-methods.ts';
import { otherMethods } from '../../lambda/core/path/methods.ts';
import { pathWith } from '../../lambda/core/path/parameters.ts';
import {
  missingMethods,
  overlappingRoutes,
  routesServingHead,
} from '../../lambda/core/path/route-overlap.ts';
import { routeTable } from '../../lambda/core/path/route-table.ts';
import { isGreedy } from '../../lambda/core/path/route-template.ts';
import { createMethodSelector } from '../../local/gateway-emulator/rest-resources.ts';
import { createRouteSelector } from '../../local/gateway-emulator/routes.ts';
import { sized } from '../support/tier.ts';

interface Caller {
  readonly kind: 'http' | 'rest';
  /** `METHOD /template` of the map. */
  readonly routes: readonly string[];
  readonly allowed: ReadonlySet<string>;
}

interface Asked {
  readonly method: string;
  readonly path: string;
}

/** As `canPath` does, with what the permissions endpoint answers. */
function canPath({ kind, routes, allowed }: Caller, { method, path }: Asked): boolean {
  const allowedRoutes = routes.filter((key) => allowed.has(key));
  const refused = routes.filter((key) => !allowed.has(key));
  const missing = kind === 'rest' ? missingMethods(routes) : [];
  const near = routeIndex([
    ...allowedRoutes,
    ...overlappingRoutes(allowedRoutes, [...refused, ...missing]),
    ...routesServingHead(allowedRoutes, refused),
  ])(method, path);
  const route = matchRoute(near, method, path);
  return (
    route !== undefined &&
    [route, ...otherReadings(near, route, path)].every((one) => allowed.has(one))
  );
}

interface Matched {
  readonly arrived: string;
  readonly paths: readonly string[];
}

const integration = {
  target: { kind: 'http', uri: 'http://localhost', method: 'ANY' },
  requestParameters: {},
  timeoutMs: 1,
} as const;

function byHttpApi(routes: readonly string[], { method, path }: Asked): Matched | undefined {
  const live = routes
    .filter((key) => !key.endsWith(' $default') || key.startsWith(`${method} `))
    .map((key) => (key.endsWith(' $default') ? '$default' : key));
  const views = live.map((routeKey) => ({ routeKey, authorizer: undefined, integration }));
  const found = createRouteSelector(views)(method, path);
  if (!found) return undefined;
  const { routeKey } = found.route;
  if (routeKey === '$default') return { arrived: `${method} $default`, paths: [path] };
  const [, template = ''] = routeKey.split(' ');
  return { arrived: routeKey, paths: [pathWith(template, found.pathParameters)] };
}

/** Values as they are sent; below a greedy route decoded as well. */
function byRestApi(routes: readonly string[], { method, path }: Asked): Matched | undefined {
  const views = routes.map((routeKey) => {
    const [own = '', template = ''] = routeKey.split(' ');
    const mock = { kind: 'mock', status: 204, headers: {} } as const;
    return { routeKey, method: own, template, authorizer: undefined, integration: mock };
  });
  const found = createMethodSelector(views)(method, path);
  if (!found) return undefined;
  const { routeKey, template } = found.method;
  const values = Object.entries(found.pathParameters);
  if (values.some(([, value]) => /%(?![0-9a-f]{2})/i.test(value))) return undefined;
  const raw = pathWith(template, found.pathParameters);
  const decoded = values.map(([name, value]) => [name, decode(value, 'strict')]);
  const paths = isGreedy(template) ? [pathWith(template, Object.fromEntries(decoded)), raw] : [raw];
  return { arrived: routeKey, paths: [...new Set(paths)] };
}

/** A stage and a base path that may stand before what `$default` takes. */
const PREFIXES = { texts: ['/a', '/files/1'], segments: 3 } as const;

function isLetPass({ kind, routes, allowed }: Caller, { method, path }: Asked): boolean {
  const asked = { method, path: path.replace(/[?#].*/s, '') };
  const matched = kind === 'rest' ? byRestApi(routes, asked) : byHttpApi(routes, asked);
  if (!matched) return false;
  const methods = otherMethods({ method, overrides: [] }, METHODS) ?? [];
  const verdict = evaluatePath(routeTable(routes), { ...matched, methods, prefixes: PREFIXES });
  const needed = [verdict.route, ...verdict.needs.map(({ route }) => route)];
  return !isRefusedForAll(verdict) && needed.every((route) => allowed.has(route));
}

const TEMPLATES = [
  ...['/', '/a', '/a/{x}', '/a/b', '/A/q', '/a/{x}/b', '/a/{x}/c', '/a/b/c', '/a/b/{y}'],
  ...['/a/v1.json', '/a/{x}/c/{z}', '/b', '/b/{x}/{y}', '/b/x/y', '/{x}'],
  ...['/files', '/files/secret', '/files/{rest+}'],
];
const LITERALS = ['a', 'b', 'c', 'x', 'y', '1', 'files', 'secret', 'v1.json'];
/** What some back end reads in its own way, and what none does. */
const PIECES = [
  ...['A', 'B', 'K', '%E2%84%AA', 'é', '%C3%A9', '%61', '%2561', '%25', '%25252F', '%', '%if'],
  ...['%2F', '%2f', '%5C', '\\', '%252F', '%c0%af', '%c0%2f', '%u002f', '%ff', '%EF%BF%BD'],
  ...['.', '..', '...', '%2e', '%2E%2e', ' ', '%20', '+', '.json', '%2Ejson', '//', '/'],
  ...[';', ';v=1', '%3B', '?', '%3F', '#', '%23', '%00', '%0a', '%7f', '_method=x', '%26', '~'],
];

const segment = fc
  .array(fc.constantFrom(...PIECES, ...LITERALS), { maxLength: 3 })
  .map((pieces) => pieces.join(''));
const path = fc
  .tuple(
    fc.array(fc.oneof({ weight: 2, arbitrary: fc.constantFrom(...LITERALS) }, segment), {
      minLength: 1,
      maxLength: 4,
    }),
    fc.constantFrom('', '', '/'),
  )
  .map(([segments, end]) => `/${segments.join('/')}${end}`);

const rights = fc.constantFrom('open', 'open', 'closed', 'absent', 'absent');
const callers = fc
  .record({
    kind: fc.constantFrom('http' as const, 'rest' as const),
    cells: fc.array(fc.tuple(rights, rights, rights), {
      minLength: TEMPLATES.length + 1,
      maxLength: TEMPLATES.length + 1,
    }),
  })
  .map(({ kind, cells }): Caller => {
    // A REST API has no `$default`, and one name for the parameter at a place.
    const templates = kind === 'http' ? [...TEMPLATES, '$default'] : TEMPLATES;
    const keys = templates.flatMap((template, at) => {
      const [get = 'absent', post = 'absent', head = 'absent'] = cells[at] ?? [];
      // A REST API's `HEAD` without a `GET` of its own is not tried: the answer does not tell the
      // missing method from a closed one.
      const heads = kind === 'rest' && get === 'absent' ? 'absent' : head;
      return [
        [`GET ${template}`, get],
        [`POST ${template}`, post],
        [`HEAD ${template}`, heads],
      ] as const;
    });
    return {
      kind,
      routes: keys.filter(([, right]) => right !== 'absent').map(([key]) => key),
      allowed: new Set(keys.filter(([, right]) => right === 'open').map(([key]) => key)),
    };
  });
const asked = fc.record({ method: fc.constantFrom('GET', 'GET', 'POST', 'HEAD'), path });

test('the client offers no path that the authorizer refuses', () => {
  fc.assert(
    fc.property(callers, asked, (caller, call) => {
      fc.pre(canPath(caller, call));
      expect(isLetPass(caller, call)).toBe(true);
    }),
    { numRuns: sized(5_000, 100) },
  );
});

const GET = (...templates: readonly string[]): readonly string[] =>
  templates.map((template) => `GET ${template}`);

/** Open routes, closed routes, and paths that some back end reads as a closed one or as none. */
test.each([
  ['a NUL or `;` that leaves nothing', GET('/{x}'), [], ['/;', '/%3B', '/%00', '/;v=1']],
  [
    'a query that was escaped',
    GET('/a/{x}/c'),
    GET('/a/{x}'),
    ['/a/1%3F/c', '/a/1%23/c', '/a/1;/c%3F', '/a/%253F/c'],
  ],
  ['dots and blanks', GET('/a/{x}'), [], ['/a/...', '/a/..json', '/a/%20', '/a/.%2e', '/a/. ']],
  ['escapes of escapes', GET('/a/{x}'), GET('/a/b'), ['/a/%2562', '/a/%252562', '/a/%25%36%32']],
  ['escapes that are no UTF-8', GET('/{x}'), [], ['/%c0%af', '/%u002f', '/%EF%BF%BD', '/%', '/%i']],
  ['cases beyond ASCII', GET('/a/{x}'), GET('/a/k', '/a/s'), ['/a/%E2%84%AA', '/a/%C5%BF']],
  [
    'slashes that stay escaped',
    GET('/files/{rest+}'),
    GET('/files/secret'),
    ['/files/%73ecret.%2Fx', '/files/secret;%2Fx', '/files/secret%3B/x'],
  ],
  ['a prefix', GET('$default'), GET('/orders'), ['/v1/orders', '/v1/v2/Orders', '/v1/orders;x']],
  ['a closed route of another case', GET('/a/{x}'), GET('/A/b'), ['/a/b']],
  ['an override in an escaped query', GET('/a/{x}'), [], ['/a/1%3F_method=DELETE']],
] as const)('not by %s', (_, granted, closed, paths) => {
  const routes = [...granted, ...closed];
  for (const one of paths)
    expect({
      path: one,
      can: canPath({ kind: 'http', routes, allowed: new Set(granted) }, get(one)),
    })
      // What is not for the client to say is a no, too.
      .toEqual({ path: one, can: false });
});

const get = (one: string): Asked => ({ method: 'GET', path: one });

test('what apps write stays open', () => {
  const routes = GET('/tags/{name}', '/tags/{name}/posts', '/files/{path+}', '/tags/all');
  const caller: Caller = { kind: 'http', routes, allowed: new Set(routes.slice(0, 3)) };
  const names = ['C#', 'a b', 'a&b=c', 'what?', 'Ünï', 'v1.2.json', 'a;b', 'a:b@c', '€ 5'];
  const paths = names
    .map(encodeURIComponent)
    .flatMap((name) => [`/tags/${name}`, `/files/${name}/${name}.txt`]);
  for (const one of [...paths, '/tags/1/posts?page=2#top'])
    expect({
      path: one,
      can: canPath(caller, get(one)),
      passes: isLetPass(caller, get(one)),
    }).toEqual({ path: one, can: true, passes: true });
  expect(canPath(caller, get('/tags/all.json'))).toBe(false);
});

test('a `HEAD` is offered where whatever `GET` may answer it is open', () => {
  const routes = ['HEAD /a', 'GET /{x}'];
  const can = (...granted: readonly string[]): boolean =>
    canPath({ kind: 'http', routes, allowed: new Set(granted) }, { method: 'HEAD', path: '/a' });
  expect([can('HEAD /a'), can('HEAD /a', 'GET /{x}')]).toEqual([false, true]);
});
