/**
 * Which route a path chooses is asked in several places: all of them read the core's answer, and
 * the client, which has a copy, agrees with it. Source of the order: API Gateway Developer Guide,
 * "Create routes for HTTP APIs".
 */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { matchRoute } from '../../client/src/match-route.ts';
import { otherReadings } from '../../client/src/path-readings.ts';
import { routeIndex } from '../../client/src/route-index.ts';
import { evaluatePath, isRefusedForAll } from '../../lambda/core/path/evaluate-path.ts';
import { gatewayChoices, writtenRoutes } from '../../lambda/core/path/route-choice.ts';
import { routeOn, routeTable } from '../../lambda/core/path/route-table.ts';
import { routeTree } from '../../lambda/core/path/route-tree.ts';
import { servingRoutes } from '../../lambda/gateway/serving-route.ts';
import { plainRouter } from '../../lib/access-map/cache/plain-route.ts';
import { AccessMap, AccessMapError } from '../../lib/access-map/index.ts';
import { findRoute } from '../../lib/verdicts/find-route.ts';
import { createRouteSelector } from '../../local/gateway-emulator/routes.ts';
import { sized } from '../support/tier.ts';

interface Row {
  readonly templates: readonly string[];
  readonly path: string;
  /** Templates that an HTTP API may choose; several where its order is not documented. */
  readonly choices: readonly string[];
  /** Further templates that name the path as closely: the caller must be allowed on them too. */
  readonly beside?: readonly string[];
}

const ROWS: readonly Row[] = [
  { templates: ['/', '/{p+}'], path: '/', choices: ['/'] },
  { templates: ['/a', '/{x}'], path: '/a', choices: ['/a'] },
  { templates: ['/a', '/{x}'], path: '/b', choices: ['/{x}'] },
  { templates: ['/a', '/{x}'], path: '/A', choices: ['/{x}'] },
  { templates: ['/a'], path: '/b', choices: [] },
  { templates: ['/a/{x}', '/a/{p+}'], path: '/a/b', choices: ['/a/{x}'] },
  { templates: ['/a/{x}', '/a/{p+}'], path: '/a/b/c', choices: ['/a/{p+}'] },
  { templates: ['/a/{p+}', '/{p+}'], path: '/a/b', choices: ['/a/{p+}'] },
  { templates: ['/a/{p+}', '/{p+}'], path: '/b', choices: ['/{p+}'] },
  { templates: ['/{p+}', '$default'], path: '/b', choices: ['/{p+}'] },
  { templates: ['/a', '$default'], path: '/b', choices: ['$default'] },
  // A full match comes before a greedy one, whatever stands before it.
  { templates: ['/a/{p+}', '/{x}/b'], path: '/a/b', choices: ['/{x}/b'], beside: ['/a/{p+}'] },
  {
    templates: ['/a/{p+}', '/{x}/{y}'],
    path: '/a/b',
    choices: ['/{x}/{y}'],
    beside: ['/a/{p+}'],
  },
  {
    templates: ['/a/{p+}', '/{x}/b/c'],
    path: '/a/b/c',
    choices: ['/{x}/b/c'],
    beside: ['/a/{p+}'],
  },
  // Two full matches, or two greedy ones, of which neither is the closer: not documented.
  {
    templates: ['/{area}/new', '/orders/{id}'],
    path: '/orders/new',
    choices: ['/orders/{id}', '/{area}/new'],
  },
  { templates: ['/{x}/b/{p+}', '/a/{p+}'], path: '/a/b/c', choices: ['/a/{p+}', '/{x}/b/{p+}'] },
  {
    templates: ['/a/{x}/c', '/{x}/b/c', '/a/b/{x}'],
    path: '/a/b/c',
    choices: ['/a/b/{x}', '/a/{x}/c', '/{x}/b/c'],
  },
];

const sorted = (texts: readonly string[]): readonly string[] => texts.toSorted();

