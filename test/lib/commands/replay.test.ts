import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { runReplay } from '../../../lib/commands/replay.ts';
import { jsonLines, user } from '../../support/recorded-traffic.ts';
import { capture, EXAMPLE, exampleWith, project } from './project.ts';
import { BEGIN, calls, RECORDS, scene, TRAFFIC } from './recorded-scene.ts';

const DENYING_READERS = exampleWith(
  [
    '  contractors:\n    deny:\n',
    '  orders-nobody:\n  contractors:\n    deny:\n      - GET /orders\n',
  ],
  [
    '  orders-readers:\n    allow: [orders:read]',
    '  orders-readers:\n    deny: [GET /orders]\n    allow: [orders:read]',
  ],
);

describe('replay', () => {
  const replayed = async (map: string, options: object = {}, from = scene()) => {
    const { folder, io } = await from;
    writeFileSync(join(folder, 'new.yaml'), map);
    const code = await runReplay({ records: RECORDS, map: 'new.yaml', ...options }, io);
    return { code, out: io.stdout() };
  };
  /** What a program reads. */
  const answer = async (map: string, options: object = {}, from = scene()) => {
    const { code, out } = await replayed(map, { ...options, json: true }, from);
    return { exit: code, ...(JSON.parse(out) as Readonly<Record<string, unknown>>) };
  };
  const UNCHANGED = { changed: [], opened: 0, closed: 0 };

  test('against the same rules says that nothing changes', async () => {
    expect(await answer(EXAMPLE)).toMatchObject({ exit: 0, calls: 11, ...UNCHANGED });
  });

  test('tells a person what was read, what changes and why, and what cannot be said', async () => {
    const { out } = await replayed(DENYING_READERS);
    expect(out.split('\n')).toEqual([
      '11 decision records, 0 lines of the access log, 2026-11-22T10:00Z to 2026-11-22T10:00Z',
      expect.stringMatching(
        /^11 calls against new\.yaml \([0-9a-f]{16}\): 0 let in that were refused, 3 refused that were let in$/,
      ),
      '',
      'would be refused:',
      '  GET /orders  3 calls, 1 user (00u1) with `orders-readers`',
      '    group_allows -> GROUP_DENIED group_denies, 2026-11-22T10:00Z to 2026-11-22T10:00Z',
      '    by new.yaml:44:12: at groups.orders-readers.deny[0]',
      '',
      '3 calls came with further groups, which records count and do not name; whether `orders-nobody` would have let them in or refused them is not known',
      '',
    ]);
    const { out: letIn } = await replayed(
      exampleWith(['    allow: [orders:read]', '    allow: [orders:read, GET /reports/*]']),
    );
    expect(letIn).toContain(':\n  GET /reports/{year}  2 calls, 1 user (00u2)');
    expect(letIn).not.toContain('would be refused:');
    expect((await replayed(EXAMPLE)).out.split('\n')).toHaveLength(3);
  });

  test('names who would be refused, how often, with which code, and the rule of the new map', async () => {
    expect(await answer(DENYING_READERS)).toMatchObject({
      opened: 0,
      closed: 3,
      changed: [
        {
          to: 'deny',
          route: 'GET /orders',
          kind: 'user',
          groups: ['orders-readers'],
          names: ['00u1'],
          calls: 3,
          callers: 1,
          was: 'group_allows',
          becomes: 'GROUP_DENIED group_denies',
          rules: ['new.yaml:44:12: at groups.orders-readers.deny[0]'],
        },
      ],
    });
  });

  test('names who would be let in', async () => {
    const map = exampleWith([
      '    allow: [orders:read]',
      '    allow: [orders:read, GET /reports/*]',
    ]);
    expect(await answer(map)).toMatchObject({
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
          was: 'GROUP_NOT_ALLOWED no_group_allows',
          becomes: 'group_allows',
        },
      ],
      trail: { decisions: 11, from: '2026-11-22T10:00:00.000Z' },
    });
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
    const found = await answer(
      exampleWith([
        'public:\n  - GET /health\nsignedIn:\n  - GET /me\n',
        'public:\n  - GET /health\n  - GET /me\n',
      ]),
      {},
      from,
    );
    expect(found).toMatchObject({
      opened: 40,
      changed: [{ route: 'GET /me', calls: 40, was: 'NO_TOKEN absent', becomes: 'public' }],
    });
    expect(found).not.toHaveProperty('changed.0.kind');
  });

  test('sampled allows are weighed, and quotas are left as they were recorded', async () => {
    const many = calls([user('00u1', ['orders-readers']), 'GET /orders', 62]);
    const found = await answer(
      exampleWith(['limit: 60, per: minute', 'limit: 1, per: minute']),
      {},
      scene(many, {}, (record) => ({ ...record, weight: 'code' in record ? 1 : 10 })),
    );
    expect(found).toMatchObject({ calls: 602, ...UNCHANGED, quotasReplayed: false });
  });

  test.each([
    { limit: 50, opened: 0, closed: 10 },
    { limit: 61, opened: 1, closed: 0 },
  ])(
    'by a limit of $limit, $opened are let in and $closed refused',
    async ({ limit, ...expected }) => {
      const many = scene(calls([user('00u1', ['orders-readers']), 'GET /orders', 62]));
      const map = exampleWith(['limit: 60, per: minute', `limit: ${limit}, per: minute`]);
      expect(await answer(map, {}, many)).toMatchObject(expected);
    },
  );

  test('what began before the records is not counted again', async () => {
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
    expect(await answer(EXAMPLE, {}, scene(late, {}, refused))).toMatchObject({
      ...UNCHANGED,
      quotaWindowsCut: 1,
    });
  });

  test('machines whose client id is hashed are not evaluated', async () => {
    const hashed = (record: object) => ({
      ...record,
      principal: { ...(record as { principal: object }).principal, cid: undefined },
    });
    expect(await answer(EXAMPLE, {}, scene(TRAFFIC, {}, hashed))).toMatchObject({
      ...UNCHANGED,
      unknown: { hashed: 3 },
    });
  });

  test('groups that the new map knows and no record names are said', async () => {
    const map = exampleWith([
      '  contractors:\n',
      '  elsewhere:\n    allow: [POST /orders]\n  contractors:\n',
    ]);
    expect(await answer(map)).toMatchObject({
      ...UNCHANGED,
      withUnmappedGroups: 3,
      groupsNotSeen: ['elsewhere'],
    });
  });

  test('a client that the new map does not accept is refused as the authorizer would', async () => {
    const map = exampleWith(['clients: [0oa1web]', 'clients: [0oa2web]']);
    // Machines are accepted by their own entry.
    expect(await answer(map)).toMatchObject({
      changed: [{ kind: 'user', calls: 3, becomes: 'TOKEN_CLIENT not_accepted' }],
    });
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
    const found = await answer(
      exampleWith(['public:\n  - GET /health\n', '']),
      { records: ['.'] },
      Promise.resolve({ folder, records: [], io }),
    );
    expect(found).toMatchObject({ ...UNCHANGED, formerlyPublic: 1 });
  });

  test('what the new map has in shadow refuses nobody who has a valid token', async () => {
    const shadow = `mode: shadow\n${EXAMPLE}`;
    expect(await answer(shadow)).toMatchObject({
      opened: 6,
      closed: 0,
      changed: expect.arrayContaining([
        expect.objectContaining({
          to: 'allow',
          was: 'GROUP_NOT_ALLOWED no_group_allows',
          becomes: 'GROUP_NOT_ALLOWED no_group_allows (passes in shadow)',
        }),
      ]),
    });
    const inShadow = () => scene(TRAFFIC, { mode: 'shadow' });
    expect(await answer(shadow, {}, inShadow())).toMatchObject(UNCHANGED);
    expect(await answer(EXAMPLE, {}, inShadow())).toMatchObject({
      opened: 0,
      closed: 6,
      changed: expect.arrayContaining([
        expect.objectContaining({
          to: 'deny',
          was: 'GROUP_DENIED group_denies (passed in shadow)',
          becomes: 'GROUP_DENIED group_denies',
        }),
      ]),
    });
  });
});
