import { describe, expect, test } from '@jest/globals';
import { HARD_AGE_MS, MAX_STALE_MS } from '../../../lambda/adapters/key-timings.ts';
import { duration } from '../../../lib/commands/check/render-check.ts';
import { type CheckOptions, runCheck } from '../../../lib/commands/check.ts';
import { capture, EXAMPLE, exampleWith, project } from './project.ts';
import { ran } from './run-program.ts';

const PUBLIC_UPSTREAM =
  'access.yaml:5:20: at api.upstream.url: warning: anyone who can reach `https://orders.example.com` can call it without the authorizer ' +
  'and forge `x-access-*` headers: let the upstream accept calls of the gateway only, or check the access token itself';

/** What `check` says about one map of the name `access.yaml`. */
function checked(content: string) {
  const io = capture(project({ 'access.yaml': content }));
  const code = runCheck({}, io);
  return { code, text: io.stdout(), lines: io.stdout().trimEnd().split('\n') };
}

interface Reported {
  readonly source: string;
  readonly ok: boolean;
  readonly problems: readonly {
    readonly code: string;
    readonly path: string;
    readonly line: number | null;
  }[];
}

/** What `check --json` says about one map, by codes and fields: wording is one test's matter. */
function reported(content: string) {
  const { code, maps } = reportedOf({ 'access.yaml': content });
  const [map] = maps;
  const codes = map?.problems.map((problem) => problem.code) ?? [];
  return { code, map, codes };
}

/** The same of the maps of a folder. */
function reportedOf(files: Readonly<Record<string, string>>, options: CheckOptions = {}) {
  const io = capture(project(files));
  const code = runCheck({ ...options, json: true }, io);
  return { code, ...(io.json() as { readonly maps: readonly Reported[] }) };
}

/** The line of the text that begins with a word. */
const lineOf = (content: string, word: string) =>
  checked(content).lines.find((line) => line.startsWith(`  ${word}`));

/** The administrators of the example have no quota, which frees members of other groups too. */
const evaded = (charged: string, routes: string, quota: string): string =>
  `access.yaml:46:3: at groups.orders-admins: warning: who is in \`${charged}\` and in \`orders-admins\` calls \`${routes} free of \`${quota}\`: \`orders-admins\` has no quota there; with \`strict: true\` the quota is still charged`;

