/** Properties of the compiler, over random maps and random garbage. */
import { expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { Alias, stringify } from 'yaml';
import { hasBit } from '../../../lambda/core/model/bits.ts';
import { METHODS } from '../../../lambda/core/path/http-methods.ts';
import { AccessMap, AccessMapError } from '../../../lib/access-map/index.ts';
import { sized } from '../../support/tier.ts';
import { base, mapOf } from './support.ts';

const segment = fc.constantFrom('a', 'b', '{x}', '{y}');
const template = fc.array(segment, { maxLength: 3 }).map((parts) => `/${parts.join('/')}`);
const shape = (path: string): string => path.replace(/\{\w\}/g, '{}');

/**
 * Routes whose templates differ in more than the names of parameters, and name no parameter twice.
 */
const routes = fc
  .uniqueArray(fc.tuple(fc.constantFrom(...METHODS, 'ANY'), template), {
    minLength: 1,
    maxLength: 12,
    selector: ([method, path]) => `${method} ${path}`,
  })
  .map((all) => all.filter(([, path]) => !/\{(\w)\}.*\{\1\}/.test(path)))
  .map((all) =>
    all.filter(([, path]) => all.find(([, other]) => shape(other) === shape(path))?.[1] === path),
  )
  .filter((all) => all.length > 0);

const pattern = fc
  .tuple(
    fc.constantFrom(...METHODS, 'ANY'),
    fc.array(fc.oneof(segment, fc.constant('*')), { maxLength: 3 }),
    fc.boolean(),
  )
  .map(([method, parts, greedy]) => ({ method, parts: greedy ? [...parts, '**'] : parts }));

/** Matches segment by segment, by recursion and without an index: slow and plain. */
function matchesPath(wanted: readonly string[], given: readonly string[]): boolean {
  const [first, ...rest] = wanted;
  if (first === undefined) return given.length === 0;
  if (first === '**') return true;
  const [segment, ...others] = given;
  return segment !== undefined && (first === '*' || first === segment) && matchesPath(rest, others);
}

test('a pattern expands to exactly the cells that a naive matcher finds', () => {
  fc.assert(
    fc.property(routes, pattern, (all, { method, parts }) => {
      const written = `${method} /${parts.join('/')}`;
      const { map, problems } = AccessMap.checkObject({
        ...base,
        routes: all.map(([verb, path]) => `${verb} ${path}`),
        groups: { g: { allow: [written] } },
      });
      const own = new Set(all.map((route) => route.join(' ')));
      const cells = all.flatMap(([verb, path]) =>
        verb === 'ANY'
          ? METHODS.filter((each) => !own.has(`${each} ${path}`)).map(
              (each) => [each, path] as const,
            )
          : [[verb, path] as const],
      );
      const expected = cells.filter(([verb, path]) => {
        const verbMatches = method === 'ANY' ? verb !== 'OPTIONS' : verb === method;
        return verbMatches && matchesPath(parts, path.split('/').slice(1).filter(Boolean));
      });
      if (expected.length === 0)
        return expect(problems.map(({ code }) => code)).toEqual(['PATTERN_UNMATCHED']);
      const row = map?.rules[0]?.routes;
      const found = map?.model.routes
        .filter((_, index) => row && hasBit(row, index))
        .map(({ key }) => key);
      return expect(found).toEqual(expected.map((cell) => cell.join(' ')));
    }),
    { numRuns: sized(300, 25) },
  );
});

const piece = fc.constantFrom(
  'GET',
  'get',
  'ANY',
  ' ',
  '/',
  '*',
  '**',
  '{id}',
  '{id+}',
  'orders',
  ':',
  'read',
  '$default',
  '.',
  '%2F',
  '"',
);
const written = fc.array(piece, { maxLength: 6 }).map((parts) => parts.join(''));

test('no grant and no deny of a valid map is dropped, whatever its text', () => {
  const permissions = { 'orders:read': ['GET /orders'], read: ['GET /orders/{id}'] };
  fc.assert(
    fc.property(
      fc.uniqueArray(written, { minLength: 1, maxLength: 3 }),
      fc.constantFrom('allow', 'deny'),
      (items, effect) => {
        const { map } = AccessMap.checkObject({
          ...base,
          permissions,
          groups: { g: { [effect]: items } },
        });
        if (map)
          expect(
            map.rules.map(({ permission, pattern: text }) => permission ?? text).sort(),
          ).toEqual([...items].sort());
      },
    ),
    { numRuns: sized(2_000, 60) },
  );
});

const rich = {
  ...base,
  api: {
    ...base.api,
    cors: {
      origins: ['https://a.example.com', 'https://b.example.com'],
      headers: ['Authorization'],
    },
  },
  okta: { ...base.okta, clients: ['0oa1web', '0oa2web'], groupsClaim: ['groups', 'roles'] },
  public: ['GET /health'],
  permissions: {
    'orders:read': ['GET /orders', 'GET /orders/{id}'],
    'orders:write': ['POST /orders'],
  },
  quotas: {
    standard: { limit: 60, per: 'minute', by: 'user' },
    partner: {
      by: 'group',
      windows: [
        { limit: 600, per: 'minute' },
        { limit: 9_000, per: 'day', routes: ['POST /orders'] },
      ],
    },
  },
  groups: {
    readers: { allow: ['orders:read'], quota: 'standard' },
    partners: { allow: ['orders:read', 'orders:write'], quota: 'partner' },
    out: { deny: ['POST /orders'] },
  },
  machines: { m1: { groups: ['partners', 'readers'] }, m2: { allow: ['GET /orders'] } },
} as const;

/**
 * The same content with keys and lists in another order. No list of the map has an order of its
 * own.
 */
function shuffled(value: unknown, random: (length: number) => number): unknown {
  const shuffle = <T>(all: readonly T[]): readonly T[] =>
    all
      .map((item) => [random(1_000_000), item] as const)
      .sort(([a], [b]) => a - b)
      .map(([, item]) => item);
  if (Array.isArray(value)) return shuffle(value.map((item: unknown) => shuffled(item, random)));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    shuffle(Object.entries(value).map(([key, item]) => [key, shuffled(item, random)] as const)),
  );
}

