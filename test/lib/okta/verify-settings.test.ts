import { afterEach, expect, jest, test } from '@jest/globals';
import type { LocalOrg } from '../../../local/okta-org/org-server.ts';
import type { Entity } from '../../../local/okta-org/org-store.ts';
import { GROUPS, mapText, orgWith, runnerIn, stopOrgs } from './support.ts';

// Each test talks HTTP with a server of its own, which takes its time on a busy machine.
jest.setTimeout(60_000);
afterEach(stopOrgs);

/** A map of an app of people and one of a machine, which needs a scope of the server's own. */
const mapOf = (org: string, manage = 'scopes: true', redirect = 'callback'): string =>
  mapText(org, {
    manage,
    groups: '  readers: { allow: [orders:read] }',
    more: 'machines:\n  app:nightly: { allow: [orders:read] }',
  })
    .replace('clients: [', 'clients: [app:nightly, ')
    .replace(
      /apps: .*/,
      `apps: [{ label: orders-web, type: spa, redirectUris: [https://app.example.com/${redirect}] }, { label: nightly, type: service }]`,
    );

interface App {
  readonly settings: { notes: object; readonly oauthClient: Record<string, unknown> };
}

const appOf = (org: LocalOrg, label = 'orders-web'): Entity & App => {
  const app = [...org.store.apps.values()].find((each) => each['label'] === label);
  if (!app) throw new Error(`the org lacks ${label}`);
  return app as Entity & App;
};

function deleteScopes(org: LocalOrg): void {
  for (const scopes of org.store.scopes.values())
    for (const [id, { name }] of scopes) if (name === 'orders:read') scopes.delete(id);
}

const disown = (org: LocalOrg): void => {
  appOf(org).settings.notes = {};
};

/** Each was once in order for `okta verify`, while `okta plan` said otherwise. */
test.each<
  readonly [
    what: string,
    found: { readonly level: 'error' | 'warning'; readonly code: string },
    change: (org: LocalOrg) => void,
    later?: (org: LocalOrg) => string,
  ]
>([
  ['a scope that is gone', { level: 'error', code: 'SCOPE_ABSENT' }, deleteScopes],
  [
    'a machine of a server without a scope',
    { level: 'error', code: 'SERVER_WITHOUT_SCOPE' },
    deleteScopes,
    ({ url }) => mapOf(url, ''),
  ],
  [
    'an app that is gone',
    { level: 'error', code: 'APP_ABSENT' },
    (org) => void org.store.apps.delete(appOf(org, 'nightly').id),
  ],
  [
    'an app of another type',
    { level: 'error', code: 'APP_TYPE' },
    (org) => void Object.assign(appOf(org).settings.oauthClient, { application_type: 'native' }),
  ],
  [
    'a label of two apps',
    { level: 'error', code: 'APP_LABEL_AMBIGUOUS' },
    (org) => void org.store.apps.set('0oa9', { ...structuredClone(appOf(org)), id: '0oa9' }),
  ],
  ['an app of somebody else', { level: 'warning', code: 'APP_FOREIGN' }, disown],
  [
    'an app of somebody else, whose redirect URIs differ',
    { level: 'warning', code: 'APP_FOREIGN_DIFFERS' },
    disown,
    (org) => mapOf(org.url, undefined, 'other').replace('app:orders-web', appOf(org).id),
  ],
])('okta verify tells of %s', async (_, found, change, later = ({ url }) => mapOf(url)) => {
  const org = await orgWith({ groups: GROUPS });
  const files: Record<string, string> = { 'access.yaml': mapOf(org.url) };
  expect((await runnerIn(files).run('okta apply --yes')).code).toBe(0);
  const before = await findingsOf(files);
  expect(before.filter(({ level }) => level === 'error')).toEqual([]);
  change(org);
  const after = await findingsOf({ 'access.yaml': later(org) });
  expect(after).toContainEqual(expect.objectContaining(found));
  expect(before.map(({ code }) => code)).not.toContain(found.code);
});

async function findingsOf(files: Readonly<Record<string, string>>) {
  const { code, stdout } = await runnerIn(files).run('okta verify --json');
  const { findings } = JSON.parse(stdout) as {
    readonly findings: readonly { readonly level: string; readonly code: string }[];
  };
  expect(code).toBe(findings.some(({ level }) => level === 'error') ? 1 : 0);
  return findings;
}