describe('a good map', () => {
  test('that follows revocations is reported with how long a revoked token may pass', () => {
    const okta = '\nokta:\n  revocation: { within: 5s, poll: 5m }\n';
    const { map } = reported(exampleWith(['\nokta:\n', okta]));
    expect(map).toMatchObject({
      staleness: {
        revocations: [{ org: 'acme.okta.com', sentence: expect.stringContaining('6 s') }],
      },
    });
  });

  test('is reported with all that will be deployed from it', () => {
    const { code, text } = checked(EXAMPLE);
    expect(code).toBe(0);
    expect(text).toBe(
      [
        'access.yaml: good, 3 warnings',
        '  orders, http API, version 053cb8cea21b6df5',
        '  8 routes (1 public, 2 signed in), 4 groups, 1 machine, 2 permissions, 2 quotas',
        '  cache off: quotas.standard, quotas.partner count every request; without that per token, 4,496 bytes',
        '  authorizer response: at most 1,263 bytes of 8,000, with ids of up to 100 characters',
        "  changes take effect: groups when the token expires (at most 24 h 1 min), withdrawn keys within 10 min (24 h while Okta's keys cannot be fetched), a deployed map at once",
        '  costs without calls, by default: $4.52 a month while nothing fails (10 metrics x $0.30, 14 alarms, the detector; a fourth dashboard $3.00), at most $7.82 with all 21 metrics; `maxMetrics` changes that',
        '  metrics: one is billed for the hours in which it has a value; without metrics of their own: 7 routes (`GET /orders`, `POST /orders`, `GET /orders/{id}`, ...), 4 groups (`orders-readers`, `orders-admins`, `partners`, ...)',
        '  records: per million decisions $0.50 for the decision log and $0.30 for the access log, at $0.50 a GB',
        PUBLIC_UPSTREAM,
        evaded('orders-readers', 'GET /orders` and 1 further route', 'standard'),
        evaded('partners', 'GET /orders` and 2 further routes', 'partner'),
        '',
      ].join('\n'),
    );
  });

  test.each([
    { count: 250, code: 0, told: [] },
    { count: 350, code: 0, told: ['GATEWAY_QUOTA'] },
    { count: 1_000, code: 1, told: ['VALUE_INVALID', 'GATEWAY_QUOTA'] },
  ])(
    'with $count more routes is told the limits that synthesis has: $told',
    ({ count, code, told }) => {
      const routes = Array.from({ length: count }, (_, n) => `  - GET /more${n}`).join('\n');
      const found = reported(exampleWith(['routes:\n', `routes:\n${routes}\n`]));
      const limits = ['GATEWAY_QUOTA', 'VALUE_INVALID'];
      expect([found.code, found.codes.filter((one) => limits.includes(one))]).toEqual([code, told]);
    },
  );

  test.each(['attachTo: { httpApiId: a1b2c3 }', 'authorizerOnly: true', 'kind: http'])(
    'of an API that is not ours is told that nothing of ours bounds a flood: %s',
    (entry) => {
      const api = `api:\n  name: orders\n  ${entry}\nokta:`;
      const { map } = reported(
        EXAMPLE.replace(/api:[\s\S]*?\nokta:/, api).replace(/\npermissionsEndpoint:.*/, ''),
      );
      expect(map).toMatchObject({ throttled: false });
      expect(reported(EXAMPLE).map).toMatchObject({ throttled: true });
    },
  );

  test('with many routes is reported which have no metrics of their own, and with a sample and shadow mode what they mean', () => {
    const routes = Array.from({ length: 60 }, (_, n) => `  - GET /more${n}`).join('\n');
    const { map } = reported(
      exampleWith(
        ['routes:\n', `routes:\n${routes}\n`],
        ['tests:', 'audit: { allows: 0.1 }\nmode: shadow\ntests:'],
      ),
    );
    expect(map).toMatchObject({
      metrics: { steady: 11, total: 22, routesWithout: { length: 67 } },
      costs: { dollars: expect.closeTo(4.815, 3) },
      ...{ audit: { allows: 0.1 }, shadow: 68, routes: { total: 68 } },
    });
  });

  test('an attachment in shadow is not said to let every valid token pass', () => {
    const shadow = ['tests:', 'mode: shadow\ntests:'] as const;
    const attached = exampleWith(
      [
        '  upstream: { url: https://orders.example.com }\n  cors: { origins: [https://app.example.com] }\n',
        '  attachTo: { httpApiId: a1b2c3d4e5 }\n',
      ],
      shadow,
    );
    expect(reported(attached).map).toMatchObject({ attached: true, shadow: 8 });
    const [own, other] = [lineOf(exampleWith(shadow), 'shadow'), lineOf(attached, 'shadow')];
    expect(own).toContain('any valid token');
    expect(other).toMatch(/8 routes/);
    expect(other).not.toContain('any valid token');
  });

  test.each([
    {
      what: 'one quota',
      drop: '    quota: partner\n',
      cache: {
        mode: 'off',
        ttlSeconds: 0,
        otherwise: { mode: 'token', responseBoundBytes: 4_496 },
      },
      names: 'quotas.standard',
    },
    {
      what: 'quotas that nobody is charged for',
      drop: /^ {4}quota: .*\n/gm,
      cache: { mode: 'token', ttlSeconds: 60 },
      names: '8 routes in 4 classes',
    },
  ])('with $what is reported how its answers are cached, and why', ({ drop, cache, names }) => {
    const { map } = reported(EXAMPLE.replaceAll(drop, ''));
    expect(map).toMatchObject({ cache: { ...cache, reasons: [expect.stringContaining(names)] } });
  });

  test('counts each method of an ANY route, and says of how many gateway routes', () => {
    const { map } = reported(
      exampleWith(['  - GET /me\n\npublic', '  - GET /me\n  - ANY /files\n\npublic']),
    );
    expect(map).toMatchObject({ routes: { total: 15, gateway: 9, public: 2, signedIn: 2 } });
  });

  test('adds the clock skew to the longest life of a token', () => {
    const { map } = reported(
      exampleWith([
        '  clients: [0oa1web]',
        '  clients: [0oa1web]\n  maxTokenLifetime: 1h\n  maxClockSkew: 30s',
      ]),
    );
    expect(map).toMatchObject({ staleness: { groupsSeconds: 3_630 } });
  });

  test.each([
    ['http://127.0.0.1:4000', false],
    ['https://127.evil.example', true],
    ['https://orders.example.com', true],
  ])('at %s is called open to direct calls: %s', (url, isWarned) => {
    const { codes } = reported(exampleWith(['https://orders.example.com', url]));
    expect(codes.includes('UPSTREAM_OPEN')).toBe(isWarned);
  });

  test('with very many long names is warned of its response', () => {
    const groups = Array.from(
      { length: 150 },
      (_, n) => `  ${'g'.repeat(50)}${n}: { allow: [orders:read] }\n`,
    ).join('');
    const { code, map } = reported(exampleWith(['groups:\n', `groups:\n${groups}`]));
    expect(code).toBe(0);
    expect(map?.problems.filter(({ path }) => path === '/groups')).toMatchObject([
      { severity: 'warning', code: 'RESPONSE_LARGE', line: 42 },
    ]);
  });
});