test('the version does not depend on order, spelling, comments or the form of the map', () => {
  const { version } = mapOf(rich);
  expect(version).toMatch(/^[0-9a-f]{16}$/);
  fc.assert(
    fc.property(
      fc.infiniteStream(fc.nat(1_000_000)),
      fc.constantFrom('PLAIN', 'QUOTE_DOUBLE', 'QUOTE_SINGLE'),
      fc.boolean(),
      (stream, quotes, flow) => {
        const map = shuffled(rich, () => Number(stream.next().value));
        const text = stringify(map, {
          defaultStringType: quotes,
          collectionStyle: flow ? 'flow' : 'block',
          lineWidth: 0,
        });
        // Braces inside of an unquoted text are the one spelling that YAML does not read as text in
        // a flow list.
        const checked = AccessMap.checkText(`# a comment\n${text}# another\n`, 'access.yaml');
        expect(checked.problems).toEqual([]);
        expect(checked.map?.version).toBe(version);
        expect(AccessMap.checkObject(map).map?.version).toBe(version);
      },
    ),
    { numRuns: sized(60, 5) },
  );
});

test.each([
  ['a group', { groups: { ...rich.groups, more: {} } }],
  [
    'an allow',
    { groups: { ...rich.groups, out: { deny: ['POST /orders'], allow: ['GET /orders'] } } },
  ],
  ['a limit', { quotas: { ...rich.quotas, standard: { limit: 61, per: 'minute', by: 'user' } } }],
  ['a public route', { public: [] }],
  ['the audience', { okta: { ...rich.okta, audience: 'api://other' } }],
  ['the upstream', { api: { ...rich.api, upstream: { url: 'https://other.example.com' } } }],
  ['an origin', { api: { ...rich.api, cors: { origins: ['https://a.example.com'] } } }],
  ['scopes', { scopes: 'intersect' }],
] as const)('the version changes with %s', (_, change) => {
  expect(mapOf({ ...rich, ...change }).version).not.toBe(mapOf(rich).version);
});

