import { describe, expect, test } from '@jest/globals';
import type { Cell } from '../../../lambda/core/decision/cell.ts';
import { type ExplainOptions, runExplain } from '../../../lib/commands/explain.ts';
import { UsageError } from '../../../lib/commands/shell/command.ts';
import { capture, EXAMPLE, exampleWith, project } from './project.ts';
import { ran } from './run-program.ts';

function explained(options: ExplainOptions, content = EXAMPLE) {
  const folder = project({ 'access.yaml': content });
  const [text, json] = [capture(folder), capture(folder)];
  const code = runExplain(options, text);
  expect(runExplain({ ...options, json: true }, json)).toBe(code);
  return {
    code,
    text: text.stdout(),
    stderr: text.stderr(),
    json: json.json() as Readonly<Record<string, unknown>>,
  };
}

const VERSION = 'access.yaml, version 053cb8cea21b6df5\n';
const INTERSECT = exampleWith(['\ntests:', '\nscopes: intersect\ntests:']);

describe('for a person', () => {
  const ADMIN_AND_CONTRACTOR = ['orders-admins', 'contractors'];

  test.each<[string, ExplainOptions, readonly string[]]>([
    [
      'which deny made the decision, and which allow it beats',
      { route: 'GET /reports/{year}', group: ADMIN_AND_CONTRACTOR },
      [
        'deny GET /reports/{year} (GROUP_DENIED, group_denies)',
        '`contractors` denies `GET /reports/{year}`, and a deny beats every allow, here that of `orders-admins`',
        'rules:',
        '  access.yaml:57:9  deny  contractors  GET /reports/*',
        'beaten by the deny:',
        '  access.yaml:50:9  allow  orders-admins  GET /reports/*',
      ],
    ],
    [
      'by which permission, and who pays',
      { route: 'GET /orders', group: ['partners', 'orders-readers'] },
      [
        'allow GET /orders (group_allows)',
        '`orders-readers`, `partners` allow `GET /orders`',
        'rules:',
        '  access.yaml:44:13  allow  orders-readers  orders:read: GET /orders (access.yaml:29:7)',
        '  access.yaml:52:13  allow  partners        orders:read: GET /orders (access.yaml:29:7)',
        'charged to the first with room of:',
        '  standard  user:{uid}      60 calls a minute',
        '  partner   group:partners  600 calls a minute, 100,000 calls a month',
      ],
    ],
    [
      'through whom the call is free',
      { route: 'GET /reports/{year}', group: ['orders-admins'] },
      [
        'allow GET /reports/{year} (group_allows)',
        '`orders-admins` allows `GET /reports/{year}`',
        'rules:',
        '  access.yaml:50:9  allow  orders-admins  GET /reports/*',
        'no quota is charged: `orders-admins` allows the call and has none for it',
      ],
    ],
    [
      'which group would allow it',
      { route: 'POST /orders', group: ['orders-readers'] },
      [
        'deny POST /orders (GROUP_NOT_ALLOWED, no_group_allows)',
        '`orders-readers` does not allow `POST /orders`',
        'nearest group that would allow it: `partners`, which allows nothing else',
      ],
    ],
    [
      'which groups the map lacks',
      { route: 'GET /orders', group: ['orders-reders', 'Everyone'] },
      [
        'deny GET /orders (GROUP_NOT_ALLOWED, no_group_mapped)',
        'the map has none of these groups, and `GET /orders` needs one',
        'the map has no group `orders-reders`, did you mean `orders-readers`?',
        'the map has no group `Everyone`',
        'nearest group that would allow it: `orders-readers`, which allows `GET /orders/{id}` as well',
      ],
    ],
    [
      'that the map lacks the route',
      { route: 'GET /ordes', group: ['orders-admins'] },
      [
        'deny GET /ordes (ROUTE_UNMAPPED, not_in_inventory)',
        'the map has no route `GET /ordes`, and what it does not have is refused',
        'did you mean `GET /orders`?',
      ],
    ],
    [
      'of which route a path is',
      { route: 'GET /orders/42', group: ['partners'] },
      [
        '`GET /orders/42` is a path of `GET /orders/{id}`',
        'allow GET /orders/{id} (group_allows)',
        '`partners` allows `GET /orders/{id}`',
        'rules:',
        '  access.yaml:52:13  allow  partners  orders:read: GET /orders/{id} (access.yaml:30:7)',
        'charged to:',
        '  partner  group:partners  600 calls a minute, 100,000 calls a month',
      ],
    ],
    [
      'without a caller, who may call',
      { route: 'GET /reports/{year}' },
      [
        'GET /reports/{year}',
        '  allowed groups  orders-admins',
        '  denied groups   contractors',
        'rules:',
        '  access.yaml:50:9  allow  orders-admins  GET /reports/*',
        '  access.yaml:57:9  deny   contractors    GET /reports/*',
      ],
    ],
  ])('%s', (_, options, lines) => {
    expect(explained(options).text).toBe([...lines, VERSION].join('\n'));
  });

  test('that scopes matter, where none was given', () => {
    const asked = { route: 'GET /orders', group: ['orders-readers'] };
    expect(explained(asked, INTERSECT).text).toContain('`scopes: intersect`');
    expect(explained({ ...asked, scope: ['orders:read'] }, INTERSECT).text).not.toContain('scopes');
  });
});

