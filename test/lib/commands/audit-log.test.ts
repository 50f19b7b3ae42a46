import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { AccessMap } from '../../../lib/access-map/index.ts';
import { COMMANDS } from '../../../lib/commands/index.ts';
import { runPromote } from '../../../lib/commands/promote.ts';
import { runReplay } from '../../../lib/commands/replay.ts';
import { runProgram } from '../../../lib/commands/shell/program.ts';
import { runUnused } from '../../../lib/commands/unused.ts';
import {
  jsonLines,
  type MadeCall,
  machine,
  type Recording,
  recordsOf,
  user,
} from '../../support/recorded-traffic.ts';
import { capture, EXAMPLE, exampleWith, project } from './project.ts';

const BEGIN = Date.parse('2026-11-22T10:00:00Z');
const NOW = BEGIN + 3_600_000;
const valid = (text: string): AccessMap => {
  const { map, problems } = AccessMap.checkText(text, 'access.yaml');
  if (!map) throw new Error(problems.map(({ message }) => message).join());
  return map;
};
const MAP = valid(EXAMPLE);

const calls = (
  ...made: readonly (readonly [MadeCall['principal'], string, number?])[]
): readonly MadeCall[] =>
  made
    .flatMap(([principal, route, times = 1]) =>
      Array.from({ length: times }, () => ({ principal, route })),
    )
    .map((call, n) => ({ ...call, at: BEGIN + n * 100 }));

const TRAFFIC = calls(
  [user('00u1', ['orders-readers']), 'GET /orders', 3],
  [user('00u2', ['orders-readers', 'elsewhere']), 'GET /reports/{year}', 2],
  [user('00u3', ['orders-admins', 'contractors']), 'DELETE /orders/{id}'],
  [user('00u4', []), 'GET /orders'],
  [user('00u5', ['elsewhere']), 'POST /orders'],
  [machine('0oa1batch'), 'POST /orders', 2],
  [machine('0oa1web'), 'GET /orders'],
);

async function scene(
  made: readonly MadeCall[] = TRAFFIC,
  recording: Recording = {},
  change: (record: object) => object = (record) => record,
) {
  const records = await recordsOf(MAP.model, made, {
    mapVersion: '0000000000000000',
    ...recording,
  });
  const folder = project({
    'access.yaml': EXAMPLE,
    'decisions.jsonl': jsonLines(records.map(change)),
  });
  return { folder, records, io: capture(folder, { now: () => NOW }) };
}

const RECORDS = ['decisions.jsonl'];