/** Every place that answers, for a plainly written path among routes of GET. */
function answers(templates: readonly string[], path: string) {
  const keys = templates.map((template) => `GET ${template}`);
  const live = keys.map((key) => (key === 'GET $default' ? '$default' : key));
  const found = findRoute(`GET ${path}`, [...keys, 'GET {typed}']);
  const templateOf = (key: string): string => key.slice(key.indexOf(' ') + 1);
  const plain = plainRouter(templates.map((template) => ({ template })));
  const segments = path
    .split('/')
    .slice(1)
    .filter((segment) => segment !== '');
  const near = routeIndex(keys)('GET', path);
  const client = matchRoute(near, 'GET', path);
  const emulated = createRouteSelector(
    live.map((routeKey) => ({ routeKey, authorizer: undefined, integration: INTEGRATION })),
  )('GET', path)?.route.routeKey;
  return {
    serving: servingRoutes('http', new Set(live))(`GET ${path}`).map(templateOf),
    servingRest: servingRoutes('rest', new Set(live))(`GET ${path}`).map(templateOf),
    plain: plain(segments).map(({ template }) => template),
    below: templateOf(routeOn(routeTable([...keys, 'GET /{below+}']), 'GET /{below+}', path)),
    explain: meant(found).map(templateOf),
    client:
      client === undefined ? [] : [client, ...otherReadings(near, client, path)].map(templateOf),
    emulated: emulated === undefined ? [] : [templateOf(emulated)],
  };
}

function meant(found: ReturnType<typeof findRoute>): readonly string[] {
  if (found.kind === 'unknown') return [];
  return found.kind === 'several' ? found.routes : [found.route];
}

/** The route that the map says has the path of its endpoint; undefined where it takes the path. */
function takenBy(templates: readonly string[], path: string): string | undefined {
  try {
    AccessMap.fromObject({
      api: { name: 'a', kind: 'http', upstream: { url: 'https://a.example.com' } },
      okta: { issuer: 'https://a.okta.com/oauth2/aus1', audience: 'api://a', clients: 'any' },
      routes: templates.map((template) => (template === '$default' ? template : `GET ${template}`)),
      groups: { staff: { allow: ['GET /**'] } },
      permissionsEndpoint: { path },
    });
    return undefined;
  } catch (error) {
    if (!(error instanceof AccessMapError)) throw error;
    const taken = error.problems.find((problem) => problem.code === 'ENDPOINT_TAKEN');
    return taken && /which `\S+ (\S+)` serves/.exec(taken.message)?.[1];
  }
}

const INTEGRATION = {
  target: { kind: 'http', uri: 'http://localhost', method: 'ANY' },
  requestParameters: {},
  timeoutMs: 1,
} as const;

function agree({ templates, path, choices, beside = [] }: Row): void {
  const [first] = choices;
  const all = [...choices, ...beside];
  const tree = routeTree(templates);
  expect(gatewayChoices('http', tree, path)).toEqual(choices);
  expect(gatewayChoices('rest', tree, path)).toEqual(writtenRoutes(tree, path));
  expect(sorted(writtenRoutes(tree, path))).toEqual(sorted(all));
  const { serving, servingRest, plain, below, explain, client, emulated } = answers(
    templates,
    path,
  );
  expect(serving).toEqual(choices);
  expect(sorted(servingRest)).toEqual(sorted(all));
  expect(sorted(plain)).toEqual(sorted(all));
  expect(explain[0]).toBe(first);
  expect(explain).toEqual(expect.arrayContaining(all));
  expect(client[0]).toBe(first);
  expect(client).toEqual(expect.arrayContaining(all));
  expect(emulated[0]).toBe(first);
  const isNarrow = first !== undefined && first !== '$default' && !first.endsWith('+}');
  if (first !== '$default' && path !== '/') expect(below).toBe(first ?? '/{below+}');
  if (path !== '/') expect(takenBy(templates, path)).toBe(isNarrow ? first : undefined);
}

describe('the route of a path is the same to every tool and to the authorizer', () => {
  test.each(ROWS)('$path of $templates: $choices', (row) => {
    agree(row);
    agree({ ...row, templates: row.templates.toReversed() });
  });

  const segment = fc.constantFrom('a', 'b', '{x}');
  const template = fc.oneof(
    {
      weight: 9,
      arbitrary: fc
        .tuple(fc.array(segment, { maxLength: 3 }), fc.boolean())
        .map(([segments, greedy]) => written([...segments, ...(greedy ? ['{rest+}'] : [])])),
    },
    { weight: 1, arbitrary: fc.constant('$default') },
  );
  const path = fc
    .array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 4 })
    .map((segments) => `/${segments.join('/')}`);

  test('and it is what the guide says', () => {
    fc.assert(
      fc.property(fc.uniqueArray(template, { maxLength: 7 }), path, (templates, asked) => {
        agree({ templates, path: asked, ...documented(templates, asked) });
      }),
      { numRuns: sized(1_000, 80) },
    );
  });
});

const written = (segments: readonly string[]): string =>
  `/${segments.map((text, at) => (text === '{x}' ? `{x${at}}` : text)).join('/')}`;