describe('the decision for a caller', () => {
  test('names the deny that made it, the allow that it beats, and their lines', () => {
    const { code, json } = explained({
      route: 'GET /reports/{year}',
      group: ['orders-admins', 'contractors'],
    });
    expect({ code, json }).toMatchObject({
      code: 0,
      json: {
        effect: 'deny',
        reason: 'group_denies',
        rules: [{ effect: 'deny', subject: 'contractors', line: 57, column: 9 }],
        overridden: [{ effect: 'allow', subject: 'orders-admins', line: 50, column: 9 }],
      },
    });
  });

  test('names a permission with its own line and who pays, from the most generous quota on', () => {
    const { json } = explained({ route: 'GET /orders', group: ['partners', 'orders-readers'] });
    const permission = { permission: 'orders:read', permissionLine: 29, permissionColumn: 7 };
    expect(json).toMatchObject({
      effect: 'allow',
      reason: 'group_allows',
      rules: [
        { subject: 'orders-readers', line: 44, column: 13, pattern: 'GET /orders', ...permission },
        { subject: 'partners', line: 52, column: 13, pattern: 'GET /orders', ...permission },
      ],
      payers: [
        { quota: 'standard', payer: 'user:{uid}', windows: [{ limit: 60, per: 'minute' }] },
        {
          quota: 'partner',
          payer: 'group:partners',
          windows: [
            { limit: 600, per: 'minute' },
            { limit: 100_000, per: 'month' },
          ],
        },
      ],
    });
  });

  test('names the group whose lack of a quota makes the call free', () => {
    const { json } = explained({
      route: 'GET /orders',
      group: ['orders-readers', 'orders-admins'],
    });
    expect(json).toMatchObject({ payers: [], freeThrough: 'orders-admins' });
  });

  test('names the group that would allow it and opens the least besides', () => {
    const { json } = explained({ route: 'POST /orders', group: ['orders-readers'] });
    expect(json).toMatchObject({
      code: 'GROUP_NOT_ALLOWED',
      reason: 'no_group_allows',
      nearestGroup: 'partners',
      furtherRoutes: [],
    });
  });

  test('names groups that the map does not have, with the nearest that it has', () => {
    const { json } = explained({
      route: 'GET /orders',
      group: ['orders-reders', 'Everyone'],
    });
    expect(json).toMatchObject({
      reason: 'no_group_mapped',
      unknownGroups: [
        { name: 'orders-reders', nearest: 'orders-readers' },
        { name: 'Everyone', nearest: null },
      ],
      nearestGroup: 'orders-readers',
      furtherRoutes: ['GET /orders/{id}'],
    });
  });

  test('takes a group with the prefix of the token for unknown, and names it without', () => {
    const prefixed = exampleWith([
      '  clients: [0oa1web]',
      '  clients: [0oa1web]\n  groupPrefix: "apps-of-the-whole-company:"',
    ]);
    const { json } = explained(
      { route: 'GET /orders', group: ['apps-of-the-whole-company:partners'] },
      prefixed,
    );
    expect(json['unknownGroups']).toEqual([
      { name: 'apps-of-the-whole-company:partners', nearest: 'partners' },
    ]);
  });

  test.each([
    { route: 'GET /health', reason: 'public', line: 23 },
    { route: 'GET /me', reason: 'signed_in', line: 25 },
  ])('on $route is made by no group and charged to nobody', ({ route, reason, line }) => {
    const { json } = explained({ route, group: ['orders-readers'] });
    expect(json).toMatchObject({
      effect: 'allow',
      reason,
      rules: [{ effect: 'allow', line, column: 5 }],
      payers: [],
      freeThrough: null,
    });
  });
});