describe('replay', () => {
  const replayed = async (map: string, options: object = {}, from = scene()) => {
    const { folder, io } = await from;
    writeFileSync(join(folder, 'new.yaml'), map);
    const code = await runReplay({ records: RECORDS, map: 'new.yaml', ...options }, io);
    return { code, out: io.stdout(), io };
  };

  test('against the same rules says that nothing changes, and what it cannot say', async () => {
    const { code, out } = await replayed(EXAMPLE);
    expect(code).toBe(0);
    expect(out.split('\n').slice(0, 2)).toEqual([
      '11 decision records, 0 lines of the access log, 2026-11-22T10:00Z to 2026-11-22T10:00Z',
      expect.stringMatching(
        /^11 calls against new\.yaml \([0-9a-f]{16}\): no recorded call changes$/,
      ),
    ]);
  });

  test('names who would be refused, how often, with which code, and the rule of the new map', async () => {
    const { out } = await replayed(
      exampleWith(
        [
          '  contractors:\n    deny:\n',
          '  orders-nobody:\n  contractors:\n    deny:\n      - GET /orders\n',
        ],
        [
          '  orders-readers:\n    allow: [orders:read]',
          '  orders-readers:\n    deny: [GET /orders]\n    allow: [orders:read]',
        ],
      ),
    );
    expect(out).toContain(
      '\nwould be refused:\n  GET /orders  3 calls, 1 user (00u1) with `orders-readers`\n    group_allows -> GROUP_DENIED group_denies, 2026-11-22T10:00Z to 2026-11-22T10:00Z\n    by new.yaml:',
    );
    expect(out).toContain(': 0 let in that were refused, 3 refused that were let in\n');
  });

  test('names who would be let in', async () => {
    const { out } = await replayed(
      exampleWith(['    allow: [orders:read]', '    allow: [orders:read, GET /reports/*]']),
    );
    expect(out).toContain(
      '\nwould be let in:\n  GET /reports/{year}  2 calls, 1 user (00u2) with `orders-readers`\n    GROUP_NOT_ALLOWED no_group_allows -> group_allows',
    );
  });

  test.each([
    ['widened', 0],
    ['narrowed', 1],
    ['any', 1],
    [undefined, 0],
  ] as const)('with --fail-on %s a map that refuses more ends with %i', async (failOn, code) => {
    const narrower = exampleWith(
      ['    allow: [orders:read]', '    allow: [GET /orders/*]'],
      ['  - { groups: [orders-readers], allows: [GET /orders], denies: [POST /orders] }\n', ''],
    );
    expect((await replayed(narrower, { failOn })).code).toBe(code);
  });

  test('a public route lets in whoever was refused there, with and without a token', async () => {
    const withoutToken = {
      record: 'decision',
      v: 1,
      time: new Date(BEGIN).toISOString(),
      route: 'GET /me',
      effect: 'deny',
      mode: 'enforce',
      code: 'NO_TOKEN',
      reason: 'absent',
      mapVersion: 'x',
      weight: 40,
    };
    const folder = project({
      'access.yaml': EXAMPLE,
      'decisions.jsonl': jsonLines([withoutToken]),
    });
    const from = Promise.resolve({ folder, records: [], io: capture(folder) });
    const { out } = await replayed(
      exampleWith([
        'public:\n  - GET /health\nsignedIn:\n  - GET /me\n',
        'public:\n  - GET /health\n  - GET /me\n',
      ]),
      {},
      from,
    );
    expect(out).toContain('40 let in that were refused');
    expect(out).toContain('  GET /me  40 calls, callers unknown\n    NO_TOKEN absent -> public');
  });

  test('sampled allows are weighed, and quotas are left as they were recorded', async () => {
    const many = calls([user('00u1', ['orders-readers']), 'GET /orders', 62]);
    const { out } = await replayed(
      exampleWith(['limit: 60, per: minute', 'limit: 1, per: minute']),
      {},
      scene(many, {}, (record) => ({ ...record, weight: 'code' in record ? 1 : 10 })),
    );
    expect(out).toContain('602 calls against');
    expect(out).toContain('no recorded call changes');
    expect(out).toContain('allowed calls are sampled, so quotas are not replayed');
  });

  test('a smaller limit refuses the calls beyond it, a larger one lets in those that were', async () => {
    const many = scene(calls([user('00u1', ['orders-readers']), 'GET /orders', 62]));
    expect(
      (await replayed(exampleWith(['limit: 60, per: minute', 'limit: 50, per: minute']), {}, many))
        .out,
    ).toContain('0 let in that were refused, 10 refused');
    const rerun = scene(calls([user('00u1', ['orders-readers']), 'GET /orders', 62]));
    expect(
      (await replayed(exampleWith(['limit: 60, per: minute', 'limit: 61, per: minute']), {}, rerun))
        .out,
    ).toContain('1 let in that were refused, 0 refused');
  });

  test('what began before the records is not counted anew', async () => {
    const late = calls([user('00u1', ['orders-readers']), 'GET /orders', 1]).map((call) => ({
      ...call,
      at: call.at + 30_000,
    }));
    const refused = (record: object) => ({
      ...record,
      effect: 'deny',
      code: 'QUOTA_EXCEEDED',
      reason: 'window_full',
    });
    const { out } = await replayed(EXAMPLE, {}, scene(late, {}, refused));
    expect(out).toContain('no recorded call changes');
    expect(out).toContain(
      '1 call refused by a quota whose window began before the records stay refused',
    );
  });

  test('machines whose client id is hashed are not judged', async () => {
    const { out } = await replayed(
      EXAMPLE,
      {},
      scene(TRAFFIC, {}, (record) => ({
        ...record,
        principal: { ...(record as { principal: object }).principal, cid: undefined },
      })),
    );
    expect(out).toContain(
      'cannot be judged: 3 calls of machines whose client id is hashed in the records',
    );
  });

  test('groups that the new map knows and no record names are said', async () => {
    const { out } = await replayed(
      exampleWith([
        '  contractors:\n',
        '  elsewhere:\n    allow: [POST /orders]\n  contractors:\n',
      ]),
    );
    expect(out).toContain(
      '3 calls came with further groups, which records count and do not name; whether `elsewhere`',
    );
  });

  test('a client that the new map does not accept is refused as the authorizer would', async () => {
    const { out } = await replayed(exampleWith(['clients: [0oa1web]', 'clients: [0oa2web]']));
    expect(out).toContain('group_allows -> TOKEN_CLIENT not_accepted');
    expect(out).not.toContain('POST /orders  2 calls, 1 machine');
  });

  test('calls of routes that were public are said where the new map asks for a token', async () => {
    const { folder, io } = await scene();
    writeFileSync(
      join(folder, 'access.jsonl'),
      jsonLines([
        {
          routeKey: 'GET /health',
          status: '200',
          time: BEGIN,
          uid: '-',
          cid: '-',
          mapVersion: '-',
        },
      ]),
    );
    const { out } = await replayed(
      exampleWith(['public:\n  - GET /health\n', '']),
      { records: ['.'] },
      Promise.resolve({ folder, records: [], io }),
    );
    expect(out).toContain(
      '1 call of routes that were public needed no token; the map asks for one',
    );
  });

  test('what the new map has in shadow refuses nobody who has a valid token', async () => {
    const { out } = await replayed(`mode: shadow\n${EXAMPLE}`);
    expect(out).toContain(': 6 let in that were refused, 0 refused that were let in\n');
    expect(out).toContain(
      'GROUP_NOT_ALLOWED no_group_allows -> GROUP_NOT_ALLOWED no_group_allows (passes in shadow)',
    );
    const shadowed = await replayed(
      `mode: shadow\n${EXAMPLE}`,
      {},
      scene(TRAFFIC, { mode: 'shadow' }),
    );
    expect(shadowed.out).toContain('no recorded call changes');
    const enforced = await replayed(EXAMPLE, {}, scene(TRAFFIC, { mode: 'shadow' }));
    expect(enforced.out).toContain(': 0 let in that were refused, 6 refused that were let in\n');
    expect(enforced.out).toContain(
      'GROUP_DENIED group_denies (passed in shadow) -> GROUP_DENIED group_denies',
    );
  });

  test('is JSON for programs', async () => {
    const { io } = await replayed(
      exampleWith(['    allow: [orders:read]', '    allow: [orders:read, GET /reports/*]']),
      { json: true },
    );
    expect(io.json()).toMatchObject({
      calls: 11,
      opened: 2,
      closed: 0,
      changed: [
        {
          from: 'deny',
          to: 'allow',
          route: 'GET /reports/{year}',
          groups: ['orders-readers'],
          names: ['00u2'],
          calls: 2,
          callers: 1,
        },
      ],
      trail: { decisions: 11, from: '2026-11-22T10:00:00.000Z' },
    });
  });
});