describe('a quota that many callers share', () => {
  test.each([
    { windows: 'limit: 60001, per: minute', by: 'group', hot: true },
    { windows: 'limit: 60000, per: minute', by: 'group', hot: false },
    { windows: 'limit: 60001, per: minute', by: 'user', hot: false },
    { windows: 'limit: 60001, per: minute', by: 'client', hot: true },
    { windows: 'limit: 60001, per: minute, accuracy: leased', by: 'group', hot: false },
    { windows: 'limit: 90000000, per: day', by: 'group', hot: true },
    {
      windows: 'windows: [{ limit: 60001, per: minute }, { limit: 60000, per: month }]',
      by: 'group',
      hot: false,
    },
    {
      windows: 'windows: [{ limit: 60001, per: minute }, { limit: 1000000, per: month }]',
      by: 'group',
      hot: true,
    },
  ])('of { $windows } charged by $by is called hot: $hot', ({ windows, by, hot }) => {
    const { code, map } = reported(
      exampleWith(['{ limit: 60, per: minute, by: user }', `{ ${windows}, by: ${by} }`]),
    );
    expect(code).toBe(0);
    expect(map?.problems.filter((problem) => problem.code === 'QUOTA_HOT')).toMatchObject(
      hot ? [{ path: '/quotas/standard', line: 35, column: 3 }] : [],
    );
  });
});

describe('an exact quota that lets calls pass while the table refuses writes', () => {
  test.each([
    { quota: 'limit: 1001, per: minute, onStoreFailure: allow', leaks: true },
    { quota: 'limit: 1000, per: minute, onStoreFailure: allow', leaks: false },
    { quota: 'limit: 1001, per: minute, onStoreFailure: deny', leaks: false },
    { quota: 'limit: 1001, per: minute, onStoreFailure: allow, accuracy: leased', leaks: false },
    {
      quota:
        'windows: [{ limit: 1000, per: minute }, { limit: 90000, per: month }], onStoreFailure: allow',
      leaks: false,
    },
  ])('of { $quota } by user can be overrun: $leaks', ({ quota, leaks }) => {
    const { code, codes } = reported(
      exampleWith(['{ limit: 60, per: minute, by: user }', `{ ${quota}, by: user }`]),
    );
    expect([code, codes.includes('QUOTA_HOT')]).toEqual([0, leaks]);
  });
});

describe('a map with mistakes', () => {
  const broken = exampleWith([
    '    allow: [orders:read]\n    quota: standard',
    '    allow: [orders:raed]\n    quota: standart',
  ]);

  test('is told by all of them, each with its place, what was expected, what was found and the nearest name', () => {
    const { code, lines } = checked(broken);
    expect(code).toBe(1);
    expect(lines).toEqual([
      'access.yaml:44:13: at groups.orders-readers.allow[0]: expected a name under `permissions`, or a pattern, found `orders:raed`, did you mean `orders:read`?',
      'access.yaml:45:12: at groups.orders-readers.quota: expected a name under `quotas`, found `standart`, did you mean `standard`?',
      'access.yaml: not valid, 2 errors',
    ]);
  });

  test('makes a check of several maps fail, whatever the others are', () => {
    const folder = { 'good.yaml': EXAMPLE, 'bad.yaml': broken };
    const { code, maps } = reportedOf(folder, { maps: ['good.yaml', 'bad.yaml'] });
    expect([code, maps.map(({ source, ok }) => [source, ok])]).toEqual([
      1,
      [
        ['good.yaml', true],
        ['bad.yaml', false],
      ],
    ]);
    expect(reportedOf(folder, { maps: ['good.yaml'] }).code).toBe(0);
  });

  test('that is not there is a problem like another', () => {
    expect(reportedOf({}, { map: 'absent.yaml' })).toMatchObject({
      code: 1,
      maps: [{ source: 'absent.yaml', ok: false, problems: [{ code: 'FILE_UNREADABLE' }] }],
    });
  });
});

