import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { AccessMap } from '../../../../lib/access-map/index.ts';
import { runInit } from '../../../../lib/commands/init.ts';
import { capture, project } from '../project.ts';

const OPENAPI = readFileSync(
  join(__dirname, '../../access-map/routes/fixtures/books.openapi.yaml'),
  'utf8',
);

describe('init from an OpenAPI document', () => {
  test('writes a valid map with the routes, what is open, and scopes as permissions', async () => {
    const folder = project({ 'api.yaml': OPENAPI });
    expect(await runInit({ openapi: 'api.yaml', output: 'access.yaml' }, capture(folder))).toBe(0);
    const map = AccessMap.fromFile(join(folder, 'access.yaml'));
    expect(map.name).toBe('books-co-api');
    expect(map.gatewayRoutes.filter((route) => route.public).map(({ key }) => key)).toEqual([
      'GET /health',
    ]);
    expect(map.model.permissions.map(({ name }) => name)).toEqual(['books:read', 'books:write']);
    expect(map.model.okta[0]?.issuers).toEqual(['https://acme.okta.com/oauth2/aus1abc']);
    expect(map.api.upstream).toEqual({ kind: 'url', url: 'https://eu.books.example.com/v1' });
  });

  test('never overwrites a file, and leaves none behind when the description is none', async () => {
    const folder = project({
      'api.yaml': OPENAPI,
      'access.yaml': 'mine',
      'bad.yaml': 'swagger: 1.2',
    });
    await expect(
      runInit({ openapi: 'api.yaml', output: 'access.yaml' }, capture(folder)),
    ).rejects.toMatchObject({
      code: 'OUTPUT_EXISTS',
      message: expect.stringContaining('`access.yaml`'),
    });
    await expect(
      runInit({ openapi: 'bad.yaml', output: 'new.yaml' }, capture(folder)),
    ).rejects.toMatchObject({
      code: 'DOCUMENT_UNREADABLE',
      message: expect.stringMatching(/`bad\.yaml`.*1\.2/),
    });
    expect([
      readFileSync(join(folder, 'access.yaml'), 'utf8'),
      existsSync(join(folder, 'new.yaml')),
    ]).toEqual(['mine', false]);
  });

  const pathsOf = async (description: object): Promise<readonly string[]> => {
    const folder = project({
      'api.json': JSON.stringify({ openapi: '3.1.0', info: { title: 'X' }, ...description }),
    });
    expect(await runInit({ openapi: 'api.json', output: 'access.yaml' }, capture(folder))).toBe(0);
    return AccessMap.fromFile(join(folder, 'access.yaml')).gatewayRoutes.map(({ key }) => key);
  };

  test('follows references within the description; servers say nothing of routes, as for an import', async () => {
    const routes = await pathsOf({
      servers: [{ url: 'v1/' }],
      paths: {
        '/shared': { $ref: '#/components/pathItems/a~1b' },
        '/two': {
          servers: [{ url: 'https://x.example.com/v2' }],
          get: {},
          post: { servers: [{ url: '/v3' }] },
        },
      },
      components: { pathItems: { 'a/b': { get: {}, delete: {} } } },
    });
    expect(routes).toEqual(['GET /shared', 'DELETE /shared', 'GET /two', 'POST /two']);
  });

  test.each(['other.yaml#/paths/x', '#/components/pathItems/missing', '#/'])(
    'does not guess what stands behind %s',
    async (ref) => {
      const refused = pathsOf({ paths: { '/a': { $ref: ref } } });
      for (const name of [`\`${ref}\``, '`/a`'])
        await expect(refused).rejects.toMatchObject({
          code: 'DOCUMENT_UNREADABLE',
          message: expect.stringContaining(name),
        });
    },
  );

  test('tells of a map that is not valid yet, and ends with 1', async () => {
    const io = capture(
      project({ 'api.json': '{"openapi":"3.0.3","info":{"title":"X"},"paths":{}}' }),
    );
    await expect(runInit({ openapi: 'api.json' }, io)).rejects.toMatchObject({
      code: 'API_WITHOUT_ROUTES',
      exit: 1,
    });
  });

  test('says what it left out', async () => {
    const io = capture(
      project({
        'api.json':
          '{"openapi":"3.0.3","info":{"title":"X"},"paths":{"/a/{b}.json":{"get":{}},"/a":{"get":{}}}}',
      }),
    );
    expect(await runInit({ openapi: 'api.json' }, io)).toBe(0);
    expect(io.stderr()).toMatch(/^[^\n]*`GET \/a\/\{b\}\.json`[^\n]*\n$/);
  });
});
