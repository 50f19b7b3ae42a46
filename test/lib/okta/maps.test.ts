import { afterEach, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import type { FailureCode } from '../../../lambda/core/contract/failures.ts';
import { AccessMap } from '../../../lib/access-map/index.ts';
import { authorizerOf } from '../../../lib/okta/access.ts';
import { applySteps } from '../../../lib/okta/apply.ts';
import { desiredOrg } from '../../../lib/okta/desired.ts';
import { httpOrg } from '../../../lib/okta/http-org.ts';
import { makePlan } from '../../../lib/okta/plan.ts';
import { readOrgState } from '../../../lib/okta/read-state.ts';
import { verifyOrg } from '../../../lib/okta/verify.ts';
import { sized } from '../../support/tier.ts';
import {
  codesOf,
  failing,
  failureOf,
  foundBy,
  GROUPS,
  mapText,
  orgWith,
  runnerIn,
  shapeFaults,
  stopOrgs,
  told,
  writesOf,
} from './support.ts';

// Each test talks HTTP with a server of its own, which takes its time on a busy machine.
jest.setTimeout(60_000);
afterEach(stopOrgs);

const claimsOf = (
  org: Awaited<ReturnType<typeof orgWith>>,
  login: string,
): Readonly<Record<string, readonly string[]>> => {
  const [serverId = ''] = org.store.servers.keys();
  const answer = org.claimsOf(serverId, login);
  if (answer.kind === 'refused') throw new Error(answer.why);
  return answer.claims;
};

test('a member of every look-alike gets the mapped groups alone', async () => {
  const users = [
    { login: 'a@example.com', uid: '00ua', groups: [...new Set(GROUPS.map(({ name }) => name))] },
  ];
  const org = await orgWith({ groups: GROUPS, users });
  const { run } = runnerIn({ 'access.yaml': mapText(org.url) });
  expect((await run('okta apply --yes')).code).toBe(0);
  expect(claimsOf(org, 'a@example.com')).toEqual({ groups: ['readers', 'writers', 'blocked'] });
});

test('random maps converge in one apply, and tokens carry exactly their groups', async () => {
  const names = fc.uniqueArray(
    fc.oneof(
      fc.constantFrom('a', 'A', 'a ', 'a.', 'ab', '.*', 'é', '"', '__proto__', 'x'.repeat(60)),
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 6 }),
    ),
    { minLength: 1, maxLength: 6 },
  );
  const flags = fc.record({
    createGroups: fc.boolean(),
    idTokenGroups: fc.boolean(),
    scopes: fc.boolean(),
    rules: fc.boolean(),
    prefix: fc.constantFrom('', 'p-'),
    /** The second group has its former name in Okta. */
    renamed: fc.boolean(),
    /** The last group is given by its id. */
    byId: fc.boolean(),
    second: fc.constantFrom('none', 'together', 'apart'),
  });
  await fc.assert(
    fc.asyncProperty(names, names, flags, async (mapped, others, given) => {
      const { createGroups, idTokenGroups, scopes, rules, prefix, renamed, byId, second } = given;
      const keys = mapped.filter((name) => /\S/.test(name) && name !== 'Everyone');
      const inOkta = (key: string): string =>
        prefix + (renamed && key === keys[1] ? `was ${key}` : key);
      const exist = [...new Set([...others, ...keys.slice(1).map(inOkta)])].filter(
        (name) => /\S/.test(name) && !(renamed && name === prefix + (keys[1] ?? '')),
      );
      const idOf = (name: string): string => `00gseed${exist.indexOf(name)}`;
      const users = [{ login: 'a@example.com', uid: '00ua', groups: exist }];
      const org = await orgWith({
        groups: exist.map((name) => ({ name, id: idOf(name) })),
        users,
        pageSize: 2,
      });
      const groupOf = (key: string): Readonly<Record<string, unknown>> => ({
        ...(key === keys[0] ? { deny: ['GET /a'] } : { allow: ['read'] }),
        ...(/[*?]/.test(key) ? { literal: true } : {}),
        ...(rules ? { rule: `user.x == "${key.length}"` } : {}),
        ...(renamed && key === keys[1] ? { was: [`was ${key}`] } : {}),
        ...(byId && key === keys.at(-1) && exist.includes(inOkta(key))
          ? { id: idOf(inOkta(key)) }
          : {}),
      });
      const mapOf = (name: string, own: readonly string[], asks: boolean): AccessMap =>
        AccessMap.fromObject(
          {
            api: { name, upstream: { url: 'https://example.com' } },
            okta: {
              audience: 'a',
              clients: [`app:${name}`],
              ...(prefix ? { groupPrefix: prefix } : {}),
              manage: {
                org: org.url,
                server: 's',
                createGroups,
                idTokenGroups: asks,
                scopes,
                apps: [{ label: name, type: 'service' }],
              },
            },
            routes: ['GET /a'],
            permissions: { read: ['GET /a'] },
            groups: Object.fromEntries(own.map((key) => [key, groupOf(key)])),
          },
          { beforeApply: true },
        );
      const maps =
        second === 'none'
          ? [mapOf('random', keys, idTokenGroups)]
          : // The second map asks for what the first does not.
            [
              mapOf('random', keys.slice(0, 3), idTokenGroups),
              mapOf('other', keys.slice(2), !idTokenGroups),
            ];
      const sides = maps.flatMap(({ oktaSides }) => oktaSides);
      const desired = desiredOrg(sides);
      const credentials = { kind: 'api token', token: 'x' } as const;
      const wait = async (): Promise<void> => undefined;
      const authorizer = authorizerOf({
        org: org.url,
        credentials,
        scopes: [],
        now: Date.now,
        wait,
      });
      const port = httpOrg({ url: org.url, authorizer, now: Date.now, wait });
      for (const part of second === 'apart' ? sides.map((side) => desiredOrg([side])) : [desired]) {
        const plan = makePlan(part, await readOrgState(port, part));
        await applySteps(port, plan.steps, plan.ids, { wait });
      }
      for (const part of [desired, ...sides.map((side) => desiredOrg([side]))]) {
        expect(makePlan(part, await readOrgState(port, part)).steps).toEqual([]);
      }
      const expected = keys.map(inOkta).filter((name) => exist.includes(name));
      expect((claimsOf(org, 'a@example.com')['groups'] ?? []).toSorted()).toEqual(
        expected.toSorted(),
      );
      expect(shapeFaults(org.requests)).toEqual([]);
      const { findings } = await verifyOrg(port, desired);
      const wrong = findings.filter(
        ({ level, code }) =>
          level === 'error' &&
          code !== 'GROUP_ABSENT' &&
          // The map's machine needs a scope of the server's own.
          (code !== 'SERVER_WITHOUT_SCOPE' || scopes),
      );
      expect(keys.length > 0 && (createGroups || expected.length > 0) ? wrong : []).toEqual([]);
      await org.stop();
    }),
    { numRuns: sized(25, 6) },
  );
});

