/** Every request that the okta commands make, held against Okta's own description of its API. */
import { execFile } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import type { LocalOrg, OrgRequest } from '../../local/okta-org/org-server.ts';
import { mapText, orgWith, richOrg, runnerIn, shapeFaults, stopOrgs } from '../lib/okta/support.ts';

afterEach(stopOrgs);

const DESCRIPTION = join(__dirname, '../lib/okta/fixtures/management-api.json');

interface Checked {
  readonly checked: number;
  readonly faults: readonly string[];
}

function prism(requests: readonly OrgRequest[]): Promise<Checked> {
  const file = join(mkdtempSync(join(tmpdir(), 'okta-requests-')), 'requests.json');
  writeFileSync(file, JSON.stringify(requests));
  const args = ['--import', 'tsx', join(__dirname, 'okta/prism.ts'), DESCRIPTION, file];
  return new Promise((done, failed) => {
    execFile(process.execPath, args, { maxBuffer: 2 ** 26 }, (error, stdout) =>
      error ? failed(error) : done(JSON.parse(stdout) as Checked),
    );
  });
}

/** From nothing to everything, by drift, and back. */
async function everyCall(): Promise<LocalOrg> {
  const { org, runner } = await richOrg();
  org.lag = 1;
  org.store.users.set('00ua', {
    id: '00ua',
    status: 'ACTIVE',
    profile: { login: 'a@example.com' },
  });
  for (const command of ['plan', 'export', 'apply --yes --write', 'verify --as a@example.com'])
    await runner.run(`okta ${command}`);
  drift(org);
  for (const command of ['plan', 'apply --yes', 'verify', 'export'])
    await runner.run(`okta ${command}`);
  const small = runnerIn({ 'access.yaml': mapText(org.url) });
  await small.run('okta apply --yes --prune');
  const gone = runnerIn({
    'access.yaml': mapText(org.url).replace('server: orders', 'server: elsewhere'),
  });
  await gone.run('okta apply --yes --prune');
  return org;
}

/** What makes an apply update each kind of object. */
function drift({ store }: LocalOrg): void {
  const [server] = store.servers.values();
  const [claim] = [...(store.claims.get(server?.id ?? '')?.values() ?? [])].filter(
    ({ name }) => name === 'groups',
  );
  const [policy] = store.policies.get(server?.id ?? '')?.values() ?? [];
  const [rule] = store.rules.get(policy?.id ?? '')?.values() ?? [];
  const [groupRule] = store.groupRules.values();
  const app = [...store.apps.values()].find(({ label }) => label === 'orders-web');
  Object.assign(server ?? {}, { audiences: ['api://other'] });
  Object.assign(claim ?? {}, { status: 'INACTIVE' });
  Object.assign(policy ?? {}, { conditions: { clients: { include: ['0oaforeignmachine'] } } });
  const actions = { token: { accessTokenLifetimeMinutes: 600 } };
  Object.assign(rule ?? {}, { status: 'INACTIVE', actions });
  // Whoever is in the group is asked for.
  const conditions = (rule?.['conditions'] ?? {}) as Record<string, unknown>;
  conditions['people'] = { groups: { include: [...store.groups.keys()].slice(1, 2) } };
  Object.assign(groupRule ?? {}, { conditions: { expression: { value: 'false' } } });
  const { oauthClient } = (app?.['settings'] ?? {}) as { oauthClient: Record<string, unknown> };
  oauthClient['redirect_uris'] = ['https://other.example.com/'];
}

test('Prism and a check of the whole description find nothing in any request', async () => {
  const { requests } = await everyCall();
  const kinds = new Set(
    requests.map(({ method, path }) => `${method} ${path.replace(/\/\w{3}1\w{16}/g, '/*')}`),
  );
  expect(kinds.size).toBeGreaterThan(30);
  expect(shapeFaults(requests)).toEqual([]);
  const { checked, faults } = await prism(requests);
  expect(faults).toEqual([]);
  expect(checked).toBe(requests.length);
});

test('Prism finds a request that the description does not allow', async () => {
  const org = await orgWith();
  const wrong = [
    { method: 'POST', path: '/api/v1/groups', query: {}, body: { profile: 5 }, status: 200 },
    { method: 'GET', path: '/api/v1/nowhere', query: {}, body: undefined, status: 404 },
  ];
  const { faults } = await prism([...org.requests, ...wrong]);
  expect(faults).toHaveLength(2);
});