describe('the map of a project', () => {
  test('is the file that cdk.json names', () => {
    const files = {
      'cdk.json': '{"context":{"accessMap":"maps.yaml"}}',
      'maps.yaml': EXAMPLE,
      'access.yaml': '',
    };
    expect(reportedOf(files)).toMatchObject({ code: 0, maps: [{ source: 'maps.yaml', ok: true }] });
  });

  test('may stand in cdk.json itself, whose problems have a pointer', () => {
    const map = {
      api: { name: 'orders', upstream: { url: 'https://orders.example.com' } },
      okta: {
        issuer: 'https://acme.okta.com/oauth2/aus1abc',
        audience: 'api://orders',
        clients: ['0oa1web'],
      },
      routes: ['GET /orders'],
      groups: { readers: { allow: ['GET /ordres'] } },
    };
    expect(
      reportedOf({ 'cdk.json': JSON.stringify({ context: { accessMap: map } }) }),
    ).toMatchObject({
      code: 1,
      maps: [
        {
          problems: [
            {
              source: 'cdk.json#/context/accessMap',
              path: '/groups/readers/allow/0',
              message: expect.stringMatching(
                /^cdk\.json#\/context\/accessMap\/groups\/readers\/allow\/0:/,
              ),
            },
          ],
        },
      ],
    });
  });

  test.each([
    {
      json: '{"context":{"accessMap":"maps/*.yaml"}}',
      source: 'cdk.json#/context/accessMap',
    },
    { json: '{', source: 'cdk.json' },
  ])('that $json names is a problem, not a crash', ({ json, source }) => {
    expect(reportedOf({ 'cdk.json': json })).toMatchObject({
      code: 1,
      maps: [{ ok: false, problems: [{ source, code: 'FILE_UNREADABLE' }] }],
    });
  });
});

describe('the JSON of a check', () => {
  test('holds the facts of a good map', () => {
    const io = capture(project({ 'access.yaml': EXAMPLE }));
    runCheck({ json: true }, io);
    const { maps } = io.json() as { readonly maps: readonly { readonly problems: unknown }[] };
    expect(io.json()).toEqual({
      ok: true,
      exit: 0,
      problems: maps[0]?.problems,
      maps: [
        {
          source: 'access.yaml',
          ok: true,
          name: 'orders',
          version: '053cb8cea21b6df5',
          kind: 'http',
          routes: { total: 8, public: 1, signedIn: 2, gateway: 8 },
          groups: 4,
          machines: 1,
          permissions: 2,
          quotas: 2,
          cache: {
            mode: 'off',
            ttlSeconds: 0,
            reasons: ['quotas.standard, quotas.partner count every request'],
            conflicts: [],
            responseBoundBytes: 1263,
            otherwise: { mode: 'token', responseBoundBytes: 4496 },
          },
          responseBoundBytes: 1263,
          staleness: {
            groupsSeconds: 86_460,
            keysSeconds: 600,
            keysDuringOutageSeconds: 86_400,
            mapSeconds: 0,
            revocations: [],
            cacheSeconds: 0,
          },
          metrics: {
            total: 21,
            fixed: 21,
            steady: 10,
            byCode: false,
            routes: [],
            groups: [],
            routesWithout: expect.arrayContaining(['GET /orders', 'GET /permissions']) as unknown,
            groupsWithout: ['orders-readers', 'orders-admins', 'partners', 'contractors'],
          },
          costs: {
            alarms: 14,
            dollars: expect.closeTo(4.515, 3) as unknown,
            mostDollars: expect.closeTo(7.815, 3) as unknown,
          },
          attached: false,
          throttled: true,
          audit: { allows: 1, hashPrincipal: false, complete: false },
          shadow: 0,
          problems: [
            {
              severity: 'warning',
              code: 'UPSTREAM_OPEN',
              message: PUBLIC_UPSTREAM,
              source: 'access.yaml',
              path: '/api/upstream/url',
              line: 5,
              column: 20,
              expected: null,
              found: null,
              nearest: null,
            },
            expect.objectContaining({ code: 'QUOTA_FREE', line: 46 }),
            expect.objectContaining({ code: 'QUOTA_FREE', line: 46 }),
          ],
        },
      ],
    });
  });

  test('holds only the problems of a map that is not valid', () => {
    const io = capture(project({ 'access.yaml': exampleWith(['[orders:read]', '[orders:raed]']) }));
    expect(runCheck({ json: true }, io)).toBe(1);
    const message = expect.stringContaining('access.yaml:44:13') as unknown;
    const place = {
      source: 'access.yaml',
      path: '/groups/orders-readers/allow/0',
      line: 44,
      column: 13,
    };
    const detail = {
      expected: 'a name under `permissions`, or a pattern',
      found: '`orders:raed`',
      nearest: 'orders:read',
    };
    const problems = [
      { severity: 'error', code: 'PERMISSION_UNKNOWN', message, ...place, ...detail },
    ];
    expect(io.json()).toEqual({
      ok: false,
      exit: 1,
      problems,
      maps: [{ source: 'access.yaml', ok: false, problems }],
    });
  });
});

