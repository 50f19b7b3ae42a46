import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { COMMANDS } from '../../../lib/commands/index.ts';
import { runProgram } from '../../../lib/commands/shell/program.ts';
import { runUnused } from '../../../lib/commands/unused.ts';
import { jsonLines, recordsOf, user } from '../../support/recorded-traffic.ts';
import { capture, EXAMPLE, exampleWith, project } from './project.ts';
import { BEGIN, calls, RECORDS, scene, TRAFFIC, valid } from './recorded-scene.ts';

describe('unused', () => {
  const ran = async (
    options: object = {},
    from = scene(),
    files: Readonly<Record<string, string | Buffer>> = {},
  ) => {
    const { folder, io } = await from;
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
    const code = await runUnused({ records: RECORDS, ...options }, io);
    return { code, out: io.stdout() };
  };
  /** What a program reads. */
  const answer = async (...[options, from, files]: Parameters<typeof ran>) => {
    const { code, out } = await ran({ ...options, json: true }, from, files);
    return { exit: code, ...(JSON.parse(out) as Readonly<Record<string, unknown>>) };
  };
  const twoGroups = () =>
    scene(
      calls(
        [user('00u1', ['orders-readers']), 'GET /orders', 2],
        [user('00u3', ['orders-admins']), 'POST /orders'],
      ),
    );
  const UNUSED = [
    ['group', 'partners'],
    ['group', 'contractors'],
    ['grant', 'orders-admins', 'ANY /orders/{id}'],
    ['grant', 'orders-admins', 'GET /reports/*'],
    ['permission', 'orders:write'],
    ['machine', '0oa1batch'],
    ['route', 'DELETE /orders/{id}'],
  ] as const;

  test('names grants, groups, permissions, machines and routes with their places, and ends with 1', async () => {
    const others = (group: string) =>
      ['orders-readers', 'orders-admins', 'partners'].filter((name) => name !== group);
    expect(await answer({}, twoGroups())).toMatchObject({
      exit: 1,
      complete: true,
      incomplete: [],
      findings: expect.arrayContaining(
        UNUSED.map(([kind, name, grant]) => ({
          kind,
          name,
          ...(grant !== undefined && { grant }),
          at: expect.stringMatching(/^access\.yaml:\d+:\d+: at /),
        })),
      ),
      oneGroup: [
        { route: 'GET /orders', group: 'orders-readers', others: others('orders-readers') },
        { route: 'POST /orders', group: 'orders-admins', others: ['partners'] },
      ],
      // Only the access log tells of public routes.
      notSeenRoutes: ['GET /health'],
    });
  });

  test('evaluates what every user holds like the grants of a group', async () => {
    const map = `${EXAMPLE}everyone: { allow: [GET /orders, "GET /reports/{year}"] }\n`;
    const from = scene(calls([user('00u9', []), 'GET /orders']), {}, (record) => ({
      ...record,
      effect: 'allow',
      code: undefined,
      reason: 'everyone_allows',
    }));
    const { findings } = (await answer({}, from, { 'access.yaml': map })) as unknown as {
      findings: { name: string }[];
    };
    const ofEveryone = findings.filter(({ name }) => name === 'everyone');
    expect(ofEveryone).toMatchObject([{ kind: 'grant', grant: 'GET /reports/{year}' }]);
  });

  test('tells a person each kind under its own head', async () => {
    const { out } = await ran({}, twoGroups());
    expect(out.split('\n')).toEqual([
      '3 decision records, 0 lines of the access log, 2026-11-22T10:00Z to 2026-11-22T10:00Z',
      '',
      'groups that no caller had:',
      '  partners     access.yaml:51:3: at groups.partners',
      '  contractors  access.yaml:54:3: at groups.contractors',
      '',
      'grants that nobody used:',
      '  orders-admins  ANY /orders/{id}  access.yaml:49:9: at groups.orders-admins.allow[1]',
      '  orders-admins  GET /reports/*    access.yaml:50:9: at groups.orders-admins.allow[2]',
      '',
      'permissions that nobody used:',
      '  orders:write  access.yaml:31:3: at permissions.orders:write',
      '',
      'machines that never called:',
      '  0oa1batch  access.yaml:60:3: at machines.0oa1batch',
      '',
      'routes that nobody called:',
      '  GET /orders/{id}     access.yaml:16:5: at routes[2]',
      '  DELETE /orders/{id}  access.yaml:17:5: at routes[3]',
      '  GET /reports/{year}  access.yaml:18:5: at routes[4]',
      '  GET /me              access.yaml:20:5: at routes[6]',
      '  GET /permissions     access.yaml:67:1: at permissionsEndpoint',
      '',
      'routes that one group alone called:',
      '  GET /orders   orders-readers  not orders-admins, partners  access.yaml:14:5: at routes[0]',
      '  POST /orders  orders-admins   not partners                 access.yaml:15:5: at routes[1]',
      '',
      'only the access log, which is not among the data, shows calls of public routes: `GET /health`',
      '',
      '11 findings',
      '',
    ]);
    const sampled = (record: object) => ({ ...record, weight: 10 });
    const unproven = await ran({}, scene(TRAFFIC, {}, sampled));
    const titles = (text: string) => text.split('\n').filter((line) => line.endsWith(':'));
    const sure = titles(out).slice(0, 5);
    // Nothing is said of data that do not prove it as it is of those that do.
    expect(titles(unproven.out).filter((title) => sure.includes(title))).toEqual([]);
    expect(unproven.out).toContain('`audit.allows`');
  });

  test.each([
    ['sampled allows', (record: object) => ({ ...record, weight: 10 }), {}, '`audit.allows`'],
    ['data that begin late', (record: object) => record, { since: '90d' }, '`--since`'],
    [
      'hashed clients',
      (record: object) => ({ ...record, principal: { kind: 'machine', id: 'ab12' } }),
      {},
      'machines',
    ],
  ])('of %s it proves nothing, and says so', async (_name, change, options, why) => {
    expect(await answer(options, scene(TRAFFIC, {}, change))).toMatchObject({
      exit: 1,
      complete: false,
      incomplete: [expect.stringContaining(why)],
      problems: expect.arrayContaining([expect.objectContaining({ code: 'DATA_INCOMPLETE' })]),
    });
  });

  test('with a cache the access log is needed, and with it a call from the cache counts as use of the grants of its caller', async () => {
    const cached = exampleWith(
      ['    quota: standard\n', ''],
      ['    quota: partner\n', ''],
      [/quotas:\n(?: {2}.*\n)+\n/.exec(EXAMPLE)?.[0] ?? '-', ''],
    );
    const grants = (found: object) =>
      (found as { readonly findings: readonly { readonly grant?: string }[] }).findings.map(
        ({ grant }) => grant,
      );
    const blind = await answer({ map: 'cached.yaml' }, scene(), { 'cached.yaml': cached });
    expect(blind).toMatchObject({
      complete: false,
      incomplete: [expect.stringContaining('the access log')],
    });
    const access = [
      { routeKey: 'GET /orders/{id}', status: '200', time: BEGIN, uid: '00u1', cid: '0oa1web' },
      { routeKey: 'GET /orders/{id}', status: '200', time: BEGIN, uid: '-', cid: '-' },
    ];
    const seen = await answer({ map: 'cached.yaml', records: ['.'] }, scene(), {
      'cached.yaml': cached,
      'access.jsonl.gz': gzipSync(jsonLines(access)),
    });
    expect(seen).toMatchObject({ complete: true, incomplete: [] });
    expect(grants(seen)).toContain('GET /reports/*');
    const stranger = {
      routeKey: 'GET /reports/{year}',
      status: '200',
      time: BEGIN,
      uid: '00u9',
      cid: '0oa1web',
    };
    const unexplained = await answer({ map: 'cached.yaml', records: ['.'] }, scene(), {
      'cached.yaml': cached,
      'access.jsonl': jsonLines([...access, stranger]),
    });
    expect(unexplained).toMatchObject({
      incomplete: [expect.stringContaining('1 caller of the access log')],
    });
    expect(grants(unexplained)).not.toContain('GET /reports/*');
  });

  test('what the access log alone has of a caller counts as use of the grants of the groups that the caller came with', async () => {
    const admin = calls([user('00u3', ['orders-admins']), 'GET /orders']);
    const grant = expect.objectContaining({ name: 'orders-admins', grant: 'GET /reports/*' });
    const line = {
      routeKey: 'GET /reports/{year}',
      status: '200',
      time: BEGIN,
      uid: '00u3',
      cid: '0oa1web',
    };
    const withLine = async (access: object) => {
      const files = { 'access.jsonl': jsonLines([access]) };
      return (await answer({ records: ['.'] }, scene(admin), files)) as Readonly<
        Record<string, unknown>
      >;
    };
    const unseen = (await answer({}, scene(admin))) as Readonly<Record<string, unknown>>;
    expect(unseen['findings']).toContainEqual(grant);
    expect((await withLine(line))['findings']).not.toContainEqual(grant);
    const refused = { ...line, status: '403', code: 'GROUP_DENIED' };
    expect((await withLine(refused))['findings']).toContainEqual(grant);
  });

  test('users at their limit are named', async () => {
    const found = await answer(
      {},
      scene(calls([user('00u1', ['orders-readers']), 'GET /orders', 63])),
    );
    expect(found).toMatchObject({
      atLimit: [
        {
          quota: 'standard',
          by: 'user',
          payer: '00u1',
          exceeded: 3,
          atLimit: 1,
          at: 'access.yaml:35:3: at quotas.standard',
        },
      ],
    });
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
      expect(said).toContain('\n  \\u001b[2J\\u000a  user 00u1');
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
      expect.not.stringMatching(/access\.yaml:|:\n/),
    ]);
  });
});