test('tests, defaults written out and a long form do not change the version', () => {
  const { version } = mapOf(rich);
  const quotas = {
    ...rich.quotas,
    standard: { by: 'user', accuracy: 'exact', windows: [{ limit: 60, per: 'minute' }] },
  } as const;
  expect(
    mapOf({
      ...rich,
      quotas,
      scopes: 'groups',
      tests: [{ groups: ['readers'], allows: ['GET /orders'] }],
    }).version,
  ).toBe(version);
});

const garbage = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc
    .array(
      fc.constantFrom(
        'api:',
        '\n',
        '  ',
        '- ',
        '{',
        '}',
        '[',
        ']',
        '&a ',
        '*a',
        '? ',
        ': ',
        '"',
        "'",
        '#',
        '!x ',
        '\t',
        '---\n',
        'groups',
        '<<',
        '|',
        '>',
        '%',
        'GET /a',
      ),
      { maxLength: 60 },
    )
    .map((parts) => parts.join('')),
  fc.json({ maxDepth: 4 }),
);

test('random text never throws anything but an access map error', () => {
  fc.assert(
    fc.property(garbage, (text) => {
      const { problems } = AccessMap.checkText(text, 'access.yaml');
      expect(problems.some(({ severity }) => severity === 'error')).toBe(true);
      expect(
        problems.every(
          ({ message }) => message.startsWith('access.yaml:') && !/[\n\r]/.test(message),
        ),
      ).toBe(true);
    }),
    { numRuns: sized(1_500, 60) },
  );
});

test('random bytes never throw anything but an access map error', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      expect(AccessMap.checkText(bytes, 'access.yaml').problems.length).toBeGreaterThan(0);
    }),
  );
});

const keys = fc.constantFrom(
  'api',
  'okta',
  'routes',
  'public',
  'signedIn',
  'permissions',
  'quotas',
  'groups',
  'machines',
  'scopes',
  'tests',
  'extends',
  'mode',
  'audit',
);

test('random values in place of the sections never throw anything but an access map error', () => {
  fc.assert(
    fc.property(
      fc.dictionary(
        keys,
        fc.anything({ withDate: true, withBigInt: true, withMap: true, withNullPrototype: true }),
      ),
      (sections) => {
        try {
          AccessMap.fromObject({ ...base, ...sections } as never);
        } catch (error) {
          expect(error).toBeInstanceOf(AccessMapError);
        }
      },
    ),
    { numRuns: sized(500, 80) },
  );
});

test.each(['[', '{a: ', '- ', '? ', '&a [', '!!seq ['])(
  'a hundred thousand times %j is refused, not run',
  (part) => {
    expect(AccessMap.checkText(part.repeat(100_000), 'access.yaml').problems).toHaveLength(1);
  },
);

test('aliases cannot make a small file a large map', () => {
  const levels = Array.from(
    { length: 20 },
    (_, index) => `  l${index + 1}: &l${index + 1} [${Array(10).fill(`*l${index}`).join(', ')}]`,
  );
  const { problems } = AccessMap.checkText(
    `groups:\n  l0: &l0 [a]\n${levels.join('\n')}\n`,
    'access.yaml',
  );
  expect(problems.map(({ code }) => code)).toContain('FILE_TOO_COMPLEX');
});

test('each alias of thousands is found in one pass over the file', () => {
  const walk = jest.spyOn(Alias.prototype, 'resolve');
  const { problems } = AccessMap.checkText(
    `groups:\n  l0: &l0 [a]\n  l1: [${Array(20_000).fill('*l0').join(', ')}, *l2]\n`,
    'access.yaml',
  );
  expect(problems.filter(({ code }) => code === 'YAML_ALIAS')).toHaveLength(1);
  // The parser's own search for one alias reads the whole file.
  expect(walk).not.toHaveBeenCalled();
});
