import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { Template } from 'aws-cdk-lib/assertions';
import { parse, stringify } from 'yaml';
import { DEPLOYED_MAP, readDeployedMap } from '../../../lib/access-map/deployed-map.ts';
import { AccessMap } from '../../../lib/access-map/index.ts';
import { type DiffOptions, runDiff } from '../../../lib/commands/diff.ts';
import { type Change, diffMaps } from '../../../lib/map-diff/index.ts';
import { AccessStack } from '../../../lib/stack/access-stack.ts';
import { newApp } from '../../support/synthesis.ts';
import { capture, EXAMPLE, exampleWith, project } from './project.ts';

const mapOf = (text: string): AccessMap => {
  const { map, problems } = AccessMap.checkText(text, 'access.yaml');
  if (!map) throw new Error(problems.map(({ message }) => message).join('\n'));
  return map;
};
const lines = (changes: readonly Change[]): readonly string[] =>
  changes.map(({ kind, subject, route, from, to, widened }) =>
    [widened ? 'WIDER' : 'other', kind, subject, route ?? '', `${from ?? '-'}>${to ?? '-'}`]
      .filter((part) => part !== '')
      .join(' '),
  );
/** A map with one more line under `api`. */
const existing = (line: string): AccessMap =>
  mapOf(`api:
  name: shop
  ${line}
okta: { issuer: https://acme.okta.com/oauth2/aus1abc, audience: api://shop, clients: [0oa1web] }
routes: [GET /me, GET /orders]
groups: { staff: { allow: [GET /me] } }
`);
const diffOf = (...changes: readonly (readonly [string, string])[]) =>
  lines(diffMaps(mapOf(EXAMPLE), mapOf(exampleWith(...changes))));