test('the ages of keys that a check tells are those that the authorizer keeps', () => {
  const io = capture(project({ 'access.yaml': EXAMPLE }));
  runCheck({ json: true }, io);
  expect(io.json()).toMatchObject({
    maps: [
      {
        staleness: {
          keysSeconds: HARD_AGE_MS / 1_000,
          keysDuringOutageSeconds: MAX_STALE_MS / 1_000,
        },
      },
    ],
  });
});

test.each([
  [0, '0 s'],
  [45, '45 s'],
  [600, '10 min'],
  [86_460, '24 h 1 min'],
  [3_725, '1 h 2 min 5 s'],
])('%d seconds read as %s', (seconds, text) => {
  expect(duration(seconds)).toBe(text);
});

test('colours are shown where the output shows any, and nowhere else', () => {
  const folder = project({ 'access.yaml': EXAMPLE });
  const [plain, coloured] = [capture(folder), capture(folder, { color: true })];
  runCheck({}, plain);
  runCheck({}, coloured);
  expect(plain.stdout()).not.toContain('\u001b[');
  expect(coloured.stdout()).toContain('\u001b[32mgood\u001b[39m');
});

describe('what is checked', () => {
  test('reads standard input, and what the map names from the working folder', async () => {
    const first = async (files: Readonly<Record<string, string>>, text: string) => {
      const { code, stdout } = await ran(['check', '-', '--json'], files, text);
      return { code, ...(JSON.parse(stdout) as { readonly maps: readonly Reported[] }).maps[0] };
    };
    expect(await first({}, EXAMPLE)).toMatchObject({ code: 0, source: 'stdin', ok: true });
    const based = await first({ 'base.yaml': EXAMPLE }, 'extends: base.yaml\n');
    expect(based).toMatchObject({ code: 0, source: 'stdin', ok: true });
    expect(await first({}, exampleWith(['[orders:read]', '[orders:raed]']))).toMatchObject({
      ...{ code: 1, source: 'stdin' },
      problems: [{ code: 'PERMISSION_UNKNOWN', line: 44, column: 13 }],
    });
  });

  test('refuses a terminal', async () => {
    expect(await ran(['check', '-'])).toMatchObject({ code: 2 });
  });

  test('expands globs, a name with such letters first', async () => {
    const files = { 'a.yaml': EXAMPLE, 'b.yaml': EXAMPLE, '[c].yaml': EXAMPLE, 'c.yaml': 'no' };
    const sources = async (...names: string[]) => {
      const { stdout } = await ran(['check', ...names, '--json'], files);
      const { maps } = JSON.parse(stdout) as { maps: readonly { readonly source: string }[] };
      return maps.map(({ source }) => source);
    };
    expect(await sources('{a,b}.yaml')).toEqual(['a.yaml', 'b.yaml']);
    expect(await sources('[c].yaml')).toEqual(['[c].yaml']);
    expect(await ran(['check', 'x*.yaml'], files)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('`x*.yaml`'),
    });
  });

  test('says in an empty folder how to begin', async () => {
    const { code, stderr } = await ran(['check'], {});
    expect(code).toBe(1);
    expect(stderr).toContain('init -o access.yaml');
    expect((await ran(['check', 'other.yaml'], {})).stderr).toBe('');
  });
});