describe('the decision for a machine', () => {
  test('goes through the groups that the map gives it', () => {
    const { json } = explained({ route: 'GET /orders', machine: '0oa1batch' });
    expect(json).toMatchObject({
      effect: 'allow',
      reason: 'machine_allows',
      rules: [{ effect: 'allow', subject: 'partners', permission: 'orders:read', line: 52 }],
    });
  });

  test('names rules of its own', () => {
    const own = exampleWith([
      '    groups: [partners]',
      '    { allow: [orders:read], deny: ["GET /orders/{id}"] }',
    ]);
    const denied = explained({ route: 'GET /orders/{id}', machine: '0oa1batch' }, own);
    expect(denied.json).toMatchObject({
      code: 'GROUP_DENIED',
      reason: 'machine_denies',
      nearestGroup: null,
    });
    expect(denied.json['rules']).toMatchObject([
      { effect: 'deny', subject: '0oa1batch', kind: 'machine', line: 61 },
    ]);
    const { json } = explained({ route: 'POST /orders', machine: '0oa1batch' }, own);
    expect(json).toMatchObject({ reason: 'machine_not_allowed', nearestGroup: null });
  });

  test('that the map does not have names the nearest that it has', () => {
    const { json } = explained({ route: 'GET /orders', machine: '0oa1bacth' });
    expect(json).toMatchObject({
      code: 'TOKEN_CLIENT',
      unknownMachine: { name: '0oa1bacth', nearest: '0oa1batch' },
      nearestGroup: null,
    });
  });

  test.each([
    ['whose client the map lists', '0oa1web', 'CLIENT_UNMAPPED', 'allow'],
    ['whose client it does not list', '0oa1other', 'TOKEN_CLIENT', 'deny'],
  ])(
    '%s is none of the map, and any valid token passes in shadow mode',
    (_, machine, code, effect) => {
      const ofNoToken = explained({ route: 'GET /orders', machine }, `mode: shadow\n${EXAMPLE}`);
      expect(ofNoToken.json).toMatchObject({ code, effect });
      // A route for every valid token, in enforce mode.
      expect(explained({ route: 'GET /me', machine }).json).toMatchObject({ effect });
    },
  );
});

test('names the groups that conflict, not the others of the caller', () => {
  const map = `${EXAMPLE}conflicts: [{ groups: [orders-readers, partners], routes: [GET /orders] }]\n`;
  const { json } = explained(
    { route: 'GET /orders', group: ['contractors', 'partners', 'orders-readers'] },
    map,
  );
  expect(json).toMatchObject({ code: 'CONFLICT', route: 'GET /orders' });
  for (const name of ['`partners`', '`orders-readers`', '`GET /orders`'])
    expect(json['sentence']).toContain(name);
  expect(json['sentence']).not.toContain('contractors');
});

describe('with scopes: intersect', () => {
  test('a list of what a group may do says that scopes matter', () => {
    expect(explained({ group: ['orders-readers'] }, INTERSECT).text).toContain(
      '`scopes: intersect`',
    );
    expect(explained({ group: ['orders-readers'] }).text).not.toContain('scopes');
  });

  test('a missing scope is named', () => {
    const { json } = explained({ route: 'GET /orders', group: ['orders-readers'] }, INTERSECT);
    expect(json).toMatchObject({
      code: 'SCOPE_MISSING',
      reason: 'not_requested',
      rules: [{ subject: 'orders-readers' }],
      scopes: { mode: 'intersect', opening: ['orders:read'] },
    });
  });

  test.each([
    { scope: ['orders:read'], effect: 'allow' },
    { scope: ['openid orders:read'], effect: 'allow' },
    { scope: ['orders:write'], effect: 'deny' },
  ])('the scopes $scope give $effect', ({ scope, effect }) => {
    const asked = { route: 'GET /orders', group: ['orders-readers'], scope };
    expect(explained(asked, INTERSECT).json['effect']).toBe(effect);
  });

  test('a route in no permission is reported as such', () => {
    const { json } = explained(
      { route: 'DELETE /orders/{id}', group: ['orders-admins'], scope: ['orders:read'] },
      INTERSECT,
    );
    expect(json).toMatchObject({
      code: 'SCOPE_MISSING',
      scopes: { mode: 'intersect', opening: [] },
    });
  });
});