test('two maps on one server do not fight, applied apart or together', async () => {
  const users = [
    {
      login: 'a@example.com',
      uid: '00ua',
      groups: ['readers', 'writers', 'blocked', 'payers', 'other'],
    },
  ];
  const org = await orgWith({ groups: [...GROUPS, { name: 'payers' }, { name: 'other' }], users });
  const billing = mapText(org.url, {
    name: 'billing',
    groups: '  payers: { allow: [billing:read] }\n  readers: {}',
  });
  const { run } = runnerIn({ 'orders.yaml': mapText(org.url), 'billing.yaml': billing });
  expect((await run('okta apply -m orders.yaml --yes')).code).toBe(0);
  expect((await run('okta apply -m billing.yaml --yes --prune')).code).toBe(0);
  org.requests.length = 0;
  for (const maps of [
    'orders.yaml',
    'billing.yaml',
    'orders.yaml billing.yaml',
    'billing.yaml orders.yaml',
  ]) {
    expect([maps, (await run(`okta plan ${maps}`)).code]).toEqual([maps, 0]);
  }
  expect(writesOf(org.requests)).toEqual([]);
  expect(org.store.servers.size).toBe(1);
  expect(claimsOf(org, 'a@example.com')['groups']?.toSorted()).toEqual([
    'blocked',
    'payers',
    'readers',
    'writers',
  ]);
});

