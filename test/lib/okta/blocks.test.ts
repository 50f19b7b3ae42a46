import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, jest, test } from '@jest/globals';
import { AccessMap } from '../../../lib/access-map/index.ts';
import type { LocalOrg } from '../../../local/okta-org/org-server.ts';
import {
  failing,
  failureOf,
  GROUPS,
  orgWith,
  runnerIn,
  shapeFaults,
  stopOrgs,
  verifiedAs,
  withNames,
  writesOf,
} from './support.ts';

// Each test talks HTTP with a server of its own, which takes its time on a busy machine.
jest.setTimeout(60_000);
afterEach(stopOrgs);

/** A map whose staff and whose partners have an okta block each. */
const listText = (
  staff: string,
  partners: string,
): string => `api: { name: orders, upstream: { url: https://orders.example.com } }
okta:
  - name: staff
    audience: api://orders # of staff
    clients: [app:web]
    manage:
      org: ${staff}
      scopes: true
      apps: [{ label: web, type: spa, redirectUris: [https://app.example.com/callback] }]
  - name: partners
    groups: [readers]
    audience: api://orders # of partners
    clients: [app:portal]
    manage:
      org: ${partners}
      scopes: true
      createGroups: true
      apps: [{ label: portal, type: spa, redirectUris: [https://portal.example.com/callback] }]
routes: [GET /orders, POST /orders]
permissions: { orders:read: [GET /orders] }
groups:
  readers: { allow: [GET /orders], rule: "true" }
  writers: { allow: [POST /orders], rule: "true" }
machines:
  0oastaffbatch: { groups: [writers] }
  0oapartnerbatch: { groups: [readers] }
`;

const USERS = [{ login: 'a@example.com', uid: '00ua', groups: ['readers', 'writers'] }];

async function orgOf(batch: string): Promise<LocalOrg> {
  const org = await orgWith({ groups: GROUPS, users: USERS });
  org.store.apps.set(batch, { id: batch, label: batch, status: 'ACTIVE' });
  return org;
}

const clientsOf = ({ store }: LocalOrg): readonly string[] => {
  const policies = [...store.policies.values()].flatMap((table) => [...table.values()]);
  return policies.flatMap(
    (policy) =>
      (policy['conditions'] as { readonly clients: { readonly include: readonly string[] } })
        .clients.include,
  );
};

test('each block of a list sets up its own org, and --write puts ids where they belong', async () => {
  const [staff, partners] = [await orgOf('0oastaffbatch'), await orgOf('0oapartnerbatch')];
  const runner = runnerIn({ 'access.yaml': listText(staff.url, partners.url) });
  const { cwd, run } = runner;
  expect(await failureOf(runner, 'plan')).toEqual(
    failing(1, 'MAP_SEVERAL_ORGS', '`access.yaml`', '2', '`staff`, `partners`', '`--block`'),
  );
  for (const block of ['staff', 'partners']) {
    await run(`okta plan --block ${block} -o plan.json`);
    const { code, stdout } = await run('okta apply plan.json --yes --write --json');
    expect([code, JSON.parse(stdout)]).toMatchObject([0, { files: [withNames('access.yaml')] }]);
    expect(await run(`okta apply --block ${block} --yes --prune --write --json`)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('"changes":0'),
    });
    expect(await run(`okta verify --block ${block} --as a@example.com`)).toMatchObject({ code: 0 });
  }
  expect([staff, partners].flatMap(({ requests }) => shapeFaults(requests))).toEqual([]);
  const clients = [staff, partners].map(
    ({ store }) =>
      [...store.apps.values()].find(({ label }) => label === 'web' || label === 'portal')?.id,
  );
  expect(
    AccessMap.fromFile(join(cwd, 'access.yaml'), { loopbackIssuer: true }).model.okta,
  ).toMatchObject([
    {
      name: 'staff',
      issuers: [`${staff.url}/oauth2/${[...staff.store.servers.keys()][0]}`],
      clients: [clients[0]],
    },
    {
      name: 'partners',
      issuers: [`${partners.url}/oauth2/${[...partners.store.servers.keys()][0]}`],
      clients: [clients[1]],
    },
  ]);
  expect(readFileSync(join(cwd, 'access.yaml'), 'utf8')).toMatch(/# of staff[\s\S]*# of partners/);
  // Groups, rules and machines of the other block stay with it.
  expect(
    [staff, partners].map(({ store }) => [...store.groupRules.values()].map(({ name }) => name)),
  ).toEqual([['oga/orders/readers', 'oga/orders/writers'], []]);
  expect([staff, partners].map((org) => clientsOf(org).toSorted())).toEqual([
    [clients[0], '0oastaffbatch'].toSorted(),
    [clients[1], '0oapartnerbatch'].toSorted(),
  ]);
  const carried = [staff, partners].map((org) =>
    org.claimsOf([...org.store.servers.keys()][0] ?? '', 'a@example.com'),
  );
  expect(carried).toMatchObject([
    { claims: { groups: ['readers', 'writers'] } },
    { claims: { groups: ['readers'] } },
  ]);
});

