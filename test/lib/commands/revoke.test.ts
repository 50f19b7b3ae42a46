import { CreateTableCommand, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { dynamoRevocationList } from '../../../lambda/adapters/dynamo-revocation-list.ts';
import { entryItem, type HubItem } from '../../../lambda/core/revocation/hub-items.ts';
import { revokedTokens } from '../../../lambda/core/revocation/revoked-tokens.ts';
import { hubListAws } from '../../../lib/commands/revoke/hub-list.ts';
import type { RevokeOptions } from '../../../lib/commands/revoke/revoke-options.ts';
import { type RevokeSources, runRevoke } from '../../../lib/commands/revoke.ts';
import { OktaError } from '../../../lib/okta/okta-error.ts';
import { type LocalServer, startDynalite } from '../../support/dynalite.ts';
import { connectTo } from '../../support/dynamo-clients.ts';
import { heartbeatItem } from '../../support/hub-table.ts';
import { userSubject } from '../../support/wire/revocation.ts';
import { capture, project } from './project.ts';

const NOW = 1_795_000_000_000;
const ORG = 'acme.okta.com';
const MAP = (revocation: string, more = '') => `
api: { name: shop, upstream: { url: https://shop.example.com } }
okta:
  issuer: https://acme.okta.com/oauth2/aus1
  audience: api://shop
  clients: [0oa1]
${revocation}
routes: [GET /a]
groups: { staff: { allow: [GET /a] } }
${more}`;
const OWN = '  revocation: { within: 10s }';
const ARN = 'arn:aws:dynamodb:eu-west-1:111122223333:table/hub';
const keyOf = (item: HubItem): string => `${item['pk']?.S} ${item['sk']?.S}`;

/** A stack that deploys a map with its own hub. */
const stackOf = (map: string, table: string, org = ORG) => ({
  AccessMap0A1B2C3D: JSON.stringify({ map, authorizer: 'arn:function', records: [] }),
  HubRevocationHub0A1B2C3D: JSON.stringify({ org, table }),
});
const STACKS = [
  stackOf('billing', 'arn:billing'),
  stackOf('shop', 'arn:own'),
  stackOf('shop', 'arn:b', 'b.okta.com'),
];

function scene(
  map = MAP(OWN),
  items: readonly HubItem[] = [heartbeatItem(ORG, NOW)],
  stacks: readonly Readonly<Record<string, string>>[] = STACKS,
) {
  const stored = new Map(items.map((item) => [keyOf(item), item]));
  const tables: string[] = [];
  let now = NOW;
  const sources: RevokeSources = {
    list: {
      async read(table, org) {
        tables.push(table);
        return { items: [...stored.values()].filter((item) => item['pk']?.S === org), now };
      },
      async write(_, written) {
        for (const item of written) stored.set(keyOf(item), item);
      },
      caller: async () => 'AKIDOPERATOR',
    },
    stacks: {
      outputs: async (stack) => (stack === undefined ? stacks : []),
    },
    uidOf: async (login) => {
      if (login === 'alice@acme.com') return '00ualice';
      throw new OktaError('OKTA_USER_UNKNOWN', `the org has no user \`${login}\``);
    },
  };
  const run = async (options: RevokeOptions) => {
    const io = capture(project({ 'access.yaml': map }));
    const code = await runRevoke(options, io, sources);
    return { code, out: io.stdout(), err: io.stderr() };
  };
  const pass = (ms: number): void => {
    now += ms;
  };
  return { run, stored, tables, pass };
}

const entries = (stored: ReadonlyMap<string, HubItem>) =>
  [...stored.values()].filter((item) => item['pk']?.S === ORG && item['sk']?.S?.startsWith('1#'));

describe('revoke', () => {
  test.each<[string, RevokeOptions, string]>([
    ['a user', { user: '00u1' }, 'user:00u1'],
    ['a user by login', { user: 'alice@acme.com' }, 'user:00ualice'],
    ['a user by a client', { user: '00u1', client: '0oa1' }, 'user-client:00u1 0oa1'],
    ['a client', { client: '0oa1' }, 'client:0oa1'],
    ['a group', { group: 'Night shift' }, 'group:Night shift'],
  ])('revokes tokens of %s up to the store’s time and two seconds', async (_, options, subject) => {
    const { run, stored, tables } = scene();
    const { code, out } = await run({ ...options, reason: 'laptop lost' });
    expect(code).toBe(0);
    expect(tables).toEqual(['arn:own']);
    expect(entries(stored)).toEqual([
      expect.objectContaining({
        k: { S: subject },
        t: { N: String(NOW + 2_000) },
        r: { S: 'by_hand' },
      }),
    ]);
    for (const named of [subject, '2026-11-18T11:06:42Z', ' 21 s ']) expect(out).toContain(named);
  });

  test('revokes what is minted in the time ahead, too', async () => {
    const { run, stored } = scene();
    const { out } = await run({ user: '00u1', for: '1h', json: true });
    expect(entries(stored)[0]?.['t']?.N).toBe(String(NOW + 3_600_000));
    expect(JSON.parse(out)).toMatchObject({ revoked: 'user:00u1', issuedUpTo: NOW + 3_600_000 });
  });

  test('leaves an audit record without an end: who, what, why', async () => {
    const { run, stored } = scene();
    await run({ user: '00u1', reason: 'laptop lost' });
    const records = [...stored.values()].filter((item) => item['pk']?.S === `${ORG}#audit`);
    expect(records).toEqual([
      expect.objectContaining({
        ...{ k: { S: 'user:00u1' }, by: { S: 'AKIDOPERATOR' }, why: { S: 'laptop lost' } },
      }),
    ]);
    expect(records[0]).not.toHaveProperty('expires');
  });

  test('lists what is live, by whom and why, and what was undone no longer', async () => {
    const event = entryItem(ORG, NOW - 1, 'e', {
      ...{ subject: userSubject('00u2'), issuedUpTo: NOW, reason: 'user_suspended' },
    });
    const { run, pass } = scene(MAP(OWN), [heartbeatItem(ORG, NOW), event]);
    await run({ user: '00u1', reason: 'lost' });
    const { out } = await run({ list: true });
    expect(out.split('\n')).toEqual([
      '  user:00u2  issued up to 2026-11-18T11:06:40Z  user_suspended',
      '  user:00u1  issued up to 2026-11-18T11:06:42Z  by_hand, by AKIDOPERATOR, lost',
      '',
      '2 entries: 1 user_suspended, 1 by_hand',
      '',
    ]);
    pass(10);
    expect((await run({ user: '00u1', undo: true })).out).toContain('by_hand');
    const { out: after } = await run({ list: true, json: true });
    expect(JSON.parse(after)).toMatchObject({
      ...{ ok: true, exit: 0, org: ORG, alive: true },
      entries: [{ subject: 'user:00u2', reason: 'user_suspended' }],
    });
  });

  test('takes back what was written after its own clock, and says so where nothing is there', async () => {
    const ahead = entryItem(ORG, NOW + 5_000, 'e', {
      ...{ subject: userSubject('00u2'), issuedUpTo: NOW, reason: 'user_suspended' },
    });
    const { run, stored } = scene(MAP(OWN), [heartbeatItem(ORG, NOW), ahead]);
    expect((await run({ user: '00u2', undo: true })).code).toBe(0);
    expect(entries(stored).map((item) => item['sk']?.S?.slice(0, 17))).toContain(
      `1#00${NOW + 5_001}`,
    );
    const { code, out } = await run({ user: '00u2', undo: true, json: true });
    expect(code).toBe(1);
    const problem = { severity: 'error', code: 'REVOCATION_ABSENT' };
    expect(JSON.parse(out)).toMatchObject({ ok: false, problems: [problem] });
  });

  test('revokes what was undone in the same second', async () => {
    const { run, stored, pass } = scene();
    await run({ user: '00u1' });
    await run({ user: '00u1', undo: true });
    await run({ user: '00u1' });
    const listed = async () => JSON.parse((await run({ list: true, json: true })).out).entries;
    const entry = expect.objectContaining({ subject: 'user:00u1', reason: 'by_hand' });
    expect(await listed()).toContainEqual(entry);
    await run({ user: '00u1', undo: true });
    expect(await listed()).toEqual([]);
    pass(1_000);
    await run({ user: '00u1' });
    expect(await listed()).toEqual([entry]);
    expect(entries(stored)).toHaveLength(5);
  });

  test('takes at most a KB for an entry, whatever its group is called', async () => {
    const { run, stored } = scene();
    expect(await run({ group: '中'.repeat(255), reason: 'brief' })).toMatchObject({ code: 0 });
    const [item] = entries(stored);
    const bytes = Object.entries(item ?? {}).reduce(
      (sum, [name, { S = '', N }]) => sum + name.length + (N ? 21 : Buffer.byteLength(S) || 1),
      0,
    );
    expect(bytes).toBeLessThanOrEqual(1_024);
  });

  test('says that a hub does not live, since nobody reads its list then', async () => {
    const { run } = scene(MAP(OWN), [heartbeatItem(ORG, NOW - 60_000)]);
    for (const options of [{ user: '00u1' }, { list: true }])
      expect(JSON.parse((await run({ ...options, json: true })).out)).toMatchObject({
        alive: false,
      });
    const listed = async (beatAt: number) =>
      (await scene(MAP(OWN), [heartbeatItem(ORG, beatAt)]).run({ list: true })).out;
    expect(await listed(NOW - 60_000)).toContain('heartbeat');
    expect(await listed(NOW)).not.toContain('heartbeat');
  });

  test('finds the hub that the map names, or that the options name, without a map', async () => {
    const named = scene(MAP(`  revocation: { hub: ${ARN} }`));
    await named.run({ list: true });
    expect(named.tables).toEqual([ARN]);
    const { run, tables } = scene('');
    await run({ list: true, table: 'hub', org: ORG });
    expect(tables).toEqual(['hub']);
  });

  test.each<{
    readonly options: RevokeOptions;
    readonly says: RegExp;
    readonly map?: string;
    readonly code?: string;
  }>([
    { options: {}, says: /`--user`, `--client` or `--group`, or `--list`/ },
    { options: { list: true, undo: true }, says: /`--list` or `--undo`/ },
    { options: { group: 'a', user: '00u1' }, says: /`--group` alone/ },
    { options: { list: true, for: '1h' }, says: /`--for`.*`--list`/ },
    { options: { user: '00u1', for: '8d' }, says: /--for: .*`1s` to `7d`/ },
    { options: { user: '00u1', for: 'soon' }, says: /--for: .*`1s` to `7d`/ },
    { options: { user: '00u 1' }, says: /`00u 1`/ },
    { options: { user: '00u1', reason: 'x'.repeat(201) }, says: /--reason: .* 200 / },
    { options: { user: '00u1', reason: '中'.repeat(67) }, says: /--reason: .* 200 / },
    {
      options: { group: '中'.repeat(255), reason: 'a long reason beside it' },
      says: /--reason: .* 15 /,
    },
    {
      options: { group: 'staff' },
      says: /--group: .*`api-`.*`staff`/,
      map: MAP(`${OWN}\n  groupPrefix: api-`),
    },
    { options: { user: '00u1', org: 'c.okta.com' }, says: /--org: .*`acme\.okta\.com`/ },
    { options: { user: '00u1' }, says: /`okta\.revocation`/, map: MAP('') },
    {
      options: { user: '00u1' },
      code: 'STACK_UNKNOWN',
      says: /`none\.okta\.com`/,
      map: MAP('  revocation: { org: none.okta.com }'),
    },
  ])('refuses $options', async ({ options, code = 'USAGE_INVALID', says, map }) => {
    const message = expect.stringMatching(says);
    await expect(scene(map).run(options)).rejects.toMatchObject({ code, message });
  });

  // No authorizer asks for these hosts: what is written under them revokes nothing.
  test.each([
    ['ACME.okta.com', 'did you mean `acme.okta.com`?'],
    ['https://acme.okta.com', 'did you mean `acme.okta.com`?'],
    ['acme-admin.okta.com', 'the org, not its admin console'],
    ['acme okta', 'such as `acme.okta.com`'],
  ])('writes nothing for the org %j', async (org, says) => {
    const { run, stored, tables } = scene('', []);
    for (const options of [{ user: '00u1' }, { user: '00u1', undo: true }, { list: true }])
      await expect(run({ ...options, table: 'hub', org })).rejects.toMatchObject({
        ...{ code: 'USAGE_INVALID', exit: 2 },
        message: expect.stringContaining(says),
      });
    expect([stored.size, tables]).toEqual([0, []]);
    await expect(scene().run({ user: '00u1', org })).rejects.toMatchObject({
      message: expect.stringContaining(says),
    });
  });

  test.each([
    ['another map’s stack', [stackOf('billing', 'arn:billing')], 'STACK_UNKNOWN'],
    ['two stacks', [stackOf('shop', 'arn:a'), stackOf('shop', 'arn:b')], 'STACK_AMBIGUOUS'],
  ])('writes to no hub of %s', async (_, stacks, code) => {
    const { run, stored } = scene(MAP(OWN), [], stacks);
    await expect(run({ user: '00u1' })).rejects.toMatchObject({ code });
    expect(stored.size).toBe(0);
  });

  test('is a problem for a login that the org does not have', async () => {
    const { code, out } = await scene().run({ user: 'bob@acme.com', json: true });
    const problem = { code: 'OKTA_USER_UNKNOWN', text: expect.stringContaining('`bob@acme.com`') };
    expect([code, JSON.parse(out)]).toMatchObject([1, { problems: [problem] }]);
  });
});

describe('in a table', () => {
  let server: LocalServer;
  const former = { ...process.env };
  beforeAll(async () => {
    server = await startDynalite();
    Object.assign(process.env, {
      ...{ AWS_REGION: 'us-east-1', AWS_ENDPOINT_URL_DYNAMODB: server.endpoint },
      ...{ AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' },
    });
  });
  afterAll(async () => {
    process.env = former;
    await server.stop();
  });

  test('an authorizer follows what is revoked by hand, and what is undone', async () => {
    const { endpoint } = server;
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    const client = new DynamoDBClient({ endpoint, region: 'us-east-1', credentials });
    const schema = (['HASH', 'RANGE'] as const).map((KeyType, place) => ({
      AttributeName: ['pk', 'sk'][place] ?? '',
      KeyType,
    }));
    await client.send(
      new CreateTableCommand({
        ...{ TableName: 'hub', KeySchema: schema, BillingMode: 'PAY_PER_REQUEST' },
        AttributeDefinitions: schema.map(({ AttributeName }) => ({
          ...{ AttributeName, AttributeType: 'S' },
        })),
      }),
    );
    const beat = () =>
      client.send(
        new PutItemCommand({ TableName: 'hub', Item: heartbeatItem(ORG, Date.now()) as never }),
      );
    await beat();
    const clock = { now: () => Date.now() };
    const list = dynamoRevocationList({ table: 'hub', org: ORG }, connectTo(endpoint), clock);
    const reason = async (): Promise<string | undefined> => {
      const tokens = revokedTokens(2);
      tokens.add((await list.read(undefined)).entries);
      const issuedAt = Math.floor(Date.now() / 1_000) - 60;
      return tokens.reasonOf({ uid: '00u1', cid: '0oa1', groups: [], issuedAt });
    };
    const run = (options: RevokeOptions) =>
      runRevoke({ table: 'hub', org: ORG, ...options }, capture(project({})), {
        ...{ list: hubListAws, uidOf: async () => '' },
      });
    expect(await run({ user: '00u1' })).toBe(0);
    expect(await reason()).toBe('by_hand');
    expect(await run({ user: '00u1', undo: true })).toBe(0);
    expect(await reason()).toBeUndefined();
    client.destroy();
  });
});