test('with all maps of a server the claim loses what no map names', async () => {
  const users = [
    { login: 'a@example.com', uid: '00ua', groups: ['readers', 'writers', 'blocked'] },
  ];
  const org = await orgWith({ groups: GROUPS, users });
  const { run } = runnerIn({
    'access.yaml': mapText(org.url),
    'less.yaml': mapText(org.url, { groups: '  readers: { allow: [orders:read] }' }),
  });
  await run('okta apply --yes');
  expect((await run('okta plan less.yaml')).stdout).toContain(
    'groups: - writers, - blocked'
      .replace('writers', [...org.store.groups.values()][2]?.id ?? '')
      .replace('blocked', [...org.store.groups.values()][3]?.id ?? ''),
  );
  await run('okta apply -m less.yaml --yes');
  expect(claimsOf(org, 'a@example.com')).toEqual({ groups: ['readers'] });
});

test('more than 100 groups go into several claims, which the map lists after --write', async () => {
  const names = Array.from({ length: 205 }, (_, index) => `g${index}`);
  const users = [{ login: 'a@example.com', uid: '00ua', groups: names }];
  const org = await orgWith({ groups: names.map((name) => ({ name })), users, pageSize: 200 });
  const groups = names.map((name) => `  ${name}: { allow: [orders:read] }`).join('\n');
  const runner = runnerIn({ 'access.yaml': mapText(org.url, { groups }) });
  const { run } = runner;
  expect((await foundBy(runner, 'plan')).findings).toContainEqual(
    told('MAP_CLAIMS_UNLISTED', '[groups, groups_2, groups_3]'),
  );
  expect((await run('okta apply --yes --write')).code).toBe(0);
  const claims = claimsOf(org, 'a@example.com');
  expect(Object.entries(claims).map(([claim, values]) => [claim, values.length])).toEqual([
    ['groups', 100],
    ['groups_2', 100],
    ['groups_3', 5],
  ]);
  expect(new Set(Object.values(claims).flat())).toEqual(new Set(names));
  const planned = await foundBy(runner, 'plan');
  expect([planned.code, codesOf(planned.findings)]).toEqual([0, []]);
});

test('a server and a claim that are not ours are never changed: another name is proposed', async () => {
  const org = await orgWith({ groups: GROUPS });
  const runner = runnerIn({
    'access.yaml': mapText(org.url),
    'own.yaml': mapText(org.url).replace('server: orders', 'server: orders-access'),
  });
  const { run } = runner;
  org.store.servers.set('ausforeign', {
    id: 'ausforeign',
    name: 'orders',
    description: 'by hand',
    status: 'ACTIVE',
    audiences: ['api://orders'],
  });
  for (const table of [org.store.claims, org.store.scopes, org.store.policies])
    table.set('ausforeign', new Map());
  expect((await run('okta apply --yes')).code).toBe(1);
  expect((await foundBy(runner, 'plan')).findings).toContainEqual(
    told({ level: 'blocks', code: 'SERVER_FOREIGN' }, '`orders`', '`orders-access`'),
  );
  expect(writesOf(org.requests)).toEqual([]);

  await run('okta apply -m own.yaml --yes');
  const own = [...org.store.servers.keys()][1] ?? '';
  const claims = org.store.claims.get(own);
  const ours = [...(claims?.values() ?? [])].find(({ name }) => name === 'groups');
  Object.assign(ours ?? {}, { valueType: 'GROUPS', group_filter_type: 'REGEX', value: '.*' });
  org.requests.length = 0;
  expect((await run('okta apply -m own.yaml --yes')).code).toBe(1);
  expect((await foundBy(runner, 'plan own.yaml')).findings).toContainEqual(
    told({ level: 'blocks', code: 'CLAIM_FOREIGN' }, '`groups`', 'REGEX .*', 'access_groups'),
  );
  expect(writesOf(org.requests)).toEqual([]);
});

