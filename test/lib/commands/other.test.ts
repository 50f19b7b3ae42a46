import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { Cell } from '../../../lambda/core/decision/cell.ts';
import { AccessMap } from '../../../lib/access-map/index.ts';
import { runInit } from '../../../lib/commands/init.ts';
import { runMatrix } from '../../../lib/commands/matrix.ts';
import { runTest } from '../../../lib/commands/test.ts';
import { runTypes } from '../../../lib/commands/types.ts';
import { capture, EXAMPLE, exampleWith, project } from './project.ts';

const OPENAPI = readFileSync(
  join(__dirname, '../access-map/routes/fixtures/books.openapi.yaml'),
  'utf8',
);

describe('test', () => {
  const ran = (text: string) => {
    const io = capture(project({ 'access.yaml': text }));
    return { code: runTest({}, io), out: io.stdout() };
  };
  test('passes on the example', () => {
    expect(ran(EXAMPLE)).toEqual({ code: 0, out: 'access.yaml: 2 tests, all passed\n' });
  });

  test('names the case that fails when a grant is taken away, and why', () => {
    const { code, out } = ran(
      exampleWith(['    allow: [orders:read]', '    allow: [GET /orders/*]']),
    );
    expect(code).toBe(1);
    expect(out).toContain(
      '`orders-readers` on `GET /orders`: expected allow, found deny (GROUP_NOT_ALLOWED, no_group_allows)\n',
    );
    expect(out).toMatch(/^access\.yaml:\d+:\d+: at tests\[0\]\.allows\[0\]: /);
    expect(out).toContain('2 tests, 1 failed');
  });

  test('names the case that fails when a deny is taken away', () => {
    const { code, out } = ran(
      exampleWith([
        '      - DELETE /orders/{id}\n      - GET /reports/*\n\nmach',
        '      - GET /reports/*\n\nmach',
      ]),
    );
    expect(code).toBe(1);
    expect(out).toContain(
      '`orders-admins` with `contractors` on `DELETE /orders/{id}`: expected deny, found allow (group_allows)',
    );
  });
});

describe('types', () => {
  test('are the routes and permissions of the map', () => {
    const io = capture(project({ 'access.yaml': EXAMPLE }));
    expect(runTypes({}, io)).toBe(0);
    expect(io.stdout()).toContain('  | "GET /orders/{id}"\n');
    expect(io.stdout()).toContain(
      'export type AccessPermission =\n  | "orders:read"\n  | "orders:write";\n',
    );
  });
});

describe('matrix', () => {
  const ran = (format: 'table' | 'csv' | 'json' | 'html', text = EXAMPLE) => {
    const io = capture(project({ 'access.yaml': text }));
    expect(runMatrix({ format }, io)).toBe(0);
    return io.stdout();
  };

  test('tells every cell as a table', () => {
    expect(ran('table')).toContain(
      '  DELETE /orders/{id}  .               yes            .          DENIED       .\n',
    );
  });

  test('is CSV that spreadsheets read as text', () => {
    const [head, first] = ran(
      'csv',
      exampleWith(['  contractors:', '  \'=cmd|"x"\':\n  contractors:']),
    ).split('\r\n');
    expect(head).toBe(
      `"route","mode","orders-readers","orders-admins","partners","'=cmd|""x""","contractors","machine 0oa1batch"`,
    );
    expect(first).toBe(
      '"GET /orders","enforce","allowed","allowed","allowed","closed","closed","allowed"',
    );
  });

  test('is JSON that agrees with the table', () => {
    const { subjects, routes } = JSON.parse(ran('json')) as {
      subjects: unknown[];
      routes: { key: string; cells: Cell[] }[];
    };
    expect(subjects).toHaveLength(5);
    expect(routes.find(({ key }) => key === 'DELETE /orders/{id}')?.cells).toEqual([
      { rule: 'closed', mode: 'enforce', gateway: 'deny' },
      { rule: 'allowed', mode: 'enforce', gateway: 'allow' },
      { rule: 'closed', mode: 'enforce', gateway: 'deny' },
      { rule: 'denied', mode: 'enforce', gateway: 'deny' },
      { rule: 'closed', mode: 'enforce', gateway: 'deny' },
    ]);
  });

  test('is one page without network, whose data no name can break out of', () => {
    const page = ran(
      'html',
      exampleWith(['  contractors:', "  '</script><img src=x onerror=alert(1)>':\n  contractors:"]),
    );
    expect(page).not.toContain('</script><img');
    expect(page).toContain("default-src 'none'");
    expect(page.match(/https?:\/\//)).toBeNull();
    expect(page).toContain('<div>&#60;/script&#62;&#60;img src=x onerror=alert(1)&#62;</div></th>');
  });

  test('has each cell of the page in words, in a table that says how large it is', () => {
    const page = ran('html');
    expect(page).toContain(
      '<main>\n<table aria-label="Who may call which route" aria-rowcount="9" aria-colcount="6">',
    );
    expect(page).toContain(
      '<tr aria-rowindex="5"><th scope="row"><b>DELETE</b> /orders/{id}</th>' +
        '<td class=c>not allowed<td class=a>allowed<td class=c>not allowed' +
        '<td class=d>denied, whatever other groups allow<td class=c>not allowed</tr>',
    );
    expect(page).toMatch(/<b>GET<\/b> \/me<\/th><td class=s>any signed-in user/);
    expect(page).not.toContain('open to any');
  });

  test('names in the page what shadow mode and conflicts do', () => {
    const page = ran('html', `mode: shadow\n${EXAMPLE}`);
    expect(page).toContain('<td class="a shadow">allowed (shadow: any valid token passes)');
    expect(page).toContain('<i title="shadow: any valid token passes">shadow<span>');
  });
});

describe('init', () => {
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
    ).rejects.toThrow('exists already and is not overwritten');
    await expect(
      runInit({ openapi: 'bad.yaml', output: 'new.yaml' }, capture(folder)),
    ).rejects.toThrow('expected an OpenAPI description, version 2 or 3');
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
      await expect(pathsOf({ paths: { '/a': { $ref: ref } } })).rejects.toThrow(
        `expected the operations of \`/a\`, found \`$ref\` to \`${ref}\``,
      );
    },
  );

  test('tells of a map that is not valid yet, and ends with 1', async () => {
    const io = capture(
      project({ 'api.json': '{"openapi":"3.0.3","info":{"title":"X"},"paths":{}}' }),
    );
    expect(await runInit({ openapi: 'api.json' }, io)).toBe(1);
    expect(io.stderr()).toContain('expected a route that a map can have, found none');
  });

  test('says what it left out', async () => {
    const io = capture(
      project({
        'api.json':
          '{"openapi":"3.0.3","info":{"title":"X"},"paths":{"/a/{b}.json":{"get":{}},"/a":{"get":{}}}}',
      }),
    );
    expect(await runInit({ openapi: 'api.json' }, io)).toBe(0);
    expect(io.stderr()).toBe(
      'left out `GET /a/{b}.json`: expected a parameter that is a whole segment, found `GET /a/{b}.json`\n',
    );
  });
});