/** One letter for each segment of the path that the template takes: literal, parameter, greedy. */
function ranksOf(template: string, path: string): string | undefined {
  const given = path.split('/').slice(1);
  if (template === '$default') return 'd'.repeat(given.length);
  const segments = template.split('/').slice(1);
  const isGreedy = template.endsWith('+}');
  if (isGreedy ? given.length < segments.length : given.length !== segments.length)
    return undefined;
  const fits = segments.every((segment, at) => segment.startsWith('{') || segment === given[at]);
  if (!fits) return undefined;
  return given
    .map((_, at) => {
      const own = segments[at];
      if (own === undefined || own.endsWith('+}')) return 'c';
      return own.startsWith('{') ? 'b' : 'a';
    })
    .join('');
}

/** The choice as the guide has it, written apart from the product. */
function documented(
  templates: readonly string[],
  path: string,
): Required<Pick<Row, 'choices' | 'beside'>> {
  const fitting = templates.flatMap((template) => {
    const ranks = ranksOf(template, path);
    return ranks === undefined ? [] : [{ template, ranks, ending: ranks.at(-1) ?? '' }];
  });
  const isCloser = (a: string, b: string): boolean =>
    a !== b && [...a].every((rank, at) => rank <= (b[at] ?? ''));
  const left = fitting
    .filter(({ ranks }) => !fitting.some((other) => isCloser(other.ranks, ranks)))
    .toSorted((a, b) => (a.ranks < b.ranks ? -1 : 1));
  const kindOf = ({ ending }: { readonly ending: string }): string =>
    ending < 'c' ? 'full' : ending;
  const best = ['full', 'c', 'd'].find((kind) => left.some((one) => kindOf(one) === kind));
  const names = (isBest: boolean): readonly string[] =>
    left.filter((one) => (kindOf(one) === best) === isBest).map((one) => one.template);
  return { choices: names(true), beside: names(false) };
}

describe('no tool allows what the authorizer refuses', () => {
  const segment = fc.constantFrom('a', 'b', '{x}');
  const template = fc
    .tuple(fc.array(segment, { minLength: 1, maxLength: 3 }), fc.boolean())
    .map(([segments, greedy]) => written([...segments, ...(greedy ? ['{rest+}'] : [])]));
  const pathOf = (...segments: readonly string[]): fc.Arbitrary<string> =>
    fc
      .array(fc.constantFrom('a', 'b', 'c', ...segments), { minLength: 1, maxLength: 4 })
      .map((parts) => `/${parts.join('/')}`);
  const path = pathOf('A', 'a.json', 'a;v=1', 'a.', '%61', 'b ', '', '%2F');
  const routes = fc.uniqueArray(
    template.map((one) => `GET ${one}`),
    { maxLength: 7 },
  );

  test('not the client', () => {
    fc.assert(
      fc.property(routes, pathOf('A', 'a.json', 'a.', '%61', ''), (keys, asked) => {
        const near = routeIndex(keys)('GET', asked);
        const route = matchRoute(near, 'GET', asked);
        fc.pre(route !== undefined);
        const verdict = evaluatePath(routeTable(keys), { arrived: route, paths: [asked] });
        expect(isRefusedForAll(verdict)).toBe(false);
        expect([route, ...otherReadings(near, route, asked)]).toEqual(
          expect.arrayContaining(verdict.needs.map((need) => need.route)),
        );
      }),
      { numRuns: sized(2_000, 160) },
    );
  });

  test('not `explain`', () => {
    fc.assert(
      fc.property(routes, path, (keys, asked) => {
        const [route, ...others] = meant(findRoute(`GET ${asked}`, keys));
        fc.pre(route !== undefined && !keys.includes(`GET ${asked}`));
        const verdict = evaluatePath(routeTable(keys), { arrived: route, paths: [asked] });
        expect(isRefusedForAll(verdict)).toBe(false);
        expect(sorted(others)).toEqual(sorted(verdict.needs.map((need) => need.route)));
      }),
      { numRuns: sized(2_000, 160) },
    );
  });

  test('below a catch-all every route that the path names is the caller’s or a need', () => {
    fc.assert(
      fc.property(fc.uniqueArray(template, { maxLength: 7 }), path, (templates, asked) => {
        const table = routeTable([...templates, '$default'].map((one) => `GET ${one}`));
        const { route, needs } = evaluatePath(table, { arrived: 'GET $default', paths: [asked] });
        const all = writtenRoutes(routeTree([...templates, '$default']), asked);
        expect([route, ...needs.map((need) => need.route)]).toEqual(
          expect.arrayContaining(all.map((one) => `GET ${one}`)),
        );
        expect(route).toBe(`GET ${all[0]}`);
      }),
      { numRuns: sized(1_000, 80) },
    );
  });
});