test('an imported namesake is not taken for the group, an id decides', async () => {
  const users = [{ login: 'mallory@example.com', uid: '00um', groups: ['readers'] }];
  const org = await orgWith({
    groups: [{ name: 'readers', type: 'APP_GROUP', id: '00gimported' }],
    users,
  });
  const readers = '  readers: { allow: [orders:read] }';
  const runner = runnerIn({
    'access.yaml': mapText(org.url, { groups: readers }),
    'id.yaml': mapText(org.url, { groups: readers.replace('{', '{ id: 00gimported,') }),
  });
  const { run } = runner;
  await run('okta apply --yes');
  expect((await foundBy(runner, 'plan')).findings).toContainEqual(
    told({ level: 'faults', code: 'GROUP_IMPORTED' }, '`readers`'),
  );
  expect(claimsOf(org, 'mallory@example.com')).toEqual({});
  expect((await run('okta apply -m id.yaml --yes')).code).toBe(0);
  expect(claimsOf(org, 'mallory@example.com')).toEqual({ groups: ['readers'] });
});

test('a renamed group keeps its id: ours is renamed, another one stays as it is', async () => {
  const org = await orgWith({
    groups: [
      { name: 'clerks', description: 'managed by okta-group-authorizer, map orders' },
      { name: 'bosses' },
    ],
  });
  const groups =
    '  sellers: { was: [clerks], allow: [orders:read] }\n  chiefs: { was: [bosses], deny: [POST /orders] }';
  const runner = runnerIn({
    'access.yaml': mapText(org.url, { groups, manage: 'createGroups: true' }),
  });
  const { run } = runner;
  expect((await run('okta plan')).stdout).toContain(
    '~ update group sellers\n      name: clerks -> sellers',
  );
  expect((await foundBy(runner, 'plan')).findings).toContainEqual(
    told({ level: 'notes', code: 'GROUP_FORMER_NAME' }, '`chiefs`', '`bosses`'),
  );
  expect((await run('okta apply --yes')).code).toBe(0);
  const names = [...org.store.groups.values()].map(
    (group) => (group['profile'] as { readonly name: string }).name,
  );
  expect(names).toEqual(['Everyone', 'sellers', 'bosses']);
  expect((await run('okta plan')).code).toBe(0);
  expect(shapeFaults(org.requests)).toEqual([]);
});

test.each<
  readonly [change: (text: string) => string, code: FailureCode, ...names: readonly string[]]
>([
  [
    (text: string) => text.replace('api://orders', 'api://other'),
    ...(['MAPS_DIFFER', '`okta.audience`'] as const),
    ...['`api://orders` in `orders`', '`api://other` in `billing`'],
  ],
  [
    (text: string) => text.replace(/org: \S+/, 'org: https://other.okta.com'),
    ...(['MAPS_DIFFER', '`okta.manage.org`', '`https://other.okta.com` in `billing`'] as const),
  ],
  [
    (text: string) => text.replace('name: billing', 'name: orders'),
    ...(['MAP_NAME_TAKEN', '`orders`'] as const),
  ],
  [
    (text: string) => text.replace('  readers: {', '  readers: { id: 00gother,'),
    ...(['MAPS_DIFFER', '`id`', '`readers`', '`orders`', '`billing`'] as const),
  ],
  [
    (text: string) =>
      text
        .replace(/label: \S+,/, 'label: orders-web,')
        .replace('app:billing', 'app:orders')
        .replace('spa', 'web'),
    ...(['MAPS_DIFFER', '`orders-web`', '`orders`', '`billing`'] as const),
  ],
])('maps that contradict each other are reported (%#)', async (change, code, ...names) => {
  const org = await orgWith({ groups: GROUPS });
  const runner = runnerIn({
    'orders.yaml': mapText(org.url).replace('  readers: {', '  readers: { id: 00gone,'),
    'billing.yaml': change(mapText(org.url, { name: 'billing' })),
  });
  expect(await failureOf(runner, 'plan orders.yaml billing.yaml')).toEqual(
    failing(1, code, ...names),
  );
});

