import { afterEach, expect, jest, test } from '@jest/globals';
import type { LocalOrg } from '../../../local/okta-org/org-server.ts';
import {
  codesOf,
  failing,
  failureOf,
  foundBy,
  GROUPS,
  type MapText,
  mapText,
  orgWith,
  plannedBy,
  type Runner,
  runnerIn,
  shapeFaults,
  stopOrgs,
  told,
  writesOf,
} from './support.ts';

// Each test talks HTTP with a server of its own, which takes its time on a busy machine.
jest.setTimeout(60_000);
afterEach(stopOrgs);

interface Two {
  readonly org: LocalOrg;
  readonly runner: Runner;
}

/** Maps `a.yaml` and `b.yaml` on one server, and `a2.yaml`, what `a` becomes. */
async function two(
  of: { readonly a?: MapText; readonly b?: MapText },
  change: (text: string) => string = (text) => text,
): Promise<Two> {
  const org = await orgWith({ groups: GROUPS });
  const a = mapText(org.url, { name: 'a', ...of.a });
  return {
    org,
    runner: runnerIn({
      'a.yaml': a,
      'b.yaml': mapText(org.url, { name: 'b', ...of.b }),
      'a2.yaml': change(a),
    }),
  };
}

const names = (
  table: ReadonlyMap<string, Record<string, unknown>>,
  key = 'name',
): readonly unknown[] => [...table.values()].map((entity) => entity[key]);

test('a group rule belongs to the maps that say it, and --prune of another leaves it', async () => {
  const rule = '  readers: { allow: [b:read], rule: "true" }';
  const { org, runner } = await two({
    a: { groups: '  readers: { allow: [a:read] }' },
    b: { groups: rule },
  });
  await runner.run('okta apply -m a.yaml -m b.yaml --yes');
  expect(names(org.store.groupRules)).toEqual(['oga/b/readers']);
  for (const maps of ['b.yaml', 'b.yaml a.yaml', 'a.yaml']) {
    expect([maps, await runner.run(`okta plan ${maps}`)]).toMatchObject([maps, { code: 0 }]);
  }
  await runner.run('okta apply -m a.yaml --yes --prune');
  expect(names(org.store.groupRules)).toEqual(['oga/b/readers']);
});

test('apps, origins and scopes of several maps go when the last of them drops them', async () => {
  const shared = (text: string): string =>
    text
      .replaceAll(/(app:|label: )[ab]-web/g, '$1shared')
      .replace(/[ab]:read: /, 'read: ')
      .replaceAll(/[ab]:read/g, 'read');
  const org = await orgWith({ groups: GROUPS });
  const of = (name: string): string => shared(mapText(org.url, { name, manage: 'scopes: true' }));
  const less = (name: string): string =>
    of(name)
      .replaceAll('shared', `own-${name}`)
      .replace('app.example', `${name}.example`)
      .replaceAll('read', `${name}-read`);
  const files = {
    'a.yaml': of('a'),
    'b.yaml': of('b'),
    'a2.yaml': less('a'),
    'b2.yaml': less('b'),
  };
  const { run } = runnerIn(
    Object.fromEntries(
      Object.entries(files).map(([file, text]) => [file, text.replaceAll('-readers', 'readers')]),
    ),
  );
  const scopesOf = (): readonly unknown[] =>
    names([...org.store.scopes.values()][0] ?? new Map()).slice(7);
  expect((await run('okta apply -m a.yaml --yes')).code).toBe(0);
  expect((await run('okta apply -m b.yaml --yes')).code).toBe(0);
  expect(names(org.store.origins)).toEqual(['oga/a+b/https://app.example.com']);
  for (const maps of ['a.yaml', 'b.yaml', 'a.yaml b.yaml'])
    expect([maps, (await run(`okta plan ${maps}`)).code]).toEqual([maps, 0]);
  expect((await run('okta apply -m a2.yaml --yes --prune')).code).toBe(0);
  expect([names(org.store.apps, 'label'), names(org.store.origins), scopesOf()]).toEqual([
    ['shared', 'own-a'],
    ['oga/b/https://app.example.com', 'oga/a/https://a.example.com'],
    ['read', 'a-read'],
  ]);
  expect(await run('okta plan b.yaml')).toMatchObject({ code: 0 });
  expect((await run('okta apply -m b2.yaml --yes --prune')).code).toBe(0);
  expect([names(org.store.apps, 'label'), names(org.store.origins, 'origin'), scopesOf()]).toEqual([
    ['own-a', 'own-b'],
    ['https://a.example.com', 'https://b.example.com'],
    ['a-read', 'b-read'],
  ]);
  expect(shapeFaults(org.requests)).toEqual([]);
});