describe('without a caller', () => {
  test('it says who may call, who is denied, and by which rules', () => {
    const { json } = explained({ route: 'GET /reports/{year}' });
    const who = {
      groups: ['orders-admins'],
      machines: [],
      deniedGroups: ['contractors'],
      deniedMachines: [],
    };
    expect(json).toMatchObject({
      effect: 'deny',
      code: 'GROUPS_MISSING',
      rules: [
        { effect: 'allow', subject: 'orders-admins', line: 50, column: 9 },
        { effect: 'deny', subject: 'contractors', line: 57, column: 9 },
      ],
      who: { public: false, signedIn: false, ...who },
    });
  });

  test('machines are listed apart from groups', () => {
    expect(explained({ route: 'POST /orders' }).json['who']).toMatchObject({
      groups: ['orders-admins', 'partners'],
      machines: ['0oa1batch'],
    });
  });

  test.each([
    { route: 'GET /health', is: 'public' },
    { route: 'GET /me', is: 'signedIn' },
  ])('$route is $is', ({ route, is }) => {
    expect(explained({ route }).json['who']).toMatchObject({ [is]: true, groups: [] });
  });

  test('scopes hide nobody unless they are given', () => {
    expect(explained({ route: 'GET /orders' }, INTERSECT).json['who']).toMatchObject({
      groups: ['orders-readers', 'orders-admins', 'partners'],
    });
    const narrow = explained({ route: 'GET /orders', scope: ['orders:write'] }, INTERSECT);
    expect(narrow.json['who']).toMatchObject({ groups: [], machines: [] });
  });
});

describe('the route', () => {
  test('may be a concrete path, which is reported with its template', () => {
    const { json } = explained({ route: 'GET /orders/42', group: ['partners'] });
    expect(json).toMatchObject({ asked: 'GET /orders/42', route: 'GET /orders/{id}' });
  });

  test('that the map does not have is refused, named with the nearest, and exit code 1 even if a deny was expected', () => {
    const { code, json } = explained({
      route: 'GET /ordes',
      group: ['orders-admins'],
      expect: 'deny',
    });
    expect(code).toBe(1);
    expect(json).toMatchObject({
      effect: 'deny',
      code: 'ROUTE_UNMAPPED',
      nearestRoute: 'GET /orders',
      rules: [],
    });
  });

  test('that two templates serve must be given as a template', () => {
    const two = exampleWith([
      '  - GET /me\n\n',
      '  - GET /me\n  - GET /{kind}/list\n  - GET /shops/{id}\n\n',
    ]);
    const ask = () => explained({ route: 'GET /shops/list' }, two);
    expect(ask).toThrow(UsageError);
    for (const template of ['`GET /{kind}/list`', '`GET /shops/{id}`'])
      expect(ask).toThrow(template);
  });
});

test.each([
  { expected: 'deny', code: 0, stderr: '' },
  { expected: 'allow', code: 1, stderr: expect.stringMatching(/allow.*deny/) },
] as const)('--expect $expected of a deny ends with $code', ({ expected, ...outcome }) => {
  expect(
    explained({ route: 'POST /orders', group: ['orders-readers'], expect: expected }),
  ).toMatchObject(outcome);
});

test('the JSON has every key whatever the answer is, on one line without spaces', () => {
  const io = capture(project({ 'access.yaml': EXAMPLE }));
  runExplain(
    { route: 'GET /reports/{year}', group: ['orders-admins', 'contractors'], json: true },
    io,
  );
  expect(io.stdout()).toMatch(/^\{"effect":"deny","code":"GROUP_DENIED",.*\}\n$/);
  const rule = {
    pattern: 'GET /reports/*',
    permission: null,
    source: 'access.yaml',
    permissionLine: null,
    permissionColumn: null,
  };
  expect(io.json()).toEqual({
    cell: { rule: 'denied', mode: 'enforce', gateway: 'deny' },
    rulesEffect: 'deny',
    effect: 'deny',
    code: 'GROUP_DENIED',
    reason: 'group_denies',
    route: 'GET /reports/{year}',
    asked: 'GET /reports/{year}',
    sentence: expect.stringMatching(/`contractors`.*`GET \/reports\/\{year\}`.*`orders-admins`/),
    rules: [
      {
        effect: 'deny',
        subject: 'contractors',
        kind: 'group',
        path: '/groups/contractors/deny/1',
        line: 57,
        column: 9,
        ...rule,
      },
    ],
    overridden: [
      {
        effect: 'allow',
        subject: 'orders-admins',
        kind: 'group',
        path: '/groups/orders-admins/allow/2',
        line: 50,
        column: 9,
        ...rule,
      },
    ],
    payers: [],
    freeThrough: null,
    groups: ['orders-admins', 'contractors'],
    unknownGroups: [],
    unknownMachine: null,
    nearestGroup: null,
    furtherRoutes: [],
    nearestRoute: null,
    scopes: { mode: 'groups', opening: [] },
    who: null,
    source: 'access.yaml',
    mapVersion: '053cb8cea21b6df5',
  });
  const keys = Object.keys(io.json() as object);
  for (const options of [
    { route: 'GET /orders' },
    { route: 'GET /nothing' },
    { route: 'GET /me', machine: 'x' },
  ]) {
    expect(Object.keys(explained(options).json)).toEqual(keys);
  }
});