test('a server that an administrator hands over keeps its description', async () => {
  const org = await orgWith({ groups: GROUPS });
  const description =
    'Orders team, see wiki. managed by okta-group-authorizer, map billing. Do not delete';
  org.store.servers.set('aushanded', {
    id: 'aushanded',
    name: 'orders',
    description,
    status: 'ACTIVE',
    audiences: ['api://orders'],
  });
  for (const table of [org.store.claims, org.store.scopes, org.store.policies])
    table.set('aushanded', new Map());
  const { run } = runnerIn({ 'access.yaml': mapText(org.url) });
  expect((await run('okta apply --yes')).code).toBe(0);
  expect(org.store.servers.get('aushanded')).toMatchObject({
    description:
      'Orders team, see wiki. managed by okta-group-authorizer, maps billing, orders. Do not delete',
  });
  expect((await run('okta plan')).code).toBe(0);
});

test('names of the org do not steer the terminal', async () => {
  const org = await orgWith({ groups: GROUPS });
  const notes = { admin: 'managed by okta-group-authorizer, map orders' };
  org.store.apps.set('0oaevil', {
    id: '0oaevil',
    label: 'a\u001b[2Jb\u202e',
    status: 'ACTIVE',
    settings: { notes },
  });
  const { run } = runnerIn({ 'access.yaml': mapText(org.url) });
  expect((await run('okta plan')).stdout).toContain('- delete app a\\u001b[2Jb\\u202e (');
});

test('values of the org do not steer the terminal either', async () => {
  const org = await orgWith({ groups: GROUPS });
  const { run } = runnerIn({ 'access.yaml': mapText(org.url) });
  await run('okta apply --yes');
  const [claims] = org.store.claims.values();
  Object.assign([...(claims?.values() ?? [])].find(({ name }) => name === 'groups') ?? {}, {
    value: 'x\u001b[2J',
  });
  for (const command of ['plan', 'verify']) {
    const { stdout } = await run(`okta ${command}`);
    expect([command, stdout.includes('x\\u001b[2J'), stdout.includes('\u001b[2J')]).toEqual([
      command,
      true,
      false,
    ]);
  }
});

test('an app of somebody else is used as it is', async () => {
  const org = await orgWith({ groups: GROUPS });
  const oauthClient = {
    application_type: 'browser',
    redirect_uris: ['https://other.example.com/cb'],
    grant_types: ['authorization_code', 'refresh_token'],
  };
  const app = { id: '0oatheirs', label: 'orders-web', status: 'ACTIVE', settings: { oauthClient } };
  org.store.apps.set('0oatheirs', app);
  org.store.assignments.set('0oatheirs', new Set());
  const before = JSON.stringify(app);
  const text = mapText(org.url);
  const runner = runnerIn({
    'access.yaml': text.replace('[app:orders-web]', '[0oatheirs]'),
    'label.yaml': text,
  });
  const { run } = runner;
  expect((await run('okta apply -m label.yaml --yes')).code).toBe(1);
  expect((await foundBy(runner, 'plan label.yaml')).findings).toContainEqual(
    told({ level: 'blocks', code: 'APP_FOREIGN' }, '`orders-web`', '0oatheirs'),
  );
  expect(writesOf(org.requests)).toEqual([]);
  expect((await foundBy(runner, 'plan')).findings).toContainEqual(
    told({ level: 'warns', code: 'APP_FOREIGN_DIFFERS' }, '`orders-web`', 'redirectUris'),
  );
  const applied = await run('okta apply --yes --write');
  expect(applied.stdout).toContain('0oatheirs of orders-web');
  expect(JSON.stringify(org.store.apps.get('0oatheirs'))).toBe(before);
  expect(org.store.assignments.get('0oatheirs')?.size).toBe(0);
});