test('an app that another map has too is not changed by one of them', async () => {
  const { runner } = await two({}, (text) =>
    text.replace('app.example.com', 'next.example.com').replaceAll('a-web', 'b-web'),
  );
  await runner.run('okta apply -m b.yaml --yes');
  expect((await foundBy(runner, 'plan a2.yaml')).findings).toContainEqual(
    told({ level: 'blocks', code: 'APP_SHARED_DIFFERS' }, '`b-web`', 'redirectUris', '`b`'),
  );
});

test('a server that the maps left is listed, and removed with --prune', async () => {
  const { org, runner } = await two({}, (text) => text.replace('server: orders', 'server: next'));
  await runner.run('okta apply -m a.yaml --yes');
  expect((await plannedBy(runner, 'a2.yaml')).dropped).toContainEqual(
    expect.objectContaining({ action: 'delete', kind: 'server', name: 'orders' }),
  );
  await runner.run('okta apply -m a2.yaml --yes');
  expect(names(org.store.servers)).toEqual(['orders', 'next']);
  expect((await runner.run('okta apply -m a2.yaml --yes --prune')).code).toBe(0);
  expect(names(org.store.servers)).toEqual(['next']);
  expect(shapeFaults(org.requests)).toEqual([]);
});

test('a map that leaves a shared server takes its policy along, and nothing of the others', async () => {
  const { org, runner } = await two({}, (text) => text.replace('server: orders', 'server: next'));
  await runner.run('okta apply -m a.yaml -m b.yaml --yes');
  const [server = ''] = org.store.servers.keys();
  expect((await runner.run('okta apply -m a2.yaml --yes --prune')).code).toBe(0);
  expect(names(org.store.policies.get(server) ?? new Map())).toEqual(['access b']);
  expect(org.store.servers.get(server)).toMatchObject({
    description: 'managed by okta-group-authorizer, map b',
  });
  expect((await runner.run('okta plan b.yaml')).code).toBe(0);
});

test('a policy of a map that is not given is reported', async () => {
  const { runner } = await two({});
  await runner.run('okta apply -m a.yaml --yes');
  expect((await foundBy(runner, 'plan b.yaml')).findings).toContainEqual(
    told({ level: 'notes', code: 'POLICY_OF_OTHER_MAP' }, '`access a`', '`a`'),
  );
});

/** What a plan tells of an assignment of the app that the maps dropped. */
const unassignment = (group: string): unknown =>
  expect.objectContaining({
    ...{ action: 'unassign', kind: 'app', name: 'a-web' },
    changes: [{ what: 'group', to: group }],
  });

test('an assignment that the map dropped is listed, and removed with --prune', async () => {
  const { org, runner } = await two({}, (text) =>
    text.replace('type: spa,', 'type: spa, groups: [readers],'),
  );
  await runner.run('okta apply -m a.yaml --yes');
  expect((await plannedBy(runner, 'a2.yaml')).dropped).toContainEqual(unassignment('writers'));
  const [assigned] = org.store.assignments.values();
  assigned?.add('00gsomebody');
  await runner.run('okta apply -m a2.yaml --yes');
  expect(assigned?.size).toBe(4);
  expect((await runner.run('okta apply -m a2.yaml --yes --prune')).code).toBe(0);
  expect([...(assigned ?? [])]).toEqual([expect.any(String), '00gsomebody']);
  expect(shapeFaults(org.requests)).toEqual([]);
});

