import { describe, expect, test } from '@jest/globals';
import { type ExplainOptions, runExplain } from '../../../lib/commands/explain.ts';
import { UsageError } from '../../../lib/commands/shell/command.ts';
import { capture, EXAMPLE, exampleWith, project } from './project.ts';

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

describe('the decision for a caller', () => {
  test('names the deny that made it, the allow that it beats, and their lines', () => {
    const { code, text } = explained({
      route: 'GET /reports/{year}',
      group: ['orders-admins', 'contractors'],
    });
    expect(code).toBe(0);
    expect(text).toBe(
      [
        'deny GET /reports/{year} (GROUP_DENIED, group_denies)',
        '`contractors` denies `GET /reports/{year}`, and a deny beats every allow, here that of `orders-admins`',
        'rules:',
        '  access.yaml:57:9  deny  contractors  GET /reports/*',
        'beaten by the deny:',
        '  access.yaml:50:9  allow  orders-admins  GET /reports/*',
        VERSION,
      ].join('\n'),
    );
  });

  test('names a permission with its own line and who pays, from the most generous quota on', () => {
    expect(explained({ route: 'GET /orders', group: ['partners', 'orders-readers'] }).text).toBe(
      [
        'allow GET /orders (group_allows)',
        '`orders-readers`, `partners` allow `GET /orders`',
        'rules:',
        '  access.yaml:44:13  allow  orders-readers  orders:read: GET /orders (access.yaml:29:7)',
        '  access.yaml:52:13  allow  partners        orders:read: GET /orders (access.yaml:29:7)',
        'charged to the first with room of:',
        '  standard  user:{uid}      60 calls a minute',
        '  partner   group:partners  600 calls a minute, 100,000 calls a month',
        VERSION,
      ].join('\n'),
    );
  });

  test('names the group whose lack of a quota makes the call free', () => {
    const { text, json } = explained({
      route: 'GET /orders',
      group: ['orders-readers', 'orders-admins'],
    });
    expect(text).toContain(
      'no quota is charged: `orders-admins` allows the call and has none for it\n',
    );
    expect(json).toMatchObject({ payers: [], freeThrough: 'orders-admins' });
  });

  test('names the group that would allow it and opens the least besides', () => {
    const { text } = explained({ route: 'POST /orders', group: ['orders-readers'] });
    expect(text).toBe(
      [
        'deny POST /orders (GROUP_NOT_ALLOWED, no_group_allows)',
        '`orders-readers` does not allow `POST /orders`',
        'nearest group that would allow it: `partners`, which opens nothing else',
        VERSION,
      ].join('\n'),
    );
  });

  test('names groups that the map does not have, with the nearest that it has', () => {
    const { text, json } = explained({
      route: 'GET /orders',
      group: ['orders-reders', 'Everyone'],
    });
    expect(text).toBe(
      [
        'deny GET /orders (GROUP_NOT_ALLOWED, no_group_mapped)',
        'the map has none of these groups, and `GET /orders` needs one',
        'the map has no group `orders-reders`, did you mean `orders-readers`?',
        'the map has no group `Everyone`',
        'nearest group that would allow it: `orders-readers`, which opens `GET /orders/{id}` as well',
        VERSION,
      ].join('\n'),
    );
    expect(json['unknownGroups']).toEqual([
      { name: 'orders-reders', nearest: 'orders-readers' },
      { name: 'Everyone', nearest: null },
    ]);
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
    {
      route: 'GET /health',
      says: '`GET /health` is public: everyone may call it, without a token',
      line: '23:5  allow  public',
    },
    {
      route: 'GET /me',
      says: '`GET /me` is open to every valid token, no group is needed',
      line: '25:5  allow  signedIn',
    },
  ])('on $route is made by no group and charged to nobody', ({ route, says, line }) => {
    const { text, json } = explained({ route, group: ['orders-readers'] });
    expect(text).toContain(`\n${says}\nrules:\n  access.yaml:${line}`);
    expect(json).toMatchObject({ effect: 'allow', payers: [], freeThrough: null });
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
      code: 'CLIENT_UNMAPPED',
      unknownMachine: { name: '0oa1bacth', nearest: '0oa1batch' },
    });
  });
});

