import { afterEach, expect, jest, test } from '@jest/globals';
import type { LocalOrg } from '../../../local/okta-org/org-server.ts';
import { byHand, RECIPES, recipeText } from './by-hand.ts';
import { foundBy, orgWith, type Ran, runnerIn, stopOrgs, told, writesOf } from './support.ts';

// Each test talks HTTP with a server of its own, which takes its time on a busy machine.
jest.setTimeout(60_000);
afterEach(stopOrgs);

const USERS = [{ login: 'ann@acme.com', uid: '00uann', groups: ['readers', 'sellers'] }];
const GROUPS = [{ name: 'readers' }, { name: 'sellers' }];

async function follow(
  name: string,
  org: LocalOrg,
  more: Readonly<Record<string, string>> = {},
): Promise<readonly Ran[]> {
  const values: Readonly<Record<string, string>> = { ORG: org.url, ...more };
  const okta = recipeText(name, 'yaml').replace(
    /\$([A-Z]+)/g,
    (_, key: string) => values[key] ?? key,
  );
  const head =
    'api: { name: orders, upstream: { url: https://orders.example.com } }\nroutes: [GET /orders, POST /orders]\n';
  const { run } = runnerIn({ 'access.yaml': head + okta });
  const all: Ran[] = [];
  for (const line of recipeText(name, 'sh').trim().split('\n')) all.push(await run(line));
  return all;
}

test('there are four recipes, each with a map and its commands', () => {
  expect([...new Set(RECIPES.map(({ name }) => name))]).toEqual([
    'rules',
    'by-hand',
    'scopes',
    'id-token',
  ]);
  expect(RECIPES).toHaveLength(8);
});

test('groups filled by rules, and tokens that carry them', async () => {
  const org = await orgWith({ users: USERS, groups: GROUPS });
  const [applied, planned, verified] = await follow('rules', org);
  expect([applied?.code, planned?.code, verified?.code]).toEqual([0, 0, 0]);
  expect(verified?.stdout).toContain(' POST /orders\n');
  expect([...org.store.groupRules.values()].map(({ status }) => status)).toEqual([
    'ACTIVE',
    'ACTIVE',
  ]);
});

test('a server that somebody else made', async () => {
  const org = await orgWith({ users: USERS, groups: GROUPS });
  const made = await byHand(org);
  org.requests.length = 0;
  const [verified, planned, asAnn] = await follow('by-hand', org, made);
  expect([verified?.code, verified?.stdout]).toEqual([0, verified?.stdout]);
  expect([planned?.code, asAnn?.code]).toEqual([0, 0]);
  expect(asAnn?.stdout).toContain(' POST /orders\n');
  expect(writesOf(org.requests)).toEqual([]);
  const token = org.tokenFor(made['SERVER'] ?? '', {
    clientId: made['CLIENT'] ?? '',
    login: 'ann@acme.com',
    scopes: ['openid'],
    grantType: 'password',
  });
  expect(token).toMatchObject({
    kind: 'granted',
    claims: { groups: ['Everyone', 'readers', 'sellers'] },
  });
});

test('what the recipe for a server of somebody else names is looser than what we would make', async () => {
  const org = await orgWith({ users: USERS, groups: GROUPS });
  const made = await byHand(org);
  const map = `api: { name: orders, upstream: { url: https://orders.example.com } }
okta: { issuer: ${org.url}/oauth2/${made['SERVER']}, audience: api://orders, clients: [${made['CLIENT']}], manage: { org: ${org.url} } }
routes: [GET /orders]
groups: { readers: { allow: [GET /orders] } }
`;
  expect(await foundBy(runnerIn({ 'access.yaml': map }), 'verify')).toEqual({
    code: 1,
    findings: expect.arrayContaining([
      told('APP_GRANT_UNNAMED', '`password`'),
      told('APP_WITHOUT_PKCE'),
      told('RULE_REFRESH_LIFETIME'),
    ]),
  });
});

test('scopes by group', async () => {
  const org = await orgWith({ users: USERS, groups: GROUPS });
  const all = await follow('scopes', org);
  expect(all.map(({ code }) => code)).toEqual([0, 0]);
  const [server = ''] = org.store.servers.keys();
  const scopes = [...(org.store.scopes.get(server)?.values() ?? [])].map(({ name }) => name);
  expect(scopes).toEqual(expect.arrayContaining(['orders:read', 'orders:write']));
});

test('groups in the ID token too', async () => {
  const org = await orgWith({ users: USERS, groups: GROUPS });
  const all = await follow('id-token', org);
  expect(all.map(({ code }) => code)).toEqual([0, 0]);
  const [server = ''] = org.store.servers.keys();
  const claims = [...(org.store.claims.get(server)?.values() ?? [])].filter(
    ({ name }) => name === 'groups',
  );
  expect(claims.map(({ claimType }) => claimType)).toEqual(['RESOURCE', 'IDENTITY']);
});
