import { afterEach, expect, jest, test } from '@jest/globals';
import type { LocalOrg } from '../../../local/okta-org/org-server.ts';
import { sized } from '../../support/tier.ts';
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

const parts: MapText = {
  manage: 'createGroups: true\n    scopes: true',
  groups: '  readers: { allow: [read], rule: "true" }\n  sellers: { allow: [POST /orders] }',
};

/**
 * One map under the name `orders`, and under `sales`: `new.yaml` does not say so, `was.yaml` does.
 */
async function renamed(
  server: string,
): Promise<{ readonly org: LocalOrg; readonly runner: Runner }> {
  const org = await orgWith({ groups: GROUPS });
  const text = (name: string, manage = ''): string =>
    mapText(org.url, { ...parts, name, manage: `${parts.manage ?? ''}${manage}` })
      .replace('    server: orders\n', server)
      .replaceAll(`${name}:read:`, 'read:')
      .replaceAll(`${name}-web`, 'web');
  const files = {
    'old.yaml': text('orders'),
    'new.yaml': text('sales'),
    'was.yaml': text('sales', '\n    was: [orders]'),
  };
  return { org, runner: runnerIn(files) };
}

/** Everything that carries a name of a map. */
function marksOf({ store }: LocalOrg): string {
  const tables = [
    store.servers,
    store.groupRules,
    store.apps,
    store.origins,
    ...store.policies.values(),
    ...store.rules.values(),
  ];
  return JSON.stringify(
    [...tables, ...store.scopes.values()].flatMap((table) => [...table.values()]),
  );
}

const ids = ({ store }: LocalOrg): readonly string[] => [
  ...store.servers.keys(),
  ...store.apps.keys(),
  ...store.origins.keys(),
  ...[...store.policies.values(), ...store.rules.values(), ...store.claims.values()].flatMap(
    (table) => [...table.keys()],
  ),
];

const servers = [
  ['has a name of its own', '    server: orders-access\n'],
  ['has its name from the map', ''],
] as const;

test.each(servers)(
  'a renamed map whose server %s keeps its objects, and leaves no mark of the former name',
  async (_, server) => {
    const { org, runner } = await renamed(server);
    expect((await runner.run('okta apply -m old.yaml --yes')).code).toBe(0);
    const before = ids(org);
    const { steps } = await plannedBy(runner, 'was.yaml');
    expect(steps.filter(({ action }) => action === 'create')).toMatchObject([
      { kind: 'group rule', name: 'oga/sales/readers', replaces: true },
    ]);
    expect(steps.flatMap(({ changes }) => changes)).toContainEqual({
      what: 'maps',
      from: ['orders'],
      to: ['sales'],
    });
    expect((await runner.run('okta apply -m was.yaml --yes --prune')).code).toBe(0);
    expect(ids(org)).toEqual(before);
    expect(marksOf(org)).not.toMatch(/maps? orders|oga\/orders|access orders"/);
    expect(marksOf(org)).toMatch(/map sales.*oga\/sales\//s);
    org.requests.length = 0;
    for (const map of ['was.yaml', 'new.yaml']) {
      expect(await runner.run(`okta apply -m ${map} --yes --prune --json`)).toMatchObject({
        code: 0,
        stdout: expect.stringContaining('"changes":0'),
      });
    }
    expect(writesOf(org.requests)).toEqual([]);
    expect(shapeFaults(org.requests)).toEqual([]);
  },
);

test.each(servers)(
  'a map that was renamed without a word is told what to say, where the server %s',
  async (_, server) => {
    const { runner } = await renamed(server);
    await runner.run('okta apply -m old.yaml --yes');
    const name = server === '' ? 'orders' : 'orders-access';
    const found = async (map: string) => (await foundBy(runner, `plan ${map}`)).findings;
    expect(await found('new.yaml')).toContainEqual(
      told(
        { level: 'warns', code: 'MAP_FORMER_NAME' },
        ...['`sales`', `server \`${name}\``, 'app `web`', '`okta.manage.was: [orders]`'],
      ),
    );
    for (const map of ['was.yaml', 'old.yaml'])
      expect(codesOf(await found(map))).not.toContain('MAP_FORMER_NAME');
  },
);

test('another map of the server keeps its share when one is renamed', async () => {
  const { org, runner } = await renamed('    server: both\n');
  const other = mapText(org.url, { name: 'billing' }).replace('server: orders', 'server: both');
  const billing = runnerIn({ 'access.yaml': other });
  await runner.run('okta apply -m old.yaml --yes');
  expect((await billing.run('okta apply --yes')).code).toBe(0);
  expect((await runner.run('okta apply -m was.yaml --yes --prune')).code).toBe(0);
  expect(marksOf(org)).toContain('maps billing, sales');
  const { code, findings } = await foundBy(billing, 'plan');
  expect(code).toBe(0);
  expect(codesOf(findings)).not.toContain('MAP_FORMER_NAME');
});

test('a renamed map is taken over after any failed call', async () => {
  for (let at = 0; at < 12; at += sized(1, 5)) {
    const { org, runner } = await renamed('');
    await runner.run('okta apply -m old.yaml --yes');
    const before = ids(org);
    let writes = 0;
    org.fault = ({ method }) =>
      method !== 'GET' && writes++ === at ? { status: 502, after: at % 2 === 0 } : undefined;
    await runner.run('okta apply -m was.yaml --yes');
    org.fault = () => undefined;
    expect([at, (await runner.run('okta apply -m was.yaml --yes')).code]).toEqual([at, 0]);
    expect(await runner.run('okta plan was.yaml')).toMatchObject({ code: 0 });
    expect(ids(org)).toEqual(before);
    await org.stop();
  }
});

test.each([
  ['a map that is given', 'billing'],
  ['its own name', 'sales'],
])('a former name that is the name of %s is reported', async (_, former) => {
  const org = await orgWith({ groups: GROUPS });
  const runner = runnerIn({
    'a.yaml': mapText(org.url, { name: 'sales', manage: `was: [${former}]` }),
    'b.yaml': mapText(org.url, { name: 'billing' }),
  });
  expect(await failureOf(runner, 'plan a.yaml b.yaml')).toEqual(
    failing(
      ...([1, 'MAP_NAME_TAKEN', '`sales`', '`okta.manage.was`'] as const),
      `found \`${former}\`, which \`${former}\``,
    ),
  );
});