describe('unused', () => {
  const ran = async (
    options: object = {},
    from = scene(),
    files: Readonly<Record<string, string | Buffer>> = {},
  ) => {
    const { folder, io } = await from;
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
    const code = await runUnused({ records: RECORDS, ...options }, io);
    return { code, out: io.stdout(), io };
  };

  test('names grants, groups, permissions, machines and routes with their places, and ends with 1', async () => {
    const { code, out } = await ran(
      {},
      scene(
        calls(
          [user('00u1', ['orders-readers']), 'GET /orders', 2],
          [user('00u3', ['orders-admins']), 'POST /orders'],
        ),
      ),
    );
    expect(code).toBe(1);
    expect(out).not.toContain('not proven');
    for (const text of [
      'groups that nobody came with:\n  partners     access.yaml:',
      '\n  contractors  access.yaml:',
      'grants that nobody used:\n  orders-admins  ANY /orders/{id}  access.yaml:',
      '  orders-admins  GET /reports/*    access.yaml:',
      'permissions that nobody used:\n  orders:write  access.yaml:',
      'machines that never called:\n  0oa1batch  access.yaml:',
      'routes that nobody called:\n',
      '\n  DELETE /orders/{id}  access.yaml:',
      'routes that one group alone called:\n  GET /orders   orders-readers  not orders-admins, partners  access.yaml:14:5: at routes[0]\n  POST /orders  orders-admins   not partners                 access.yaml:15:5',
      'of public routes only the access log tells, which is not among the data: `GET /health`',
    ])
      expect(out).toContain(text);
  });

  test.each([
    [
      'sampled allows',
      (record: object) => ({ ...record, weight: 10 }),
      {},
      'allowed calls are sampled (`audit.allows`)',
    ],
    [
      'data that begin late',
      (record: object) => record,
      { since: '90d' },
      'the data begin later than `--since`',
    ],
    [
      'hashed clients',
      (record: object) => ({ ...record, principal: { kind: 'machine', id: 'ab12' } }),
      {},
      'client ids are hashed, so that machines are left out',
    ],
  ])('of %s it proves nothing, and says so', async (_name, change, options, why) => {
    const { code, out } = await ran(options, scene(TRAFFIC, {}, change));
    expect(code).toBe(1);
    expect(out).toContain('not proven: what follows was not seen, but may have been used, since\n');
    expect(out).toContain(`  - ${why}`);
    expect(out).not.toContain('that nobody used');
  });

  test('with a cache the access log is needed, and with it a call from the cache counts as use of the grants of its caller', async () => {
    const cached = exampleWith(
      ['    quota: standard\n', ''],
      ['    quota: partner\n', ''],
      [/quotas:\n(?: {2}.*\n)+\n/.exec(EXAMPLE)?.[0] ?? '-', ''],
    );
    const blind = await ran({ map: 'cached.yaml' }, scene(), { 'cached.yaml': cached });
    expect(blind.out).toContain('the gateway caches answers, and the access log');
    const access = [
      { routeKey: 'GET /orders/{id}', status: '200', time: BEGIN, uid: '00u1', cid: '0oa1web' },
      { routeKey: 'GET /orders/{id}', status: '200', time: BEGIN, uid: '-', cid: '-' },
    ];
    const seen = await ran({ map: 'cached.yaml', json: true, records: ['.'] }, scene(), {
      'cached.yaml': cached,
      'access.jsonl.gz': gzipSync(jsonLines(access)),
    });
    expect(seen.io.json()).toMatchObject({ complete: true, incomplete: [] });
    const stranger = {
      routeKey: 'GET /reports/{year}',
      status: '200',
      time: BEGIN,
      uid: '00u9',
      cid: '0oa1web',
    };
    const unexplained = await ran({ map: 'cached.yaml', records: ['.'] }, scene(), {
      'cached.yaml': cached,
      'access.jsonl': jsonLines([...access, stranger]),
    });
    expect(unexplained.out).toContain('of 1 caller in the access log there is no decision record');
    expect(unexplained.out).not.toContain('GET /reports/*');
  });

  test('what the access log alone has of a caller counts as use of the grants of the groups that the caller came with', async () => {
    const admin = calls([user('00u3', ['orders-admins']), 'GET /orders']);
    const grant = 'orders-admins  GET /reports/*';
    expect((await ran({}, scene(admin))).out).toContain(grant);
    const line = {
      routeKey: 'GET /reports/{year}',
      status: '200',
      time: BEGIN,
      uid: '00u3',
      cid: '0oa1web',
    };
    expect(
      (await ran({ records: ['.'] }, scene(admin), { 'access.jsonl': jsonLines([line]) })).out,
    ).not.toContain(grant);
    const refused = { ...line, status: '403', code: 'GROUP_DENIED' };
    expect(
      (await ran({ records: ['.'] }, scene(admin), { 'access.jsonl': jsonLines([refused]) })).out,
    ).toContain(grant);
  });

  test('users at their limit are named', async () => {
    const { out } = await ran(
      {},
      scene(calls([user('00u1', ['orders-readers']), 'GET /orders', 63])),
    );
    expect(out).toContain(
      'quotas at their limit:\n  standard  user 00u1  3 over the limit, 1 at it  access.yaml:35:3: at quotas.standard\n',
    );
  });

  test('the name of a quota in a record writes nothing but itself to the terminal', async () => {
    const withQuota = (record: object) => ({
      ...record,
      quota: { name: '\u001b[2J\n', by: 'user', limit: 1, remaining: 0, endsAt: 1, exceeded: true },
    });
    const from = () =>
      scene(calls([user('00u1', ['orders-readers']), 'GET /orders']), {}, withQuota);
    const { io: trend } = await from();
    await runProgram(['usage', '--trend', 'decisions.jsonl'], trend, {
      commands: COMMANDS,
      version: '0',
    });
    const { out } = await ran({}, from());
    for (const said of [trend.stdout(), out]) {
      expect(said).toContain('quotas at their limit:\n  \\u001b[2J\\u000a  user 00u1');
      expect(said).not.toContain('\u001b');
    }
  });

  test('a map all of which is used ends with 0', async () => {
    const map =
      'api: { name: tiny, upstream: { url: https://a.example.com }, cache: off }\nokta: { issuer: https://acme.okta.com/oauth2/aus1abc, audience: a, clients: [0oa1web] }\nroutes: [GET /a]\ngroups: { g: { allow: [GET /a] } }\n';
    const records = await recordsOf(valid(map).model, calls([user('00u1', ['g']), 'GET /a']));
    const folder = project({ 'access.yaml': map, 'decisions.jsonl': jsonLines(records) });
    const io = capture(folder);
    expect([await runUnused({ records: RECORDS }, io), io.stdout()]).toEqual([
      0,
      expect.stringContaining('\nnothing of the map is unused\n'),
    ]);
  });
});