describe('the difference of two maps', () => {
  test.each([
    [
      'a grant',
      '    allow: [orders:read]',
      '    allow: [orders:read, POST /orders]',
      ['WIDER cell orders-readers POST /orders closed>allowed'],
    ],
    [
      'a deny that goes',
      '      - DELETE /orders/{id}\n      - GET /reports/*\n\nmach',
      '      - GET /reports/*\n\nmach',
      ['WIDER cell contractors DELETE /orders/{id} denied>closed'],
    ],
    [
      'a machine',
      '  0oa1batch:\n    groups: [partners]',
      '  0oa1batch:\n    groups: [orders-readers]',
      [
        'other cell machine 0oa1batch POST /orders allowed>closed',
        'other machine machines.0oa1batch.groups partners>-',
        'other machine machines.0oa1batch.groups ->orders-readers',
      ],
    ],
    [
      'public',
      'public:\n  - GET /health',
      'public:\n  - GET /health\n  - POST /orders',
      ['WIDER public public POST /orders groups>public'],
    ],
    [
      'signedIn',
      'signedIn:\n  - GET /me',
      'signedIn: []',
      ['other signedIn signedIn GET /me signedIn>groups'],
    ],
    [
      'a raised limit',
      'limit: 60, per: minute',
      'limit: 61, per: minute',
      ['WIDER quota quotas.standard.limit per minute 60>61'],
    ],
    [
      'a lowered limit',
      'limit: 60, per: minute',
      'limit: 59, per: minute',
      ['other quota quotas.standard.limit per minute 60>59'],
    ],
    [
      'who is charged',
      'per: minute, by: user',
      'per: minute, by: client',
      ['WIDER quota quotas.standard.by user>client'],
    ],
    [
      'onStoreFailure',
      'by: user }',
      'by: user, onStoreFailure: allow }',
      ['WIDER quota quotas.standard.onStoreFailure deny>allow'],
    ],
    [
      'a window that goes',
      '      - { limit: 600, per: minute }\n',
      '',
      ['WIDER quota quotas.partner.limit per minute 600>-'],
    ],
    [
      'the issuer',
      'issuer: https://acme',
      'issuer: https://evil',
      [
        'WIDER trust okta.issuer ->https://evil.okta.com/oauth2/aus1abc',
        'other trust okta.issuer https://acme.okta.com/oauth2/aus1abc>-',
      ],
    ],
    [
      'the audience',
      'audience: api://orders',
      'audience: api://other',
      ['WIDER trust okta.audience api://orders>api://other'],
    ],
    [
      'any client',
      'clients: [0oa1web]',
      'clients: any',
      ['WIDER trust okta.clients ->any', 'other trust okta.clients 0oa1web>-'],
    ],
    [
      'a client that goes',
      'clients: [0oa1web]',
      'clients: [0oa1other]',
      ['WIDER trust okta.clients ->0oa1other', 'other trust okta.clients 0oa1web>-'],
    ],
    [
      'skew',
      '  clients: [0oa1web]',
      '  clients: [0oa1web]\n  maxClockSkew: 120s',
      ['WIDER trust okta.maxClockSkew 60s>120s'],
    ],
    [
      'less skew',
      '  clients: [0oa1web]',
      '  clients: [0oa1web]\n  maxClockSkew: 30s',
      ['other trust okta.maxClockSkew 60s>30s'],
    ],
    [
      'another claim',
      '  clients: [0oa1web]',
      '  clients: [0oa1web]\n  groupsClaim: roles',
      ['WIDER trust okta.groupsClaim ->roles', 'WIDER trust okta.groupsClaim groups>-'],
    ],
    [
      'origins',
      'origins: [https://app.example.com]',
      "origins: ['*']",
      [
        'WIDER setting api.cors.origins ->*',
        'other setting api.cors.origins https://app.example.com>-',
      ],
    ],
    [
      'a route that goes into shadow',
      '  - POST /orders\n',
      '  - { route: POST /orders, mode: shadow }\n',
      ['WIDER mode mode POST /orders enforce>shadow'],
    ],
    [
      'a map that goes into shadow',
      'tests:',
      'mode: shadow\ntests:',
      ['WIDER mode mode enforce>shadow'],
    ],
    [
      'a sample',
      'tests:',
      'audit: { allows: 0.5, hashPrincipal: true }\ntests:',
      ['other setting audit.allows 1>0.5', 'other setting audit.hashPrincipal false>true'],
    ],
    [
      'a sensitive route',
      '  - POST /orders\n',
      '  - { route: POST /orders, sensitive: true }\n',
      ['other setting routes.sensitive ->POST /orders'],
    ],
    [
      'scopes that are no longer asked for',
      'tests:',
      'scopes: intersect\ntests:',
      ['other setting scopes groups>intersect'],
    ],
    [
      'where calls go',
      'https://orders.example.com',
      'https://new.example.com',
      ['other setting api.upstream.url https://orders.example.com>https://new.example.com'],
    ],
  ])('tells %s', (_, old, next, expected) => {
    const found = diffOf([old, next]).filter((line) => !line.includes('CONTEXT'));
    expect(found.toSorted()).toEqual(expect.arrayContaining(expected.toSorted()));
  });

  test('tells of shadow mode that ends, and of a route that does not go with its map', () => {
    const watched = exampleWith(['tests:', 'mode: shadow\ntests:']);
    expect(
      lines(diffMaps(mapOf(watched), mapOf(EXAMPLE))).filter((line) => line.includes('mode')),
    ).toEqual(['other mode mode shadow>enforce']);
    const strict = exampleWith(
      ['tests:', 'mode: shadow\ntests:'],
      ['  - POST /orders\n', '  - { route: POST /orders, mode: enforce }\n'],
    );
    expect(lines(diffMaps(mapOf(watched), mapOf(strict)))).toEqual([
      'other mode mode POST /orders shadow>enforce',
    ]);
    const partly = exampleWith([
      '  - POST /orders\n',
      '  - { route: POST /orders, mode: shadow }\n',
    ]);
    expect(lines(diffMaps(mapOf(partly), mapOf(strict)))).toEqual([
      'WIDER mode mode enforce>shadow',
      'other mode mode POST /orders shadow>enforce',
    ]);
  });

  test.each([
    ['widened', 'access.yaml', 'watched.yaml', 1],
    ['widened', 'watched.yaml', 'access.yaml', 0],
    ['narrowed', 'watched.yaml', 'access.yaml', 1],
  ] as const)(
    'with shadow mode, `--fail-on %s` from %s to %s exits with %d',
    async (failOn, old, next, code) => {
      const io = capture(
        project({
          'access.yaml': EXAMPLE,
          'watched.yaml': exampleWith(['tests:', 'mode: shadow\ntests:']),
        }),
      );
      expect(await runDiff({ old, new: next, failOn }, io)).toBe(code);
    },
  );

  test.each([
    [
      'another API',
      '{ httpApiId: a1b2c3d4e5 }',
      '{ httpApiId: f6g7h8i9j0 }',
      ['WIDER setting api.attachTo http API a1b2c3d4e5>http API f6g7h8i9j0'],
    ],
    [
      'a route whose authorizer gives way',
      '{ httpApiId: a1b2c3d4e5 }',
      '{ httpApiId: a1b2c3d4e5, replace: [GET /me] }',
      ['WIDER setting api.attachTo.replace ->GET /me'],
    ],
    [
      'a route whose authorizer is back',
      '{ httpApiId: a1b2c3d4e5, replace: [GET /me] }',
      '{ httpApiId: a1b2c3d4e5 }',
      ['WIDER setting api.attachTo.replace GET /me>-'],
    ],
    [
      'unmapped routes that stay open',
      '{ httpApiId: a1b2c3d4e5, onUnmapped: deny }',
      '{ httpApiId: a1b2c3d4e5, onUnmapped: leave }',
      ['WIDER setting api.attachTo.onUnmapped deny>leave'],
    ],
    [
      'unmapped routes that are refused',
      '{ httpApiId: a1b2c3d4e5, onUnmapped: leave }',
      '{ httpApiId: a1b2c3d4e5, onUnmapped: deny }',
      ['other setting api.attachTo.onUnmapped leave>deny'],
    ],
    [
      'a finding that is accepted',
      '{ httpApiId: a1b2c3d4e5 }',
      '{ httpApiId: a1b2c3d4e5, accept: [authorizerQuota] }',
      ['WIDER setting api.accept.findings ->authorizerQuota'],
    ],
    [
      'edits of others that are published',
      '{ httpApiId: a1b2c3d4e5 }',
      '{ httpApiId: a1b2c3d4e5, publishPending: true }',
      ['WIDER setting api.attachTo.publishPending false>true'],
    ],
    [
      'a dry run that becomes an attachment',
      '{ httpApiId: a1b2c3d4e5, dryRun: true }',
      '{ httpApiId: a1b2c3d4e5 }',
      ['other setting api.attachTo.dryRun true>false'],
    ],
  ])('tells how it is attached: %s', (_, was, is, expected) => {
    expect(lines(diffMaps(existing(`attachTo: ${was}`), existing(`attachTo: ${is}`)))).toEqual(
      expected,
    );
  });

  test.each([
    [
      'an API that is no longer attached to',
      'attachTo: { httpApiId: a1b2c3d4e5 }',
      'upstream: { url: https://a.example.com }',
      'WIDER setting api.attachTo http API a1b2c3d4e5>-',
    ],
    [
      'an API that its owner connects',
      'attachTo: { httpApiId: a1b2c3d4e5 }',
      'authorizerOnly: true',
      'WIDER setting api.authorizerOnly false>true',
    ],
    [
      'an API that is attached to now',
      'upstream: { url: https://a.example.com }',
      'attachTo: { httpApiId: a1b2c3d4e5 }',
      'other setting api.attachTo ->http API a1b2c3d4e5',
    ],
  ])('tells %s', (_, was, is, expected) => {
    expect(lines(diffMaps(existing(was), existing(is)))).toContain(expected);
  });

  test('is nothing where only the spelling differs', () => {
    const shuffled = parse(EXAMPLE) as Record<string, unknown>;
    const other = stringify(Object.fromEntries(Object.entries(shuffled).toReversed()));
    const spelled = exampleWith(
      ['ANY /orders\n', 'GET /orders\n      - POST /orders\n'],
      ['GET /reports/*', 'GET /reports/{year}'],
      ['    groups: [partners]', '    groups:\n      - partners # the same'],
      ['    allow: [orders:read]', '    allow: ["GET /orders/*", GET /orders]'],
      [
        'standard: { limit: 60, per: minute, by: user }',
        "standard: { by: 'user', windows: [{ per: minute, limit: 60 }] }",
      ],
      ['audience: api://orders', 'audience: "api://orders"'],
    );
    for (const text of [other, spelled]) expect(diffMaps(mapOf(EXAMPLE), mapOf(text))).toEqual([]);
  });

  test('is nothing to itself, and what one direction widens the other does not leave out', () => {
    const [a, b] = [
      mapOf(EXAMPLE),
      mapOf(exampleWith(['limit: 60, per: minute', 'limit: 61, per: minute'])),
    ];
    expect(diffMaps(a, a)).toEqual([]);
    expect(diffMaps(b, a)).toHaveLength(diffMaps(a, b).length);
  });

  test('a route that goes is held against the one that takes its requests', () => {
    const text = (routes: string) =>
      exampleWith(
        ['  - GET /me\n\npublic', `  - GET /me\n${routes}\npublic`],
        ['ANY /orders\n', 'GET /files/{name}\n'],
        ['contractors:\n    deny:', 'contractors:\n    deny:\n      - GET /files/*'],
      );
    const found = lines(
      diffMaps(
        mapOf(text('  - GET /files/secret\n  - GET /files/{name}\n')),
        mapOf(text('  - GET /files/{name}\n')),
      ),
    );
    expect(found).toContain('WIDER cell orders-admins GET /files/secret closed>allowed');
  });
});