describe('with scopes: intersect', () => {
  test('a missing scope is named, and that scopes matter is said where none was given', () => {
    const { text } = explained({ route: 'GET /orders', group: ['orders-readers'] }, INTERSECT);
    expect(text).toContain(
      '\n`orders-readers` allows `GET /orders`, but with `scopes: intersect` the token must have asked for `orders:read`\n',
    );
    expect(text).toContain(
      '\nscopes matter (`scopes: intersect`): this is the decision for a token without scopes',
    );
  });

  test.each([
    { scope: ['orders:read'], effect: 'allow' },
    { scope: ['openid orders:read'], effect: 'allow' },
    { scope: ['orders:write'], effect: 'deny' },
  ])('the scopes $scope give $effect', ({ scope, effect }) => {
    const { json, text } = explained(
      { route: 'GET /orders', group: ['orders-readers'], scope },
      INTERSECT,
    );
    expect(json['effect']).toBe(effect);
    expect(text).not.toContain('scopes matter');
  });

  test('a route in no permission is told as such', () => {
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
  test('it is told who may call, who is denied, and by which rules', () => {
    const { text, json } = explained({ route: 'GET /reports/{year}' });
    expect(text).toBe(
      [
        'GET /reports/{year}',
        '  allowed groups  orders-admins',
        '  denied groups   contractors',
        'rules:',
        '  access.yaml:50:9  allow  orders-admins  GET /reports/*',
        '  access.yaml:57:9  deny   contractors    GET /reports/*',
        VERSION,
      ].join('\n'),
    );
    const who = {
      groups: ['orders-admins'],
      machines: [],
      deniedGroups: ['contractors'],
      deniedMachines: [],
    };
    expect(json).toMatchObject({
      effect: 'deny',
      code: 'GROUPS_MISSING',
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
    { route: 'GET /health', says: '  allowed  everyone, without a token (public)\n' },
    { route: 'GET /me', says: '  allowed  everyone with a valid token (signedIn)\n' },
  ])('$route is open to everyone', ({ route, says }) => {
    expect(explained({ route }).text).toContain(says);
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
  test('may be a concrete path, which is told with its template', () => {
    const { text, json } = explained({ route: 'GET /orders/42', group: ['partners'] });
    expect(text).toMatch(/^`GET \/orders\/42` is a path of `GET \/orders\/\{id\}`\nallow /);
    expect(json).toMatchObject({ asked: 'GET /orders/42', route: 'GET /orders/{id}' });
  });

  test('that the map does not have is refused, named with the nearest, and exit code 1 even if a deny was expected', () => {
    const { code, text, json } = explained({
      route: 'GET /ordes',
      group: ['orders-admins'],
      expect: 'deny',
    });
    expect(code).toBe(1);
    expect(text).toBe(
      [
        'deny GET /ordes (ROUTE_UNMAPPED, not_in_inventory)',
        'the map has no route `GET /ordes`, and what it does not have is refused',
        'did you mean `GET /orders`?',
        VERSION,
      ].join('\n'),
    );
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
    expect(ask).toThrow(
      'expected one route, found `GET /shops/list`, a path of `GET /{kind}/list` and `GET /shops/{id}`: give the template',
    );
  });
});

test.each([
  { expected: 'deny', code: 0, stderr: '' },
  { expected: 'allow', code: 1, stderr: 'expected allow, found deny\n' },
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
    sentence:
      '`contractors` denies `GET /reports/{year}`, and a deny beats every allow, here that of `orders-admins`',
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

test('a map with mistakes explains nothing: its problems are told and the exit code is 1', () => {
  const folder = project({ 'access.yaml': exampleWith(['[orders:read]', '[orders:raed]']) });
  const [text, json] = [capture(folder), capture(folder)];
  expect(runExplain({ route: 'GET /orders' }, text)).toBe(1);
  expect(text.stdout()).toBe('');
  expect(text.stderr()).toMatch(/^access\.yaml:44:13: .* did you mean `orders:read`\?\n$/);
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
    expect(() => runExplain({ route }, io)).toThrow(/^expected a method and a path such as/);
  },
);

test('a route that the map does not have is told, exit code 0', () => {
  const { code, json } = explained({ route: 'GET /nowhere' });
  expect({ code, json }).toMatchObject({ code: 0, json: { code: 'ROUTE_UNMAPPED' } });
});

test('a map that follows revocations has it said that a token may be refused all the same', () => {
  const revoking = exampleWith(['\nokta:\n', '\nokta:\n  revocation: { within: 5s }\n']);
  const asked = { route: 'GET /orders', group: ['orders-readers'] };
  expect(explained(asked, revoking).text).toContain('`revoke --list` shows which');
  expect(explained(asked).text).not.toContain('revoke');
});
