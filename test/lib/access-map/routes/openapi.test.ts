import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { hasBit } from '../../../../lambda/core/model/bits.ts';
import { parseModel } from '../../../../lambda/core/model/load-model.ts';
import { AccessMap } from '../../../../lib/access-map/index.ts';
import { base } from '../support.ts';

const folder = join(__dirname, 'fixtures');
const readFile = (name: string): string => readFileSync(join(folder, name), 'utf8');
const described = { ...base, routes: { openapi: 'books.openapi.yaml', basePath: 'prepend' } };
const check = (changes: object, reader: ((name: string) => string) | undefined = readFile) =>
  AccessMap.checkObject({ ...described, ...changes }, reader ? { readFile: reader } : {});
const messages = (changes: object) =>
  check(changes).problems.map(({ message }) => message.replace('cdk.json#/context/accessMap', ''));

/** Routes of each permission. */
function permissionsOf(permissions: object): Readonly<Record<string, readonly string[]>> {
  const { map, problems } = check({
    permissions,
    groups: { all: { allow: Object.keys(permissions) } },
  });
  if (!map) throw new Error(problems.map(({ message }) => message).join('\n'));
  const model = parseModel(map.model);
  return Object.fromEntries(
    model.permissions.map(({ name, routes }) => [
      name,
      model.routes.filter((_, index) => hasBit(routes, index)).map(({ key }) => key),
    ]),
  );
}

describe('an inventory from an OpenAPI file', () => {
  test('has every operation, below the server’s path where the import prepends it', () => {
    expect(check({}).map?.gatewayRoutes.map(({ key }) => key)).toEqual([
      'GET /v1/books',
      'POST /v1/books',
      'GET /v1/books/{isbn}',
      'DELETE /v1/books/{isbn}',
      'GET /v1/health',
    ]);
    const ignored = check({ routes: { openapi: 'books.openapi.yaml', basePath: 'ignore' } });
    expect(ignored.map?.gatewayRoutes.map(({ key }) => key)).toEqual([
      'GET /books',
      'POST /books',
      'GET /books/{isbn}',
      'DELETE /books/{isbn}',
      'GET /health',
    ]);
  });

  test('that says nothing of a server’s path gets both readings of its first route', () => {
    const { map, problems } = check({ routes: { openapi: 'books.openapi.yaml' } });
    expect(map?.gatewayRoutes[0]?.key).toBe('GET /books');
    const found = problems.filter(({ code }) => code === 'OPENAPI_BASE_PATH');
    expect(found).toHaveLength(1);
    expect(found[0]?.message).toContain('`GET /books` where');
    expect(found[0]?.message).toContain('`GET /v1/books` where');
  });

  test('means the same as the same routes in a list', () => {
    const routes = check({}).map?.gatewayRoutes.map(({ key }) => key);
    expect(check({}).map?.version).toBe(check({ routes }).map?.version);
  });

  test.each([
    ['paths: {}', 'expected an OpenAPI description, version 2 or 3, found no `openapi` key'],
    ['openapi: 2.0.0', 'expected an OpenAPI description, version 2 or 3, found version 2.0.0'],
    ['- a', 'expected an OpenAPI description, version 2 or 3, found no mapping'],
  ])('that is none (%s) is reported', (content, says) => {
    const { problems } = check({}, () => content);
    expect(problems.map(({ message }) => message)).toEqual([
      `cdk.json#/context/accessMap/routes/openapi: \`books.openapi.yaml\`: ${says}`,
    ]);
  });

  test('that is not there is reported, and so are operations that no gateway can have', () => {
    expect(messages({ routes: { openapi: 'none.yaml' } })).toEqual([
      '/routes/openapi: expected a readable OpenAPI file, named relative to the map, found `none.yaml`',
    ]);
    const partial =
      'openapi: 3.0.0\npaths: { "/a/{b}.json": { get: {} }, /c/: { get: {} }, /d: { get: {} } }';
    const { map, problems } = check({}, () => partial);
    expect(problems.map(({ severity, code }) => [severity, code])).toEqual([
      ['warning', 'ROUTE_INVALID'],
      ['warning', 'ROUTE_INVALID'],
    ]);
    expect(map?.gatewayRoutes.map(({ key }) => key)).toEqual(['GET /d']);
  });
});

describe('a permission', () => {
  test('is a tag, narrowed by methods', () => {
    expect(
      permissionsOf({ read: { tag: 'catalog', methods: ['GET'] }, admin: { tag: 'admin' } }),
    ).toEqual({
      read: ['GET /v1/books', 'GET /v1/books/{isbn}'],
      admin: ['DELETE /v1/books/{isbn}'],
    });
  });

  test('is the operations whose security names it', () => {
    expect(
      permissionsOf({
        'books:write': { fromOpenapi: 'security' },
        'books:read': { fromOpenapi: 'security' },
      }),
    ).toEqual({
      'books:write': ['POST /v1/books', 'DELETE /v1/books/{isbn}'],
      'books:read': ['GET /v1/books', 'GET /v1/books/{isbn}'],
    });
  });

  test('is patterns without others', () => {
    expect(
      permissionsOf({
        all: { routes: ['ANY /v1/**'], except: ['GET /v1/health', 'DELETE /v1/books/*'] },
      }),
    ).toEqual({
      all: ['GET /v1/books', 'POST /v1/books', 'GET /v1/books/{isbn}'],
    });
  });

  test.each([
    [
      { tag: 'catlog' },
      '/permissions/p/tag: expected a tag of the OpenAPI file, found `catlog`, did you mean `catalog`?',
    ],
    [
      { tag: 'admin', methods: ['GET'] },
      '/permissions/p/tag: expected a method that the operations tagged `admin` have, found `GET`',
    ],
    [
      { fromOpenapi: 'security' },
      '/permissions/p/fromOpenapi: expected a scope that an operation of the OpenAPI file needs, found `p`',
    ],
    [
      { except: ['GET /v1/health'] },
      '/permissions/p: expected one of `routes`, `tag` and `fromOpenapi`, found none',
    ],
    [
      { tag: 'admin', routes: ['GET /v1/books'] },
      '/permissions/p: expected one of `routes`, `tag` and `fromOpenapi`, found `routes` and `tag`',
    ],
    [
      { routes: ['GET /v1/books'], methods: ['GET'] },
      '/permissions/p/methods: expected `methods` beside `tag`, found no `tag`',
    ],
    [
      { routes: ['GET /v1/books'], except: ['GET /v1/*'] },
      '/permissions/p/except: `except` removes every route of `p`: expected at least one that remains',
    ],
  ])('%j is reported', (permission, message) => {
    expect(messages({ permissions: { p: permission }, groups: { g: { allow: ['p'] } } })).toContain(
      message,
    );
  });

  test('by tag needs an OpenAPI file', () => {
    expect(messages({ routes: base.routes, permissions: { p: { tag: 'a' } } })).toContain(
      '/permissions/p/tag: expected an inventory from an OpenAPI file (`routes: { openapi: api.yaml }`), found a list of routes',
    );
  });
});