describe('promote', () => {
  const ran = async (options: object = {}, from = scene(TRAFFIC, { mode: 'shadow' })) => {
    const { io } = await from;
    const code = await runPromote({ records: RECORDS, ...options }, io);
    return { code, out: io.stdout(), err: io.stderr(), io };
  };
  /** What a program reads: the edits are as they would be written into the map. */
  const promoted = async (from: ReturnType<typeof scene>, options: object = {}) => {
    const { code, out } = await ran({ ...options, json: true }, from);
    return { code, json: JSON.parse(out) as Readonly<Record<string, unknown>> };
  };
  const shadow = (...made: readonly (readonly [MadeCall['principal'], string, number?])[]) =>
    scene(calls(...made), { mode: 'shadow' });
  const granting = (group: string, grant: string) => ({
    edits: [{ path: ['groups', group, 'allow'], add: [grant] }],
  });

  test('says whom enforcing would refuse, how often and why, and the smallest change with its place', async () => {
    const { code, out } = await ran();
    expect(code).toBe(1);
    expect(out).toContain('11 calls in shadow mode by access.yaml');
    expect(out).toContain('enforcing would refuse 6 (54.5 %)');
    expect(out).toContain(
      '  GET /reports/{year}  2 of 2 calls, 1 user (00u2) with `orders-readers`\n    GROUP_NOT_ALLOWED no_group_allows',
    );
    expect(out).toContain(
      [
        '      groups:',
        '        orders-readers:',
        '          allow:',
        '            - GET /reports/{year}  # add',
        '    opens 1 cell: orders-readers, GET /reports/{year}; 2 callers of the trail would have it',
      ].join('\n'),
    );
    expect(out).toContain('            - DELETE /orders/{id}  # remove');
    expect(out).toContain('a deny is written on purpose');
    expect(out).toContain(
      '        0oa1web:\n          allow:\n            - orders:read  # add'.replace(
        'orders:read',
        'GET /orders',
      ),
    );
    expect(out).toContain(
      'GROUPS_MISSING  1 call: their tokens carry no groups: assign them to `orders-readers` in Okta',
    );
  });

  test('shows limits that would have been enough, and what the map allows by now', async () => {
    const from = await shadow([user('00u1', ['orders-readers']), 'GET /orders', 75]);
    const { out } = await ran({}, Promise.resolve(from));
    expect(out).toContain(
      '  standard per minute: 75 instead of 60, for user:00u1 at 2026-11-22T10:00Z, at access.yaml:',
    );
    expect(out).toContain('        standard:\n          limit: 75');
    writeFileSync(
      join(from.folder, 'raised.yaml'),
      exampleWith(['limit: 60, per: minute', 'limit: 75, per: minute']),
    );
    const io = capture(from.folder, { now: () => NOW });
    await runPromote({ records: RECORDS, map: 'raised.yaml' }, io);
    expect(io.stdout()).toContain(
      'enforcing would refuse none\n15 calls that the recorded map would have refused, the map as it is allows\n',
    );
  });

  test('takes a permission that covers exactly the route rather than the route', async () => {
    const { json } = await promoted(shadow([user('00u1', ['orders-readers']), 'POST /orders']));
    expect(json['changes']).toMatchObject([
      {
        ...granting('orders-readers', 'orders:write'),
        opens: [{ subject: 'orders-readers', route: 'POST /orders' }],
      },
    ]);
  });

  test('takes the route where every permission that has it opens more', async () => {
    const { json } = await promoted(shadow([user('00u1', ['contractors']), 'GET /orders']));
    expect(json['changes']).toMatchObject([
      {
        ...granting('contractors', 'GET /orders'),
        opens: [{ subject: 'contractors', route: 'GET /orders' }],
      },
    ]);
  });

  test('judges a caller by the okta block of the token', async () => {
    const map = exampleWith([
      'okta:\n  issuer: https://acme.okta.com/oauth2/aus1abc\n  audience: api://orders\n  clients: [0oa1web]\n',
      [
        'okta:',
        '  - { name: staff, issuer: https://acme.okta.com/oauth2/aus1abc, audience: api://orders, clients: [0oa1web], groups: [orders-readers] }',
        '  - { name: outside, issuer: https://other.okta.com/oauth2/aus2def, audience: api://orders, clients: [0oa1web], groups: [partners] }',
        '',
      ].join('\n'),
    ]);
    const caller = { ...user('00u1', ['partners']), block: 'outside' };
    const records = await recordsOf(valid(map).model, calls([caller, 'GET /reports/{year}']), {
      mode: 'shadow',
    });
    const folder = project({ 'access.yaml': map, 'decisions.jsonl': jsonLines(records) });
    const { json } = await promoted(Promise.resolve({ folder, records, io: capture(folder) }));
    expect(json['changes']).toMatchObject([granting('partners', 'GET /reports/{year}')]);
  });

  test('prefers the group that fewer others have', async () => {
    const both = user('00u1', ['orders-readers', 'partners']);
    const { json } = await promoted(
      shadow(
        [both, 'GET /reports/{year}'],
        [user('00u2', ['orders-readers']), 'GET /orders'],
        [user('00u3', ['orders-readers']), 'GET /orders'],
      ),
    );
    expect(json['changes']).toMatchObject([granting('partners', 'GET /reports/{year}')]);
  });

  test('says that callers of several groups gain what a deny kept from them, also where a machine gains it alone', async () => {
    const map = exampleWith([
      'machines:\n',
      'machines:\n  0oa1nightly:\n    groups: [orders-admins, contractors]\n',
    ]);
    const { folder, io } = await scene(
      calls([user('00u3', ['orders-admins', 'contractors']), 'DELETE /orders/{id}']),
      { mode: 'shadow' },
    );
    writeFileSync(join(folder, 'new.yaml'), map);
    await runPromote({ records: RECORDS, map: 'new.yaml' }, io);
    expect(io.stdout()).toContain(
      'opens 1 cell: machine 0oa1nightly, DELETE /orders/{id}; callers who have several groups gain the route',
    );
  });

  test('narrows a wide deny to what it denies beside the route', async () => {
    const broaderMap = exampleWith(
      [
        '      - DELETE /orders/{id}\n      - GET /reports/*\n\nmach',
        '      - ANY /orders/{id}\n\nmach',
      ],
      ['  - { groups: [orders-admins, contractors], denies: ["DELETE /orders/{id}"] }\n', ''],
    );
    const records = await recordsOf(
      valid(broaderMap).model,
      calls([user('00u3', ['orders-admins', 'contractors']), 'GET /orders/{id}']),
      {
        mode: 'shadow',
      },
    );
    const folder = project({ 'access.yaml': broaderMap, 'decisions.jsonl': jsonLines(records) });
    const { json } = await promoted(Promise.resolve({ folder, records, io: capture(folder) }));
    expect(json['changes']).toMatchObject([
      {
        edits: [
          {
            path: ['groups', 'contractors', 'deny'],
            remove: ['ANY /orders/{id}'],
            add: ['DELETE /orders/{id}'],
          },
        ],
      },
    ]);
  });

  test('names the limit that would have been enough', async () => {
    const { json } = await promoted(shadow([user('00u1', ['orders-readers']), 'GET /orders', 75]));
    expect(json['quotas']).toMatchObject([
      {
        quota: 'standard',
        per: 'minute',
        limit: 60,
        needed: 75,
        payer: 'user:00u1',
        windowStart: '2026-11-22T10:00:00.000Z',
        at: expect.stringMatching(/^access\.yaml:\d+/),
        edits: [{ path: ['quotas', 'standard', 'limit'], set: 75 }],
      },
    ]);
  });

  test('a limit that was raised since is of the past', async () => {
    const from = await scene(calls([user('00u1', ['orders-readers']), 'GET /orders', 75]), {
      mode: 'shadow',
    });
    writeFileSync(
      join(from.folder, 'access.yaml'),
      exampleWith(['limit: 60, per: minute', 'limit: 75, per: minute']),
    );
    const { code, json } = await promoted(Promise.resolve(from));
    expect(code).toBe(0);
    expect(json).toMatchObject({ refused: 0, settled: 15 });
  });

  test('ends with 0 where enforcing would refuse nobody', async () => {
    const { code, json } = await promoted(
      shadow([user('00u1', ['orders-readers']), 'GET /orders', 3]),
    );
    expect(code).toBe(0);
    expect(json).toMatchObject({ calls: 3, refused: 0, rows: [], changes: [] });
  });

  test('what the map as it is allows by now is not proposed again', async () => {
    const from = await scene(TRAFFIC, { mode: 'shadow' });
    writeFileSync(
      join(from.folder, 'access.yaml'),
      exampleWith(['    allow: [orders:read]', '    allow: [orders:read, GET /reports/*]']),
    );
    const { json } = await promoted(Promise.resolve(from));
    expect(json).toMatchObject({ refused: 4, settled: 2 });
  });

  test('records without shadow mode prove nothing', async () => {
    const { code, err } = await ran({}, scene());
    expect([code, err]).toEqual([
      1,
      'okta-group-authorizer: expected records of shadow mode, found none: set `mode: shadow`, deploy, and let traffic come\n',
    ]);
  });

  test('is JSON for programs, with the YAML of each change', async () => {
    const { io } = await ran(
      { json: true },
      scene(calls([user('00u1', ['orders-readers']), 'POST /orders']), { mode: 'shadow' }),
    );
    expect(io.json()).toMatchObject({
      calls: 1,
      refused: 1,
      rows: [{ code: 'GROUP_NOT_ALLOWED', calls: 1 }],
      changes: [
        {
          yaml: 'groups:\n  orders-readers:\n    allow:\n      - orders:write  # add',
          opens: [{ subject: 'orders-readers', route: 'POST /orders' }],
        },
      ],
    });
  });
});

