import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { runPromote } from '../../../lib/commands/promote.ts';
import { jsonLines, type MadeCall, recordsOf, user } from '../../support/recorded-traffic.ts';
import { capture, exampleWith, project } from './project.ts';
import { calls, RECORDS, scene, TRAFFIC, valid } from './recorded-scene.ts';

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
    const more = calls([user('00u1', ['orders-readers']), 'GET /orders', 63]);
    const { code, out } = await ran({}, scene([...TRAFFIC, ...more], { mode: 'shadow' }));
    expect(code).toBe(1);
    expect(out.split('\n')).toEqual([
      '74 decision records, 0 lines of the access log, 2026-11-22T10:00Z to 2026-11-22T10:00Z',
      '74 calls in shadow mode by access.yaml (053cb8cea21b6df5): enforcing would refuse 12 (16.2 %)',
      '',
      'would be refused:',
      '  GET /orders  6 of 68 calls, 1 user (00u1) with `orders-readers`',
      '    QUOTA_EXCEEDED window_full, 2026-11-22T10:00Z to 2026-11-22T10:00Z',
      '  GET /reports/{year}  2 of 2 calls, 1 user (00u2) with `orders-readers`',
      '    GROUP_NOT_ALLOWED no_group_allows, 2026-11-22T10:00Z to 2026-11-22T10:00Z',
      '  DELETE /orders/{id}  1 of 1 call, 1 user (00u3) with `contractors` and `orders-admins`',
      '    GROUP_DENIED group_denies, 2026-11-22T10:00Z to 2026-11-22T10:00Z',
      '  GET /orders  1 of 68 calls, 1 user (00u4) without a mapped group',
      '    GROUPS_MISSING no_groups_in_token, 2026-11-22T10:00Z to 2026-11-22T10:00Z',
      '  POST /orders  1 of 3 calls, 1 user (00u5) without a mapped group',
      '    GROUP_NOT_ALLOWED no_group_mapped, 2026-11-22T10:00Z to 2026-11-22T10:00Z',
      '  GET /orders  1 of 68 calls, 1 machine (0oa1web)',
      '    CLIENT_UNMAPPED not_a_machine, 2026-11-22T10:00Z to 2026-11-22T10:00Z',
      '',
      'the smallest changes that would allow it:',
      '  GET /reports/{year}: 2 calls, at access.yaml:44:12: at groups.orders-readers.allow',
      '      groups:',
      '        orders-readers:',
      '          allow:',
      '            - GET /reports/{year}  # add',
      '    allows 1 cell: orders-readers, GET /reports/{year}; 2 callers of the audit trail would get it',
      '  DELETE /orders/{id}: 1 call, at access.yaml:56:7: at groups.contractors.deny',
      '      groups:',
      '        contractors:',
      '          deny:',
      '            - DELETE /orders/{id}  # remove',
      '    allows no cell of a single group; callers who have several groups gain the route',
      '    a deny is written on purpose: ask who wrote it first',
      '  GET /orders: 1 call, at access.yaml:60:3: at machines',
      '      machines:',
      '        0oa1web:',
      '          allow:',
      '            - GET /orders  # add',
      '    allows 1 cell: machine 0oa1web, GET /orders',
      '  together they allow 2 cells',
      '',
      'limits that would have been enough:',
      '  standard per minute: 66 instead of 60, for user:00u1 at 2026-11-22T10:00Z, at access.yaml:35:22: at quotas.standard.limit',
      '      quotas:',
      '        standard:',
      '          limit: 66',
      '',
      'no change of the map is proposed for:',
      '  QUOTA_EXCEEDED  6 calls: see the limits above',
      '    GET /orders',
      '  GROUPS_MISSING  1 call: their tokens carry no groups: assign them to `orders-readers` in Okta, which allows them 1 further route',
      '    GET /orders',
      '  GROUP_NOT_ALLOWED  1 call: their tokens carry groups that the map does not have: add one of these to `groups`, or assign them to `partners` in Okta, which allows them 2 further routes',
      '    POST /orders',
      '',
    ]);
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

  test('evaluates a caller by the okta block of the token', async () => {
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
    await runPromote({ records: RECORDS, map: 'new.yaml', json: true }, io);
    expect(io.json()).toMatchObject({
      changes: [
        {
          edits: [{ path: ['groups', 'contractors', 'deny'], remove: ['DELETE /orders/{id}'] }],
          opens: [{ subject: 'machine 0oa1nightly', route: 'DELETE /orders/{id}' }],
        },
      ],
    });
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
    await expect(ran({}, scene())).rejects.toMatchObject({ code: 'AUDIT_LOG_WITHOUT_SHADOW' });
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