test('verify --as opens what the block lets its groups open', async () => {
  const [staff, partners] = [await orgOf('0oastaffbatch'), await orgOf('0oapartnerbatch')];
  const runner = runnerIn({ 'access.yaml': listText(staff.url, partners.url) });
  for (const block of ['staff', 'partners']) await runner.run(`okta apply --block ${block} --yes`);
  const allowedRoutes = async (block: string): Promise<readonly string[]> => {
    const { as } = await verifiedAs(runner, `a@example.com --block ${block}`);
    return as.computed.flatMap(({ routes }) => routes);
  };
  expect(await allowedRoutes('staff')).toEqual(['GET /orders', 'POST /orders']);
  expect(await allowedRoutes('partners')).toEqual(['GET /orders']);
  const [claims] = partners.store.claims.values();
  for (const claim of claims?.values() ?? [])
    Object.assign(claim, { valueType: 'GROUPS', group_filter_type: 'REGEX', value: '.*' });
  expect(await allowedRoutes('partners')).toEqual(['GET /orders']);
});

test('two blocks of one org are set up together or apart, and neither takes from the other', async () => {
  const org = await orgOf('0oastaffbatch');
  const { run } = runnerIn({ 'access.yaml': listText(org.url, org.url) });
  expect((await run('okta apply --yes')).code).toBe(0);
  expect([...org.store.servers.values()].map(({ name }) => name)).toEqual([
    'orders',
    'orders-partners',
  ]);
  org.requests.length = 0;
  for (const block of ['', ' --block staff', ' --block partners']) {
    const second = await run(`okta apply --yes --prune --json${block}`);
    expect([block, second]).toMatchObject([
      block,
      { code: 0, stdout: expect.stringContaining('"changes":0') },
    ]);
  }
  expect(writesOf(org.requests)).toEqual([]);
});

test.each([
  ['nobody', failing(1, 'MAP_BLOCK_UNKNOWN', '`nobody`', '`access.yaml`', '`staff`, `partners`')],
  ['staff', expect.objectContaining({ exit: 1, code: 'PLAN_PENDING' })],
])('the block %s is looked for', async (block, found) => {
  const org = await orgOf('0oastaffbatch');
  const runner = runnerIn({ 'access.yaml': listText(org.url, org.url) });
  expect(await failureOf(runner, `plan --block ${block}`)).toEqual(found);
});

test('a list that was one block before keeps what it owns', async () => {
  const org = await orgOf('0oastaffbatch');
  const list = listText(org.url, org.url);
  const single = list
    .replace(/ {2}- name: partners[\s\S]*?(?=routes:)/, '')
    .replace('- name: staff\n  ', '')
    .replace(/ {2}0oapartnerbatch.*\n/, '');
  const { run } = runnerIn({ 'single.yaml': single, 'list.yaml': list });
  expect((await run('okta apply -m single.yaml --yes')).code).toBe(0);
  expect(await run('okta plan list.yaml --block staff')).toMatchObject({ code: 0 });
});