test('an assignment to a group that left the map is listed: removed with --prune while it is known to be ours, else told', async () => {
  const { org, runner } = await two({}, (text) => text.replace(/ {2}writers: .*\n/, ''));
  await runner.run('okta apply -m a.yaml --yes');
  const writers = [...org.store.groups.values()].find(
    (group) => (group['profile'] as { readonly name: string }).name === 'writers',
  )?.id;
  const [assigned] = org.store.assignments.values();
  assigned?.add('00gsomebody');
  expect((await plannedBy(runner, 'a2.yaml')).dropped).toContainEqual(
    unassignment(`writers (${writers})`),
  );
  const stays = (shown: string) =>
    told({ level: 'notes', code: 'APP_GROUP_STAYS' }, '`a-web`', shown);
  for (const map of ['a2.yaml', 'a.yaml'])
    expect((await foundBy(runner, `plan ${map}`)).findings).toContainEqual(stays('00gsomebody'));
  const app = [...org.store.assignments.keys()][0] ?? '';
  await runner.run('okta apply -m a2.yaml --yes');
  // The claim is what knew.
  expect((await foundBy(runner, 'plan a2.yaml')).findings).toContainEqual(
    stays(`writers (${writers})`),
  );
  await runner.run('okta apply -m a.yaml --yes');
  expect((await runner.run('okta apply -m a2.yaml --yes --prune')).code).toBe(0);
  expect([...(org.store.assignments.get(app) ?? [])]).not.toContain(writers);
  expect([...(org.store.assignments.get(app) ?? [])]).toContain('00gsomebody');
  expect(shapeFaults(org.requests)).toEqual([]);
});

test('an assignment to a group of a map that is not given stays', async () => {
  const { org, runner } = await two({
    b: { groups: '  payers: { allow: [b:read] }', manage: 'createGroups: true' },
  });
  await runner.run('okta apply -m a.yaml -m b.yaml --yes');
  const payers =
    [...org.store.groups.values()].find(
      (group) => (group['profile'] as { readonly name: string }).name === 'payers',
    )?.id ?? '';
  const app = [...org.store.apps.values()].find(({ label }) => label === 'a-web')?.id ?? '';
  org.store.assignments.get(app)?.add(payers);
  await runner.run('okta apply -m a.yaml --yes --prune');
  expect((await foundBy(runner, 'plan a.yaml')).findings).toContainEqual(
    told('APP_GROUP_STAYS', '`a-web`', `payers (${payers})`),
  );
  expect([...(org.store.assignments.get(app) ?? [])]).toContain(payers);
});

test('two maps with one client and different tokens for it are reported, by plan and by verify', async () => {
  const org = await orgWith({ groups: GROUPS });
  org.store.apps.set('0oashared', { id: '0oashared', label: 'other', status: 'ACTIVE' });
  const text = (name: string, lifetime: string): string =>
    mapText(org.url, { name, manage: `tokenLifetime: ${lifetime}` }).replace(
      '[app:',
      '[0oashared, app:',
    );
  const runner = runnerIn({
    'a.yaml': text('a', '10m'),
    'b.yaml': text('b', '5m'),
    'same.yaml': text('b', '10m'),
  });
  const { run } = runner;
  const found = async (args: string) => (await foundBy(runner, args)).findings;
  expect(await found('plan a.yaml b.yaml')).toContainEqual(
    told({ level: 'warns', code: 'CLIENT_SHARED' }, '`a`', '`b`', '`0oashared`'),
  );
  expect(codesOf(await found('plan a.yaml same.yaml'))).not.toContain('CLIENT_SHARED');
  expect((await run('okta apply -m a.yaml --yes')).code).toBe(0);
  expect(await found('plan b.yaml')).toContainEqual(
    told({ level: 'warns', code: 'CLIENT_SHARED_WITH_OTHER_MAP' }, '`access a`', '`a`', '`b`'),
  );
  expect((await run('okta apply -m b.yaml --yes')).code).toBe(0);
  expect(await found('verify b.yaml')).toContainEqual(
    told({ level: 'error', code: 'POLICY_PRECEDED' }, '`access a`', '`access b`'),
  );
  expect(codesOf(await found('verify a.yaml'))).not.toContain('POLICY_PRECEDED');
  await run('okta apply -m same.yaml --yes');
  expect(codesOf(await found('verify same.yaml'))).not.toContain('POLICY_PRECEDED');
});

test('a new policy goes after the others, before one that would decide for its clients', async () => {
  const order = (org: LocalOrg): readonly unknown[] =>
    [...(org.store.policies.values().next().value?.values() ?? [])]
      .toSorted((one, other) => Number(one['priority']) - Number(other['priority']))
      .map(({ name }) => name);
  const { org, runner } = await two({}, (text) =>
    text.replace('clients: [app:a-web]', 'clients: any'),
  );
  await runner.run('okta apply -m a.yaml -m b.yaml --yes');
  expect(order(org)).toEqual(['access a', 'access b']);
  const other = await two({}, (text) => text.replace('clients: [app:a-web]', 'clients: any'));
  await other.runner.run('okta apply -m a2.yaml --yes');
  await other.runner.run('okta apply -m b.yaml --yes');
  expect(order(other.org)).toEqual(['access b', 'access a']);
});