describe('the command', () => {
  const aws = { readTemplate: async (): Promise<undefined> => undefined };
  const run = async (
    files: Readonly<Record<string, string>>,
    options: DiffOptions,
    before?: (folder: string) => void,
  ) => {
    const folder = project(files);
    before?.(folder);
    const io = capture(folder);
    return {
      code: await runDiff(options, io, aws),
      out: io.stdout(),
      json: () => io.json() as { widened: boolean; changes: readonly Change[] },
    };
  };
  const wider = exampleWith(['    allow: [orders:read]', '    allow: [orders:read, POST /orders]']);

  test.each([
    [{}, 0],
    [{ failOn: 'widened' }, 1],
    [{ failOn: 'narrowed' }, 0],
    [{ failOn: 'any' }, 1],
  ] as const)('with %j on a wider map ends with %i', async (options, code) => {
    expect(
      (
        await run(
          { 'a.yaml': EXAMPLE, 'b.yaml': wider },
          { old: 'a.yaml', new: 'b.yaml', ...options },
        )
      ).code,
    ).toBe(code);
  });

  test('prints JSON for programs', async () => {
    const { json } = await run(
      { 'a.yaml': EXAMPLE, 'b.yaml': wider },
      { old: 'a.yaml', new: 'b.yaml', json: true },
    );
    expect(json()).toMatchObject({
      widened: true,
      narrowed: false,
      changes: [
        {
          kind: 'cell',
          subject: 'orders-readers',
          route: 'POST /orders',
          from: 'closed',
          to: 'allowed',
          widened: true,
        },
      ],
    });
  });

  test.each<DiffOptions>([{ old: 'HEAD' }, {}])(
    'compares with a git revision, with HEAD where none is named: %j',
    async (named) => {
      const git = (folder: string, ...args: string[]) =>
        execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], {
          cwd: folder,
          stdio: 'ignore',
        });
      const { json, code } = await run(
        { 'access.yaml': EXAMPLE },
        { ...named, failOn: 'widened', json: true },
        (folder) => {
          git(folder, 'init', '-q');
          git(folder, 'add', '.');
          git(folder, 'commit', '-qm', 'one');
          writeFileSync(join(folder, 'access.yaml'), wider);
        },
      );
      expect(code).toBe(1);
      expect(json().changes).toMatchObject([{ subject: 'orders-readers', route: 'POST /orders' }]);
    },
  );

  describe('of a git revision', () => {
    const git = (folder: string, ...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], {
        cwd: folder,
        stdio: 'ignore',
      });
    /** Commits the files, then writes the others over them and compares. */
    const since = async (
      files: Readonly<Record<string, string>>,
      now: Readonly<Record<string, string>>,
      options: DiffOptions = {},
    ) =>
      run(files, { old: 'HEAD', json: true, ...options }, (folder) => {
        git(folder, 'init', '-q');
        git(folder, 'add', '.');
        git(folder, 'commit', '-qm', 'one');
        for (const [name, content] of Object.entries(now))
          writeFileSync(join(folder, name), content);
      });
    const widening = [
      {
        kind: 'cell',
        subject: 'orders-readers',
        route: 'POST /orders',
        from: 'closed',
        to: 'allowed',
        widened: true,
      },
    ];

    test('reads the base of its overlay from there', async () => {
      const stage = 'extends: base.yaml\ntests: []\n';
      const { json } = await since(
        { 'base.yaml': EXAMPLE, 'stage.yaml': stage },
        { 'base.yaml': wider },
        { map: 'stage.yaml' },
      );
      expect(json().changes).toEqual(widening);
    });

    test('reads its OpenAPI file from there', async () => {
      const described = (...paths: readonly string[]) =>
        JSON.stringify({
          openapi: '3.0.3',
          info: { title: 'x' },
          paths: Object.fromEntries(paths.map((path) => [path, { get: {} }])),
        });
      const map = `api: { name: x, upstream: { url: "https://x.example.com" } }
okta: { issuer: "https://acme.okta.com/oauth2/aus1", audience: x, clients: [c] }
routes: { openapi: api.json }
groups: { all: { allow: ["GET /**"] } }
`;
      const { json } = await since(
        { 'access.yaml': map, 'api.json': described('/a') },
        { 'api.json': described('/a', '/b') },
      );
      expect(json().changes).toMatchObject([
        { kind: 'route', route: 'GET /b' },
        { kind: 'cell', subject: 'all', route: 'GET /b', to: 'allowed', widened: true },
      ]);
    });

    test('finds the map where the revision had it: inside of its cdk.json, or under another name', async () => {
      const context = (accessMap: unknown) => JSON.stringify({ context: { accessMap } });
      const inside = context(parse(EXAMPLE, { schema: 'core' }));
      const moved = await since(
        { 'cdk.json': inside },
        { 'cdk.json': context('new.yaml'), 'new.yaml': wider },
      );
      expect(moved.json().changes).toEqual(widening);
      const renamed = await since(
        { 'cdk.json': context('old.yaml'), 'old.yaml': EXAMPLE },
        { 'cdk.json': context('new.yaml'), 'new.yaml': wider },
      );
      expect(renamed.json().changes).toEqual(widening);
    });

    test('is taken for a revision although a folder has its name', async () => {
      const { json } = await run(
        { 'access.yaml': EXAMPLE },
        { old: 'stable', json: true },
        (folder) => {
          git(folder, 'init', '-q', '-b', 'stable');
          git(folder, 'add', '.');
          git(folder, 'commit', '-qm', 'one');
          mkdirSync(join(folder, 'stable'));
        },
      );
      expect(json().changes).toEqual([]);
    });

    test('that has no such file is reported', async () => {
      await expect(since({ 'a.txt': '' }, { 'access.yaml': EXAMPLE })).rejects.toMatchObject({
        code: 'REVISION_UNKNOWN',
        message: expect.stringMatching(/`access\.yaml`.*`HEAD`/),
      });
    });
  });

  test.each(['no-such-thing', '--output=x', '$(touch x)'])(
    'takes neither file nor revision for %s',
    async (old) => {
      const message = expect.stringContaining(`\`${old}\``);
      await expect(run({ 'access.yaml': EXAMPLE }, { old })).rejects.toMatchObject({
        ...{ code: 'REVISION_UNKNOWN', message },
      });
    },
  );

  test('outside of git, and before the first commit, says what to do', async () => {
    await expect(run({ 'access.yaml': EXAMPLE }, {})).rejects.toMatchObject({
      code: 'REVISION_UNKNOWN',
      message: expect.stringMatching(/`HEAD`.*repository: name/),
    });
    const unborn = (folder: string): void =>
      void execFileSync('git', ['init', '-q'], { cwd: folder, stdio: 'ignore' });
    await expect(run({ 'access.yaml': EXAMPLE }, {}, unborn)).rejects.toMatchObject({
      code: 'REVISION_UNKNOWN',
      message: expect.stringMatching(/`HEAD`.*: commit/),
    });
  });
});