test('a map with mistakes explains nothing: its problems are reported and the exit code is 1', () => {
  const folder = project({ 'access.yaml': exampleWith(['[orders:read]', '[orders:raed]']) });
  const [text, json] = [capture(folder), capture(folder)];
  expect(runExplain({ route: 'GET /orders' }, text)).toBe(1);
  expect(text.stdout()).toBe('');
  expect(text.stderr()).toMatch(/^access\.yaml:44:13: .*`orders:read`.*\n$/);
  expect(runExplain({ route: 'GET /orders', json: true }, json)).toBe(1);
  expect(json.json()).toMatchObject({
    ok: false,
    problems: [{ code: 'PERMISSION_UNKNOWN', line: 44 }],
  });
});

test('a token given as a name does not come back', () => {
  const token = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln';
  const { text, json } = explained({ route: `GET /${token}`, group: [token] });
  expect(text + JSON.stringify(json)).not.toContain('eyJ');
});

test.each(['foo', 'GET', 'get /orders', '/orders', 'GET orders', ''])(
  '`%s` is no method and path',
  (route) => {
    const io = capture(project({ 'access.yaml': EXAMPLE }));
    expect(() => runExplain({ route }, io)).toThrow(UsageError);
    expect(io.stdout()).toBe('');
  },
);

test('a route that the map does not have is reported, exit code 0', () => {
  const { code, json } = explained({ route: 'GET /nowhere' });
  expect({ code, json }).toMatchObject({ code: 0, json: { code: 'ROUTE_UNMAPPED' } });
});

test('a map that follows revocations has it said that a token may be refused all the same', () => {
  const revoking = exampleWith(['\nokta:\n', '\nokta:\n  revocation: { within: 5s }\n']);
  const asked = { route: 'GET /orders', group: ['orders-readers'] };
  expect(explained(asked, revoking).text).toContain('`revoke --list` shows which');
  expect(explained(asked).text).not.toContain('revoke');
});

describe('`explain` without a route', () => {
  test('lists what the group may do, each cell as the matrix has it', async () => {
    const { code, stdout } = await ran(['explain', '--group', 'partners', '--json']);
    const { routes } = JSON.parse(stdout) as {
      readonly routes: readonly { readonly route: string; readonly cell: unknown }[];
    };
    const matrix = JSON.parse((await ran(['matrix', '--group', 'partners', '--json'])).stdout) as {
      readonly routes: readonly { readonly key: string; readonly cells: readonly Cell[] }[];
    };
    expect(code).toBe(0);
    expect(routes).toEqual(matrix.routes.map(({ key, cells }) => ({ route: key, cell: cells[0] })));
    const text = (await ran(['explain', '--group', 'partners'])).stdout;
    const told = text.split('\n').flatMap((line) => /^ *([A-Z]+ \/\S*) {2}/.exec(line)?.[1] ?? []);
    const mayCall = matrix.routes.filter(({ cells: [cell] }) => cell?.gateway !== 'deny');
    expect(told).toEqual(mayCall.map(({ key }) => key));
    expect(told.length).toBeLessThan(matrix.routes.length);
  });

  test('says that the map has no such group', async () => {
    const asked = ['explain', '--group', 'nobody'];
    expect((await ran(asked)).stdout).toContain('`nobody`');
    expect(JSON.parse((await ran([...asked, '--json'])).stdout)).toMatchObject({
      unknown: ['nobody'],
    });
  });

  test.each([[['explain']], [['explain', '--group', 'partners', '--expect', 'allow']]])(
    '%s needs one',
    async (args) => {
      expect(await ran(args)).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('`--route <route>`'),
      });
    },
  );
});