test('ID tokens carry the groups of the maps that ask for it alone, applied apart or together', async () => {
  const { org, runner } = await two({
    a: { manage: 'idTokenGroups: true', groups: '  readers: { allow: [a:read] }\n  writers: {}' },
    b: { groups: '  readers: { allow: [b:read] }\n  blocked: {}' },
  });
  const inIdTokens = (): unknown => {
    const [claims] = org.store.claims.values();
    return [...(claims?.values() ?? [])].find(
      ({ name, claimType }) => name === 'groups' && claimType === 'IDENTITY',
    )?.['value'];
  };
  for (const maps of ['-m a.yaml', '-m b.yaml', '-m a.yaml -m b.yaml'])
    expect((await runner.run(`okta apply ${maps} --yes`)).code).toBe(0);
  const [, readers, writers] = [...org.store.groups.keys()];
  expect(inIdTokens()).toBe(`getFilteredGroups({"${readers}", "${writers}"}, "group.name", 100)`);
  for (const maps of ['a.yaml', 'b.yaml', 'a.yaml b.yaml', 'b.yaml a.yaml']) {
    expect([maps, (await runner.run(`okta plan ${maps}`)).code]).toEqual([maps, 0]);
  }
  await runner.run('okta apply -m b.yaml --yes --prune');
  expect(inIdTokens()).toContain(`"${readers}", "${writers}"`);
});

test('maps that want different issuer modes of one server are reported, apart and together', async () => {
  const { org, runner } = await two({
    a: { manage: 'issuerMode: ORG_URL' },
    b: { manage: 'issuerMode: DYNAMIC' },
  });
  expect((await runner.run('okta apply -m a.yaml --yes')).code).toBe(0);
  org.requests.length = 0;
  expect((await runner.run('okta apply -m b.yaml --yes')).code).toBe(1);
  expect((await foundBy(runner, 'plan b.yaml')).findings).toContainEqual(
    told(
      { level: 'blocks', code: 'SERVER_ISSUER_MODE_SHARED' },
      ...['`orders`', '`ORG_URL`', '`a`', '`DYNAMIC`'],
    ),
  );
  expect(await failureOf(runner, 'apply -m a.yaml -m b.yaml --yes')).toEqual(
    failing(
      ...([1, 'MAPS_DIFFER', '`okta.manage.issuerMode`', '`orders`'] as const),
      ...['`ORG_URL` in `a`', '`DYNAMIC` in `b`'],
    ),
  );
  expect(writesOf(org.requests)).toEqual([]);
});

test('a policy of the name of ours without our mark is reported, and taken over with the mark', async () => {
  const { org, runner } = await two({});
  await runner.run('okta apply -m a.yaml --yes');
  const [policy] = [...org.store.policies.values()].flatMap((table) => [...table.values()]);
  Object.assign(policy ?? {}, { description: 'mine now' });
  org.requests.length = 0;
  expect((await runner.run('okta apply -m a.yaml --yes')).code).toBe(1);
  expect(writesOf(org.requests)).toEqual([]);
  const mark = 'managed by okta-group-authorizer, map a';
  expect((await foundBy(runner, 'plan a.yaml')).findings).toContainEqual(
    told({ level: 'blocks', code: 'POLICY_FOREIGN' }, '`access a`', '`orders`', `\`${mark}\``),
  );
  Object.assign(policy ?? {}, { description: `mine now, ${mark}` });
  expect(await runner.run('okta plan a.yaml')).toMatchObject({ code: 0 });
});

test('maps are named by arguments or by --map, and none of them is left out', async () => {
  const { runner } = await two({});
  for (const maps of ['a.yaml b.yaml', '-m a.yaml -m b.yaml', 'a.yaml -m b.yaml']) {
    expect((await runner.run(`okta plan ${maps}`)).stdout).toContain('from a, b:');
    expect((await runner.run(`okta verify ${maps}`)).stdout).toContain('against a, b:');
  }
});