describe('the deployed map', () => {
  const templateOf = (text: string): string => {
    const stack = new AccessStack(newApp(), 'Access', { map: mapOf(text) });
    return JSON.stringify(Template.fromStack(stack).toJSON());
  };
  const wider = exampleWith(['    allow: [orders:read]', '    allow: [orders:read, POST /orders]']);
  const run = async (template: string | undefined, options: DiffOptions = {}) => {
    const io = capture(project({ 'access.yaml': wider, 'other.yaml': EXAMPLE }));
    const aws = {
      readTemplate: async (name: string) => (name === 'access-orders' ? template : undefined),
    };
    return { code: await runDiff({ deployed: true, ...options }, io, aws), out: io.stdout() };
  };

  test('is the old one, read from the template of the stack', async () => {
    const { code, out } = await run(templateOf(EXAMPLE), { failOn: 'widened' });
    expect(code).toBe(1);
    expect(out.split('\n')).toEqual([
      expect.stringMatching(/^access-orders \([0-9a-f]{16}\) -> access.yaml \([0-9a-f]{16}\)$/),
      'lets more in:',
      '  orders-readers  POST /orders  closed -> allowed',
      '1 change, 1 of them wider',
      '',
    ]);
  });

  test('is compared with a map that is named', async () => {
    const options = { old: 'other.yaml', failOn: 'any', json: true } as const;
    const { code, out } = await run(templateOf(EXAMPLE), options);
    expect([code, JSON.parse(out)]).toMatchObject([0, { changes: [] }]);
  });

  test('differs from another one as the files do, in every detail', () => {
    const deployed = readDeployedMap(templateOf(EXAMPLE), 'access-orders');
    expect(diffMaps(deployed, mapOf(wider))).toEqual(diffMaps(mapOf(EXAMPLE), mapOf(wider)));
    const moved = exampleWith(['  name: orders', '  name: purchases']);
    expect(diffMaps(deployed, mapOf(moved))).toEqual(diffMaps(mapOf(EXAMPLE), mapOf(moved)));
  });

  const kept = (value: unknown): string => JSON.stringify({ Metadata: { [DEPLOYED_MAP]: value } });
  test.each([
    ['a template without one', '{}', /template, found none: deploy/],
    ['a template in YAML', 'Resources: {}', /template, found none/],
    ['values of other resources', kept({ 'Fn::Join': [] }), /values of other resources/],
    ['another format', kept('{"format":2}'), /format 1/],
    [
      'another format of the model',
      kept('{"format":1,"model":{"format":9}}'),
      /this version, found another/,
    ],
  ])('that cannot be read is reported: %s', async (_, template, says) => {
    await expect(run(template)).rejects.toMatchObject({
      code: 'DEPLOYED_MAP_UNREADABLE',
      message: expect.stringMatching(says),
    });
  });

  test('of no stack is reported', async () => {
    await expect(run(undefined)).rejects.toMatchObject({
      code: 'STACK_UNKNOWN',
      message: expect.stringContaining('`access-orders`'),
    });
  });

  test('takes no second map beside it', async () => {
    await expect(run('{}', { old: 'other.yaml', new: 'access.yaml' })).rejects.toMatchObject({
      code: 'USAGE_INVALID',
      message: expect.stringContaining('`--deployed`'),
    });
  });
});