describe('usage --trend', () => {
  const ran = async (args: readonly string[], from = scene()) => {
    const { folder, io } = await from;
    const code = await runProgram(['usage', '--trend', ...args], io, {
      commands: COMMANDS,
      version: '0',
    });
    return { code, out: io.stdout(), err: io.stderr(), folder };
  };

  test('shows sparklines by outcome, route, group and code', async () => {
    const { code, out } = await ran(['decisions.jsonl']);
    expect(code).toBe(0);
    expect(out).toContain('calls:\n  allowed  █  5\n  refused  █  6\n');
    expect(out).toContain(
      'by route (decision records):\n  GET /orders          █  5\n  POST /orders         █  3\n',
    );
    expect(out).toContain('by group:\n  orders-readers  █  5\n  partners        █  2\n');
    expect(out).toContain('  GROUP_NOT_ALLOWED  █  3\n');
  });

  test('the access log tells of routes, the records of the rest; weights count', async () => {
    const from = await scene(TRAFFIC, {}, (record) => ({ ...record, weight: 3 }));
    writeFileSync(
      join(from.folder, 'access.jsonl'),
      jsonLines([{ routeKey: 'GET /health', status: '200', time: BEGIN, uid: '-' }]),
    );
    const { out } = await ran(['.'], Promise.resolve(from));
    expect(out).toContain('by route (access log):\n  GET /health  █  1\n');
    expect(out).toContain('answers (access log):\n  2xx  █  1\n');
    expect(out).toContain('  allowed  █  15\n');
  });

  test.each([
    [30, undefined, 'minute'],
    [4 * 60, undefined, 'hour'],
    [5 * 24 * 60, undefined, 'day'],
    [30, 'hour', 'hour'],
    [40 * 60, 'minute', 'hour'],
  ])('a span of %i minutes with --by %s is shown by %s', async (minutes, by, step) => {
    const made = [0, minutes].map((minute) => ({
      at: BEGIN + minute * 60_000,
      route: 'GET /orders',
      principal: user('00u1', ['orders-readers']),
    }));
    const { out } = await ran(
      ['decisions.jsonl', '--json', ...(by === undefined ? [] : ['--by', by])],
      scene(made),
    );
    const found = JSON.parse(out) as {
      step: string;
      starts: string[];
      outcomes: { total: number; counts: number[] }[];
    };
    expect(found.step).toBe(step);
    expect(found.outcomes[0]?.total).toBe(2);
    expect(found.outcomes[0]?.counts.filter((count) => count > 0)).toEqual(
      found.starts.length === 1 ? [2] : [1, 1],
    );
    expect(found.outcomes[0]?.counts.at(-1)).toBeGreaterThan(0);
    expect(found.starts).toHaveLength(found.outcomes[0]?.counts.length ?? 0);
  });

  test('is one page without network and script, whose data no name can break out of', async () => {
    const hostile = calls(
      [user('00u1', ['orders-readers']), '</title><script>alert(1)</script>'],
      [user('"><img src=x>', ['orders-readers']), 'GET /orders', 61],
    );
    const { folder, err } = await ran(
      ['decisions.jsonl', '--format', 'html', '-o', 'trend.html'],
      scene(hostile),
    );
    const page = readFileSync(join(folder, 'trend.html'), 'utf8');
    expect(err).toBe('wrote trend.html\n');
    expect(page).not.toMatch(/<script|<img|https?:\/\//);
    expect(page).toContain("default-src 'none'");
    expect(page).toContain(
      '<title id="outcomes-title">Decisions over time, by minute</title><desc id="outcomes-says">Bars by minute. In all: allowed 60, refused 2. Most in one minute: 62, at 2026-11-22 10:00.</desc>',
    );
  });

  test('a step has the parts of its bar and the row of the table, so that no number is in the plot alone', async () => {
    const { folder } = await ran(['decisions.jsonl', '--format', 'html', '-o', 'trend.html']);
    const page = readFileSync(join(folder, 'trend.html'), 'utf8');
    expect(page).toContain(
      '<g><title>2026-11-22 10:00: allowed: 5, refused: 6</title><rect class="good"',
    );
    expect(page).toContain(
      '<tr><th scope="row">2026-11-22 10:00</th><td class="number">5</td><td class="number">6</td></tr>',
    );
  });

  test.each([
    [['--table', 'x'], 'expected no `--table` beside `--trend`: see `--help`'],
    [['absent.jsonl'], 'expected a file or a folder of records, found nothing at `absent.jsonl`'],
    [[], 'expected files of records, or `--log-group`, found neither, and no folder `.records`'],
    [
      ['decisions.jsonl', '--since', 'yesterday'],
      '--since: expected a time such as `90d`, `12h` or `2026-11-01`, found `yesterday`',
    ],
  ])('%j is told in one line', async (args, message) => {
    expect((await ran(args)).err).toBe(`okta-group-authorizer: ${message}\n`);
  });

  test('without --trend its options are refused, and the table is asked for', async () => {
    const { io } = await scene();
    expect(
      await runProgram(['usage', 'decisions.jsonl'], io, { commands: COMMANDS, version: '0' }),
    ).toBe(2);
    expect(await runProgram(['usage'], io, { commands: COMMANDS, version: '0' })).toBe(2);
    expect(io.stderr()).toBe(
      'okta-group-authorizer: expected `--trend` beside files of records: see `--help`\n' +
        'okta-group-authorizer: expected `-t, --table <name>`, or `--trend`, found no such option: see `--help`\n',
    );
  });
});

test.each(['replay', 'unused', 'promote', 'usage --trend'])(
  '%s prints no part of a token that a log holds',
  async (command) => {
    const token = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIwMHUxIn0.c2lnbmF0dXJlc2lnbmF0dXJl';
    const { folder } = await scene(
      calls(
        [user(token, ['orders-readers']), 'GET /orders', 61],
        [user('00u1', ['orders-readers']), 'POST /orders'],
      ),
      { mode: 'shadow' },
    );
    for (const args of [
      [],
      ['--json'],
      ...(command.startsWith('usage') ? [['--format', 'html']] : []),
    ]) {
      const io = capture(folder);
      await runProgram([...command.split(' '), 'decisions.jsonl', ...args], io, {
        commands: COMMANDS,
        version: '0',
      });
      expect(io.stdout()).not.toBe('');
      expect(`${io.stdout()}${io.stderr()}`).not.toMatch(/eyJ|c2lnbmF0/);
    }
  },
);

test('a log group is read by the same commands, and one that is not there ends with 1', async () => {
  const { records, folder } = await scene(TRAFFIC, { mode: 'shadow' });
  const io = capture(folder, { now: () => NOW });
  const logs = {
    async *pages() {
      yield records.map((record) => ({ timestamp: BEGIN, message: JSON.stringify(record) }));
    },
  };
  expect(await runPromote({ logGroup: ['/aws/lambda/f'], since: '7d' }, io, { logs })).toBe(1);
  expect(io.stdout()).toContain('11 calls in shadow mode');
  expect(io.stderr()).toContain('/aws/lambda/f: 11 lines, up to');
  const failing = {
    async *pages() {
      yield [];
      throw Object.assign(new Error('nothing there'), { name: 'ResourceNotFoundException' });
    },
  };
  const other = capture(folder);
  expect(await runPromote({ logGroup: ['/g'] }, other, { logs: failing })).toBe(1);
  expect(other.stderr()).toBe(
    'okta-group-authorizer: log group `/g`: expected one that can be read, found ResourceNotFoundException: nothing there\n',
  );
});
