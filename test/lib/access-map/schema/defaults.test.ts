/**
 * A default is written in the schema, which editors and pages show, and in the reader of its key.
 */
import { expect, test } from '@jest/globals';
import { stringify } from 'yaml';
import { AccessMap } from '../../../../lib/access-map/index.ts';
import { accessMapSchema } from '../../../../lib/access-map/schema/schema.ts';

type Json = Readonly<Record<string, unknown>>;

const OKTA = {
  issuer: 'https://acme.okta.com/oauth2/aus1',
  audience: 'api://orders',
  clients: ['0oa1web'],
  manage: { org: 'https://acme.okta.com' },
  revocation: {},
};
const UPSTREAM = { url: 'https://orders.example.com' };
/** Each key that has a default has a place in one of them. */
const MAP = {
  api: { name: 'orders', upstream: UPSTREAM, cors: { origins: ['https://app.example.com'] } },
  okta: OKTA,
  routes: [{ route: 'GET /orders' }, 'POST /orders'],
  quotas: { standard: { limit: 60, per: 'minute', by: 'user' } },
  groups: { readers: { allow: ['GET /orders'], quota: 'standard' } },
  audit: {},
  permissionsEndpoint: { path: '/me/permissions' },
};
const readFile = () => stringify({ openapi: '3.0.3', paths: { '/orders': { get: {}, post: {} } } });
const { revocation: _, ...withoutHub } = OKTA;
const MAPS: Readonly<Record<string, Json>> = {
  'api/attachTo': {
    ...MAP,
    api: { name: 'orders', kind: 'rest', attachTo: { restApiId: 'a1b2c3d4e5', stage: 'prod' } },
  },
  'okta/-': { ...MAP, okta: [{ ...withoutHub, name: 'staff' }] },
  'okta/-/revocation': { ...MAP, okta: [{ ...OKTA, name: 'staff' }] },
  'routes/basePath': { ...MAP, routes: { openapi: 'orders.yaml' } },
};

interface Default {
  readonly path: readonly string[];
  readonly value: unknown;
}

const defaults = [...defaultsIn(accessMapSchema)];

/** In a path, `*` is any name and `-` is any item. */
function* defaultsIn(schema: unknown, path: readonly string[] = []): Iterable<Default> {
  const { properties = {}, additionalProperties, items, anyOf = [], ...own } = schema as Json;
  if (own['default'] !== undefined) yield { path, value: own['default'] };
  for (const [key, value] of Object.entries(properties as Json))
    yield* defaultsIn(value, [...path, key]);
  if (typeof additionalProperties === 'object')
    yield* defaultsIn(additionalProperties, [...path, '*']);
  if (typeof items === 'object') yield* defaultsIn(items, [...path, '-']);
  for (const form of anyOf as readonly unknown[]) yield* defaultsIn(form, path);
}

/** The map with the value in the place; undefined where the map has no such place. */
function withValue(map: unknown, [key = '', ...rest]: readonly string[], value: unknown): unknown {
  if (Array.isArray(map) && key === '-') return [withValue(map[0], rest, value), ...map.slice(1)];
  if (typeof map !== 'object' || map === null || Array.isArray(map)) return undefined;
  const [name = ''] = key === '*' ? Object.keys(map) : [key];
  const inner = rest.length === 0 ? value : withValue((map as Json)[name], rest, value);
  return inner === undefined ? undefined : { ...map, [name]: inner };
}

/** Places, and that a map names the lifetime of its tokens itself (docs/decisions/0132). */
const OF_THE_TEXT = ['at', 'line', 'column', 'tokenLifetimeNamed'];

/** What a map means: all of it but how and where it was written. */
function meaningOf(map: Json): unknown {
  const { map: read, problems } = AccessMap.checkText(stringify(map), 'access.yaml', { readFile });
  if (!read) throw new Error(problems.map(({ message }) => message).join('\n'));
  return JSON.parse(
    JSON.stringify(read, (key, value) => (OF_THE_TEXT.includes(key) ? null : value)),
  );
}

test('there are defaults', () => {
  expect(defaults.length).toBeGreaterThan(40);
});

test.each(defaults.map(({ path, value }) => [path.join('/'), path, value] as const))(
  'a map with the default of %s means what a map without it means',
  (name, path, value) => {
    const [, map = MAP] =
      Object.entries(MAPS)
        .filter(([below]) => name.startsWith(below))
        .toSorted(([a], [b]) => b.length - a.length)[0] ?? [];
    const written = withValue(map, path, value);
    if (written === undefined) throw new Error(`expected a map with a place for \`${name}\``);
    expect(meaningOf(written as Json)).toEqual(meaningOf(map));
  },
);
